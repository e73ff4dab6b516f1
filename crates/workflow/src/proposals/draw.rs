//! Drawing up: who sits together, in which order, on which free day, within quota and hall.

use std::collections::BTreeSet;

use jiff::civil::Date;
use xinxiu_domain::Missing;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::analysis::{Dimension, Likelihood};
use xinxiu_domain::campaign::CampaignState;
use xinxiu_domain::id::{EnterpriseId, PlanItemId, ProposalId};
use xinxiu_domain::proposal::{Gathering, Grouping, ProposalState, gather};
use xinxiu_domain::session::{CLASS_HOUR_MINUTES, SessionMode};
use xinxiu_store::analysis::{self, Scope};
use xinxiu_store::campaign::{self, Campaign, PlanItem};
use xinxiu_store::concerns;
use xinxiu_store::proposal::{self, Proposal};

use super::record;
use crate::app::{App, Step};
use crate::refusal::{FieldError, Refusal, require};

/// Working days between drawing up and the first session: for notice, invitation and commitments.
const LEAD: u32 = 7;
/// Minutes of an afternoon, 13:30 to 17:00.
const AFTERNOON: u32 = 210;
/// Townships or industries named in a title.
const NAMED: usize = 2;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawUp {
    /// Class of the plan table.
    pub plan_item: PlanItemId,
    /// What keeps enterprises together.
    pub grouping: Grouping,
    /// Seats of the hall.
    pub capacity: u32,
    /// Hall; may be filled in later.
    pub place: String,
    /// Not before this day; the first day that leaves time for the notice where it is earlier.
    pub first_day: Date,
    /// At most so many sessions; as many as the quota asks for where it is zero.
    pub at_most: u32,
}

/// Draws up proposals for a class: its untrained enterprises, the likely and willing first, up to what is left
/// of the planned number, in halls of the given size, each on a working day that is free for organiser, agency
/// and county.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Missing`] where the campaign is not published or nobody is left to call;
/// [`Refusal::Invalid`].
pub fn draw_up(app: &App, actor: &Actor, command: &DrawUp) -> Result<Vec<ProposalId>, Refusal> {
    app.step(actor, |step| {
        step.must(Action::ProposeSession, &concerns::of_plan_item(step.tx, command.plan_item)?)?;
        // Two people who draw up at once must not call one enterprise twice.
        step.tx.lock("proposal")?;
        let class = campaign::load_item(step.tx, command.plan_item)?;
        let campaign = campaign::load(step.tx, class.campaign)?;
        check(command, &campaign)?;
        let gatherings = gathered(step, &class, command)?;
        let days = free_days(step, &class, command.first_day, gatherings.len())?;
        let mut ids = Vec::new();
        for (number, (gathering, day)) in (1..).zip(gatherings.iter().zip(days)) {
            ids.push(put(step, (&campaign, &class), command, (number, day, gathering))?);
        }
        Ok(ids)
    })
}

fn check(command: &DrawUp, campaign: &Campaign) -> Result<(), Refusal> {
    if campaign.state != CampaignState::Published {
        return require(vec![Missing::new("campaign", "年度行动还没有发布或已经结束，不能编排场次", "N04")]);
    }
    if command.capacity == 0 || command.capacity > 5_000 {
        let message = "场地名额在1到5000之间".to_owned();
        return Err(Refusal::Invalid(vec![FieldError { field: "capacity".into(), message }]));
    }
    Ok(())
}

/// The enterprises in their sessions.
fn gathered(step: &Step<'_>, class: &PlanItem, command: &DrawUp) -> Result<Vec<Gathering>, Refusal> {
    let scope = Scope { campaign: class.campaign, today: step.today, visible: "1 = 1" };
    let cluster = match command.grouping {
        Grouping::Township => Dimension::Township,
        Grouping::Industry => Dimension::Industry,
    };
    let uncalled = analysis::uncalled(step.tx, &scope, class.id, cluster)?;
    let placed = proposal::placed(step.tx, class.id, step.today)?;
    let quota = usize::try_from(i64::from(class.planned) - placed).unwrap_or(0);
    if quota == 0 {
        let message = format!(
            "「{}」计划{}家，已参训、已有席位或已在建议中的有{placed}家，没有余额",
            class.name, class.planned
        );
        return require(vec![Missing::new("quota", message, "N04")]).map(|()| Vec::new());
    }
    let mut found = gather(uncalled, quota, usize::try_from(command.capacity).unwrap_or(usize::MAX));
    if command.at_most > 0 {
        found.truncate(usize::try_from(command.at_most).unwrap_or(usize::MAX));
    }
    if found.is_empty() {
        return require(vec![Missing::new(
            "nobody",
            format!("「{}」没有既未参训、又有可修复处罚的企业可以编排", class.name),
            "N07",
        )])
        .map(|()| Vec::new());
    }
    Ok(found)
}

/// So many working days that are free, none before the notice can be given.
fn free_days(step: &Step<'_>, class: &PlanItem, first: Date, count: usize) -> Result<Vec<Date>, Refusal> {
    let calendar = step.app.rules.calendar();
    let earliest = calendar.add_working_days(step.today, LEAD).date;
    let mut day = first.max(earliest);
    let taken: BTreeSet<Date> =
        proposal::taken_days(step.tx, (class.id, class.organiser, class.agency), earliest)?;
    let mut days = Vec::new();
    while days.len() < count {
        if calendar.is_working_day(day) && !taken.contains(&day) {
            days.push(day);
        }
        day = day.tomorrow().map_err(|_| Refusal::invalid("first_day", "日期太晚，请重新填写"))?;
    }
    Ok(days)
}

fn put(
    step: &Step<'_>,
    (campaign, class): (&Campaign, &PlanItem),
    command: &DrawUp,
    (number, day, gathering): (usize, Date, &Gathering),
) -> Result<ProposalId, Refusal> {
    let hours = campaign.targets.class_hours;
    let long = hours * CLASS_HOUR_MINUTES > AFTERNOON;
    let clusters: Vec<&str> =
        gathering.clusters.iter().map(|name| if name.is_empty() { "未填写" } else { name }).collect();
    let new = Proposal {
        id: ProposalId(0),
        campaign: campaign.id,
        plan_item: class.id,
        class: String::new(),
        organiser: String::new(),
        title: format!("{}·{}场", class.name, named(&clusters)),
        grouping: command.grouping,
        clusters: clusters.join("、"),
        held_on: day,
        starts_at: if long { "09:00" } else { "13:30" }.to_owned(),
        ends_at: "17:00".to_owned(),
        mode: SessionMode::OnSite,
        place: command.place.clone(),
        link: String::new(),
        lecturer: String::new(),
        capacity: command.capacity,
        class_hours: hours,
        rationale: rationale(number, gathering, command),
        enterprises: 0,
        state: ProposalState::INITIAL,
        reason: String::new(),
        session: None,
        proposed_by: step.actor.name.clone(),
        proposed_at: step.moment(),
        decided_by: String::new(),
        decided_at: None,
        version: 1,
    };
    let entries: Vec<(EnterpriseId, Likelihood)> =
        gathering.members.iter().map(|one| (one.enterprise, one.likelihood)).collect();
    let id = proposal::insert(step.tx, &new, &entries)?;
    let summary = format!("编排场次建议「{}」，{}，企业{}家", new.title, new.held_on, entries.len());
    record(step, "proposal.draw_up", id, summary)?;
    Ok(id)
}

fn named(clusters: &[&str]) -> String {
    let first = clusters.iter().take(NAMED).copied().collect::<Vec<_>>().join("、");
    if clusters.len() > NAMED { format!("{first}等{}处", clusters.len()) } else { first }
}

fn rationale(number: usize, gathering: &Gathering, command: &DrawUp) -> String {
    format!(
        "{}编排，第{number}场；企业{}家，名额{}个；其中很可能修复{}家，愿意修复{}家。避开了主办单位、服务机构已有场次和属地手把手服务日。",
        command.grouping,
        gathering.members.len(),
        command.capacity,
        gathering.likely(),
        gathering.willing()
    )
}
