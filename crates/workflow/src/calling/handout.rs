//! Numbers and words for whoever sends the messages: the city's own gateway is often on another network.

use jiff::Timestamp;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::calling::{Filling, Purpose, Reach, Text};
use xinxiu_domain::id::SessionId;
use xinxiu_domain::session::{SessionMode, SessionState};
use xinxiu_domain::text::tidy;
use xinxiu_store::contact::{self, Line, Within};
use xinxiu_store::enterprise::sealed::CONTACT_PHONE;
use xinxiu_store::session::{self, Session};
use xinxiu_store::{Tx, attendance, campaign, concerns, enterprise_change};

use super::{own, words};
use crate::app::{App, Done, Step, View};
use crate::invitations;
use crate::refusal::Refusal;
use crate::sessions::{not_now, spoken_time};

/// A message to one enterprise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Name of the enterprise.
    pub enterprise: String,
    /// Contact person.
    pub contact_name: String,
    /// Phone of the contact person, in full.
    pub phone: String,
    /// The words.
    pub text: String,
}

/// Messages to be sent, and for whom there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handout {
    /// The session.
    pub session: String,
    /// Who is to get what.
    pub messages: Vec<Message>,
    /// Who cannot be sent one, and why.
    pub left_out: Vec<(String, &'static str)>,
}

/// The messages to those of a session that have been reached so far and no further, with their numbers in full. The
/// purpose and the person are kept for every number. `origin` is where this installation is reached.
///
/// # Errors
/// [`Refusal::Invalid`] without a purpose; [`Refusal::Forbidden`]; [`Refusal::Illegal`] before the session is published.
pub fn hand_out(
    app: &App,
    actor: &Actor,
    id: SessionId,
    (purpose, reach): (Purpose, Option<Reach>),
    (why, origin): (&str, &str),
) -> Result<Handout, Refusal> {
    let why = tidy(why);
    if why.chars().count() < 2 {
        return Err(Refusal::invalid("why", "请写明用途，例如「短信平台群发培训通知」；会记录在案"));
    }
    app.step(actor, |step| {
        let whom = concerns::of_session(step.tx, id)?;
        step.must(Action::ViewSession, &whom)?;
        let held = session::load(step.tx, id)?;
        if !fits(&held, purpose) {
            return Err(not_now(held.state, "导出通知"));
        }
        let view = View { app, tx: step.tx, actor, today: step.today };
        let lines = contact::lines(step.tx, Within::Session(id), reach, &own(&view, &whom))?;
        let campaign = campaign::load_item(step.tx, held.plan_item)?.campaign;
        let text = words::of(&view, campaign, purpose)?.text;
        let text = Text::parse(&text).map_err(|fault| Refusal::invalid("why", fault.to_string()))?;
        let mut handout = Handout { session: held.title.clone(), messages: Vec::new(), left_out: Vec::new() };
        for line in &lines {
            match message(step, (&held, line), &text, origin)? {
                Ok(message) => {
                    disclose(step, line, &why)?;
                    handout.messages.push(message);
                }
                Err(reason) => handout.left_out.push((line.name.clone(), reason)),
            }
        }
        let (count, left_out) = (handout.messages.len(), handout.left_out.len());
        let done = Done {
            action: "contact.hand_out",
            subject: ("session", id.0),
            enterprise: None,
            summary: format!("导出{purpose}短信{count}条，用途：{why}"),
        };
        step.record(
            done,
            serde_json::json!({ "purpose": purpose, "messages": count, "left_out": left_out }),
        )?;
        Ok(handout)
    })
}

/// Whether a message of a purpose fits a session that stands so.
pub(crate) fn fits(held: &Session, purpose: Purpose) -> bool {
    match purpose {
        Purpose::Cancelled => held.state == SessionState::Cancelled,
        Purpose::Announced | Purpose::FollowUp => {
            !matches!(held.state, SessionState::Planned | SessionState::Cancelled)
        }
        // They are about a hand-in-hand day, and about no session.
        Purpose::Bring | Purpose::CalledOff => false,
        _ => matches!(held.state, SessionState::Published | SessionState::Open),
    }
}

/// The words for one enterprise with its own link, or why there are none. `origin` is where this installation is reached.
pub(crate) fn words_for(
    (app, tx, now): (&App, &Tx<'_>, Timestamp),
    (held, line): (&Session, &Line),
    text: &Text,
    origin: &str,
) -> Result<Result<String, &'static str>, Refusal> {
    let found = attendance::load(tx, line.attendance)?;
    if found.link_revoked || found.link_expires_at <= now {
        return Ok(Err("个人链接已作废或过期，请重新发放"));
    }
    let address = format!("{origin}/l/{}", invitations::token(app, &found)?);
    let place = if held.mode == SessionMode::Online { "线上参加" } else { held.place.as_str() };
    let time = spoken_time(held);
    let filling = Filling {
        enterprise: &line.name,
        session: &held.title,
        time: &time,
        place,
        link: &address,
        bring: "",
    };
    Ok(Ok(text.filled(&filling)))
}

/// The message to one enterprise, or why there is none.
fn message(
    step: &Step<'_>,
    (held, line): (&Session, &Line),
    text: &Text,
    origin: &str,
) -> Result<Result<Message, &'static str>, Refusal> {
    if line.contact_phone_sealed.is_empty() {
        return Ok(Err("没有联系电话，请寄信或上门"));
    }
    if !step.actor.may(Action::RevealPersonal, &concerns::of_enterprise(step.tx, line.enterprise)?) {
        return Ok(Err("您不能查看该企业的完整电话，请由属地信用办或服务机构通知"));
    }
    let words = words_for((step.app, step.tx, step.now), (held, line), text, origin)?;
    let phone = step.app.store.vault.open_text(CONTACT_PHONE, &line.contact_phone_sealed)?;
    Ok(words.map(|text| Message {
        enterprise: line.name.clone(),
        contact_name: line.contact_name.clone(),
        phone,
        text,
    }))
}

fn disclose(step: &Step<'_>, line: &Line, why: &str) -> Result<(), Refusal> {
    let who = (step.actor.name.as_str(), step.actor.account);
    let what = (crate::enterprises::Personal::ContactPhone.code(), why);
    enterprise_change::disclosed(step.tx, line.enterprise, what, who, step.moment())?;
    let done = Done {
        action: "enterprise.reveal",
        subject: ("enterprise", line.enterprise.0),
        enterprise: Some(line.enterprise),
        summary: format!("导出联系电话，用途：{why}"),
    };
    step.record(done, serde_json::json!({ "field": crate::enterprises::Personal::ContactPhone }))
}
