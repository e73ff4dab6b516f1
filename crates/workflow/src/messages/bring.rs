//! What each enterprise brings to a hand-in-hand day (携带清单, N12), as a message through the queue.

use std::collections::{BTreeMap, BTreeSet};

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::attendance::{AttendanceState, Willingness};
use xinxiu_domain::calling::{Filling, Purpose, Text};
use xinxiu_domain::clinic::ticket_gaps;
use xinxiu_domain::id::{ClinicId, EnterpriseId};
use xinxiu_domain::message::MessageState;
use xinxiu_store::clinic::{self, Clinic};
use xinxiu_store::message::{self, Message, TO};
use xinxiu_store::{attendance, concerns, enterprise};

use super::manage::take_back;
use super::queue::{Drawn, Queued, must_be_open, put, reach};
use crate::app::{App, Done, Step, View};
use crate::calling::words_of;
use crate::clinics::{self, bring_list_in};
use crate::invitations;
use crate::refusal::Refusal;

/// What everybody brings beside the papers of its records.
const ALWAYS: [&str; 2] = ["单位公章", "经办人身份证件"];

/// Puts the lists of the named enterprises on the queue, each once for a day. Who cannot be sent one is named with the
/// reason.
///
/// # Errors
/// [`Refusal::Missing`] without a gateway; [`Refusal::Invalid`] where nobody was chosen; [`Refusal::Forbidden`] where one of
/// them is not the actor's to contact: then nobody is told.
pub fn send_bring_lists(
    app: &App,
    actor: &Actor,
    id: ClinicId,
    whom: &[EnterpriseId],
) -> Result<Queued, Refusal> {
    if whom.is_empty() {
        return Err(Refusal::invalid("enterprise", "请先勾选企业"));
    }
    app.step(actor, |step| {
        let day = clinic::load(step.tx, id)?;
        step.must(Action::ViewClinic, &clinic::concerns(step.tx, &day)?)?;
        for of in whom {
            step.must(Action::Contact, &concerns::of_enterprise(step.tx, *of)?)?;
        }
        must_be_open(app)?;
        let view = View { app, tx: step.tx, actor, today: step.today };
        let words = words_of(&view, day.campaign, Purpose::Bring)?.text;
        let words = Text::parse(&words).map_err(|fault| Refusal::invalid("enterprise", fault.to_string()))?;
        let mut queued = Queued::default();
        for of in whom {
            match one(step, &day, *of, &words)? {
                Ok(()) => queued.count += 1,
                Err(why) => queued.left_out.push((enterprise::load(step.tx, *of)?.name, why)),
            }
        }
        let summary = format!(
            "排队发送{}手把手服务携带清单{}条，{}家不能发送",
            day.held_on,
            queued.count,
            queued.left_out.len()
        );
        let done = Done { action: "clinic.bring", subject: ("clinic", id.0), enterprise: None, summary };
        step.record(done, serde_json::json!({ "messages": queued.count }))?;
        Ok(queued)
    })
}

fn one(
    step: &Step<'_>,
    day: &Clinic,
    of: EnterpriseId,
    words: &Text,
) -> Result<Result<(), &'static str>, Refusal> {
    let found = enterprise::load(step.tx, of)?;
    let seats = attendance::of_enterprise(step.tx, of)?;
    let willingness =
        enterprise::member(step.tx, day.campaign, of)?.map_or(Willingness::Undecided, |one| one.willingness);
    let trained = seats.iter().any(|seat| clinics::came(seat.state));
    if !ticket_gaps(true, trained, willingness).is_empty() {
        return Ok(Err("没有参训且答复不愿修复，当天不能取号；改变主意的，先在服务日更正修复意向"));
    }
    let lives = |seat: &&attendance::Attendance| {
        !seat.link_revoked && seat.link_expires_at > step.now && seat.state != AttendanceState::Withdrawn
    };
    // The personal link hangs on an invitation; whoever never had one is called.
    let Some(seat) = seats.iter().filter(lives).max_by_key(|seat| seat.id) else {
        return Ok(Err("没有有效的个人链接（没有邀请过），请打电话告知"));
    };
    let (channel, to) = match reach(step.app, &found.contact_phone_sealed, &found.contact_email_sealed)? {
        Ok(found) => found,
        Err(why) => return Ok(Err(why)),
    };
    let view = View { app: step.app, tx: step.tx, actor: step.actor, today: step.today };
    let list = bring_list_in(&view, day, of)?;
    let lacking: BTreeSet<&str> = list
        .iter()
        .flat_map(|(_, papers)| papers.iter().filter(|(_, there)| !there).map(|(paper, _)| paper.label()))
        .collect();
    let bring: Vec<&str> = lacking.into_iter().chain(ALWAYS).collect();
    let link = format!("{}/l/{}", step.app.post.origin, invitations::token(step.app, seat)?);
    let text = words.filled(&Filling {
        enterprise: &found.name,
        session: "手把手服务",
        time: &day.held_on.strftime("%-m月%-d日").to_string(),
        place: &day.place,
        link: &link,
        bring: &bring.join("、"),
    });
    let occasion = format!("bring:{}:{of}:{}", day.id, step.today);
    let title = format!("{}手把手服务", day.held_on);
    let put = put(
        step,
        (seat.id, of),
        (Purpose::Bring, &title, &occasion, day.held_on),
        &Drawn { channel, to, text },
    )?;
    Ok(put.map(drop))
}

/// What came of calling off a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct CalledOff {
    /// Lists that were still queued and were taken back.
    pub taken_back: usize,
    /// Enterprises that were sent a list and are told by a message.
    pub told: usize,
    /// Enterprises that were sent a list and have to be called.
    pub by_hand: usize,
}

/// Takes back the lists of what to bring that still wait, and tells those who were sent one that the day was called off.
pub(crate) fn call_off_day(step: &Step<'_>, day: &Clinic) -> Result<CalledOff, Refusal> {
    let (mut off, mut sent) = (CalledOff::default(), BTreeMap::new());
    for read in message::bring_lists(step.tx, day.id)? {
        match read.state {
            MessageState::Queued => off.taken_back += usize::from(take_back(step, &read, "服务日已取消")?),
            MessageState::Sending | MessageState::Sent | MessageState::Delivered => {
                sent.insert(attendance::load(step.tx, read.attendance)?.enterprise, read);
            }
            MessageState::Undelivered | MessageState::GivenUp | MessageState::Withdrawn => {}
        }
    }
    for (of, read) in &sent {
        let is_told = tell(step, day, *of, read)?;
        off.told += usize::from(is_told);
        off.by_hand += usize::from(!is_told);
    }
    Ok(off)
}

/// Tells one enterprise where its list went; whether it could be told.
fn tell(step: &Step<'_>, day: &Clinic, of: EnterpriseId, read: &Message) -> Result<bool, Refusal> {
    if !step.app.post.is_open() {
        return Ok(false);
    }
    let view = View { app: step.app, tx: step.tx, actor: step.actor, today: step.today };
    let words = words_of(&view, day.campaign, Purpose::CalledOff)?.text;
    let words = Text::parse(&words).map_err(|fault| Refusal::invalid("reason", fault.to_string()))?;
    let seat = attendance::load(step.tx, read.attendance)?;
    let text = words.filled(&Filling {
        enterprise: &enterprise::load(step.tx, of)?.name,
        session: "手把手服务",
        time: &day.held_on.strftime("%-m月%-d日").to_string(),
        place: &day.place,
        link: &format!("{}/l/{}", step.app.post.origin, invitations::token(step.app, &seat)?),
        bring: "",
    });
    let to = step.app.store.vault.open_text(TO, &read.to_sealed)?;
    let (title, occasion) = (format!("{}手把手服务", day.held_on), format!("called_off:{}:{of}", day.id));
    let about = (Purpose::CalledOff, title.as_str(), occasion.as_str(), day.held_on);
    Ok(put(step, (read.attendance, of), about, &Drawn { channel: read.channel, to, text })?.is_ok())
}
