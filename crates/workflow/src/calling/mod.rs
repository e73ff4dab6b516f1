//! Calling the invited enterprises to their session (通知, N08): who has been told and how, whom the county has to seek
//! out, and the words and numbers for whoever sends the messages.

use xinxiu_domain::actor::{Action, Actor, Concerns, Scope};
use xinxiu_domain::calling::{Outcome, Purpose, Reach, Way};
use xinxiu_domain::id::{AttendanceId, SessionId};
use xinxiu_domain::session::SessionState;
use xinxiu_domain::text::tidy;
use xinxiu_store::contact::{self, Attempt, Line, Within};
use xinxiu_store::session::{self, Session};
use xinxiu_store::{StoreError, attendance, concerns};

use crate::app::{App, Done, Step, View};
use crate::refusal::Refusal;
use crate::sessions::not_now;

mod handout;
mod words;

pub(crate) use handout::{fits, words_for};

pub use handout::{Handout, Message, hand_out};
pub(crate) use words::of as words_of;
pub use words::{Words, change_words, words};

/// The invited enterprises of a session, as far as they have been reached.
#[derive(Debug, Clone)]
pub struct Board {
    /// The session.
    pub session: Session,
    /// The enterprises that the actor may contact, of those asked for.
    pub lines: Vec<Line>,
    /// How many there are of each reach, whatever was asked for.
    pub counts: Vec<(Reach, usize)>,
    /// Whom the session concerns.
    pub concerns: Concerns,
}

/// The invited enterprises of a session that the actor may contact, narrowed to one reach where it is asked for.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn board(app: &App, actor: &Actor, id: SessionId, reach: Option<Reach>) -> Result<Board, Refusal> {
    app.view(actor, |view| {
        let concerns = concerns::of_session(view.tx, id)?;
        view.must(Action::ViewSession, &concerns)?;
        let session = session::load(view.tx, id)?;
        let mut lines = contact::lines(view.tx, Within::Session(id), None, &own(view, &concerns))?;
        let count = |reach| lines.iter().filter(|line| line.reach == reach).count();
        let counts = Reach::ALL.iter().map(|reach| (*reach, count(*reach))).collect();
        lines.retain(|line| reach.is_none_or(|reach| line.reach == reach));
        Ok(Board { session, lines, counts, concerns })
    })
}

/// Which enterprises of a session an actor may contact, over `a.enterprise_id`: those who run it all of them, a county
/// its own.
pub(crate) fn own(view: &View<'_>, session: &Concerns) -> String {
    if view.actor.may(Action::Contact, &without_counties(session)) {
        return "1 = 1".to_owned();
    }
    concerns::enterprise_filter(view.actor, Action::Contact, "a.enterprise_id")
}

/// A class may be of several counties, of which each contacts its own enterprises alone.
fn without_counties(session: &Concerns) -> Concerns {
    Concerns { counties: Vec::new(), ..session.clone() }
}

/// The enterprises of the own county that no phone reaches, in all sessions ahead: they get a letter or a visit.
///
/// # Errors
/// What the database says.
pub fn to_seek_out(app: &App, actor: &Actor) -> Result<Vec<Line>, Refusal> {
    app.view(actor, seek_out)
}

/// As [`to_seek_out`], in a look that is open already.
pub(crate) fn seek_out(view: &View<'_>) -> Result<Vec<Line>, Refusal> {
    if !view.actor.scopes(Action::Contact).contains(&Scope::County) {
        return Ok(Vec::new());
    }
    let own = view.actor.org.map_or(-1, |org| org.0);
    let filter = format!("e.county_id = {own}");
    Ok(contact::lines(view.tx, Within::From(view.today), Some(Reach::Unreachable), &filter)?)
}

/// The attempts on one enterprise, first to last.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn attempts(app: &App, actor: &Actor, id: AttendanceId) -> Result<Vec<Attempt>, Refusal> {
    app.view(actor, |view| {
        let found = attendance::load(view.tx, id)?;
        view.must(Action::ViewSession, &concerns::of_session(view.tx, found.session)?)?;
        Ok(contact::of_attendance(view.tx, id)?)
    })
}

/// How several enterprises were told, as whoever told them says.
#[derive(Debug, Clone)]
pub struct Tell {
    /// Whom.
    pub whom: Vec<AttendanceId>,
    /// How.
    pub way: Way,
    /// What.
    pub purpose: Purpose,
    /// What came of it.
    pub outcome: Outcome,
    /// Whatever else is to be remembered.
    pub note: String,
}

/// Records an attempt on each of some enterprises; how many they are.
///
/// # Errors
/// [`Refusal::Invalid`] where nobody was chosen; [`Refusal::Forbidden`] where one of them is not the actor's to contact;
/// [`Refusal::Illegal`] where its session is not published, or is over.
pub fn tell(app: &App, actor: &Actor, command: &Tell) -> Result<usize, Refusal> {
    if command.whom.is_empty() {
        return Err(Refusal::invalid("whom", "请先勾选企业"));
    }
    let note = tidy(&command.note);
    app.step(actor, |step| {
        for id in &command.whom {
            let found = callable(step, *id)?;
            let attempt = Attempt {
                id: 0,
                attendance: *id,
                way: command.way,
                purpose: command.purpose,
                outcome: command.outcome,
                note: note.clone(),
                by: actor.name.clone(),
                at: step.moment(),
                by_gateway: false,
            };
            let made = contact::insert(step.tx, &attempt)?;
            let (purpose, way, outcome) = (command.purpose, command.way, command.outcome);
            let done = Done {
                action: "contact.attempt",
                subject: ("attendance", id.0),
                enterprise: Some(found.enterprise),
                summary: format!(
                    "登记{way}{purpose}：{outcome}{}",
                    if way.has_receipts() { "（不经平台发送）" } else { "" }
                ),
            };
            step.record(done, serde_json::json!({ "attempt": made }))?;
        }
        Ok(command.whom.len())
    })
}

/// An enterprise that the actor may contact, in a session to which one still calls.
pub(crate) fn callable(step: &Step<'_>, id: AttendanceId) -> Result<attendance::Attendance, Refusal> {
    let found =
        attendance::find(step.tx, id)?.ok_or_else(|| StoreError::NotFound("参训记录", id.to_string()))?;
    let session = concerns::of_session(step.tx, found.session)?;
    if !step.actor.may(Action::Contact, &without_counties(&session)) {
        step.must(Action::Contact, &concerns::of_enterprise(step.tx, found.enterprise)?)?;
    }
    let held = session::load(step.tx, found.session)?;
    match held.state {
        SessionState::Published | SessionState::Open | SessionState::Cancelled => Ok(found),
        SessionState::Planned | SessionState::Closed => Err(not_now(held.state, "通知企业")),
    }
}
