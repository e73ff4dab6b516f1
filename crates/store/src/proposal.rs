//! Proposed sessions (场次建议, N07) with the enterprises that would be invited.

use std::collections::BTreeSet;

use jiff::civil::Date;
use xinxiu_domain::analysis::Likelihood;
use xinxiu_domain::attendance::Willingness;
use xinxiu_domain::id::{CampaignId, EnterpriseId, OrgId, PlanItemId, ProposalId, SessionId};
use xinxiu_domain::proposal::{Grouping, ProposalState};
use xinxiu_domain::session::SessionMode;

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::{Row, Value};

/// A proposed session on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Id.
    pub id: ProposalId,
    /// Campaign.
    pub campaign: CampaignId,
    /// Class of the plan table.
    pub plan_item: PlanItemId,
    /// Its name.
    pub class: String,
    /// Its organiser's name.
    pub organiser: String,
    /// Title of the session.
    pub title: String,
    /// What keeps its enterprises together.
    pub grouping: Grouping,
    /// Townships or industries.
    pub clusters: String,
    /// Day.
    pub held_on: Date,
    /// Begin, as 13:30.
    pub starts_at: String,
    /// End, as 17:00.
    pub ends_at: String,
    /// How it would be held.
    pub mode: SessionMode,
    /// Hall.
    pub place: String,
    /// Meeting link.
    pub link: String,
    /// Lecturer.
    pub lecturer: String,
    /// Seats.
    pub capacity: u32,
    /// Class hours.
    pub class_hours: u32,
    /// Why these enterprises, in words.
    pub rationale: String,
    /// How many enterprises.
    pub enterprises: u32,
    /// State.
    pub state: ProposalState,
    /// Why it was rejected or withdrawn.
    pub reason: String,
    /// The draft that came of it.
    pub session: Option<SessionId>,
    /// Who drew it up.
    pub proposed_by: String,
    /// When.
    pub proposed_at: Moment,
    /// Who decided.
    pub decided_by: String,
    /// When.
    pub decided_at: Option<Moment>,
    /// Version for optimistic locking.
    pub version: i64,
}

const SELECT: &str = "select o.id, o.campaign_id, o.plan_item_id, i.name as class, \
                      coalesce(nullif(g.short_name, ''), g.name) as organiser, o.title, o.grouping_by, o.clusters, \
                      o.held_on, o.starts_at, o.ends_at, o.mode, o.place, o.link, o.lecturer, o.capacity, \
                      o.class_hours, o.rationale, o.state, o.reason, o.session_id, o.proposed_by, o.proposed_at, \
                      o.proposed_on, o.decided_by, o.decided_at, o.decided_on, o.version, \
                      (select count(*) from session_proposal_entry x where x.proposal_id = o.id) as enterprises \
                      from session_proposal o join plan_item i on i.id = o.plan_item_id \
                      join organisation g on g.id = i.organiser_id";

fn from_row(row: &Row) -> Result<Proposal, StoreError> {
    Ok(Proposal {
        id: row.get("id")?,
        campaign: row.get("campaign_id")?,
        plan_item: row.get("plan_item_id")?,
        class: row.get("class")?,
        organiser: row.get("organiser")?,
        title: row.get("title")?,
        grouping: row.coded("grouping_by", Grouping::from_code)?,
        clusters: row.get("clusters")?,
        held_on: row.get("held_on")?,
        starts_at: row.get("starts_at")?,
        ends_at: row.get("ends_at")?,
        mode: row.coded("mode", SessionMode::from_code)?,
        place: row.get("place")?,
        link: row.get("link")?,
        lecturer: row.get("lecturer")?,
        capacity: row.get("capacity")?,
        class_hours: row.get("class_hours")?,
        rationale: row.get("rationale")?,
        enterprises: row.get("enterprises")?,
        state: row.coded("state", ProposalState::from_code)?,
        reason: row.get("reason")?,
        session: row.get("session_id")?,
        proposed_by: row.get("proposed_by")?,
        proposed_at: row.moment("proposed_at", "proposed_on")?,
        decided_by: row.get("decided_by")?,
        decided_at: row.moment_opt("decided_at", "decided_on")?,
        version: row.get("version")?,
    })
}

/// Puts a proposal on record with its enterprises in their order; names, numbers and decision of the argument
/// are not read.
///
/// # Errors
/// What the engine says.
pub fn insert(
    tx: &Tx<'_>,
    new: &Proposal,
    entries: &[(EnterpriseId, Likelihood)],
) -> Result<ProposalId, StoreError> {
    let id: ProposalId = tx.insert(
        "insert into session_proposal (campaign_id, plan_item_id, title, grouping_by, clusters, held_on, starts_at, \
         ends_at, mode, place, link, lecturer, capacity, class_hours, rationale, state, proposed_by, proposed_at, \
         proposed_on) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) \
         returning id",
        params![
            new.campaign,
            new.plan_item,
            &new.title,
            new.grouping.code(),
            &new.clusters,
            new.held_on,
            &new.starts_at,
            &new.ends_at,
            new.mode.code(),
            &new.place,
            &new.link,
            &new.lecturer,
            new.capacity,
            new.class_hours,
            &new.rationale,
            new.state.code(),
            &new.proposed_by,
            new.proposed_at.at,
            new.proposed_at.on
        ],
    )?;
    let rows = (1_i64..).zip(entries).map(|(place, (enterprise, likelihood))| {
        vec![
            Value::Int(id.0),
            Value::Int(enterprise.0),
            Value::Int(place),
            Value::Text(likelihood.code().to_owned()),
        ]
    });
    let columns = ["proposal_id", "enterprise_id", "place", "likelihood"];
    tx.bulk_insert("session_proposal_entry", &columns, rows)?;
    Ok(id)
}

/// Saves a proposal that has not changed since it was loaded.
///
/// # Errors
/// [`StoreError::Conflict`].
pub fn save(tx: &Tx<'_>, proposal: &Proposal) -> Result<(), StoreError> {
    tx.update_version(
        "场次建议",
        "update session_proposal set title = $1, held_on = $2, starts_at = $3, ends_at = $4, mode = $5, place = $6, \
         link = $7, lecturer = $8, capacity = $9, class_hours = $10, state = $11, reason = $12, session_id = $13, \
         decided_by = $14, decided_at = $15, decided_on = $16, version = version + 1 where id = $17 and version = $18",
        params![
            &proposal.title,
            proposal.held_on,
            &proposal.starts_at,
            &proposal.ends_at,
            proposal.mode.code(),
            &proposal.place,
            &proposal.link,
            &proposal.lecturer,
            proposal.capacity,
            proposal.class_hours,
            proposal.state.code(),
            &proposal.reason,
            proposal.session,
            &proposal.decided_by,
            proposal.decided_at.map(|moment| moment.at),
            proposal.decided_at.map(|moment| moment.on),
            proposal.id,
            proposal.version
        ],
    )
}

/// One proposal.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load(tx: &Tx<'_>, id: ProposalId) -> Result<Proposal, StoreError> {
    let row = tx
        .query_opt(&format!("{SELECT} where o.id = $1"), params![id])?
        .ok_or_else(|| StoreError::NotFound("场次建议", id.to_string()))?;
    from_row(&row)
}

/// Proposals of a campaign, those that wait first, kept to the classes that `filter` (SQL over `i.id`) admits.
///
/// # Errors
/// What the engine says.
pub fn list(tx: &Tx<'_>, campaign: CampaignId, filter: &str) -> Result<Vec<Proposal>, StoreError> {
    let sql = format!(
        "{SELECT} where o.campaign_id = $1 and {filter} \
         order by case o.state when 'proposed' then 0 else 1 end, o.held_on, o.id limit 500"
    );
    tx.query(&sql, params![campaign], from_row)
}

/// An enterprise of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// Name.
    pub name: String,
    /// Township.
    pub township: String,
    /// Industry.
    pub industry: String,
    /// How likely it repairs, as on the day of the proposal.
    pub likelihood: Likelihood,
    /// Whether it wants to, as last known.
    pub willingness: Willingness,
}

/// The enterprises of a proposal in their order.
///
/// # Errors
/// What the engine says.
pub fn entries(tx: &Tx<'_>, id: ProposalId) -> Result<Vec<Entry>, StoreError> {
    tx.query(
        "select x.enterprise_id, e.name, e.township, e.industry, x.likelihood, \
         coalesce(m.willingness, 'undecided') as willingness from session_proposal_entry x \
         join session_proposal o on o.id = x.proposal_id join enterprise e on e.id = x.enterprise_id \
         left join member m on m.enterprise_id = e.id and m.campaign_id = o.campaign_id \
         where x.proposal_id = $1 order by x.place",
        params![id],
        |row| {
            Ok(Entry {
                enterprise: row.get("enterprise_id")?,
                name: row.get("name")?,
                township: row.get("township")?,
                industry: row.get("industry")?,
                likelihood: row.coded("likelihood", Likelihood::from_code)?,
                willingness: row.coded("willingness", Willingness::from_code)?,
            })
        },
    )
}

/// Takes out every enterprise that is not among those kept.
///
/// # Errors
/// What the engine says.
pub fn keep_only(tx: &Tx<'_>, id: ProposalId, kept: &[EnterpriseId]) -> Result<(), StoreError> {
    let ids = crate::application::id_list(kept.iter().map(|one| one.0));
    let sql =
        format!("delete from session_proposal_entry where proposal_id = $1 and enterprise_id not in ({ids})");
    tx.execute(&sql, params![id])?;
    Ok(())
}

/// Days from `from` on that are taken: sessions and waiting proposals of the same agency or organiser, and
/// hand-in-hand days of the class's counties.
///
/// # Errors
/// What the engine says.
pub fn taken_days(
    tx: &Tx<'_>,
    (class, organiser, agency): (PlanItemId, OrgId, Option<OrgId>),
    from: Date,
) -> Result<BTreeSet<Date>, StoreError> {
    let agency = agency.map_or(-1, |agency| agency.0);
    let sql = "select s.held_on from session s join plan_item p on p.id = s.plan_item_id \
         where s.held_on >= $1 and s.state <> 'cancelled' and (p.organiser_id = $2 or p.agency_id = $3) \
         union select o.held_on from session_proposal o join plan_item p on p.id = o.plan_item_id \
         where o.held_on >= $1 and o.state = 'proposed' and (p.organiser_id = $2 or p.agency_id = $3) \
         union select c.held_on from clinic c join plan_item_county v on v.county_id = c.county_id \
         where c.held_on >= $1 and v.plan_item_id = $4";
    let days: Vec<Date> = tx.query(sql, params![from, organiser, agency, class], |row| row.get("held_on"))?;
    Ok(days.into_iter().collect())
}

/// Members of a class that were trained, or have a seat in a session that lies ahead or a place in a proposal
/// that waits: what counts against the planned number.
///
/// # Errors
/// What the engine says.
pub fn placed(tx: &Tx<'_>, class: PlanItemId, today: Date) -> Result<i64, StoreError> {
    tx.number(
        "select count(*) from member m where m.plan_item_id = $1 and (exists (select 1 from attendance a \
         join session s on s.id = a.session_id where a.enterprise_id = m.enterprise_id \
         and (a.state in ('present', 'passed', 'failed') or (s.held_on >= $2 and s.state <> 'cancelled' \
         and a.state in ('invited', 'accepted')))) or exists (select 1 from session_proposal_entry x \
         join session_proposal o on o.id = x.proposal_id where x.enterprise_id = m.enterprise_id \
         and o.state = 'proposed'))",
        params![class, today],
    )
}

/// The proposal from which a session was drafted.
///
/// # Errors
/// What the engine says.
pub fn of_session(tx: &Tx<'_>, session: SessionId) -> Result<Option<Proposal>, StoreError> {
    let row = tx.query_opt(&format!("{SELECT} where o.session_id = $1"), params![session])?;
    row.map(|row| from_row(&row)).transpose()
}
