//! Enterprises say how a session was (培训评价, N06 N14); agency, organiser, county and city read it without names.

use xinxiu_domain::actor::{Action, Actor, Role};
use xinxiu_domain::feedback::{ENOUGH_TO_SHOW, Question, Rating, is_open};
use xinxiu_domain::id::{AttendanceId, SessionId};
use xinxiu_domain::text::tidy;
use xinxiu_store::feedback::{self, Feedback};
use xinxiu_store::{attendance, concerns, session};

use crate::app::App;
use crate::invitations::{self, record};
use crate::refusal::Refusal;

/// Longest remark in characters.
const LONGEST: usize = 500;

/// What an enterprise said, and whether it may say so now.
///
/// # Errors
/// [`Refusal::Forbidden`] for anybody but the enterprise.
pub fn own(app: &App, actor: &Actor, id: AttendanceId) -> Result<(Option<Feedback>, bool), Refusal> {
    app.view(actor, |view| {
        let found = invitations::own(view.tx, actor, id)?;
        let open = is_open(found.checked_in_at.is_some(), found.held_on, view.today);
        Ok((feedback::find(view.tx, id)?, open))
    })
}

/// Keeps what an enterprise says of its session.
///
/// # Errors
/// [`Refusal::Invalid`] where it did not come, too late, or in too many words.
pub fn give(app: &App, actor: &Actor, id: AttendanceId, said: &Feedback) -> Result<(), Refusal> {
    let said = Feedback { remark: tidy(&said.remark), ..said.clone() };
    if said.remark.chars().count() > LONGEST {
        return Err(Refusal::invalid("remark", format!("请不要超过{LONGEST}字")));
    }
    app.step(actor, |step| {
        let found = invitations::own(step.tx, actor, id)?;
        if !is_open(found.checked_in_at.is_some(), found.held_on, step.today) {
            return Err(Refusal::invalid("content", "签到参加培训后30天内可以评价"));
        }
        feedback::save(step.tx, id, &said, step.moment())?;
        // That it was said is on record; what was said is not, for the history of an enterprise bears its name.
        record(step, "attendance.feedback", &found, &format!("评价了「{}」", found.session_title))
    })
}

/// What was said of a session, added up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Results {
    /// How many came.
    pub came: u32,
    /// How many said something.
    pub answers: u32,
    /// Each question with how often each rating was given; empty for an agency while there are too few.
    pub questions: Vec<(Question, Vec<(Rating, u32)>)>,
    /// What was said in words.
    pub remarks: Vec<String>,
}

/// The results of a session, for those who see it. An agency sees them once there are enough to hide in.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn results(app: &App, actor: &Actor, id: SessionId) -> Result<Results, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ViewSession, &concerns::of_session(view.tx, id)?)?;
        session::load(view.tx, id)?;
        let said = feedback::of_session(view.tx, id)?;
        let came = attendance::enterprises(view.tx, id, "a.checked_in_at is not null")?.len();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let mut results = Results { came: count(came), answers: count(said.len()), ..Results::default() };
        if results.answers == 0 || (actor.role == Role::Agency && results.answers < ENOUGH_TO_SHOW) {
            return Ok(results);
        }
        let times = |question: Question, rating: Rating| {
            count(said.iter().filter(|one| one.to(question) == rating).count())
        };
        let of = |question: &Question| {
            (*question, Rating::ALL.iter().map(|rating| (*rating, times(*question, *rating))).collect())
        };
        results.questions = Question::ALL.iter().map(of).collect();
        results.remarks = said.into_iter().map(|one| one.remark).filter(|text| !text.is_empty()).collect();
        Ok(results)
    })
}
