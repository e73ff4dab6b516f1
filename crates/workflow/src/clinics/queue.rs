//! The queue: numbers taken, called, finished, missed.

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::application::ApplicationState;
use xinxiu_domain::attendance::{AttendanceState, Willingness};
use xinxiu_domain::clinic::{ClinicState, Lane, TicketAction, TicketState, number_name, ticket_gaps};
use xinxiu_domain::id::{ClinicId, EnterpriseId, TicketId};
use xinxiu_domain::text::tidy;
use xinxiu_domain::{IllegalMove, Missing};
use xinxiu_store::clinic::{self, Clinic};
use xinxiu_store::ticket::{self, Ticket};
use xinxiu_store::{Moment, StoreError, application, attendance, concerns, enterprise};

use super::record;
use crate::app::{App, Step};
use crate::refusal::{Refusal, require};

/// Gives an enterprise a number, also one that was not trained but is willing.
///
/// # Errors
/// [`Refusal::Missing`] where the enterprise may not come or has a number; [`Refusal::Illegal`] once the day
/// is over.
pub fn take_number(app: &App, actor: &Actor, id: ClinicId, of: EnterpriseId) -> Result<u32, Refusal> {
    app.step(actor, |step| give(step, id, of, None, step.moment()))
}

/// Gives an enterprise the number that it was told, or the next.
pub(super) fn give(
    step: &Step<'_>,
    id: ClinicId,
    of: EnterpriseId,
    told: Option<u32>,
    at: Moment,
) -> Result<u32, Refusal> {
    let clinic = clinic::load(step.tx, id)?;
    step.must(Action::ServeQueue, &clinic::concerns(step.tx, &clinic)?)?;
    step.must(Action::ServeQueue, &concerns::of_enterprise(step.tx, of)?)?;
    if !matches!(clinic.state, ClinicState::Planned | ClinicState::Open) {
        let state = clinic.state.label();
        return Err(IllegalMove { noun: ClinicState::NOUN, state, action: "取号" }.into());
    }
    step.tx.lock(&format!("clinic:{id}"))?;
    let found = enterprise::load(step.tx, of)?;
    let willingness =
        enterprise::member(step.tx, clinic.campaign, of)?.map_or(Willingness::Undecided, |m| m.willingness);
    let trained = attendance::of_enterprise(step.tx, of)?.iter().any(|a| came(a.state));
    require(ticket_gaps(found.county == Some(clinic.county), trained, willingness))?;
    let submitted = application::of_enterprise(step.tx, of)?
        .iter()
        .any(|one| one.campaign == clinic.campaign && one.state == ApplicationState::Submitted);
    let lane = if submitted { Lane::Window } else { Lane::Agency };
    let (ticket, number) =
        ticket::take(step.tx, id, of, (lane, told), at.at).map_err(|error| match error {
            StoreError::Duplicate(_) => {
                Refusal::Missing(vec![Missing::new("has_number", "该企业已经取过号", "N12")])
            }
            other => other.into(),
        })?;
    let summary = format!("手把手服务日取{}号，{lane}队", number_name(number));
    record(step, "ticket.take", ("ticket", ticket.0), Some(of), summary)?;
    Ok(number)
}

/// Puts on record that an enterprise wants its records repaired after all, as it says on the day.
///
/// # Errors
/// [`Refusal::Invalid`] without who said so; [`Refusal::Forbidden`] for another county's enterprise; [`Refusal::Missing`] where it
/// is not in the campaign.
pub fn correct_willingness(
    app: &App,
    actor: &Actor,
    id: ClinicId,
    (of, said): (EnterpriseId, &str),
) -> Result<(), Refusal> {
    let said = tidy(said);
    app.step(actor, |step| {
        let clinic = clinic::load(step.tx, id)?;
        step.must(Action::ServeQueue, &clinic::concerns(step.tx, &clinic)?)?;
        step.must(Action::ServeQueue, &concerns::of_enterprise(step.tx, of)?)?;
        if said.is_empty() {
            return Err(Refusal::invalid("note", "请写明企业谁、怎样表示愿意修复"));
        }
        if enterprise::member(step.tx, clinic.campaign, of)?.is_none() {
            let message = "该企业不在本年度名单内";
            return Err(Refusal::Missing(vec![Missing::new("no_member", message, "N12")]));
        }
        enterprise::set_willingness(step.tx, clinic.campaign, of, Willingness::Willing)?;
        let summary = format!("修复意向更正为{}：{said}", Willingness::Willing);
        record(step, "member.willingness", ("enterprise", of.0), Some(of), summary)
    })
}

/// Whether an enterprise came to its session, however the exam went.
pub(crate) const fn came(state: AttendanceState) -> bool {
    matches!(state, AttendanceState::Present | AttendanceState::Passed | AttendanceState::Failed)
}

/// Calls the next waiting number of a lane to a counter.
///
/// # Errors
/// [`Refusal::Missing`] where nobody waits; [`Refusal::Illegal`] unless the day is open.
pub fn call_next(
    app: &App,
    actor: &Actor,
    id: ClinicId,
    lane: Lane,
    counter: &str,
) -> Result<Ticket, Refusal> {
    app.step(actor, |step| {
        step.tx.lock(&format!("clinic:{id}"))?;
        let clinic = open_clinic(step, id)?;
        step.must(Action::ServeQueue, &clinic::concerns(step.tx, &clinic)?)?;
        let mine = concerns::enterprise_filter(actor, Action::ServeQueue, "e.id");
        let next = ticket::next_waiting(step.tx, id, lane, &mine)?.ok_or_else(|| {
            Refusal::Missing(vec![Missing::new("nobody", format!("{lane}队没有等候的号"), "N12")])
        })?;
        move_ticket(step, next, TicketAction::Call, counter, step.moment())
    })
}

/// Calls a missed number again, finishes one, or marks it missed.
///
/// # Errors
/// [`Refusal::Illegal`]; a conflict where a colleague was faster.
pub fn serve(
    app: &App,
    actor: &Actor,
    id: TicketId,
    version: i64,
    (action, counter): (TicketAction, &str),
) -> Result<Ticket, Refusal> {
    app.step(actor, |step| {
        let mut found = ticket::load(step.tx, id)?;
        let clinic = open_clinic(step, found.clinic)?;
        step.must(Action::ServeQueue, &clinic::concerns(step.tx, &clinic)?)?;
        step.must(Action::ServeQueue, &concerns::of_enterprise(step.tx, found.enterprise)?)?;
        if found.version != version {
            return Err(StoreError::Conflict(TicketState::NOUN).into());
        }
        found.version = version;
        move_ticket(step, found, action, counter, step.moment())
    })
}

pub(super) fn open_clinic(step: &Step<'_>, id: ClinicId) -> Result<Clinic, Refusal> {
    let clinic = clinic::load(step.tx, id)?;
    if clinic.state == ClinicState::Open {
        return Ok(clinic);
    }
    Err(IllegalMove { noun: ClinicState::NOUN, state: clinic.state.label(), action: "叫号" }.into())
}

pub(super) fn move_ticket(
    step: &Step<'_>,
    mut ticket: Ticket,
    action: TicketAction,
    counter: &str,
    at: Moment,
) -> Result<Ticket, Refusal> {
    ticket.state = ticket.state.after(action)?;
    match action {
        TicketAction::Call => {
            ticket.counter = tidy(counter);
            ticket.called_at = Some(at.at);
        }
        TicketAction::Finish => ticket.finished_at = Some(at.at),
        TicketAction::PassOn => ticket.lane = ticket.lane.other(),
        TicketAction::Miss => {}
    }
    ticket::save(step.tx, &ticket)?;
    ticket.version += 1;
    let code = format!("ticket.{}", action.code());
    let to = if action == TicketAction::PassOn { format!("（{}队）", ticket.lane) } else { String::new() };
    let summary = format!("手把手服务日{}号：{action}{to}", number_name(ticket.number));
    record(step, &code, ("ticket", ticket.id.0), Some(ticket.enterprise), summary)?;
    Ok(ticket)
}

/// What the screen in the hall shows: numbers and counters, no names.
#[derive(Debug, Clone)]
pub struct Screen {
    /// The day.
    pub clinic: Clinic,
    /// Numbers being served, with their lanes and counters, the last called first.
    pub serving: Vec<(String, Lane, String)>,
    /// Numbers that wait in each lane, in order.
    pub waiting: Vec<(Lane, Vec<String>)>,
    /// Numbers that were missed.
    pub missed: Vec<String>,
}

/// The screen of a day's queue.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn screen(app: &App, actor: &Actor, id: ClinicId) -> Result<Screen, Refusal> {
    app.view(actor, |view| {
        let clinic = super::day::visible(view, id)?;
        let queue = ticket::of_clinic(view.tx, id, "1 = 1")?;
        let of = |state| queue.iter().filter(move |ticket| ticket.state == state);
        let mut serving: Vec<&Ticket> = of(TicketState::Serving).collect();
        serving.sort_by_key(|ticket| std::cmp::Reverse(ticket.called_at));
        let name = |ticket: &Ticket| number_name(ticket.number);
        let waiting = |lane| of(TicketState::Waiting).filter(move |one| one.lane == lane).map(name).collect();
        let shown = serving.iter().map(|one| (name(one), one.lane, one.counter.clone()));
        Ok(Screen {
            serving: shown.collect(),
            waiting: Lane::ALL.iter().map(|lane| (*lane, waiting(*lane))).collect(),
            missed: of(TicketState::Missed).map(name).collect(),
            clinic,
        })
    })
}
