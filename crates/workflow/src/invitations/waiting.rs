//! The waiting list that fills itself (候补, N08): whoever gives a seat back, or makes one, gives it to the next in line in the
//! same step. Every step that gives or takes a seat holds the session's lock, so two at once never share one.

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::attendance::{AttendanceAction, AttendanceState};
use xinxiu_domain::calling::Purpose;
use xinxiu_domain::id::{AttendanceId, SessionId};
use xinxiu_domain::session::SessionState;
use xinxiu_domain::text::tidy;
use xinxiu_store::attendance::{self, Attendance};
use xinxiu_store::concerns;
use xinxiu_store::session::{self, Session};
use xinxiu_store::waiting::{self, Place};

use super::record;
use crate::app::{App, Step};
use crate::messages;
use crate::refusal::Refusal;
use crate::sessions::not_now;

/// Holds what gives and takes seats of a session until the step ends.
pub(crate) fn hold_seats(step: &Step<'_>, id: SessionId) -> Result<(), Refusal> {
    Ok(step.tx.lock(&format!("session-{id}"))?)
}

/// Seats that nobody holds or may claim.
pub(crate) fn free_seats(step: &Step<'_>, held: &Session) -> Result<i64, Refusal> {
    Ok(i64::from(held.capacity) - attendance::taken_seats(step.tx, held.id)?)
}

/// Gives free seats to those who wait, in their order; each is told. The caller holds the seats.
pub(crate) fn fill(step: &Step<'_>, held: &Session) -> Result<usize, Refusal> {
    if !matches!(held.state, SessionState::Published | SessionState::Open) {
        return Ok(0);
    }
    let free = usize::try_from(free_seats(step, held)?).unwrap_or(0);
    let next: Vec<Place> = waiting::line(step.tx, held.id)?.into_iter().take(free).collect();
    for place in &next {
        let mut found = attendance::load(step.tx, place.attendance)?;
        found.state = found.state.after(AttendanceAction::MoveUp)?;
        found.waiting_since = None;
        found.moved_up_at = Some(step.now);
        attendance::save(step.tx, &found)?;
        record(step, "attendance.move_up", &found, &format!("由候补递补为参加「{}」", held.title))?;
    }
    if !next.is_empty() {
        let occasion = format!("seat-{}", step.now);
        messages::notify(step, held, (Purpose::Seat, occasion), |line| {
            next.iter().any(|place| place.attendance == line.attendance)
        })?;
    }
    Ok(next.len())
}

/// Puts an enterprise that says that it comes on its seat or in the line; whether it got the seat.
pub(super) fn seat_or_line(step: &Step<'_>, found: &mut Attendance, held: &Session) -> Result<bool, Refusal> {
    let has_seat = matches!(found.state, AttendanceState::Invited | AttendanceState::Accepted);
    if has_seat || free_seats(step, held)? > 0 {
        found.state = found.state.after(AttendanceAction::Accept)?;
        found.waiting_since = None;
        return Ok(true);
    }
    found.state = found.state.after(AttendanceAction::Queue)?;
    // Answering again does not lose one's place.
    found.waiting_since = found.waiting_since.or(Some(step.now));
    Ok(false)
}

/// Place in the line, from 1; `None` for those who do not wait in it.
pub(crate) fn position(line: &[Place], id: AttendanceId) -> Option<usize> {
    line.iter().position(|place| place.attendance == id).map(|before| before + 1)
}

/// The line of a session, with each one's position, as far as the actor may see the enterprises.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn line(app: &App, actor: &Actor, id: SessionId) -> Result<Vec<(usize, Place)>, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ViewSession, &concerns::of_session(view.tx, id)?)?;
        let filter = concerns::enterprise_filter(actor, Action::ViewEnterprise, "a.enterprise_id");
        let seen = attendance::enterprises(view.tx, id, &filter)?;
        let all = (1..).zip(waiting::line(view.tx, id)?);
        Ok(all.filter(|(_, place)| seen.contains(&place.enterprise)).collect())
    })
}

/// Takes an invitation back; the seat goes to the next in line. Returns the session.
///
/// # Errors
/// [`Refusal::Invalid`] without a reason; [`Refusal::Forbidden`]; [`Refusal::Illegal`] once the enterprise has come or the
/// session is over.
pub fn withdraw(app: &App, actor: &Actor, id: AttendanceId, reason: &str) -> Result<SessionId, Refusal> {
    let reason = tidy(reason);
    if reason.is_empty() {
        return Err(Refusal::invalid("back", "请填写撤回邀请的原因；会显示给企业"));
    }
    app.step(actor, |step| {
        let session = attendance::load(step.tx, id)?.session;
        step.must(Action::Invite, &concerns::of_session(step.tx, session)?)?;
        hold_seats(step, session)?;
        let (mut found, held) = (attendance::load(step.tx, id)?, session::load(step.tx, session)?);
        if !matches!(held.state, SessionState::Published | SessionState::Open) {
            return Err(not_now(held.state, "撤回邀请"));
        }
        found.state = found.state.after(AttendanceAction::Withdraw)?;
        found.waiting_since = None;
        attendance::save(step.tx, &found)?;
        record(
            step,
            "attendance.withdraw",
            &found,
            &format!("参加「{}」的邀请被撤回：{reason}", held.title),
        )?;
        fill(step, &held)?;
        Ok(session)
    })
}
