//! Deadlines (办理期限): which clocks run, whose they are and until when, and the daily round that reminds and passes on to
//! the office above what nobody did.

use std::collections::BTreeMap;

use jiff::civil::Date;
use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::deadline::{Clock, Days, LONGEST, Notice, Terms, Urgency};
use xinxiu_domain::id::CampaignId;
use xinxiu_policy::Calendar;
use xinxiu_store::campaign::Campaign;
use xinxiu_store::deadline::{self, RoundKey, Running, Setting};
use xinxiu_store::{Tx, campaign, heartbeat, push_reminder};

use crate::app::{App, Done, Step, View};
use crate::jobs::{kind, platform};
use crate::progress::under_way;
use crate::refusal::Refusal;

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

/// The lengths of every clock in a campaign, and what was set by whom.
#[derive(Debug, Clone)]
pub struct Lengths {
    set: BTreeMap<Clock, Setting>,
    receipt: u32,
}

impl Lengths {
    pub(crate) fn load(tx: &Tx<'_>, campaign: CampaignId) -> Result<Self, Refusal> {
        Ok(Self { set: deadline::settings(tx, campaign)?, receipt: push_reminder::days(tx, campaign)? })
    }

    /// How long a clock runs.
    pub fn of(&self, clock: Clock) -> Terms {
        let terms = self.set.get(&clock).map_or_else(|| clock.rule().terms, |setting| setting.terms);
        // The center's own setting on the page of pushes is the same clock.
        if clock == Clock::Receipt { Terms { days: self.receipt, ..terms } } else { terms }
    }

    /// Who set a clock, where it was set.
    pub fn setting(&self, clock: Clock) -> Option<&Setting> {
        self.set.get(&clock)
    }
}

/// The `count`-th working day before a day; a count of zero is the day itself.
fn working_days_before(calendar: &Calendar, day: Date, count: u32) -> Date {
    let mut found = day;
    let mut left = count;
    while left > 0 {
        let Ok(earlier) = found.yesterday() else { break };
        found = earlier;
        left -= u32::from(calendar.is_working_day(found));
    }
    found
}

/// The days of a running clock, and whether unpublished holidays may move them.
fn days_of(calendar: &Calendar, running: &Running, terms: Terms) -> Option<(Days, bool)> {
    let (due, is_provisional) = match (running.clock, running.fixed) {
        (Clock::Commitment, Some(held_on)) => (working_days_before(calendar, held_on, terms.days), false),
        (_, Some(due)) => (due, false),
        (_, None) => {
            let due = calendar.add_working_days(running.started_on?, terms.days);
            (due.date, due.provisional)
        }
    };
    let remind = working_days_before(calendar, due, terms.remind);
    let escalate = calendar.add_working_days(due, terms.escalate).date;
    Some((Days { remind, due, escalate }, is_provisional))
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
    let is_above = running.clock.rule().above == actor.role;
    Deadline {
        is_mine: must_act(actor, &running),
        is_passed_on: is_above && days.is_some_and(|days| days.is_escalated(today)),
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
    let said = deadline::said(view.tx, campaign)?;
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

/// The clocks that run for some records of one kind, for the pages of those records: whoever may see the record sees who
/// must act and by when.
///
/// # Errors
/// What the database says.
pub fn of_records(
    app: &App,
    actor: &Actor,
    clocks: &[Clock],
    records: &[i64],
) -> Result<Vec<Deadline>, Refusal> {
    app.view(actor, |view| {
        let Some(campaign) = campaign::current(view.tx)? else { return Ok(Vec::new()) };
        let lengths = Lengths::load(view.tx, campaign.id)?;
        let said = deadline::said(view.tx, campaign.id)?;
        let at = (app.rules.calendar(), view.today);
        let mut all = Vec::new();
        for clock in clocks {
            let running = deadline::running(view.tx, campaign.id, *clock)?.into_iter();
            let wanted = running.filter(|one| records.contains(&one.subject));
            all.extend(wanted.map(|one| look(at, actor, one, lengths.of(*clock), &said)));
        }
        Ok(all)
    })
}

/// How long the clocks of a campaign run, with the campaign.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn lengths(app: &App, actor: &Actor, id: CampaignId) -> Result<(Campaign, Lengths), Refusal> {
    app.view(actor, |view| {
        view.must(Action::ViewCampaign, &Concerns::default())?;
        Ok((campaign::load(view.tx, id)?, Lengths::load(view.tx, id)?))
    })
}

/// How long the clocks of the campaign under way run, where there is one.
///
/// # Errors
/// What the database says.
pub fn lengths_now(app: &App, actor: &Actor) -> Result<Option<Lengths>, Refusal> {
    app.view(actor, |view| {
        campaign::current(view.tx)?.map(|found| Lengths::load(view.tx, found.id)).transpose()
    })
}

/// Sets how long clocks of a campaign run; those that stay as they are are left alone.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Invalid`] naming each field out of bounds.
pub fn set_lengths(
    app: &App,
    actor: &Actor,
    id: CampaignId,
    wanted: &BTreeMap<Clock, Terms>,
) -> Result<usize, Refusal> {
    app.step(actor, |step| {
        step.must(Action::EditCampaign, &Concerns::default())?;
        let campaign = campaign::load(step.tx, id)?;
        let faults: Vec<_> = wanted.iter().flat_map(|(clock, terms)| faults(*clock, *terms)).collect();
        if !faults.is_empty() {
            return Err(Refusal::Invalid(faults));
        }
        let known = Lengths::load(step.tx, id)?;
        let changed: Vec<_> = wanted.iter().filter(|(clock, terms)| known.of(**clock) != **terms).collect();
        if changed.is_empty() {
            return Err(Refusal::invalid("clocks", "没有改动任何期限"));
        }
        for (clock, terms) in &changed {
            set_one(step, &campaign, **clock, (known.of(**clock), **terms))?;
        }
        Ok(changed.len())
    })
}

fn faults(clock: Clock, terms: Terms) -> Vec<crate::FieldError> {
    let field = |part: &str| format!("{}_{part}", clock.code());
    let mut faults = Vec::new();
    let mut fault = |part: &str, message: String| {
        faults.push(crate::FieldError { field: field(part), message: format!("{clock}：{message}") });
    };
    if !(1..=LONGEST).contains(&terms.days) {
        fault("days", format!("期限在1到{LONGEST}个工作日之间"));
    }
    // A commitment is counted back from the session, and may be reminded of at any time before.
    if terms.remind >= terms.days.max(1) && clock != Clock::Commitment && terms.remind > 0 {
        fault("remind", "提前提醒的天数须少于期限".into());
    }
    if terms.remind > LONGEST || terms.escalate > LONGEST {
        fault("escalate", format!("提醒和督办的天数不超过{LONGEST}个工作日"));
    }
    faults
}

fn set_one(
    step: &Step<'_>,
    campaign: &Campaign,
    clock: Clock,
    (old, new): (Terms, Terms),
) -> Result<(), Refusal> {
    let setting = Setting { terms: new, by: step.actor.name.clone(), on: step.today };
    deadline::set(step.tx, campaign.id, clock, &setting)?;
    if clock == Clock::Receipt {
        push_reminder::set_days(step.tx, campaign.id, new.days)?;
    }
    let words = |terms: Terms| {
        format!("{}个工作日，提前{}个提醒，逾期{}个督办", terms.days, terms.remind, terms.escalate)
    };
    let done = Done {
        action: "deadline.set",
        subject: ("campaign", campaign.id.0),
        enterprise: None,
        summary: format!("{clock}的期限由{}改为{}", words(old), words(new)),
    };
    step.record(done, serde_json::json!({ "clock": clock, "days": new.days, "remind": new.remind, "escalate": new.escalate }))
}

/// What a daily round came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Clocks that run.
    pub running: usize,
    /// Reminders.
    pub reminded: usize,
    /// Cases passed on to the office above.
    pub passed_on: usize,
}

/// Notices said in one transaction.
const SLICE: usize = 200;

/// Reminds of what is due and passes on what is late, in the name of the platform; what was said in the round before is
/// not said again. Leaves its heartbeat, with what came of it.
///
/// # Errors
/// What the database says; the heartbeat then says that the round failed.
pub fn run_round(app: &App) -> Result<Round, Refusal> {
    let done = round(app);
    let message = match &done {
        Ok(round) => {
            format!("{}项在办，提醒{}项，转督办{}项", round.running, round.reminded, round.passed_on)
        }
        Err(refusal) => format!("失败：{refusal}"),
    };
    let moment = app.clock.moment();
    app.store.db.write(|tx| heartbeat::beat(tx, kind::DEADLINES, moment, &message))?;
    done
}

fn round(app: &App) -> Result<Round, Refusal> {
    let actor = platform();
    let (campaign, due) = app.view(&actor, |view| {
        let Some(campaign) = campaign::current(view.tx)? else { return Ok((CampaignId(0), Vec::new())) };
        Ok((campaign.id, every(view, campaign.id)?))
    })?;
    let unsaid: Vec<(&Deadline, Days, Notice)> =
        due.iter().flat_map(|one| unsaid(one, app.clock.today())).collect();
    let mut round = Round { running: due.len(), ..Round::default() };
    for slice in unsaid.chunks(SLICE) {
        // A second server may have been faster with the whole slice; then there is nothing to put on record.
        let said = app.step(&actor, |step| {
            let mut said = Vec::new();
            for (one, days, notice) in slice {
                if say(step, campaign, one, (*notice, *days))? {
                    said.push(*notice);
                }
            }
            if said.is_empty() { Err(Refusal::invalid("round", "已经提醒过")) } else { Ok(said) }
        });
        let said = match said {
            Ok(said) => said,
            Err(Refusal::Invalid(_)) => Vec::new(),
            Err(other) => return Err(other),
        };
        round.passed_on += said.iter().filter(|notice| **notice == Notice::Escalated).count();
        round.reminded += said.iter().filter(|notice| **notice != Notice::Escalated).count();
    }
    Ok(round)
}

/// What has to be said of a running clock and has not been.
fn unsaid(one: &Deadline, today: Date) -> Vec<(&Deadline, Days, Notice)> {
    let Some(days) = one.days else { return Vec::new() };
    let new = days.notices(today).into_iter().filter(|notice| {
        // Of a list that waits the county is reminded by its own job, again and again.
        let elsewhere = one.running.clock == Clock::Receipt && *notice != Notice::Escalated;
        !elsewhere && !one.said.iter().any(|(said, _)| said == notice)
    });
    new.map(|notice| (one, days, notice)).collect()
}

fn say(
    step: &Step<'_>,
    campaign: CampaignId,
    one: &Deadline,
    (notice, days): (Notice, Days),
) -> Result<bool, Refusal> {
    let running = &one.running;
    if !deadline::say(step.tx, campaign, running, (notice, days.due), step.moment())? {
        return Ok(false);
    }
    let rule = running.clock.rule();
    let (action, whom) = if notice == Notice::Escalated {
        ("deadline.escalate", format!("转{}督办", rule.above))
    } else {
        ("deadline.remind", notice.label().to_owned())
    };
    let holder = holder_of(running);
    let done = Done {
        action,
        subject: (noun(running.clock), running.subject),
        enterprise: running.enterprise,
        summary: format!("{whom}：{}，「{}」由{holder}办理，期限{}", running.clock, running.name, days.due),
    };
    step.record(done, serde_json::json!({ "clock": running.clock, "notice": notice, "due_on": days.due }))?;
    Ok(true)
}

/// Who must act, in words.
pub fn holder_of(running: &Running) -> String {
    if !running.holder_name.is_empty() {
        return running.holder_name.clone();
    }
    let role = running.clock.rule().needs.grants().first().map(|(role, _)| role.label());
    role.unwrap_or_default().to_owned()
}

/// The noun of a clock's record in the audit trail.
const fn noun(clock: Clock) -> &'static str {
    match clock {
        Clock::Receipt => "push",
        Clock::Commitment => "attendance",
        Clock::Rectification => "enterprise",
        Clock::Delisting => "delisting",
        Clock::Resubmission | Clock::FirstReview => "application",
        Clock::Decision | Clock::Removal => "item",
        Clock::Handover => "plan_item",
        Clock::Acceptance => "handover",
    }
}
