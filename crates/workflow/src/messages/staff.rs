//! One message a day to staff who want it (工作提醒): how much of theirs is due and late, and never whose. It takes the same way
//! as messages to enterprises: queued, sent by the same thread, repeated while the gateway is away.

use jiff::SignedDuration;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::{AccountId, CampaignId};
use xinxiu_domain::message::{Channel, MessageAction, MessageState, is_email, pause_after, sms_number};
use xinxiu_domain::person::{mask_email, mask_phone};
use xinxiu_domain::sending_hours::SendingHours;
use xinxiu_domain::text::squeeze;
use xinxiu_store::moment::{from_shanghai, shanghai};
use xinxiu_store::staff_message::{self, EMAIL, New, PHONE, StaffMessage, Standing, TEXT, TO, Wish};
use xinxiu_store::vault::random_bytes;
use xinxiu_store::{StoreError, account, campaign};

use super::sender::{LEASE, hand_over};
use super::{Gateway, Outgoing};
use crate::app::{App, Done, Step};
use crate::deadlines::{self, Counts};
use crate::jobs::platform;
use crate::refusal::Refusal;

/// When a reminder may reach somebody where the installation says nothing: in the morning of the day.
const USUAL: &str = "08:00-21:00";

/// What somebody set, with number and address masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Whether reminders are wanted.
    pub is_wanted: bool,
    /// The phone.
    pub phone: String,
    /// The address.
    pub email: String,
    /// Through which gateway they come, or why through none.
    pub by: Result<Channel, &'static str>,
    /// The last one.
    pub last: Option<StaffMessage>,
}

/// What somebody chooses. An empty number or address keeps the one on record.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// Whether reminders are wanted; if not, number and address are forgotten.
    pub is_wanted: bool,
    /// Phone.
    pub phone: String,
    /// Address.
    pub email: String,
}

fn own(actor: &Actor) -> Result<AccountId, Refusal> {
    let watches = actor.account.filter(|_| actor.has(Action::ViewDeadlines));
    watches.ok_or(Refusal::Forbidden(Action::ViewDeadlines))
}

/// What the reader set.
///
/// # Errors
/// [`Refusal::Forbidden`] for those who have no deadlines.
pub fn reminder(app: &App, actor: &Actor) -> Result<Setting, Refusal> {
    let id = own(actor)?;
    app.view(actor, |view| {
        let wish = staff_message::wish(view.tx, id)?;
        let is_wanted = wish.is_some();
        let (phone, email) =
            wish.as_ref().map_or_else(|| Ok(Default::default()), |wish| opened(app, wish))?;
        Ok(Setting {
            is_wanted,
            by: way(app, &phone, &email).map(|(channel, _)| channel),
            phone: if phone.is_empty() { phone } else { mask_phone(&phone) },
            email: if email.is_empty() { email } else { mask_email(&email) },
            last: staff_message::last(view.tx, id)?,
        })
    })
}

fn opened(app: &App, wish: &Wish) -> Result<(String, String), Refusal> {
    let vault = &app.store.vault;
    Ok((vault.open_text(PHONE, &wish.phone_sealed)?, vault.open_text(EMAIL, &wish.email_sealed)?))
}

/// Through which gateway somebody is reached, short message before mail.
fn way(app: &App, phone: &str, email: &str) -> Result<(Channel, String), &'static str> {
    match sms_number(phone) {
        Some(number) if app.post.sms => Ok((Channel::Sms, number)),
        _ if app.post.email && !email.is_empty() => Ok((Channel::Email, email.to_owned())),
        _ if !app.post.is_open() => Err("本平台没有配置短信网关或邮件服务器，暂时不能发送"),
        Some(_) => Err("本平台没有配置短信网关，请填写邮箱"),
        None => Err("请填写手机号（本平台没有配置邮件服务器）"),
    }
}

/// Keeps what somebody chooses for himself.
///
/// # Errors
/// [`Refusal::Invalid`] for a number or address that is none, or where neither is known.
pub fn set_reminder(app: &App, actor: &Actor, choice: &Choice) -> Result<(), Refusal> {
    let id = own(actor)?;
    let (phone, email) = (squeeze(&choice.phone), squeeze(&choice.email));
    if choice.is_wanted && !phone.is_empty() && sms_number(&phone).is_none() {
        return Err(Refusal::invalid("phone", "请填写11位手机号，座机收不到短信"));
    }
    if choice.is_wanted && !email.is_empty() && !is_email(&email) {
        return Err(Refusal::invalid("email", "请填写邮箱地址，例如 name@example.cn"));
    }
    app.step(actor, |step| {
        let before = staff_message::wish(step.tx, id)?;
        let wish =
            if choice.is_wanted { Some(wished(step, before.as_ref(), (&phone, &email))?) } else { None };
        staff_message::set_wish(step.tx, id, wish.as_ref())?;
        let summary =
            if choice.is_wanted { "开通本人的工作提醒" } else { "取消本人的工作提醒" };
        record(step, "account.reminder", id, summary.to_owned())
    })
}

fn wished(step: &Step<'_>, before: Option<&Wish>, (phone, email): (&str, &str)) -> Result<Wish, Refusal> {
    let vault = &step.app.store.vault;
    let kept = |typed: &str, purpose, old: Option<&String>| -> Result<String, Refusal> {
        match old {
            Some(old) if typed.is_empty() => Ok(old.clone()),
            _ => Ok(vault.seal(purpose, typed)?),
        }
    };
    let wish = Wish {
        phone_sealed: kept(phone, PHONE, before.map(|wish| &wish.phone_sealed))?,
        email_sealed: kept(email, EMAIL, before.map(|wish| &wish.email_sealed))?,
        changed_on: step.today,
    };
    let (phone, email) = opened(step.app, &wish)?;
    if phone.is_empty() && email.is_empty() {
        return Err(Refusal::invalid("phone", "请填写手机号或邮箱，提醒才有地方发"));
    }
    Ok(wish)
}

fn record(step: &Step<'_>, action: &str, id: AccountId, summary: String) -> Result<(), Refusal> {
    step.record(Done { action, subject: ("account", id.0), enterprise: None, summary }, serde_json::json!({}))
}

/// Puts the day's reminders on the queue: on working days, for whoever wants them and has something due, late or passed on, once
/// a day. Returns how many.
///
/// # Errors
/// What the database says.
pub fn remind_staff(app: &App) -> Result<usize, Refusal> {
    if !app.post.is_open() || !app.rules.calendar().is_working_day(app.clock.today()) {
        return Ok(0);
    }
    let due = app.view(&platform(), |view| {
        let wishes = staff_message::wishes(view.tx)?;
        let campaign = campaign::current(view.tx)?.map_or(CampaignId(0), |found| found.id);
        if wishes.is_empty() || campaign == CampaignId(0) {
            return Ok(Vec::new());
        }
        let actors: Vec<&Actor> = wishes.iter().map(|(actor, _)| actor).collect();
        let counts = deadlines::counts(view, campaign, &actors)?;
        Ok(wishes.into_iter().zip(counts).collect())
    })?;
    let mut queued = 0;
    for ((actor, wish), counts) in due {
        let (phone, email) = opened(app, &wish)?;
        if let (Some(text), Ok(to)) = (words(app, counts), way(app, &phone, &email)) {
            queued += usize::from(put(app, &actor, to, &text)?);
        }
    }
    Ok(queued)
}

/// What is said; nothing where there is nothing to say.
fn words(app: &App, counts: Counts) -> Option<String> {
    let parts = [(counts.today, "今天到期"), (counts.overdue, "逾期"), (counts.passed_on, "转本单位督办")];
    let said: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count}件{what}"))
        .collect();
    let at = if app.post.origin.is_empty() { String::new() } else { format!(" {}", app.post.origin) };
    (!said.is_empty()).then(|| {
        format!("您有{}。请登录信修平台在“今天要办”办理。{at}", said.join("、")).trim_end().to_owned()
    })
}

fn put(app: &App, whom: &Actor, (channel, to): (Channel, String), text: &str) -> Result<bool, Refusal> {
    let Some(account) = whom.account else { return Ok(false) };
    let done = app.step(&platform(), |step| {
        let vault = &app.store.vault;
        let new = New {
            account,
            reference: &hex::encode(random_bytes::<16>()?),
            channel,
            to_sealed: &vault.seal(TO, &to)?,
            text_sealed: &vault.seal(TEXT, text)?,
            due: in_the_day(app, step.now),
        };
        if staff_message::enqueue(step.tx, &new, step.moment())?.is_none() {
            return Err(StoreError::Conflict("工作提醒").into());
        }
        record(step, "account.remind", account, format!("{channel}排队：当天的工作提醒"))
    });
    match done {
        Ok(()) => Ok(true),
        // Told already today, by another server or before a restart.
        Err(Refusal::Store(StoreError::Conflict(_))) => Ok(false),
        Err(other) => Err(other),
    }
}

/// The earliest moment at which a reminder may reach somebody; the round runs at midnight.
fn in_the_day(app: &App, now: jiff::Timestamp) -> jiff::Timestamp {
    let Some(hours) = app.post.hours.or_else(|| USUAL.parse::<SendingHours>().ok()) else { return now };
    from_shanghai(hours.next(shanghai(now))).unwrap_or(now).max(now)
}

/// Sends the reminder that is due longest. Returns whether there was one.
pub(super) fn send_next(app: &App, gateway: &dyn Gateway) -> Result<bool, Refusal> {
    let now = app.clock.now();
    let until = now.saturating_add(LEASE).unwrap_or(now);
    let Some(taken) = app.store.db.write(|tx| staff_message::claim(tx, now, until))? else {
        return Ok(false);
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
        subject: "今天要办的事项".into(),
        text: vault.open_text(TEXT, &taken.text_sealed)?,
    };
    let (action, problem, id) = hand_over(gateway, &outgoing, taken.attempts);
    settle(app, &taken, action, (&problem, &id))?;
    Ok(true)
}

/// Why a reminder has nothing to say any more.
fn moot(app: &App, message: &StaffMessage) -> Result<Option<&'static str>, Refusal> {
    let (wish, of) = app.store.db.read(|tx| {
        Ok::<_, StoreError>((staff_message::wish(tx, message.account)?, account::load(tx, message.account)?))
    })?;
    Ok(if message.day != app.clock.today() {
        Some("已过当天")
    } else if of.state != xinxiu_domain::account::AccountState::Active {
        Some("账号已停用")
    } else if wish.is_none() {
        Some("本人已取消提醒")
    } else {
        None
    })
}

/// Moves a reminder as read. One that moved meanwhile is left alone: a receipt came first, or another sender has it.
fn settle(
    app: &App,
    read: &StaffMessage,
    action: MessageAction,
    (problem, gateway_id): (&str, &str),
) -> Result<(), Refusal> {
    let Ok(state) = read.state.after(action) else { return Ok(()) };
    let now = app.clock.now();
    let pause = pause_after(read.attempts).filter(|_| state == MessageState::Queued);
    let wait = pause.and_then(|pause| SignedDuration::try_from(pause).ok()).unwrap_or_default();
    let next_at = in_the_day(app, now.saturating_add(wait).unwrap_or(now));
    let gateway_id = if gateway_id.is_empty() { &read.gateway_id } else { gateway_id };
    let done = app.step(&platform(), |step| {
        let standing = Standing { state, next_at, gateway_id, problem };
        if !staff_message::stand(step.tx, read, &standing, step.now)? {
            return Err(StoreError::Conflict("工作提醒").into());
        }
        record(step, "account.remind", read.account, format!("{}（工作提醒）{state}", read.channel))
    });
    match done {
        Err(Refusal::Store(StoreError::Conflict(_))) => Ok(()),
        other => other,
    }
}

/// Takes a receipt, where it names a reminder. Returns whether it changed anything.
pub(super) fn receive(app: &App, channel: Channel, receipt: &super::Receipt) -> Result<bool, Refusal> {
    let Some(found) = app.store.db.read(|tx| staff_message::named(tx, channel, &receipt.name))? else {
        return Ok(false);
    };
    let action = if receipt.is_delivered { MessageAction::Deliver } else { MessageAction::Bounce };
    if !found.state.allows(action) {
        return Ok(false);
    }
    settle(app, &found, action, (if receipt.is_delivered { "" } else { &receipt.problem }, ""))?;
    Ok(true)
}
