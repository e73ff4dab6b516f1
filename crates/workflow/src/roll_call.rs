//! Roll-call (点名签到): no signed commitment, no seat, unless an exception is on record (N10, N11).

use xinxiu_domain::IllegalMove;
use xinxiu_domain::actor::{Action, Actor, Concerns, Role};
use xinxiu_domain::attendance::{AttendanceAction, AttendanceState, seat_gaps};
use xinxiu_domain::id::{AttendanceId, SessionId};
use xinxiu_domain::session::SessionState;
use xinxiu_domain::text::tidy;
use xinxiu_store::attendance;
use xinxiu_store::{campaign, commitment, concerns, session};

use crate::app::App;
use crate::invitations::record;
use crate::refusal::{Refusal, require};
use crate::sessions::not_now;

/// Signs an enterprise in while its session is open: by those who run it, or by the enterprise itself.
/// Returns the session.
///
/// # Errors
/// [`Refusal::Missing`] with the open commitments (N10); [`Refusal::Illegal`] where the session is not open or
/// the enterprise has signed in already.
pub fn check_in(app: &App, actor: &Actor, id: AttendanceId) -> Result<SessionId, Refusal> {
    app.step(actor, |step| {
        let mut found = attendance::load(step.tx, id)?;
        if actor.role == Role::Enterprise {
            step.must(Action::AnswerInvitation, &concerns::of_enterprise(step.tx, found.enterprise)?)?;
        } else {
            step.must(Action::RunSession, &concerns::of_session(step.tx, found.session)?)?;
        }
        let held = session::load(step.tx, found.session)?;
        if held.state != SessionState::Open {
            return Err(not_now(held.state, "签到"));
        }
        found.state = found.state.after(AttendanceAction::CheckIn)?;
        let class = campaign::load_item(step.tx, held.plan_item)?;
        let owed = commitment::owed(step.tx, class.campaign, found.enterprise)?;
        require(seat_gaps(owed.needed, owed.signed, &found.exception_reason))?;
        found.checked_in_at = Some(step.moment());
        attendance::save(step.tx, &found)?;
        let how = if actor.role == Role::Enterprise { "自行签到" } else { "签到" };
        record(step, "attendance.check_in", &found, &format!("参加「{}」{how}", held.title))?;
        Ok(found.session)
    })
}

/// The session in which an enterprise's place stands, for those who see the session.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn session_of(app: &App, actor: &Actor, id: AttendanceId) -> Result<SessionId, Refusal> {
    app.view(actor, |view| {
        let found = attendance::load(view.tx, id)?;
        view.must(Action::ViewSession, &concerns::of_session(view.tx, found.session)?)?;
        Ok(found.session)
    })
}

/// Lets an enterprise sit without every commitment signed, with the reason (N10). By its county, or by a
/// county office that organises the session. Returns the session.
///
/// # Errors
/// [`Refusal::Invalid`] without a reason; [`Refusal::Illegal`] once the enterprise has signed in or the
/// session is over.
pub fn grant_exception(
    app: &App,
    actor: &Actor,
    id: AttendanceId,
    reason: &str,
) -> Result<SessionId, Refusal> {
    let reason = tidy(reason);
    if reason.is_empty() {
        return Err(Refusal::invalid("reason", "请填写例外的原因"));
    }
    app.step(actor, |step| {
        let mut found = attendance::load(step.tx, id)?;
        let enterprise = concerns::of_enterprise(step.tx, found.enterprise)?;
        let held = concerns::of_session(step.tx, found.session)?;
        let record_of = Concerns { counties: enterprise.counties, ..held };
        step.must(Action::GrantException, &record_of)?;
        let waiting = matches!(
            found.state,
            AttendanceState::Invited | AttendanceState::Accepted | AttendanceState::Declined
        );
        if !waiting {
            let (noun, action) = ("参训", "登记例外");
            return Err(IllegalMove { noun, state: found.state.label(), action }.into());
        }
        found.exception_reason.clone_from(&reason);
        found.exception_by.clone_from(&actor.name);
        attendance::save(step.tx, &found)?;
        let title = found.session_title.clone();
        record(
            step,
            "attendance.exception",
            &found,
            &format!("未签齐承诺书参加「{title}」的例外：{reason}"),
        )?;
        Ok(found.session)
    })
}
