//! Deadlines (办理期限): which clocks run, whose they are and until when, and the daily round that reminds and passes on to
//! the office above what nobody did.

mod lengths;
mod round;

use std::collections::BTreeMap;

use jiff::civil::Date;
use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::deadline::{Clock, Days, Notice, Terms, Urgency};
use xinxiu_domain::id::CampaignId;
use xinxiu_policy::Calendar;
use xinxiu_store::campaign;
use xinxiu_store::deadline::{self, RoundKey, Running};

use crate::app::{App, View};
use crate::progress::under_way;
use crate::refusal::Refusal;

pub use lengths::{Lengths, lengths, lengths_now, set_lengths};
pub use round::{Round, run_round};

/// A running clock with its days.
#[derive(Debug, Clone)]
pub struct Deadline {
    /// The clock and its record.
    pub running: Running,
    /// Its days; `None` where the record does not say when it began.
    pub days: Option<Days>,
    /// Whether holidays yet unpublished may move them.
    pub is_provisional: bool,
    /// How pressing it is today.
    pub urgency: Urgency,
    /// Working days left, or by how many it is late.
    pub working_days: u32,
    /// Whether the one who looks must act.
    pub is_mine: bool,
    /// Whether it has been passed on to the office of the one who looks.
    pub is_passed_on: bool,
    /// What was said of it in this round, with the day.
    pub said: Vec<(Notice, Date)>,
}

/// The days of a running clock, and whether unpublished holidays may move them.
fn days_of(calendar: &Calendar, running: &Running, terms: Terms) -> Option<(Days, bool)> {
    let (due, is_provisional) = match (running.clock, running.fixed) {
        (Clock::Commitment, Some(held_on)) => (calendar.working_days_before(held_on, terms.days), false),
        (_, Some(due)) => (due, false),
        (_, None) => {
            let due = calendar.add_working_days(running.started_on?, terms.days);
            (due.date, due.provisional)
        }
    };
    let remind = calendar.working_days_before(due, terms.remind);
    let escalate = calendar.add_working_days(due, terms.escalate).date;
    let beyond = running.clock.rule().further;
    let further = beyond.map(|_| calendar.add_working_days(escalate, terms.further).date);
    Some((Days { remind, due, escalate, further }, is_provisional))
}

/// Whom a running clock concerns.
fn concerns_of(running: &Running) -> Concerns {
    Concerns {
        counties: running.county.into_iter().collect(),
        authorities: running.authority.into_iter().collect(),
        agencies: running.agency.into_iter().collect(),
        enterprise: running.enterprise,
        ..Concerns::default()
    }
}

/// Whether an actor is the one who must act.
fn must_act(actor: &Actor, running: &Running) -> bool {
    let able = [running.clock.rule().needs, Action::ReceivePapers].into_iter();
    able.filter(|action| running.clock.is_for(*action)).any(|action| actor.has(action))
        && running.holder.is_none_or(|holder| actor.org == Some(holder))
}

/// Whether a late case has been passed on to the office of an actor.
fn is_passed_on(actor: &Actor, clock: Clock, days: Days, today: Date) -> bool {
    let rule = clock.rule();
    rule.above == actor.role && days.is_escalated(today)
        || rule.further == Some(actor.role) && days.is_further(today)
}

fn look(
    (calendar, today): (&Calendar, Date),
    actor: &Actor,
    running: Running,
    terms: Terms,
    said: &BTreeMap<RoundKey, Vec<(Notice, Date)>>,
) -> Deadline {
    let found = days_of(calendar, &running, terms);
    let days = found.map(|(days, _)| days);
    let urgency = days.map_or(Urgency::Later, |days| days.urgency(today));
    let working_days =
        days.map_or(0, |days| calendar.working_days_between(today.min(days.due), today.max(days.due)));
    let key = (running.clock, running.subject, running.round.clone());
    Deadline {
        is_mine: must_act(actor, &running),
        is_passed_on: days.is_some_and(|days| is_passed_on(actor, running.clock, days, today)),
        days,
        is_provisional: found.is_some_and(|(_, provisional)| provisional),
        urgency,
        working_days,
        said: said.get(&key).cloned().unwrap_or_default(),
        running,
    }
}

/// The running clocks of a campaign that an actor may see, the most pressing first.
pub(crate) fn seen(view: &View<'_>, campaign: CampaignId) -> Result<Vec<Deadline>, Refusal> {
    let actor = view.actor;
    // No campaign under way, no clock that runs.
    if campaign == CampaignId(0) {
        return Ok(Vec::new());
    }
    let mut all = every(view, campaign)?;
    all.retain(|one| actor.may(Action::ViewDeadlines, &concerns_of(&one.running)));
    Ok(all)
}

/// Every running clock of a campaign, the most pressing first.
fn every(view: &View<'_>, campaign: CampaignId) -> Result<Vec<Deadline>, Refusal> {
    let lengths = Lengths::load(view.tx, campaign)?;
    let said = deadline::said(view.tx, campaign, None)?;
    let at = (view.app.rules.calendar(), view.today);
    let mut all = Vec::new();
    for clock in Clock::ALL {
        let terms = lengths.of(*clock);
        let running = deadline::running(view.tx, campaign, *clock)?.into_iter();
        all.extend(running.map(|one| look(at, view.actor, one, terms, &said)));
    }
    all.sort_by_key(|one| {
        (one.days.map_or(Date::MAX, |days| days.due), one.running.clock, one.running.subject)
    });
    Ok(all)
}

/// How much somebody has to do today.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Due today.
    pub today: usize,
    /// Late.
    pub overdue: usize,
    /// Passed on to the office.
    pub passed_on: usize,
}

/// How much each of some people has to do today, with one look at the clocks.
pub(crate) fn counts(
    view: &View<'_>,
    campaign: CampaignId,
    people: &[&Actor],
) -> Result<Vec<Counts>, Refusal> {
    let all = every(view, campaign)?;
    let of = |actor: &&Actor| {
        let mut counts = Counts::default();
        let theirs = all.iter().filter(|one| actor.may(Action::ViewDeadlines, &concerns_of(&one.running)));
        for one in theirs {
            let mine = must_act(actor, &one.running);
            let passed =
                one.days.is_some_and(|days| is_passed_on(actor, one.running.clock, days, view.today));
            counts.today += usize::from(mine && one.urgency == Urgency::Today);
            counts.overdue += usize::from(mine && one.urgency == Urgency::Overdue);
            counts.passed_on += usize::from(passed);
        }
        counts
    };
    Ok(people.iter().map(of).collect())
}

/// The running clocks that an actor may see, the most pressing first.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Missing`] where no campaign is under way.
pub fn list(app: &App, actor: &Actor) -> Result<Vec<Deadline>, Refusal> {
    if !actor.has(Action::ViewDeadlines) {
        return Err(Refusal::Forbidden(Action::ViewDeadlines));
    }
    app.view(actor, |view| seen(view, under_way(view.tx)?.id))
}

/// The clocks that run for some records, each clock with its own, for the pages of those records: whoever may see the record
/// sees who must act and by when.
///
/// # Errors
/// What the database says.
pub fn of_records(app: &App, actor: &Actor, clocks: &[(Clock, &[i64])]) -> Result<Vec<Deadline>, Refusal> {
    app.view(actor, |view| {
        let Some(campaign) = campaign::current(view.tx)? else { return Ok(Vec::new()) };
        let lengths = Lengths::load(view.tx, campaign.id)?;
        let records: Vec<i64> = clocks.iter().flat_map(|(_, records)| *records).copied().collect();
        let said = deadline::said(view.tx, campaign.id, Some(&records))?;
        let at = (app.rules.calendar(), view.today);
        let mut all = Vec::new();
        for (clock, records) in clocks {
            let running = deadline::running_for(view.tx, campaign.id, *clock, records)?.into_iter();
            all.extend(running.map(|one| look(at, actor, one, lengths.of(*clock), &said)));
        }
        Ok(all)
    })
}

/// Who must act, in words.
pub fn holder_of(running: &Running) -> String {
    if !running.holder_name.is_empty() {
        return running.holder_name.clone();
    }
    let role = running.clock.rule().needs.grants().first().map(|(role, _)| role.label());
    role.unwrap_or_default().to_owned()
}
