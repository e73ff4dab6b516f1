//! Messages are put on the queue: by people who chose whom to call, and by steps that others have to be told of.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::civil::Date;
use xinxiu_domain::Missing;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::calling::{Purpose, Reach, Text};
use xinxiu_domain::id::{AttendanceId, EnterpriseId, MessageId, SessionId};
use xinxiu_domain::message::{Channel, MessageState, sms_number};
use xinxiu_store::contact::{self, Line, Within};
use xinxiu_store::enterprise::sealed::{CONTACT_EMAIL, CONTACT_PHONE};
use xinxiu_store::message::{self, New, TEXT, TO};
use xinxiu_store::session::{self, Session};
use xinxiu_store::vault::random_bytes;
use xinxiu_store::{Tx, campaign, concerns, enterprise_change};

use super::hours;
use super::manage::take_back;
use crate::app::{App, Done, Step, View};
use crate::calling::{callable, fits, own, words_for, words_of};
use crate::enterprises::Personal;
use crate::refusal::{Refusal, require};
use crate::sessions::not_now;

/// One enterprise of a preview.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The enterprise, and how far it has been reached.
    pub line: Line,
    /// How it would be told, or why it cannot be.
    pub by: Result<Channel, &'static str>,
}

/// Who would be told what.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The session.
    pub session: Session,
    /// The enterprises asked for.
    pub planned: Vec<Planned>,
    /// The words for the first of them, without its link.
    pub sample: String,
}

/// What came of queueing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Queued {
    /// Messages that wait now.
    pub count: usize,
    /// Whom nothing was queued for, and why.
    pub left_out: Vec<(String, &'static str)>,
}

/// Stands in a preview where the personal link will be: nobody who only looks needs it.
const LINK_SHOWN: &str = "（该企业的个人链接）";

pub(super) fn must_be_open(app: &App) -> Result<(), Refusal> {
    let message = "没有配置短信网关或邮件服务器，请导出短信内容和号码发送，或联系系统管理员配置";
    require(if app.post.is_open() { Vec::new() } else { vec![Missing::new("gateway", message, "N08")] })
}

/// Looks at who would be told: those of a session that have been reached so far, or those named.
///
/// # Errors
/// [`Refusal::Missing`] without a gateway; [`Refusal::Forbidden`]; [`Refusal::Illegal`] where the session does not stand so.
pub fn preview(
    app: &App,
    actor: &Actor,
    id: SessionId,
    purpose: Purpose,
    wanted: impl Fn(&Line) -> bool,
) -> Result<Preview, Refusal> {
    let now = app.clock.now();
    app.view(actor, |view| {
        let (held, lines, text) = call(view, id, purpose)?;
        let planned: Vec<Planned> = lines
            .into_iter()
            .filter(|line| wanted(line))
            .map(|line| {
                let by = draw((app, view.tx, now), (&held, &line), (purpose, &text))?;
                Ok(Planned { line, by: by.map(|drawn| drawn.channel) })
            })
            .collect::<Result<_, Refusal>>()?;
        let time = crate::sessions::spoken_time(&held);
        let name = planned.first().map_or("（企业名称）", |one| one.line.name.as_str());
        let sample = text.filled(&xinxiu_domain::calling::Filling {
            enterprise: name,
            session: &held.title,
            time: &time,
            place: if held.place.is_empty() { "线上参加" } else { &held.place },
            link: LINK_SHOWN,
            bring: "",
        });
        Ok(Preview { session: held, planned, sample })
    })
}

/// The session, its enterprises that the actor may contact, and the words.
fn call(view: &View<'_>, id: SessionId, purpose: Purpose) -> Result<(Session, Vec<Line>, Text), Refusal> {
    let whom = concerns::of_session(view.tx, id)?;
    view.must(Action::ViewSession, &whom)?;
    must_be_open(view.app)?;
    let held = session::load(view.tx, id)?;
    if !fits(&held, purpose) {
        return Err(not_now(held.state, "发送通知"));
    }
    let lines = contact::lines(view.tx, Within::Session(id), None, &own(view, &whom))?;
    let text = words(view, &held, purpose)?;
    Ok((held, lines, text))
}

fn words(view: &View<'_>, held: &Session, purpose: Purpose) -> Result<Text, Refusal> {
    let campaign = campaign::load_item(view.tx, held.plan_item)?.campaign;
    let text = words_of(view, campaign, purpose)?.text;
    Text::parse(&text).map_err(|fault| Refusal::invalid("about", fault.to_string()))
}

/// A message that could be queued.
pub(super) struct Drawn {
    pub channel: Channel,
    pub to: String,
    pub text: String,
}

/// Through which gateway a contact is reached, and under which number or address; or why through none.
pub(super) fn reach(
    app: &App,
    phone_sealed: &str,
    email_sealed: &str,
) -> Result<Result<(Channel, String), &'static str>, Refusal> {
    let vault = &app.store.vault;
    let phone = vault.open_text(CONTACT_PHONE, phone_sealed)?;
    Ok(match sms_number(&phone) {
        Some(number) if app.post.sms => Ok((Channel::Sms, number)),
        _ if app.post.email && !email_sealed.is_empty() => {
            Ok((Channel::Email, vault.open_text(CONTACT_EMAIL, email_sealed)?))
        }
        Some(_) => Err("没有邮箱（本平台没有配置短信网关）"),
        None => Err("没有手机号或邮箱，请打电话、寄信或上门"),
    })
}

/// The message for one enterprise: short message before mail; or why there is none.
fn draw(
    (app, tx, now): (&App, &Tx<'_>, Timestamp),
    (held, line): (&Session, &Line),
    (purpose, text): (Purpose, &Text),
) -> Result<Result<Drawn, &'static str>, Refusal> {
    if matches!(purpose, Purpose::Invite | Purpose::Remind) {
        if line.reach == Reach::Answered {
            return Ok(Err("已经答复"));
        }
        if message::is_under_way(tx, line.attendance, purpose)? {
            return Ok(Err("已在发送队列中"));
        }
    }
    // Whoever knows of the change, or of no change at all, is told of none.
    let behind = matches!(line.reach, Reach::Outdated | Reach::Unreachable);
    if matches!(purpose, Purpose::Changed | Purpose::Seat) && !behind {
        return Ok(Err("没有还要通知的变更"));
    }
    let (channel, to) = match reach(app, &line.contact_phone_sealed, &line.contact_email_sealed)? {
        Ok(found) => found,
        Err(why) => return Ok(Err(why)),
    };
    let words = words_for((app, tx, now), (held, line), text, &app.post.origin)?;
    Ok(words.map(|text| Drawn { channel, to, text }))
}

/// Puts messages to the named enterprises of a session on the queue. Who cannot be sent one is named with the reason.
///
/// # Errors
/// As [`preview`]; [`Refusal::Invalid`] where nobody was chosen; [`Refusal::Forbidden`] where one of them is not the actor's
/// to contact: then nobody is told.
pub fn send(
    app: &App,
    actor: &Actor,
    id: SessionId,
    purpose: Purpose,
    whom: &[AttendanceId],
) -> Result<Queued, Refusal> {
    if whom.is_empty() {
        return Err(Refusal::invalid("whom", "请先勾选企业"));
    }
    app.step(actor, |step| {
        let view = View { app, tx: step.tx, actor, today: step.today };
        let (held, lines, text) = call(&view, id, purpose)?;
        for foreign in whom.iter().filter(|id| !lines.iter().any(|line| line.attendance == **id)) {
            callable(step, *foreign)?;
        }
        let wanted: HashSet<AttendanceId> = whom.iter().copied().collect();
        let chosen = lines.into_iter().filter(|line| wanted.contains(&line.attendance)).collect();
        queue(step, &held, chosen, &Notice { purpose, text, occasion: step.today.to_string() })
    })
}

/// What is told, and what makes it another occasion than the last.
struct Notice {
    /// What it is about.
    purpose: Purpose,
    /// The words.
    text: Text,
    /// The same occasion is told once.
    occasion: String,
}

/// Queues a notice to some enterprises of a session.
fn queue(step: &Step<'_>, held: &Session, lines: Vec<Line>, notice: &Notice) -> Result<Queued, Refusal> {
    let mut queued = Queued::default();
    for line in lines {
        match queue_one(step, (held, &line), notice)? {
            Ok(_) => queued.count += 1,
            Err(why) => queued.left_out.push((line.name, why)),
        }
    }
    let purpose = notice.purpose;
    let done = Done {
        action: "message.queue",
        subject: ("session", held.id.0),
        enterprise: None,
        summary: format!("排队发送{purpose}通知{}条，{}家不能发送", queued.count, queued.left_out.len()),
    };
    step.record(done, serde_json::json!({ "purpose": purpose, "messages": queued.count }))?;
    Ok(queued)
}

fn queue_one(
    step: &Step<'_>,
    (held, line): (&Session, &Line),
    notice: &Notice,
) -> Result<Result<MessageId, &'static str>, Refusal> {
    let around = (step.app, step.tx, step.now);
    let drawn = match draw(around, (held, line), (notice.purpose, &notice.text))? {
        Ok(drawn) => drawn,
        Err(why) => return Ok(Err(why)),
    };
    let occasion = format!("{}:{}:{}", notice.purpose.code(), line.attendance, notice.occasion);
    put(
        step,
        (line.attendance, line.enterprise),
        (notice.purpose, &held.title, &occasion, held.held_on),
        &drawn,
    )
}

/// Puts a message on the queue, with what is kept of the number that leaves the platform and its audit entry.
pub(super) fn put(
    step: &Step<'_>,
    (attendance, enterprise): (AttendanceId, EnterpriseId),
    (purpose, title, occasion, held_on): (Purpose, &str, &str, Date),
    drawn: &Drawn,
) -> Result<Result<MessageId, &'static str>, Refusal> {
    let vault = &step.app.store.vault;
    let new = New {
        reference: &hex::encode(random_bytes::<16>()?),
        occasion,
        attendance,
        channel: drawn.channel,
        purpose,
        subject: &format!("{purpose}：{title}"),
        to_sealed: &vault.seal(TO, &drawn.to)?,
        text_sealed: &vault.seal(TEXT, &drawn.text)?,
        due: hours::due(step, (drawn.channel, purpose), held_on, step.now),
        by: &step.actor.name,
    };
    let Some(id) = message::enqueue(step.tx, &new, step.moment())? else {
        return Ok(Err("今天已经发过同样的通知"));
    };
    // The number leaves the platform, so it is kept for what.
    let field = match drawn.channel {
        Channel::Sms => Personal::ContactPhone,
        Channel::Email => Personal::ContactEmail,
    };
    let why = format!("平台发送{purpose}{}", drawn.channel);
    let who = (step.actor.name.as_str(), step.actor.account);
    enterprise_change::disclosed(step.tx, enterprise, (field.code(), &why), who, step.moment())?;
    let done = Done {
        action: "message.queue_one",
        subject: ("message", id.0),
        enterprise: Some(enterprise),
        summary: format!("{}排队：{purpose}，「{title}」", drawn.channel),
    };
    step.record(done, serde_json::json!({ "attendance": attendance }))?;
    Ok(Ok(id))
}

/// Takes back what still waits to be sent for a session.
pub(crate) fn call_off(step: &Step<'_>, id: SessionId, why: &str) -> Result<(), Refusal> {
    for read in message::of_session(step.tx, id, MessageState::Queued)? {
        take_back(step, &read, why)?;
    }
    Ok(())
}

/// Tells enterprises of a session by itself, in the step that they have to be told of; where no gateway is configured
/// nothing is queued, and the ledger shows who is to be told by hand.
pub(crate) fn notify(
    step: &Step<'_>,
    held: &Session,
    (purpose, occasion): (Purpose, String),
    wanted: impl Fn(&Line) -> bool,
) -> Result<Queued, Refusal> {
    if !step.app.post.is_open() {
        return Ok(Queued::default());
    }
    let view = View { app: step.app, tx: step.tx, actor: step.actor, today: step.today };
    let text = words(&view, held, purpose)?;
    let mut lines = contact::lines(step.tx, Within::Session(held.id), None, "1 = 1")?;
    lines.retain(wanted);
    if lines.is_empty() {
        return Ok(Queued::default());
    }
    queue(step, held, lines, &Notice { purpose, text, occasion })
}
