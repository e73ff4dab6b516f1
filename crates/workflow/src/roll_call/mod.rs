//! Roll-call (点名签到): no signed commitment, no seat, unless an exception is on record (N10, N11). How marks come
//! to the roll: by the code of the hall's screen, by the clerk, from a device that was offline, from paper.

use xinxiu_domain::IllegalMove;
use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::attendance::AttendanceState;
use xinxiu_domain::id::{AttendanceId, SessionId};
use xinxiu_domain::presence::Mark;
use xinxiu_domain::text::tidy;
use xinxiu_store::{attendance, concerns};

use crate::app::App;
use crate::invitations::record;
use crate::refusal::Refusal;

mod code;
mod desk;
mod mark;
mod online;
mod sheet;

pub use code::{CODE_SECONDS, Hall, by_code, code_of, hall, title};
pub use desk::{DeskMark, Synced, Verdict, sync};
pub use mark::{by_clerk, check_out_all, own, roll, whole_roll};
pub use online::beat;
pub use sheet::{SheetLine, enter_sheet};

/// Signs an enterprise in while its session is open, by those who run it. Returns the session.
///
/// # Errors
/// [`Refusal::Missing`] with the open commitments (N10); [`Refusal::Illegal`] where the session is not open or
/// the enterprise is inside already.
pub fn check_in(app: &App, actor: &Actor, id: AttendanceId) -> Result<SessionId, Refusal> {
    by_clerk(app, actor, id, Mark::CheckIn)
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
            AttendanceState::Invited
                | AttendanceState::Accepted
                | AttendanceState::Declined
                | AttendanceState::Waiting
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
