//! One mark on the roll, however it came, and what the roll says of everybody.

use std::collections::HashMap;

use xinxiu_domain::IllegalMove;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::attendance::{AttendanceAction, AttendanceState, seat_gaps};
use xinxiu_domain::id::{AttendanceId, SessionId};
use xinxiu_domain::presence::{Mark, Presence, Way};
use xinxiu_domain::session::{SessionState, mark_gaps};
use xinxiu_store::attendance::{self, Attendance, RosterLine};
use xinxiu_store::roll::{self, RollEvent};
use xinxiu_store::session::Session;
use xinxiu_store::{Moment, campaign, commitment, concerns, session, waiting};

use crate::app::{App, Done, Step};
use crate::invitations::{self, record};
use crate::refusal::{Refusal, require};
use crate::sessions::not_now;

/// A mark before it is on the roll.
pub(super) struct NewMark<'a> {
    pub mark: Mark,
    pub way: Way,
    pub device: &'a str,
    /// Empty where the server makes it.
    pub key: &'a str,
    pub happened: Moment,
}

/// Puts a mark on the roll; the first check-in also takes the seat (N10). What is marked already is refused.
pub(super) fn take(step: &Step<'_>, id: AttendanceId, new: &NewMark<'_>) -> Result<Attendance, Refusal> {
    // Two devices that mark the same enterprise in one moment come one after the other.
    step.tx.lock(&format!("roll-{id}"))?;
    let mut found = attendance::load(step.tx, id)?;
    let held = session::load(step.tx, found.session)?;
    if held.state != SessionState::Open {
        return Err(not_now(held.state, new.mark.label()));
    }
    // The paper says for itself at what time of the session's day somebody came, whenever it is entered.
    if new.way != Way::Sheet {
        require(mark_gaps(held.held_on, new.happened.on))?;
    }
    let before = roll::of_attendance(step.tx, id)?;
    let inside = roll::presence(&before, 0, Some(new.happened.at)).inside;
    match (new.mark, inside) {
        (Mark::CheckIn, false) if before.is_empty() => seat(step, &mut found, &held, new.happened)?,
        (Mark::CheckIn, false) | (Mark::CheckOut, true) => {}
        (Mark::CheckIn, true) => {
            let state = if before.len() == 1 { found.state.label() } else { "已签到" };
            return Err(IllegalMove { noun: "参训", state, action: "签到" }.into());
        }
        (Mark::CheckOut, false) => {
            let state = if before.is_empty() { "没有签到" } else { "已签退" };
            return Err(IllegalMove { noun: "参训", state, action: "签退" }.into());
        }
    }
    let key = if new.key.is_empty() { format!("{id}-{}", before.len()) } else { new.key.to_owned() };
    let event = RollEvent {
        attendance: id,
        mark: new.mark,
        way: new.way,
        device: new.device.to_owned(),
        key,
        happened: new.happened,
        received_at: step.now,
        recorded_by: step.actor.name.clone(),
    };
    if !roll::insert(step.tx, &event)? {
        let state = if new.mark == Mark::CheckIn { "已签到" } else { "已签退" };
        return Err(IllegalMove { noun: "参训", state, action: new.mark.label() }.into());
    }
    let action = match new.mark {
        Mark::CheckIn => "attendance.check_in",
        Mark::CheckOut => "attendance.check_out",
    };
    record(step, action, &found, &format!("参加「{}」{}（{}）", held.title, new.mark, new.way))?;
    Ok(found)
}

/// The seat of an enterprise that comes for the first time.
fn seat(step: &Step<'_>, found: &mut Attendance, held: &Session, at: Moment) -> Result<(), Refusal> {
    // Who has no seat gets one of those who did not come, while there is room in the hall.
    if matches!(found.state, AttendanceState::Waiting | AttendanceState::Declined) {
        invitations::hold_seats(step, held.id)?;
        if waiting::came(step.tx, held.id)? >= i64::from(held.capacity) {
            return Err(not_full(found.state));
        }
    }
    found.state = found.state.after(AttendanceAction::CheckIn)?;
    found.waiting_since = None;
    let class = campaign::load_item(step.tx, held.plan_item)?;
    let owed = commitment::owed(step.tx, class.campaign, found.enterprise)?;
    require(seat_gaps(owed.needed, owed.signed, &found.exception_reason))?;
    found.checked_in_at = Some(at);
    attendance::save(step.tx, found)?;
    Ok(())
}

fn not_full(state: AttendanceState) -> Refusal {
    IllegalMove {
        noun: "参训", state: state.label(), action: "签到：已签到的企业数已达到名额"
    }
    .into()
}

/// Marks an enterprise in or out, by those who run the session. Returns the session.
///
/// # Errors
/// [`Refusal::Missing`] with the open commitments (N10); [`Refusal::Illegal`] where the session is not open or
/// the enterprise is marked so already.
pub fn by_clerk(app: &App, actor: &Actor, id: AttendanceId, mark: Mark) -> Result<SessionId, Refusal> {
    app.step(actor, |step| {
        let session = attendance::load(step.tx, id)?.session;
        step.must(Action::RunSession, &concerns::of_session(step.tx, session)?)?;
        let new = NewMark { mark, way: Way::Clerk, device: "", key: "", happened: step.moment() };
        take(step, id, &new)?;
        Ok(session)
    })
}

/// Checks everybody out who is still inside, at the end of the class. Returns how many.
///
/// # Errors
/// [`Refusal::Illegal`] where the session is not open; [`Refusal::Invalid`] where nobody is inside.
pub fn check_out_all(app: &App, actor: &Actor, id: SessionId) -> Result<usize, Refusal> {
    app.step(actor, |step| {
        step.must(Action::RunSession, &concerns::of_session(step.tx, id)?)?;
        let held = session::load(step.tx, id)?;
        let presences = roll::presences(step.tx, id, Some(step.now))?;
        let inside = presences.iter().filter(|(_, presence)| presence.inside).map(|(id, _)| *id);
        let mut inside: Vec<_> = inside.collect();
        if inside.is_empty() {
            return Err(Refusal::invalid("check-out-all", "现在没有在场的企业，不需要签退"));
        }
        inside.sort_unstable_by_key(|id| id.0);
        for one in &inside {
            let new = NewMark {
                mark: Mark::CheckOut,
                way: Way::Clerk,
                device: "",
                key: "",
                happened: step.moment(),
            };
            take(step, *one, &new)?;
        }
        let summary = format!("「{}」下课，{}家在场企业统一签退", held.title, inside.len());
        let done =
            Done { action: "session.check_out_all", subject: ("session", id.0), enterprise: None, summary };
        step.record(done, serde_json::json!({ "count": inside.len() }))?;
        Ok(inside.len())
    })
}

/// How long each enterprise of a session was there, for those who see the session. While it runs, who is
/// inside counts until now.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn roll(app: &App, actor: &Actor, id: SessionId) -> Result<HashMap<AttendanceId, Presence>, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ViewSession, &concerns::of_session(view.tx, id)?)?;
        let running = session::load(view.tx, id)?.is_running(view.today);
        Ok(roll::presences(view.tx, id, running.then(|| app.clock.now()))?)
    })
}

/// Everybody on the roll with the marks on it, for the clerk's list; the agency sees all whom it invited.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn whole_roll(
    app: &App,
    actor: &Actor,
    id: SessionId,
) -> Result<(Session, Vec<(RosterLine, Presence)>), Refusal> {
    app.view(actor, |view| {
        view.must(Action::RunSession, &concerns::of_session(view.tx, id)?)?;
        let held = session::load(view.tx, id)?;
        let campaign = campaign::load_item(view.tx, held.plan_item)?.campaign;
        let running = held.is_running(view.today);
        let presences = roll::presences(view.tx, id, running.then(|| app.clock.now()))?;
        let lines = attendance::roster(view.tx, campaign, id)?.into_iter();
        let lines = lines.map(|line| {
            let presence = presences.get(&line.attendance.id).copied().unwrap_or_default();
            (line, presence)
        });
        Ok((held, lines.collect()))
    })
}

/// An enterprise's own presence in a session.
///
/// # Errors
/// [`Refusal::Forbidden`] for anybody but the enterprise.
pub fn own(app: &App, actor: &Actor, id: AttendanceId) -> Result<Presence, Refusal> {
    app.view(actor, |view| {
        let found = invitations::own(view.tx, actor, id)?;
        let running = session::load(view.tx, found.session)?.is_running(view.today);
        let events = roll::of_attendance(view.tx, id)?;
        let minutes = roll::online_minutes(view.tx, id)?;
        Ok(roll::presence(&events, minutes, running.then(|| app.clock.now())))
    })
}
