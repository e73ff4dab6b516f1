//! A device at a hand-in-hand day, after a time without a network (N12): what it noted is checked now, one mark at a time,
//! in the order in which it happened; what cannot be taken is said instead of lost.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::application::ReturnReason;
use xinxiu_domain::clinic::{BLOCK, Lane, TicketAction, TicketState, number_name};
use xinxiu_domain::id::{ApplicationId, ClinicId, EnterpriseId};
use xinxiu_domain::{IllegalMove, Missing};
use xinxiu_store::ticket::{self, Ticket};
use xinxiu_store::{Moment, StoreError, clinic, clinic_mark, concerns, enterprise};

use super::queue::{give, move_ticket, open_clinic};
use crate::app::{App, Step};
use crate::applications::{self, Verdict as Review};
use crate::refusal::Refusal;
use crate::roll_call::Verdict;

/// Marks taken in one go.
const AT_MOST: usize = 2000;
/// The oldest that a mark can be, in seconds.
const OLDEST: i64 = 7 * 24 * 3600;

/// What a device noted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Noted {
    /// Made by the device; sent again it is taken once.
    pub key: String,
    /// `take`, a step of the queue, `accept` or `return`.
    pub kind: String,
    /// Whom it is about.
    pub enterprise: i64,
    /// The number that the enterprise was told.
    pub number: Option<u32>,
    /// The lane in which the device serves.
    pub lane: String,
    /// Its counter.
    pub counter: String,
    /// The application that was reviewed.
    pub application: i64,
    /// Its version as the reviewer saw it.
    pub version: i64,
    /// Coded reasons of a return.
    pub reasons: Vec<String>,
    /// What exactly is wrong.
    pub note: String,
    /// Seconds since it was noted, by the device's own clock: that clock may be wrong, but it runs.
    pub seconds_ago: i64,
}

/// The answer for one mark.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// The device's key.
    pub key: String,
    /// What became of it.
    pub verdict: Verdict,
    /// Name of the enterprise; empty where it is not known.
    pub name: String,
    /// What was done, or why it was not.
    pub message: String,
    /// The receipt of a review, to be printed.
    pub receipt: Option<i64>,
}

/// What was done, as it is kept for a device that did not hear the answer.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Taken {
    message: String,
    receipt: Option<i64>,
}

/// The letter's place of a device on a day, so that the numbers it gives without a network are nobody else's. No step of
/// the procedure: nothing is recorded of it but the place.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Invalid`] where the day has as many devices as there are letters.
pub fn register(app: &App, actor: &Actor, id: ClinicId, device: &str) -> Result<u32, Refusal> {
    let device: String = device.chars().take(40).collect();
    let place = app.store.db.write(|tx| {
        let found = clinic::load(tx, id)?;
        if !actor.may(Action::ServeQueue, &clinic::concerns(tx, &found)?) {
            return Err(Refusal::Forbidden(Action::ServeQueue));
        }
        tx.lock(&format!("clinic:{id}"))?;
        Ok::<_, Refusal>(clinic_mark::position(tx, id, &device)?)
    })?;
    place.ok_or_else(|| Refusal::invalid("device", "本次服务日登记的设备太多，请用已经打开过本页的设备"))
}

/// Takes what a device noted, in the order in which it happened.
///
/// # Errors
/// [`Refusal::Forbidden`]; everything else is answered mark by mark.
pub fn sync(
    app: &App,
    actor: &Actor,
    id: ClinicId,
    device: &str,
    mut noted: Vec<Noted>,
) -> Result<Vec<Answer>, Refusal> {
    app.view(actor, |view| {
        let found = clinic::load(view.tx, id)?;
        view.must(Action::ServeQueue, &clinic::concerns(view.tx, &found)?)
    })?;
    noted.truncate(AT_MOST);
    noted.sort_by_key(|mark| std::cmp::Reverse(mark.seconds_ago));
    let device: String = device.chars().take(40).collect();
    Ok(noted.iter().map(|mark| one(app, actor, (id, &device), mark)).collect())
}

fn one(app: &App, actor: &Actor, (id, device): (ClinicId, &str), noted: &Noted) -> Answer {
    let answer = |verdict, name: &str, taken: Taken| {
        let (key, name) = (noted.key.clone(), name.to_owned());
        Answer { key, verdict, name, message: taken.message, receipt: taken.receipt }
    };
    let conflict =
        |name: &str, why: String| answer(Verdict::Conflict, name, Taken { message: why, receipt: None });
    if noted.key.is_empty() || noted.key.len() > 64 {
        return conflict("", "没有编号，无法防止重复".into());
    }
    let of = EnterpriseId(noted.enterprise);
    let known = app.view(actor, |view| {
        view.must(Action::ServeQueue, &concerns::of_enterprise(view.tx, of)?)?;
        Ok((enterprise::load(view.tx, of)?.name, known(view.tx, id, noted)?))
    });
    let name = match known {
        Ok((name, Some(taken))) => return answer(Verdict::Double, &name, taken),
        Ok((name, None)) => name,
        Err(_) => return conflict("", "不是可以在本次服务日办理的企业".into()),
    };
    let now = app.clock.now();
    let at = Timestamp::from_second(now.as_second() - noted.seconds_ago.clamp(0, OLDEST)).unwrap_or(now);
    let happened = Moment { on: app.clock.day_of(at), at };
    let done = app.step(actor, |step| {
        // Two devices that bring marks of one day come one after the other.
        step.tx.lock(&format!("clinic:{id}"))?;
        let taken = apply(step, id, noted, happened)?;
        let text = serde_json::to_string(&taken).map_err(|error| Refusal::Upload(error.to_string()))?;
        let mark = clinic_mark::Taken {
            key: &noted.key,
            clinic: id,
            enterprise: of,
            kind: &noted.kind,
            device,
            answer: &text,
            happened,
            by: &actor.name,
        };
        clinic_mark::insert(step.tx, &mark, step.now)?;
        Ok(taken)
    });
    match done {
        Ok(taken) => answer(Verdict::Taken, &name, taken),
        // Sent twice at once: the other was taken.
        Err(Refusal::Store(StoreError::Duplicate(_))) => answer(Verdict::Double, &name, Taken::default()),
        Err(refusal) => conflict(&name, refusal.to_string()),
    }
}

/// What is known of a mark already: it was taken, or what it says is so.
fn known(tx: &xinxiu_store::Tx<'_>, id: ClinicId, noted: &Noted) -> Result<Option<Taken>, Refusal> {
    if let Some(text) = clinic_mark::answer(tx, id, &noted.key)? {
        return Ok(Some(serde_json::from_str(&text).unwrap_or_default()));
    }
    let Some(found) = ticket::find(tx, id, EnterpriseId(noted.enterprise))? else { return Ok(None) };
    let told = noted.number.is_none_or(|number| number == found.number);
    let is_so = match noted.kind.as_str() {
        "take" => told,
        "call" => found.state == TicketState::Serving && found.counter == noted.counter.trim(),
        "finish" => found.state == TicketState::Done,
        "miss" => found.state == TicketState::Missed,
        _ => false,
    };
    let message = format!("{}号已经是「{}」，没有重复登记", number_name(found.number), found.state);
    Ok(is_so.then_some(Taken { message, receipt: None }))
}

fn apply(step: &Step<'_>, id: ClinicId, noted: &Noted, happened: Moment) -> Result<Taken, Refusal> {
    let of = EnterpriseId(noted.enterprise);
    let said = |message: String| Taken { message, receipt: None };
    match noted.kind.as_str() {
        "take" => take(step, id, of, noted.number, happened).map(said),
        "accept" => review(step, id, noted, (&Review::Accept, happened)),
        "return" => {
            let reasons = noted.reasons.iter().filter_map(|code| ReturnReason::from_code(code)).collect();
            review(step, id, noted, (&Review::Return { reasons, note: noted.note.clone() }, happened))
        }
        other => {
            let action = TicketAction::from_code(other)
                .ok_or_else(|| Refusal::invalid("kind", "不认识这个步骤，请刷新本页再试"))?;
            serve(step, id, noted, (action, happened)).map(said)
        }
    }
}

fn take(
    step: &Step<'_>,
    id: ClinicId,
    of: EnterpriseId,
    told: Option<u32>,
    at: Moment,
) -> Result<String, Refusal> {
    if let Some(found) = ticket::find(step.tx, id, of)? {
        let message = format!("该企业已经在别处取过号：{}号，请告知企业以此为准", number_name(found.number));
        return Err(Refusal::Missing(vec![Missing::new("has_number", message, "N12")]));
    }
    // A number of a device's block is told before the server knows of it.
    let is_free = |number: u32| {
        let queue = ticket::of_clinic(step.tx, id, "1 = 1")?;
        Ok::<_, Refusal>(number > BLOCK && !queue.iter().any(|one| one.number == number))
    };
    if let Some(number) = told
        && !is_free(number)?
    {
        let message = format!("{}号已经给了别的企业，请重新取号并告知企业", number_name(number));
        return Err(Refusal::Missing(vec![Missing::new("number_given", message, "N12")]));
    }
    let number = give(step, id, of, told, at)?;
    Ok(format!("已取{}号", number_name(number)))
}

/// The number of an enterprise, in the lane in which the device serves.
fn own(step: &Step<'_>, id: ClinicId, noted: &Noted) -> Result<Ticket, Refusal> {
    let found = ticket::find(step.tx, id, EnterpriseId(noted.enterprise))?
        .ok_or_else(|| Refusal::Missing(vec![Missing::new("no_number", "该企业还没有取号", "N12")]))?;
    let lane = Lane::from_code(&noted.lane).unwrap_or(found.lane);
    if lane == found.lane {
        return Ok(found);
    }
    let message = format!("{}号已经转到{}队", number_name(found.number), found.lane);
    Err(Refusal::Missing(vec![Missing::new("other_lane", message, "N12")]))
}

fn serve(
    step: &Step<'_>,
    id: ClinicId,
    noted: &Noted,
    (action, at): (TicketAction, Moment),
) -> Result<String, Refusal> {
    let clinic = open_clinic(step, id)?;
    step.must(Action::ServeQueue, &clinic::concerns(step.tx, &clinic)?)?;
    step.must(Action::ServeQueue, &concerns::of_enterprise(step.tx, EnterpriseId(noted.enterprise))?)?;
    let found = own(step, id, noted)?;
    // Somebody else serves it: what this device did meanwhile was done at another counter.
    let elsewhere = found.state == TicketState::Serving && found.counter != noted.counter.trim();
    if elsewhere {
        let message =
            format!("{}号正在{}办理，不是{}", number_name(found.number), found.counter, noted.counter.trim());
        return Err(Refusal::Missing(vec![Missing::new("other_counter", message, "N12")]));
    }
    let counter = if action == TicketAction::Call { noted.counter.as_str() } else { &found.counter.clone() };
    let moved = move_ticket(step, found, action, counter, at)?;
    Ok(format!("{}号：{action}", number_name(moved.number)))
}

fn review(
    step: &Step<'_>,
    id: ClinicId,
    noted: &Noted,
    (verdict, at): (&Review, Moment),
) -> Result<Taken, Refusal> {
    let application = ApplicationId(noted.application);
    let found = xinxiu_store::application::load(step.tx, application)?;
    if found.enterprise != EnterpriseId(noted.enterprise) {
        return Err(Refusal::invalid("application", "申请不是这家企业的"));
    }
    if found.version != noted.version {
        return Err(IllegalMove {
            noun: "修复申请",
            state: found.state.label(),
            action: "登记这次初审：离线期间已有他人办理或修改，请核对",
        }
        .into());
    }
    let receipt = applications::review_in(step, application, noted.version, verdict, (&Some(id).into(), at))?;
    let message = match verdict {
        Review::Accept => "初审通过，请打印回执",
        Review::Return { .. } => "已退回补正，请打印回执",
    };
    Ok(Taken { message: message.into(), receipt: Some(receipt) })
}
