//! The marks that a device brings from a hand-in-hand day: what of them is known, what has to wait, and the step behind each.

use serde::{Deserialize, Serialize};
use xinxiu_domain::actor::Action;
use xinxiu_domain::application::{ApplicationAction, ApplicationState, ReturnReason};
use xinxiu_domain::clinic::{BLOCK, Lane, TicketAction, TicketState, number_name};
use xinxiu_domain::id::{ApplicationId, ClinicId, EnterpriseId};
use xinxiu_domain::{IllegalMove, Missing};
use xinxiu_store::application::{self, Application};
use xinxiu_store::ticket::{self, Ticket};
use xinxiu_store::{Moment, Tx, clinic, clinic_mark, concerns};

use super::desk::Noted;
use super::queue::{give, move_ticket, open_clinic};
use crate::app::Step;
use crate::applications::{self, Verdict as Review};
use crate::refusal::Refusal;

/// How long a mark waits for another device, in seconds; then a person has to look at it.
const WAITS_AT_MOST: i64 = 24 * 3600;

/// What was done, as it is kept for a device that did not hear the answer.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Taken {
    pub message: String,
    pub receipt: Option<i64>,
}

/// What is known of a mark already: it was taken, or what it says is so.
pub(super) fn known(tx: &Tx<'_>, id: ClinicId, noted: &Noted) -> Result<Option<Taken>, Refusal> {
    if let Some(text) = clinic_mark::answer(tx, id, &noted.key)? {
        return Ok(Some(serde_json::from_str(&text).unwrap_or_default()));
    }
    // Whatever else stands in the way of finding it, the step says so.
    let submitted = |one: Application| one.state == ApplicationState::Submitted;
    if noted.kind == "submit" && own_application(tx, noted).is_ok_and(submitted) {
        let message = "申请已经提交，没有重复登记".into();
        return Ok(Some(Taken { message, receipt: None }));
    }
    let Some(found) = ticket::find(tx, id, EnterpriseId(noted.enterprise))? else { return Ok(None) };
    let told = noted.number.is_none_or(|number| number == found.number);
    let is_so = match noted.kind.as_str() {
        "take" => told,
        "call" | "receive" => found.state == TicketState::Serving && found.counter == noted.counter.trim(),
        "finish" => found.state == TicketState::Done,
        "miss" => found.state == TicketState::Missed,
        _ => false,
    };
    let message = format!("{}号已经是「{}」，没有重复登记", number_name(found.number), found.state);
    Ok(is_so.then_some(Taken { message, receipt: None }))
}

/// Why a mark of the window waits: it was made about an application or a number of which only the agency's device knew
/// that it was submitted or passed on.
pub(super) fn waits(
    tx: &Tx<'_>,
    id: ClinicId,
    noted: &Noted,
    is_behind: bool,
) -> Result<Option<&'static str>, Refusal> {
    if noted.seconds_ago > WAITS_AT_MOST {
        return Ok(None);
    }
    if is_behind {
        return Ok(Some("等待前一步先登记"));
    }
    Ok(match noted.kind.as_str() {
        "receive" => {
            let found = ticket::find(tx, id, EnterpriseId(noted.enterprise))?;
            let is_there = found.is_some_and(|one| one.lane.code() == noted.lane);
            (!is_there).then_some("等待服务机构的设备上传取号和转队")
        }
        "accept" | "return" if noted.ahead => {
            let is_as_seen = |one: Application| {
                one.version == noted.version && one.state.allows(ApplicationAction::Submit)
            };
            own_application(tx, noted).is_ok_and(is_as_seen).then_some("等待服务机构的设备上传提交")
        }
        _ => None,
    })
}

/// The application of a mark, which has to be the enterprise's.
fn own_application(tx: &Tx<'_>, noted: &Noted) -> Result<Application, Refusal> {
    let found = application::load(tx, ApplicationId(noted.application))?;
    if found.enterprise == EnterpriseId(noted.enterprise) {
        return Ok(found);
    }
    Err(Refusal::invalid("application", "申请不是这家企业的"))
}

fn meanwhile(found: &Application, action: &'static str) -> Refusal {
    IllegalMove { noun: ApplicationState::NOUN, state: found.state.label(), action }.into()
}

/// The same step as at the page: the same checks, on the day on which the agency pressed the button.
fn submit(step: &Step<'_>, noted: &Noted, at: Moment) -> Result<String, Refusal> {
    let found = own_application(step.tx, noted)?;
    if found.version != noted.version {
        return Err(meanwhile(&found, "提交：离线期间已有他人办理或修改，请核对"));
    }
    applications::submit_in(step, found.id, noted.version, at, &[])?;
    Ok("申请已经提交，等待窗口初审".into())
}

/// Takes a mark: each kind is the same step as on the pages, at the moment at which it happened.
pub(super) fn apply(
    step: &Step<'_>,
    id: ClinicId,
    noted: &Noted,
    happened: Moment,
) -> Result<Taken, Refusal> {
    let of = EnterpriseId(noted.enterprise);
    let said = |message: String| Taken { message, receipt: None };
    match noted.kind.as_str() {
        "take" => take(step, id, of, noted.number, happened).map(said),
        "submit" => submit(step, noted, happened).map(said),
        "receive" => serve(step, id, noted, (TicketAction::Call, happened)).map(said),
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
    let found = own_application(step.tx, noted)?;
    // Seen before its submission: that is the one change that may lie between.
    let expected = noted.version + i64::from(noted.ahead);
    let is_as_seen = !noted.ahead || found.state == ApplicationState::Submitted;
    if found.version != expected || !is_as_seen {
        return Err(meanwhile(&found, "登记这次初审：离线期间已有他人办理或修改，请核对"));
    }
    let receipt = applications::review_in(step, found.id, expected, verdict, (&Some(id).into(), at))?;
    let message = match verdict {
        Review::Accept => "初审通过，请打印回执",
        Review::Return { .. } => "已退回补正，请打印回执",
    };
    Ok(Taken { message: message.into(), receipt: Some(receipt) })
}
