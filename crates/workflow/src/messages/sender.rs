//! The thread that hands messages to the gateways. It takes one, lets go of the database, talks to the network, and writes
//! down what came of it. Ended between the two last, the message is taken again after a while, with the same reference.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use xinxiu_domain::attendance::AttendanceState;
use xinxiu_domain::calling::{Outcome, Purpose, Way};
use xinxiu_domain::clinic::ClinicState;
use xinxiu_domain::message::{Channel, MessageAction, MessageState, pause_after};
use xinxiu_domain::session::SessionState;
use xinxiu_store::contact::{self, Attempt};
use xinxiu_store::message::{self, Message, Standing, TEXT, TO};
use xinxiu_store::{StoreError, attendance, heartbeat, session};

use super::hours;
use super::receipts::receive;
use super::staff;
use super::{Gateway, NotSent, Outgoing};
use crate::app::{App, Done, Step};
use crate::jobs::platform;
use crate::refusal::Refusal;

/// Under which name the thread notes that it is alive.
pub const HEARTBEAT: &str = "messages";
/// Longer than any gateway is waited for.
pub(super) const LEASE: SignedDuration = SignedDuration::from_mins(3);
const PAUSE: Duration = Duration::from_millis(500);
const BEAT: SignedDuration = SignedDuration::from_mins(1);

/// Sends the message that is due longest; what enterprises wait for goes before what staff are told. Returns whether there was one.
///
/// # Errors
/// What the database says.
pub fn send_next(app: &App, gateway: &dyn Gateway) -> Result<bool, Refusal> {
    let now = app.clock.now();
    let until = now.saturating_add(LEASE).unwrap_or(now);
    let Some(taken) = app.store.db.write(|tx| message::claim(tx, now, until))? else {
        return staff::send_next(app, gateway);
    };
    if let Some(why) = moot(app, &taken)? {
        settle(app, &taken, MessageAction::Withdraw, (why, ""))?;
        return Ok(true);
    }
    let vault = &app.store.vault;
    let outgoing = Outgoing {
        channel: taken.channel,
        reference: taken.reference.clone(),
        to: vault.open_text(TO, &taken.to_sealed)?,
        subject: taken.subject.clone(),
        text: vault.open_text(TEXT, &taken.text_sealed)?,
    };
    let (action, problem, id) = hand_over(gateway, &outgoing, taken.attempts);
    settle(app, &taken, action, (&problem, &id))?;
    Ok(true)
}

/// Gives a message to the gateway: what becomes of it, what was wrong, and the gateway's own id.
pub(super) fn hand_over(
    gateway: &dyn Gateway,
    outgoing: &Outgoing,
    attempts: u32,
) -> (MessageAction, String, String) {
    match gateway.send(outgoing) {
        Ok(id) => (MessageAction::Accept, String::new(), id),
        Err(NotSent::Never(why)) => (MessageAction::Bounce, why, String::new()),
        Err(NotSent::Later(why)) => {
            let more = pause_after(attempts).is_some();
            (if more { MessageAction::Postpone } else { MessageAction::GiveUp }, why, String::new())
        }
    }
}

/// Why a message has nothing to say any more: much may have happened since it was queued.
fn moot(app: &App, message: &Message) -> Result<Option<&'static str>, Refusal> {
    app.store.db.read(|tx| {
        let found = attendance::load(tx, message.attendance)?;
        let held = session::load(tx, found.session)?;
        let calls = matches!(held.state, SessionState::Published | SessionState::Open);
        let is_dead = found.link_revoked || found.link_expires_at <= app.clock.now();
        if message.purpose == Purpose::CalledOff {
            return Ok(None);
        }
        if message.purpose == Purpose::Bring {
            if message::clinic_state(tx, message.id)? == Some(ClinicState::Cancelled) {
                return Ok(Some("服务日已取消"));
            }
            return Ok(is_dead.then_some("个人链接已作废或过期"));
        }
        let later = matches!(message.purpose, Purpose::Announced | Purpose::FollowUp);
        let announced = later && held.state != SessionState::Cancelled;
        Ok(if message.purpose == Purpose::Cancelled {
            None
        } else if !calls && !announced {
            Some("场次已取消或结束")
        } else if found.state == AttendanceState::Withdrawn {
            Some("邀请已撤回")
        } else if message.purpose == Purpose::Seat && found.state != AttendanceState::Accepted {
            Some("企业已不需要这个名额")
        } else if is_dead {
            Some("个人链接已作废或过期")
        } else if found.answered_at.is_some() && matches!(message.purpose, Purpose::Invite | Purpose::Remind)
        {
            Some("企业已经答复")
        } else {
            None
        })
    })
}

/// Moves a message as read, with its attempt in the ledger and its audit entry. One that moved meanwhile is left alone: a
/// receipt came first, or another sender has it.
pub(super) fn settle(
    app: &App,
    read: &Message,
    action: MessageAction,
    (problem, gateway_id): (&str, &str),
) -> Result<(), Refusal> {
    let Ok(state) = read.state.after(action) else { return Ok(()) };
    let done = app.step(&platform(), |step| {
        let attempt = note(step, read, state, problem)?;
        let pause = pause_after(read.attempts).filter(|_| state == MessageState::Queued);
        let next_at = match pause.and_then(|pause| step.now.saturating_add(pause).ok()) {
            Some(at) => {
                let held = session::load(step.tx, attendance::load(step.tx, read.attendance)?.session)?;
                hours::due(step, (read.channel, read.purpose), held.held_on, at)
            }
            None => step.now,
        };
        let gateway_id = if gateway_id.is_empty() { &read.gateway_id } else { gateway_id };
        let standing = Standing { state, next_at, gateway_id, problem };
        if !message::stand(step.tx, read, (&standing, attempt), step.now)? {
            return Err(StoreError::Conflict("消息").into());
        }
        if state == MessageState::Withdrawn {
            message::free_occasion(step.tx, read.id)?;
        }
        record(step, read, state, problem)
    });
    match done {
        Err(Refusal::Store(StoreError::Conflict(_))) => Ok(()),
        other => other,
    }
}

/// What the ledger of calls says of a message that has come so far.
fn note(step: &Step<'_>, read: &Message, state: MessageState, problem: &str) -> Result<Option<i64>, Refusal> {
    // What somebody is told of a hand-in-hand day says nothing of whether it knows of its session.
    if matches!(read.purpose, Purpose::Bring | Purpose::CalledOff) {
        return Ok(None);
    }
    let outcome = match state {
        MessageState::Sent => Outcome::Sent,
        MessageState::Delivered => Outcome::Delivered,
        MessageState::Undelivered | MessageState::GivenUp => Outcome::Undelivered,
        MessageState::Queued | MessageState::Sending | MessageState::Withdrawn => return Ok(read.attempt),
    };
    if let Some(attempt) = read.attempt {
        contact::settle(step.tx, attempt, outcome)?;
        return Ok(Some(attempt));
    }
    let way = match read.channel {
        Channel::Sms => Way::Sms,
        Channel::Email => Way::Email,
    };
    let attempt = Attempt {
        id: 0,
        attendance: read.attendance,
        way,
        purpose: read.purpose,
        outcome,
        note: problem.to_owned(),
        by: "平台自动发送".into(),
        at: step.moment(),
        by_gateway: true,
    };
    Ok(Some(contact::insert(step.tx, &attempt)?))
}

fn record(step: &Step<'_>, read: &Message, state: MessageState, problem: &str) -> Result<(), Refusal> {
    let enterprise = attendance::load(step.tx, read.attendance)?.enterprise;
    let why = if problem.is_empty() { String::new() } else { format!("：{problem}") };
    let done = Done {
        action: "message.settle",
        subject: ("message", read.id.0),
        enterprise: Some(enterprise),
        summary: format!("{}（{}）{state}{why}", read.channel, read.purpose),
    };
    step.record(done, serde_json::json!({ "attempts": read.attempts }))
}

/// The thread that sends.
#[derive(Debug)]
pub struct Sender {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Sender {
    /// Sends until the value is dropped.
    pub fn start(app: App, gateway: Arc<dyn Gateway>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || work(&app, gateway.as_ref(), &stopped));
        Self { stop, thread: Some(thread) }
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the sender of messages ended in a panic");
        }
    }
}

fn work(app: &App, gateway: &dyn Gateway, stop: &AtomicBool) {
    let mut beaten = None;
    while !stop.load(Ordering::Relaxed) {
        beat(app, gateway, &mut beaten);
        match send_next(app, gateway) {
            Ok(true) => {}
            Ok(false) => thread::sleep(PAUSE),
            Err(refusal) => {
                tracing::warn!(%refusal, "the queue of messages cannot be read");
                thread::sleep(PAUSE * 10);
            }
        }
    }
}

/// Once a minute: notes that the sender is alive, and asks for receipts where the gateway does not bring them.
fn beat(app: &App, gateway: &dyn Gateway, last: &mut Option<Timestamp>) {
    let moment = app.clock.moment();
    if last.is_some_and(|last| moment.at.duration_since(last) < BEAT) {
        return;
    }
    *last = Some(moment.at);
    let problem = match gateway.collect() {
        Ok(receipts) => {
            for (channel, receipt) in receipts {
                if let Err(refusal) = receive(app, channel, &receipt) {
                    tracing::warn!(%refusal, "a receipt was not taken");
                }
            }
            String::new()
        }
        Err(problem) => {
            tracing::warn!(problem, "no receipts");
            problem
        }
    };
    if let Err(error) = app.store.db.write(|tx| heartbeat::beat(tx, HEARTBEAT, moment, &problem)) {
        tracing::warn!(%error, "the heartbeat was not written");
    }
}
