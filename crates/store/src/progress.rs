//! The numbers of a campaign (N03, N19, N23), counted in one place for dashboard, summaries and lists.
//!
//! One line of flags per member is the base of both [`progress`], which adds them up by class, and
//! [`progress_members`], which lists who they are: a number and the list behind it cannot differ.

use xinxiu_domain::id::{CampaignId, OrgId, PlanItemId};
use xinxiu_domain::progress::Measure;

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;
pub use crate::progress_members::{MEMBER_KEYS, ProgressMember, progress_members};
use crate::value::Row;

/// Which members of a campaign are counted; every condition given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProgressFilter {
    /// Members of this class.
    pub plan_item: Option<PlanItemId>,
    /// Members that no class covers yet.
    pub unplaced: bool,
    /// Members of this agency's classes.
    pub agency: Option<OrgId>,
    /// Members of this organiser's classes.
    pub organiser: Option<OrgId>,
    /// Members registered in this county.
    pub county: Option<OrgId>,
    /// Members with a record or listing of this authority.
    pub authority: Option<OrgId>,
}

/// The numbers of one class, all of them enterprises.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProgressRow {
    /// Class; `None` for members that no class covers yet.
    pub plan_item: Option<PlanItemId>,
    /// Name of the class.
    pub name: String,
    /// Its agency.
    pub agency: Option<OrgId>,
    /// Name of its agency; empty where none is set.
    pub agency_name: String,
    /// Planned number of the whole class, whatever the filter.
    pub planned: u32,
    /// On the lists of the campaign.
    pub members: u32,
    /// Invited to a session that was not cancelled.
    pub invited: u32,
    /// Have answered an invitation.
    pub answered: u32,
    /// Have signed in at a session, or come further.
    pub trained: u32,
    /// Have passed the exam.
    pub examined: u32,
    /// Have signed a commitment.
    pub committed: u32,
    /// Have submitted an application and not withdrawn it.
    pub applied: u32,
    /// Have an application that passed the first review.
    pub accepted: u32,
    /// Have a record on which the authority decided.
    pub decided: u32,
    /// Have a record whose repair was agreed to.
    pub agreed: u32,
    /// Have a record that was taken down upon application.
    pub taken_down: u32,
    /// Denominator of the repair rate.
    pub repair_base: u32,
    /// Numerator of the repair rate.
    pub repaired: u32,
}

impl ProgressRow {
    /// The number behind a measure.
    pub const fn figure(&self, measure: Measure) -> u32 {
        match measure {
            Measure::Members => self.members,
            Measure::Invited => self.invited,
            Measure::Answered => self.answered,
            Measure::Trained => self.trained,
            Measure::Examined => self.examined,
            Measure::Committed => self.committed,
            Measure::Applied => self.applied,
            Measure::Accepted => self.accepted,
            Measure::Decided => self.decided,
            Measure::Agreed => self.agreed,
            Measure::TakenDown => self.taken_down,
            Measure::RepairBase => self.repair_base,
            Measure::Repaired => self.repaired,
            Measure::Unrepaired => self.repair_base.saturating_sub(self.repaired),
        }
    }

    /// The sum of several classes, under a name such as 合计.
    pub fn total<'a>(name: &str, rows: impl IntoIterator<Item = &'a Self>) -> Self {
        let start = Self { name: name.to_owned(), ..Self::default() };
        rows.into_iter().fold(start, Self::add)
    }

    fn add(mut self, other: &Self) -> Self {
        self.planned += other.planned;
        self.members += other.members;
        self.invited += other.invited;
        self.answered += other.answered;
        self.trained += other.trained;
        self.examined += other.examined;
        self.committed += other.committed;
        self.applied += other.applied;
        self.accepted += other.accepted;
        self.decided += other.decided;
        self.agreed += other.agreed;
        self.taken_down += other.taken_down;
        self.repair_base += other.repair_base;
        self.repaired += other.repaired;
        self
    }
}

/// Members of campaign `$1` with one flag per measure. A record counts for the repair rate where the
/// decision was made before the enterprise's first training, its class can be repaired at all, and it was
/// still shown on that day.
pub(crate) const FLAGS: &str = "with trained as (
  select a.enterprise_id, min(s.held_on) as held_on, max(case when a.state = 'passed' then 1 else 0 end) as passed
  from attendance a join session s on s.id = a.session_id join plan_item i on i.id = s.plan_item_id
  where i.campaign_id = $1 and a.state in ('present', 'passed', 'failed') group by a.enterprise_id
), called as (
  select a.enterprise_id, max(case when a.answered_at is not null then 1 else 0 end) as answered
  from attendance a join session s on s.id = a.session_id join plan_item i on i.id = s.plan_item_id
  where i.campaign_id = $1 and s.state <> 'cancelled' group by a.enterprise_id
), signed as (
  select enterprise_id from commitment where campaign_id = $1 and state = 'signed' group by enterprise_id
), applied as (
  select enterprise_id, max(case when state = 'accepted' then 1 else 0 end) as accepted from application
  where campaign_id = $1 and submitted_at is not null and state <> 'withdrawn' group by enterprise_id
), decided as (
  select x.enterprise_id, max(case when i.state in ('agreed', 'taken_down') then 1 else 0 end) as agreed,
  max(case when i.state = 'taken_down' then 1 else 0 end) as taken_down
  from application_item i join application x on x.id = i.application_id
  where x.campaign_id = $1 and i.state not in ('pending', 'closed') group by x.enterprise_id
), base as (
  select t.enterprise_id, min(case when p.state = 'taken_down' then 1 else 0 end) as repaired
  from trained t join penalty p on p.enterprise_id = t.enterprise_id
  where p.decision_date < t.held_on and p.state <> 'withdrawn'
  and coalesce(p.review_class, p.class) not in ('specified_serious', 'not_publicised')
  and (p.max_until is null or p.max_until >= t.held_on) group by t.enterprise_id
), flags as (
  select m.enterprise_id, m.plan_item_id, 1 as members,
  case when called.enterprise_id is null then 0 else 1 end as invited,
  coalesce(called.answered, 0) as answered,
  case when trained.enterprise_id is null then 0 else 1 end as trained,
  coalesce(trained.passed, 0) as examined,
  case when signed.enterprise_id is null then 0 else 1 end as committed,
  case when applied.enterprise_id is null then 0 else 1 end as applied,
  coalesce(applied.accepted, 0) as accepted,
  case when decided.enterprise_id is null then 0 else 1 end as decided,
  coalesce(decided.agreed, 0) as agreed,
  coalesce(decided.taken_down, 0) as taken_down,
  case when base.enterprise_id is null then 0 else 1 end as repair_base,
  coalesce(base.repaired, 0) as repaired,
  coalesce(1 - base.repaired, 0) as unrepaired
  from member m
  left join called on called.enterprise_id = m.enterprise_id
  left join trained on trained.enterprise_id = m.enterprise_id
  left join signed on signed.enterprise_id = m.enterprise_id
  left join applied on applied.enterprise_id = m.enterprise_id
  left join decided on decided.enterprise_id = m.enterprise_id
  left join base on base.enterprise_id = m.enterprise_id
  where m.campaign_id = $1";

/// The filter as SQL over `m`. Ids are numbers of our own types, so they stand in the text.
pub(crate) fn conditions(filter: &ProgressFilter) -> String {
    let class = |column: &str, org: OrgId| {
        format!(
            " and exists (select 1 from plan_item fi where fi.id = m.plan_item_id and fi.{column} = {})",
            org.0
        )
    };
    let mut sql = String::new();
    if let Some(item) = filter.plan_item {
        sql.push_str(&format!(" and m.plan_item_id = {}", item.0));
    }
    if filter.unplaced {
        sql.push_str(" and m.plan_item_id is null");
    }
    if let Some(agency) = filter.agency {
        sql.push_str(&class("agency_id", agency));
    }
    if let Some(organiser) = filter.organiser {
        sql.push_str(&class("organiser_id", organiser));
    }
    if let Some(county) = filter.county {
        sql.push_str(&format!(
            " and exists (select 1 from enterprise fe where fe.id = m.enterprise_id and fe.county_id = {})",
            county.0
        ));
    }
    if let Some(authority) = filter.authority {
        sql.push_str(&format!(
            " and (exists (select 1 from penalty fp where fp.enterprise_id = m.enterprise_id and fp.authority_id = {0}) \
             or exists (select 1 from listing fl where fl.enterprise_id = m.enterprise_id and fl.authority_id = {0}))",
            authority.0
        ));
    }
    sql
}

/// Measures that have a column of their own in the sums.
const SUMMED: [Measure; 13] = [
    Measure::Members,
    Measure::Invited,
    Measure::Answered,
    Measure::Trained,
    Measure::Examined,
    Measure::Committed,
    Measure::Applied,
    Measure::Accepted,
    Measure::Decided,
    Measure::Agreed,
    Measure::TakenDown,
    Measure::RepairBase,
    Measure::Repaired,
];

/// The numbers by class, in the order of the plan; members without a class come last. Classes without a
/// member that passes the filter are left out where the filter narrows to a county or an authority.
///
/// # Errors
/// What the engine says.
pub fn progress(
    tx: &Tx<'_>,
    campaign: CampaignId,
    filter: &ProgressFilter,
) -> Result<Vec<ProgressRow>, StoreError> {
    let mut sums = String::new();
    for measure in SUMMED {
        let code = measure.code();
        sums.push_str(&format!(", cast(coalesce(sum(f.{code}), 0) as bigint) as {code}"));
    }
    let sql = format!(
        "{FLAGS}{}) select f.plan_item_id, coalesce(i.name, '尚未编班') as name, i.agency_id, \
         coalesce(nullif(a.short_name, ''), a.name, '') as agency_name, coalesce(i.planned, 0) as planned, \
         coalesce(i.position, 9999) as place{sums} \
         from flags f left join plan_item i on i.id = f.plan_item_id \
         left join organisation a on a.id = i.agency_id \
         group by f.plan_item_id, i.name, i.agency_id, a.short_name, a.name, i.planned, i.position \
         union all \
         select i.id, i.name, i.agency_id, coalesce(nullif(a.short_name, ''), a.name, ''), i.planned, \
         i.position{} from plan_item i left join organisation a on a.id = i.agency_id \
         where i.campaign_id = $1 and {} and i.id not in (select plan_item_id from flags where plan_item_id is not null) \
         order by place",
        conditions(filter),
        ", 0".repeat(SUMMED.len()),
        empty_classes(filter)
    );
    tx.query(&sql, params![campaign], row_from)
}

/// Which classes are shown though nobody in them is counted.
fn empty_classes(filter: &ProgressFilter) -> String {
    if filter.county.is_some() || filter.authority.is_some() || filter.unplaced {
        return "1 = 0".to_owned();
    }
    let equal = |column: &str, id: Option<i64>| id.map(|id| format!("i.{column} = {id}"));
    let conditions: Vec<String> = [
        equal("id", filter.plan_item.map(|id| id.0)),
        equal("agency_id", filter.agency.map(|id| id.0)),
        equal("organiser_id", filter.organiser.map(|id| id.0)),
    ]
    .into_iter()
    .flatten()
    .collect();
    if conditions.is_empty() { "1 = 1".to_owned() } else { conditions.join(" and ") }
}

fn row_from(row: &Row) -> Result<ProgressRow, StoreError> {
    let figure = |measure: Measure| row.get::<u32>(measure.code());
    Ok(ProgressRow {
        plan_item: row.get("plan_item_id")?,
        name: row.get("name")?,
        agency: row.get("agency_id")?,
        agency_name: row.get("agency_name")?,
        planned: row.get("planned")?,
        members: figure(Measure::Members)?,
        invited: figure(Measure::Invited)?,
        answered: figure(Measure::Answered)?,
        trained: figure(Measure::Trained)?,
        examined: figure(Measure::Examined)?,
        committed: figure(Measure::Committed)?,
        applied: figure(Measure::Applied)?,
        accepted: figure(Measure::Accepted)?,
        decided: figure(Measure::Decided)?,
        agreed: figure(Measure::Agreed)?,
        taken_down: figure(Measure::TakenDown)?,
        repair_base: figure(Measure::RepairBase)?,
        repaired: figure(Measure::Repaired)?,
    })
}
