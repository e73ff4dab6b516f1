//! The organiser changes day, hours or place of a session that is published already: everybody concerned is told by
//! itself, or it is shown who is to be told by hand (N08 N14).

use jiff::ToSpan;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::attendance::AttendanceState;
use xinxiu_domain::calling::{Purpose, Reach};
use xinxiu_domain::id::{AttendanceId, SessionId};
use xinxiu_domain::session::{SessionMode, SessionState};
use xinxiu_domain::text::tidy;
use xinxiu_store::contact::{self, Within};
use xinxiu_store::session::{self, Session};
use xinxiu_store::session_change::{self, Line, SessionChange};
use xinxiu_store::{attendance, concerns};

use super::plan::may_be_held;
use super::time_and_place::TimeAndPlace;
use super::{agenda, loaded, matching, not_now, record, spoken_time};
use crate::app::{App, Step, View};
use crate::invitations::{fill, hold_seats, own, record as record_own};
use crate::messages;
use crate::refusal::Refusal;

/// A change is shown to those who prepare the session for so long.
const SHOWN_FOR: i64 = 14;

/// What the organiser changes.
#[derive(Debug, Clone)]
pub struct ChangeSession {
    /// Day, hours, place and seats.
    pub at: TimeAndPlace,
    /// Why.
    pub reason: String,
    /// Version that the form was filled from.
    pub version: i64,
}

/// Whom a change concerns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Told {
    /// Messages that wait now.
    pub queued: usize,
    /// Enterprises that are to be told by hand.
    pub by_hand: usize,
    /// Enterprises that got a seat from the waiting list.
    pub moved_up: usize,
}

/// Changes a published session; whoever is invited and has not declined is told in the same step.
///
/// # Errors
/// [`Refusal::Invalid`] without a reason, where nothing changed, or where fewer seats are left than are taken;
/// [`Refusal::Missing`] with what the notice asks; [`Refusal::Illegal`] before it is published and once its doors are open; a
/// conflict where somebody else changed it meanwhile.
pub fn change(app: &App, actor: &Actor, id: SessionId, command: &ChangeSession) -> Result<Told, Refusal> {
    let reason = tidy(&command.reason);
    if reason.is_empty() {
        return Err(Refusal::invalid("reason", "请填写变更的原因；会显示给企业"));
    }
    app.step(actor, |step| {
        // Seats are given away under the same lock.
        hold_seats(step, id)?;
        let (found, campaign) = loaded(step, Action::PublishSession, id)?;
        if found.state != SessionState::Published {
            return Err(not_now(found.state, "变更"));
        }
        let changed = Session { version: command.version, ..command.at.onto(found.clone()) };
        may_be_held(&command.at, &changed, &campaign, step.today)?;
        agenda::must_fit(step.tx, &changed)?;
        let taken = attendance::taken_seats(step.tx, id)?;
        if i64::from(changed.capacity) < taken {
            return Err(Refusal::invalid("capacity", format!("已占{taken}个名额，名额不能少于{taken}")));
        }
        if said(&found) == said(&changed) && found.capacity == changed.capacity {
            return Err(Refusal::invalid("reason", "没有改动任何内容"));
        }
        session::save(step.tx, &changed)?;
        matching::moved(step, &found, &changed)?;
        let summary = format!(
            "变更培训场次「{}」：{}改为{}，{reason}",
            found.title,
            said(&found).join(" "),
            said(&changed).join(" ")
        );
        record(step, "session.change", id, summary, serde_json::json!({ "capacity": changed.capacity }))?;
        let told = if said(&found) == said(&changed) {
            Told::default()
        } else {
            tell(step, (&found, &changed), &reason)?
        };
        let moved_up = fill(step, &changed)?;
        Ok(Told { moved_up, ..told })
    })
}

/// Day with hours, and place, as people read them.
fn said(session: &Session) -> [String; 2] {
    let place = match session.mode {
        SessionMode::OnSite => session.place.clone(),
        SessionMode::Online => format!("线上 {}", session.link),
        SessionMode::Both => format!("{}（线上 {}）", session.place, session.link),
    };
    [spoken_time(session), place]
}

/// Keeps what changed, takes back messages that say the old, and tells everybody who may come.
pub(super) fn tell(
    step: &Step<'_>,
    (before, now): (&Session, &Session),
    reason: &str,
) -> Result<Told, Refusal> {
    let ([old_time, old_place], [new_time, new_place]) = (said(before), said(now));
    let is_cancelled = now.state == SessionState::Cancelled;
    let id = session_change::insert(
        step.tx,
        &SessionChange {
            id: 0,
            session: now.id,
            is_cancelled,
            old_held_on: before.held_on,
            old_time,
            old_place,
            new_held_on: now.held_on,
            new_time,
            new_place,
            reason: reason.to_owned(),
            by: step.actor.name.clone(),
            at: step.moment(),
        },
    )?;
    let purpose = if is_cancelled { Purpose::Cancelled } else { Purpose::Changed };
    messages::call_off(step, now.id, "场次已变更，改发新的通知")?;
    let lines = contact::lines(step.tx, Within::Session(now.id), None, "1 = 1")?;
    let whom = lines.iter().filter(|line| line.state != AttendanceState::Declined).count();
    let queued = messages::notify(step, now, (purpose, format!("change-{id}")), |line| {
        line.state != AttendanceState::Declined
    })?;
    Ok(Told { queued: queued.count, by_hand: whom.saturating_sub(queued.count), moved_up: 0 })
}

/// The enterprise says that it has read the change, and that its answer stands.
///
/// # Errors
/// [`Refusal::Forbidden`] for anybody but the enterprise.
pub fn note_change(app: &App, actor: &Actor, id: AttendanceId) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let mut found = own(step.tx, actor, id)?;
        found.answered_at = Some(step.moment());
        attendance::save(step.tx, &found)?;
        record_own(
            step,
            "attendance.note_change",
            &found,
            &format!("确认已知道「{}」的变更", found.session_title),
        )
    })
}

/// The last change of a session that an invited enterprise has not answered to; for its own page.
pub(crate) fn unseen_change(
    view: &View<'_>,
    found: &attendance::Attendance,
) -> Result<Option<SessionChange>, Refusal> {
    let last = session_change::of_session(view.tx, found.session)?.into_iter().next();
    Ok(last.filter(|change| {
        change.at.at > found.invited_at.at
            && found.answered_at.is_none_or(|answered| answered.at < change.at.at)
    }))
}

/// The changes of a session, newest first.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn changes(app: &App, actor: &Actor, id: SessionId) -> Result<Vec<SessionChange>, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ViewSession, &concerns::of_session(view.tx, id)?)?;
        Ok(session_change::of_session(view.tx, id)?)
    })
}

/// Sessions ahead that changed lately, for those who see them, and for the authorities of the enterprises invited; and
/// whether the actor may open each.
///
/// # Errors
/// What the database says.
pub fn recent_changes(app: &App, actor: &Actor) -> Result<Vec<(Line, bool)>, Refusal> {
    app.view(actor, |view| {
        let opened = |line: Line| {
            let whom = concerns::of_session(view.tx, line.change.session)?;
            let may = actor.may(Action::ViewSession, &whom);
            Ok((line, may))
        };
        recent(view)?.into_iter().map(opened).collect()
    })
}

/// As [`recent_changes`], in a look that is open already.
pub(crate) fn recent(view: &View<'_>) -> Result<Vec<Line>, Refusal> {
    let sessions = concerns::plan_item_filter(view.actor, Action::ViewSession, "s.plan_item_id");
    let enterprises = concerns::enterprise_filter(view.actor, Action::Rectify, "a.enterprise_id");
    let filter = format!(
        "({sessions} or exists (select 1 from attendance a where a.session_id = s.id and {enterprises}))"
    );
    let since = view.today.saturating_sub(SHOWN_FOR.days());
    Ok(session_change::recent(view.tx, (since, view.today), &filter)?)
}

/// Enterprises that the actor may contact and that have not been told of a change, in all sessions ahead.
///
/// # Errors
/// What the database says.
pub fn to_tell_again(app: &App, actor: &Actor) -> Result<Vec<contact::Line>, Refusal> {
    app.view(actor, outdated)
}

/// As [`to_tell_again`], in a look that is open already.
pub(crate) fn outdated(view: &View<'_>) -> Result<Vec<contact::Line>, Refusal> {
    let filter = concerns::enterprise_filter(view.actor, Action::Contact, "a.enterprise_id");
    Ok(contact::lines(view.tx, Within::Changed(view.today), Some(Reach::Outdated), &filter)?)
}
