//! What the enterprise does behind its personal link: it sees where it stands, answers, and says afterwards
//! that nothing was charged (N07, N08, N18, N19).

use xinxiu_domain::actor::Actor;
use xinxiu_domain::attendance::{AttendanceAction, Willingness};
use xinxiu_domain::id::AttendanceId;
use xinxiu_domain::session::{Capacity, SessionState};
use xinxiu_domain::summary::RemarkKind;
use xinxiu_domain::text::tidy;
use xinxiu_store::attendance::{self, Attendance};
use xinxiu_store::commitment::{self, Owed};
use xinxiu_store::exam::{self, Paper};
use xinxiu_store::matching::Slot;
use xinxiu_store::session::Session;
use xinxiu_store::session_change::SessionChange;
use xinxiu_store::session_group::Announcement;
use xinxiu_store::session_material::Material;
use xinxiu_store::{
    agenda, authorisation, campaign, enterprise, free_confirmation, remark, session, waiting,
};

use super::authorisation::needs_authorisation;
use super::own;
use super::waiting::{fill, hold_seats, position, seat_or_line};
use crate::app::{App, Done, Step};
use crate::exam_blueprint;
use crate::refusal::{FieldError, Refusal};
use crate::sessions::{not_now, own_slots, shown_materials, standing_announcements, unseen_change};

/// An enterprise's answer to an invitation.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Whether somebody comes.
    pub attending: bool,
    /// Whether the enterprise wants its record repaired (N07).
    pub willingness: Willingness,
    /// Who comes.
    pub attendee: String,
    /// In which capacity (N08).
    pub capacity: Option<Capacity>,
    /// The legal representative now, where it is another than on record; empty otherwise.
    pub representative: String,
}

/// Where an enterprise stands in its session.
#[derive(Debug, Clone)]
pub struct Home {
    /// The attendance.
    pub attendance: Attendance,
    /// The session.
    pub session: Session,
    /// Name of the enterprise.
    pub enterprise: String,
    /// Its legal representative, offered as the one who comes.
    pub legal_representative: String,
    /// Whether a deputy comes whose authorisation is still missing.
    pub unauthorised: bool,
    /// Agency.
    pub agency: String,
    /// Day and hours, as they are read out.
    pub time: String,
    /// The agenda; empty for a session from before agendas were kept.
    pub agenda: Vec<agenda::Line>,
    /// Its slots of on-site matching, once the organiser has accepted them.
    pub matching: Vec<Slot>,
    /// Materials that it may read.
    pub materials: Vec<Material>,
    /// Commitments owed and signed.
    pub owed: Owed,
    /// How the repair of its records goes on and who acts next; empty where it has none.
    pub repair: String,
    /// Whether an application came back or was refused: said whatever else there is to do.
    pub is_troubled: bool,
    /// Questions of the closing exam by the campaign's blueprint.
    pub questions: u32,
    /// Whether a paper is under way.
    pub examining: bool,
    /// What was said to all of the session and not taken back, newest first.
    pub announcements: Vec<Announcement>,
    /// A change of the session that it has not answered to.
    pub change: Option<SessionChange>,
    /// Its place in the line of those who wait for a seat, from 1.
    pub place: Option<usize>,
    /// What it reported of this session's agency, newest first.
    pub reported: Vec<(RemarkKind, String)>,
    /// When it said that nothing was charged, and where it still is to be asked; `None` outside a campaign's list.
    pub free: Option<free_confirmation::Line>,
}

/// The page behind a personal link.
///
/// # Errors
/// [`Refusal::Forbidden`] for anybody but the enterprise.
pub fn home(app: &App, actor: &Actor, id: AttendanceId) -> Result<Home, Refusal> {
    app.view(actor, |view| {
        let found = own(view.tx, actor, id)?;
        let held = session::load(view.tx, found.session)?;
        let class = campaign::load_item(view.tx, held.plan_item)?;
        let enterprise = enterprise::load(view.tx, found.enterprise)?;
        let (repair, is_troubled) = super::progress::repair(view, found.enterprise)?;
        Ok(Home {
            owed: commitment::owed(view.tx, class.campaign, found.enterprise)?,
            repair,
            is_troubled,
            questions: exam_blueprint::of_campaign(view.tx, class.campaign)?.0.length(),
            examining: exam::of_attendance(view.tx, id)?.last().is_some_and(Paper::is_open),
            announcements: standing_announcements(view, found.session)?,
            place: position(&waiting::line(view.tx, found.session)?, id),
            change: unseen_change(view, &found)?,
            unauthorised: needs_authorisation(&found)
                && authorisation::of_attendance(view.tx, id)?
                    .first()
                    .is_none_or(|sent| sent.attendee != found.attendee),
            free: free_confirmation::of_enterprise(view.tx, class.campaign, found.enterprise)?,
            reported: remark::reported_by(view.tx, found.session, found.enterprise)?,
            time: crate::sessions::spoken_time(&held),
            agenda: agenda::of_session(view.tx, found.session)?,
            matching: own_slots(view, found.session, id)?,
            materials: shown_materials(view.tx, found.session)?,
            attendance: found,
            session: held,
            enterprise: enterprise.name,
            legal_representative: enterprise.legal_representative,
            agency: class.agency_name,
        })
    })
}

/// Answers an invitation; may be answered again until the enterprise has signed in. Where the session is full it waits
/// in line; a seat that is given back goes to the next in it. The willingness also counts for the enterprise's place in the campaign.
///
/// # Errors
/// [`Refusal::Invalid`] where somebody comes but it is not said who; [`Refusal::Illegal`] where the session is
/// over or cancelled.
pub fn answer(app: &App, actor: &Actor, id: AttendanceId, command: &Answer) -> Result<(), Refusal> {
    check(command)?;
    app.step(actor, |step| {
        hold_seats(step, own(step.tx, actor, id)?.session)?;
        let mut found = own(step.tx, actor, id)?;
        let held = session::load(step.tx, found.session)?;
        if !matches!(held.state, SessionState::Published | SessionState::Open) {
            return Err(not_now(held.state, "答复邀请"));
        }
        // Whoever declined gave its seat back; where it is gone, the enterprise waits in line.
        let seated = if command.attending {
            seat_or_line(step, &mut found, &held)?
        } else {
            found.state = found.state.after(AttendanceAction::Decline)?;
            found.waiting_since = None;
            false
        };
        found.willingness = command.willingness;
        found.attendee = if command.attending { tidy(&command.attendee) } else { String::new() };
        found.capacity = command.capacity.filter(|_| command.attending);
        found.answered_at = Some(step.moment());
        attendance::save(step.tx, &found)?;
        say_representative(step, &found, &command.representative)?;
        let campaign = campaign::load_item(step.tx, held.plan_item)?.campaign;
        enterprise::set_willingness(step.tx, campaign, found.enterprise, command.willingness)?;
        let answered = match (command.attending, seated) {
            (true, true) => "答复参加",
            (true, false) => "答复参加，名额已满，列入候补",
            (false, _) => "答复不参加",
        };
        let what = format!("对「{}」{answered}，{}", held.title, command.willingness);
        record(step, "attendance.answer", &found, &what)?;
        fill(step, &held).map(drop)
    })
}

/// Legal representative as the enterprise last said itself; empty where it said nothing.
///
/// # Errors
/// [`Refusal::Forbidden`] for anybody but the enterprise.
pub fn said_representative(app: &App, actor: &Actor, id: AttendanceId) -> Result<String, Refusal> {
    app.view(actor, |view| {
        own(view.tx, actor, id)?;
        Ok(authorisation::representative(view.tx, id)?)
    })
}

/// Notes that the legal representative has changed since the record was made. The record itself is put right by those
/// who have seen the paper; until then both names are shown.
fn say_representative(step: &Step<'_>, found: &Attendance, said: &str) -> Result<(), Refusal> {
    let said = tidy(said);
    if said == authorisation::representative(step.tx, found.id)? {
        return Ok(());
    }
    let known = enterprise::load(step.tx, found.enterprise)?.legal_representative;
    authorisation::say_representative(step.tx, found.id, &said, step.moment())?;
    let what = if said.is_empty() || said == known {
        format!("说明法定代表人没有变更（登记的是{known}）")
    } else {
        format!("说明法定代表人已变更：登记的是{known}，现为{said}")
    };
    record(step, "attendance.representative", found, &what)
}

fn check(command: &Answer) -> Result<(), Refusal> {
    if !command.attending {
        return Ok(());
    }
    let mut errors = Vec::new();
    let mut fault = |field: &str, message: &str| {
        errors.push(FieldError { field: field.to_owned(), message: message.to_owned() });
    };
    if tidy(&command.attendee).is_empty() {
        fault("attendee", "请填写参加培训的人的姓名");
    }
    if command.capacity.is_none() {
        fault("capacity", "请选择参加人的身份");
    }
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid(errors)) }
}

/// Writes the audit entry of a step on one enterprise's way through a session.
pub(crate) fn record(step: &Step<'_>, action: &str, found: &Attendance, what: &str) -> Result<(), Refusal> {
    let name = enterprise::load(step.tx, found.enterprise)?.name;
    step.record(
        Done {
            action,
            subject: ("attendance", found.id.0),
            enterprise: Some(found.enterprise),
            summary: format!("{name}{what}"),
        },
        serde_json::json!({ "session": found.session }),
    )
}
