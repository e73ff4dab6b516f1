//! The organiser publishes or cancels a session; on its day it is opened and closed (N09, N11, N14, N20).

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::SessionId;
use xinxiu_domain::session::{
    SessionAction, SessionState, day_gaps, lecturer_gaps, opening_gaps, publishing_gaps,
};
use xinxiu_domain::text::tidy;
use xinxiu_store::{attendance, session, session_material};

use super::change::{Told, tell};
use super::{agenda, agenda_store, as_plan, content, held_modules, loaded, record};
use crate::app::App;
use crate::refusal::{Refusal, require};
use crate::sitting;

/// What the organiser states when it publishes.
#[derive(Debug, Clone)]
pub struct PublishSession {
    /// Who vouches that nothing is charged and nothing advertised (N20).
    pub confirmed_by: String,
    /// Number of the notice (文号).
    pub notice_number: String,
    /// Whether the deputy head of the local credit authority teaches module 1 (N09).
    pub by_deputy_head: bool,
    /// Why not.
    pub lecturer_reason: String,
}

/// Publishes a session: from now on enterprises can be invited.
///
/// # Errors
/// [`Refusal::Missing`] with everything that is open (N09, N14, N17, N20).
pub fn publish(app: &App, actor: &Actor, id: SessionId, command: &PublishSession) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let (mut found, campaign) = loaded(step, Action::PublishSession, id)?;
        found.state = found.state.after(SessionAction::Publish)?;
        let rest = tidy(&command.confirmed_by);
        let (vouched_by, open_points) = content::vouched_by(step.tx, id, &rest)?;
        found.content_confirmed_by = vouched_by;
        found.notice_number = tidy(&command.notice_number);
        found.lecturer_reason =
            if command.by_deputy_head { String::new() } else { tidy(&command.lecturer_reason) };
        let held = held_modules(&session_material::materials(step.tx, id)?);
        let mut gaps = publishing_gaps(&as_plan(&found, &campaign, &held));
        gaps.extend(lecturer_gaps(command.by_deputy_head, &found.lecturer_reason));
        gaps.extend(day_gaps(found.held_on, step.today));
        gaps.extend(agenda::gaps_of(step.tx, &found, &agenda_store::of_session(step.tx, id)?)?);
        gaps.extend(content::gaps(step.tx, &found)?);
        require(gaps)?;
        content::vouch_for_rest(step, id, &rest, &open_points)?;
        agenda::say_why(step, &found)?;
        found.published_on = Some(step.today);
        found.published_by.clone_from(&actor.name);
        session::save(step.tx, &found)?;
        session_material::confirm(step.tx, id, None, (&found.content_confirmed_by, step.today))?;
        let summary =
            format!("发布培训场次「{}」，{}确认不收费、无商业宣传", found.title, found.content_confirmed_by);
        record(step, "session.publish", id, summary, serde_json::json!({ "notice": found.notice_number }))
    })
}

/// Cancels a session that has not begun; whoever is invited and has not declined is told in the same step.
///
/// # Errors
/// [`Refusal::Invalid`] without a reason; [`Refusal::Illegal`] once it has begun.
pub fn cancel(app: &App, actor: &Actor, id: SessionId, reason: &str) -> Result<Told, Refusal> {
    let reason = tidy(reason);
    if reason.is_empty() {
        return Err(Refusal::invalid("reason", "请填写取消的原因"));
    }
    app.step(actor, |step| {
        let (mut found, _) = loaded(step, Action::PublishSession, id)?;
        let before = found.clone();
        found.state = found.state.after(SessionAction::Cancel)?;
        found.cancel_reason.clone_from(&reason);
        session::save(step.tx, &found)?;
        let summary = format!("取消培训场次「{}」：{reason}", found.title);
        record(step, "session.cancel", id, summary, serde_json::json!({}))?;
        // Of a session that was never published nobody was told.
        if before.state == SessionState::Planned {
            return Ok(Told::default());
        }
        tell(step, (&before, &found), &reason)
    })
}

/// Opens the doors on the day of the session: enterprises can sign in.
///
/// # Errors
/// [`Refusal::Missing`] before its day.
pub fn open_doors(app: &App, actor: &Actor, id: SessionId) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let (mut found, _) = loaded(step, Action::RunSession, id)?;
        found.state = found.state.after(SessionAction::OpenDoors)?;
        require(opening_gaps(found.held_on, step.today))?;
        session::save(step.tx, &found)?;
        let summary = format!("培训场次「{}」开始签到", found.title);
        record(step, "session.open", id, summary, serde_json::json!({}))
    })
}

/// Closes a session; whoever never came is marked absent. Returns how many.
///
/// # Errors
/// [`Refusal::Illegal`] where it was not open.
pub fn close(app: &App, actor: &Actor, id: SessionId) -> Result<u64, Refusal> {
    app.step(actor, |step| {
        let (mut found, _) = loaded(step, Action::RunSession, id)?;
        found.state = found.state.after(SessionAction::Close)?;
        session::save(step.tx, &found)?;
        sitting::close_lapsed_of(step, id)?;
        let absent = attendance::mark_absent(step.tx, id)?;
        let summary = format!("培训场次「{}」结束，缺席{absent}家", found.title);
        record(step, "session.close", id, summary, serde_json::json!({ "absent": absent }))?;
        Ok(absent)
    })
}
