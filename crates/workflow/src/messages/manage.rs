//! Those who call see how far their messages have come, take back what still waits, and send again what failed.

use std::collections::BTreeSet;

use jiff::Timestamp;
use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::id::{MessageId, SessionId};
use xinxiu_domain::message::{Channel, MessageAction, MessageState, sms_number};
use xinxiu_store::enterprise::sealed::{CONTACT_EMAIL, CONTACT_PHONE};
use xinxiu_store::heartbeat::{self, Heartbeat};
use xinxiu_store::message::{self, Count, Line, Message, Standing, TO};
use xinxiu_store::session::{self, Session};
use xinxiu_store::{StoreError, attendance, concerns, enterprise};

use super::{HEARTBEAT, hours};
use crate::app::{App, Done, Step};
use crate::calling::{callable, own};
use crate::refusal::Refusal;

/// The messages of a session.
#[derive(Debug, Clone)]
pub struct Board {
    /// The session.
    pub session: Session,
    /// Messages to enterprises that the actor may contact, newest first.
    pub lines: Vec<Line>,
    /// How many there are in each state.
    pub counts: Vec<(MessageState, usize)>,
}

/// The messages of a session that the actor may see.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn board(app: &App, actor: &Actor, id: SessionId) -> Result<Board, Refusal> {
    app.view(actor, |view| {
        let whom = concerns::of_session(view.tx, id)?;
        view.must(Action::ViewSession, &whom)?;
        let session = session::load(view.tx, id)?;
        let lines = message::lines(view.tx, id, &own(view, &whom))?;
        let count = |state| lines.iter().filter(|line| line.state == state).count();
        let counts = MessageState::ALL.iter().map(|state| (*state, count(*state))).collect();
        Ok(Board { session, lines, counts })
    })
}

/// Takes back messages that still wait; how many there were.
///
/// # Errors
/// [`Refusal::Invalid`] where none of the chosen waits any more; [`Refusal::Forbidden`].
pub fn withdraw(app: &App, actor: &Actor, id: SessionId, chosen: &[MessageId]) -> Result<usize, Refusal> {
    let none = "勾选的消息都不在等待发送，不能撤回";
    each(app, actor, (id, chosen), none, |step, read| {
        Ok(read.state == MessageState::Queued && take_back(step, read, "已由人工撤回")?)
    })
}

/// Takes back a message that still waits as it was read; whether it did. The same may then be sent again.
pub(super) fn take_back(step: &Step<'_>, read: &Message, why: &str) -> Result<bool, Refusal> {
    let standing = Standing {
        state: read.state.after(MessageAction::Withdraw)?,
        next_at: step.now,
        gateway_id: &read.gateway_id,
        problem: why,
    };
    let waited = message::stand(step.tx, read, (&standing, read.attempt), step.now)?;
    if waited {
        message::free_occasion(step.tx, read.id)?;
    }
    Ok(waited)
}

/// Sends again what did not arrive, to the number or address that is on record now; how many they are.
///
/// # Errors
/// [`Refusal::Invalid`] where none of the chosen failed, or none has a number; [`Refusal::Forbidden`].
pub fn again(app: &App, actor: &Actor, id: SessionId, chosen: &[MessageId]) -> Result<usize, Refusal> {
    let none = "勾选的消息没有发送失败的，或企业没有可用的手机号、邮箱";
    each(app, actor, (id, chosen), none, |step, read| {
        if !read.state.allows(MessageAction::Retry) {
            return Ok(false);
        }
        let Some(to) = address(step, read)? else { return Ok(false) };
        let sealed = step.app.store.vault.seal(TO, &to)?;
        let held = session::load(step.tx, id)?;
        let due = hours::due(step, (read.channel, read.purpose), held.held_on, step.now);
        message::again(step.tx, read.id, &sealed, due)?;
        Ok(true)
    })
}

/// Number or address of a message's enterprise as it is now.
fn address(step: &Step<'_>, read: &Message) -> Result<Option<String>, Refusal> {
    let found = attendance::load(step.tx, read.attendance)?;
    let whom = enterprise::load(step.tx, found.enterprise)?;
    let vault = &step.app.store.vault;
    Ok(match read.channel {
        Channel::Sms => sms_number(&vault.open_text(CONTACT_PHONE, &whom.contact_phone_sealed)?),
        Channel::Email => {
            Some(vault.open_text(CONTACT_EMAIL, &whom.contact_email_sealed)?).filter(|to| !to.is_empty())
        }
    })
}

fn each(
    app: &App,
    actor: &Actor,
    (id, chosen): (SessionId, &[MessageId]),
    none: &str,
    change: impl Fn(&Step<'_>, &Message) -> Result<bool, Refusal>,
) -> Result<usize, Refusal> {
    if chosen.is_empty() {
        return Err(Refusal::invalid("message", "请先勾选消息"));
    }
    app.step(actor, |step| {
        step.must(Action::ViewSession, &concerns::of_session(step.tx, id)?)?;
        let mut changed = 0;
        for message in chosen.iter().copied().collect::<BTreeSet<_>>() {
            let read = message::load(step.tx, message)?;
            let found = callable(step, read.attendance)?;
            if found.session != id {
                return Err(StoreError::NotFound("消息", message.to_string()).into());
            }
            if !change(step, &read)? {
                continue;
            }
            changed += 1;
            let now = message::load(step.tx, message)?.state;
            let done = Done {
                action: "message.move",
                subject: ("message", message.0),
                enterprise: Some(found.enterprise),
                summary: format!("{}（{}）改为{now}", read.channel, read.purpose),
            };
            step.record(done, serde_json::json!({ "was": read.state }))?;
        }
        if changed == 0 { Err(Refusal::invalid("message", none)) } else { Ok(changed) }
    })
}

/// The whole queue.
#[derive(Debug, Clone)]
pub struct Overview {
    /// Messages by session, channel and state.
    pub counts: Vec<Count>,
    /// When the message was due that waits longest.
    pub oldest_waiting: Option<Timestamp>,
    /// When the sender last showed itself, and what was wrong.
    pub sender: Option<Heartbeat>,
}

/// The whole queue, for those who watch over the installation.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn overview(app: &App, actor: &Actor) -> Result<Overview, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ViewAudit, &Concerns::default())?;
        Ok(Overview {
            counts: message::counts(view.tx)?,
            oldest_waiting: message::oldest_waiting(view.tx)?,
            sender: heartbeat::all(view.tx)?.into_iter().find(|beat| beat.name == HEARTBEAT),
        })
    })
}
