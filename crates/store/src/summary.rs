//! Summaries of a campaign by county, authority and city (培训总结, N23).

use jiff::civil::Date;
use xinxiu_domain::id::{CampaignId, OrgId, SummaryId};
use xinxiu_domain::summary::SummaryState;

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::Row;

/// A summary on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Id.
    pub id: SummaryId,
    /// Campaign.
    pub campaign: CampaignId,
    /// Who writes it.
    pub org: OrgId,
    /// Its name.
    pub org_name: String,
    /// State.
    pub state: SummaryState,
    /// Results, one paragraph a line.
    pub results: String,
    /// Features, one a line.
    pub features: String,
    /// Problems, one a line.
    pub problems: String,
    /// The numbers on which the text rests, as JSON.
    pub numbers: String,
    /// Their day; `None` in rows from before it was kept.
    pub drafted_on: Option<Date>,
    /// Who wrote it last.
    pub written_by: String,
    /// When.
    pub updated_at: Moment,
    /// Version for optimistic locking.
    pub version: i64,
}

const SELECT: &str = "select s.id, s.campaign_id, s.org_id, o.name as org_name, s.state, s.results, s.features, \
                      s.problems, s.numbers, s.drafted_on, s.written_by, s.updated_at, s.updated_on, \
                      s.version from summary s join organisation o on o.id = s.org_id";

fn from_row(row: &Row) -> Result<Summary, StoreError> {
    Ok(Summary {
        id: row.get("id")?,
        campaign: row.get("campaign_id")?,
        org: row.get("org_id")?,
        org_name: row.get("org_name")?,
        state: row.coded("state", SummaryState::from_code)?,
        results: row.get("results")?,
        features: row.get("features")?,
        problems: row.get("problems")?,
        numbers: row.get("numbers")?,
        drafted_on: row.get("drafted_on")?,
        written_by: row.get("written_by")?,
        updated_at: row.moment("updated_at", "updated_on")?,
        version: row.get("version")?,
    })
}

/// Puts a summary on record; `id`, `org_name` and `version` of the argument are not read.
///
/// # Errors
/// [`StoreError::Duplicate`] where the organisation has one for the campaign.
pub fn insert(tx: &Tx<'_>, new: &Summary) -> Result<SummaryId, StoreError> {
    tx.insert(
        "insert into summary (campaign_id, org_id, state, results, features, problems, numbers, written_by, \
         updated_at, updated_on, drafted_on) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id",
        params![
            new.campaign,
            new.org,
            new.state.code(),
            &new.results,
            &new.features,
            &new.problems,
            &new.numbers,
            &new.written_by,
            new.updated_at.at,
            new.updated_at.on,
            new.drafted_on
        ],
    )
}

/// Saves a summary that has not changed since it was loaded.
///
/// # Errors
/// [`StoreError::Conflict`].
pub fn save(tx: &Tx<'_>, found: &Summary) -> Result<(), StoreError> {
    tx.update_version(
        "培训总结",
        "update summary set state = $1, results = $2, features = $3, problems = $4, numbers = $5, \
         written_by = $6, updated_at = $7, updated_on = $8, drafted_on = $9, version = version + 1 \
         where id = $10 and version = $11",
        params![
            found.state.code(),
            &found.results,
            &found.features,
            &found.problems,
            &found.numbers,
            &found.written_by,
            found.updated_at.at,
            found.updated_at.on,
            found.drafted_on,
            found.id,
            found.version
        ],
    )
}

/// One summary.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load(tx: &Tx<'_>, id: SummaryId) -> Result<Summary, StoreError> {
    let row = tx
        .query_opt(&format!("{SELECT} where s.id = $1"), params![id])?
        .ok_or_else(|| StoreError::NotFound("培训总结", id.to_string()))?;
    from_row(&row)
}

/// The summary of one organisation, where it has begun one.
///
/// # Errors
/// What the engine says.
pub fn of_org(tx: &Tx<'_>, campaign: CampaignId, org: OrgId) -> Result<Option<Summary>, StoreError> {
    let sql = format!("{SELECT} where s.campaign_id = $1 and s.org_id = $2");
    tx.query_opt(&sql, params![campaign, org])?.map(|row| from_row(&row)).transpose()
}

/// Every summary of a campaign, by kind of organisation.
///
/// # Errors
/// What the engine says.
pub fn all(tx: &Tx<'_>, campaign: CampaignId) -> Result<Vec<Summary>, StoreError> {
    tx.query(&format!("{SELECT} where s.campaign_id = $1 order by o.kind, o.id"), params![campaign], from_row)
}

/// What was done, beyond the numbers of enterprises: the ground for the features of a summary.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Activity {
    /// Sessions held.
    pub sessions: u32,
    /// Of these, online or both.
    pub online: u32,
    /// Hand-in-hand days held.
    pub clinics: u32,
    /// Enterprises served there.
    pub served: u32,
    /// Enterprises with individual guidance.
    pub guided: u32,
    /// Follow-ups by authorities that were checked and passed.
    pub rectified: u32,
    /// Follow-ups with a warning interview.
    pub interviewed: u32,
    /// Enterprises that said that they come, and came to no session at all.
    pub stayed_away: u32,
}

/// What was done for one county, for one authority, or in all where neither is given.
///
/// # Errors
/// What the engine says.
pub fn activity(
    tx: &Tx<'_>,
    campaign: CampaignId,
    county: Option<OrgId>,
    authority: Option<OrgId>,
) -> Result<Activity, StoreError> {
    let enterprise = |id: &str| enterprise_condition(id, county, authority);
    let held = match (county, authority) {
        (Some(county), _) => format!(
            "exists (select 1 from plan_item_county k where k.plan_item_id = s.plan_item_id and k.county_id = {})",
            county.0
        ),
        (None, Some(authority)) => format!(
            "exists (select 1 from plan_item_authority k where k.plan_item_id = s.plan_item_id and k.authority_id = {})",
            authority.0
        ),
        (None, None) => "1 = 1".to_owned(),
    };
    let clinic = county.map_or_else(|| "1 = 1".to_owned(), |county| format!("c.county_id = {}", county.0));
    let sql = format!(
        "select \
         (select count(*) from session s join plan_item i on i.id = s.plan_item_id where i.campaign_id = $1 \
          and s.state in ('open', 'closed') and {held}) as sessions, \
         (select count(*) from session s join plan_item i on i.id = s.plan_item_id where i.campaign_id = $1 \
          and s.state in ('open', 'closed') and s.mode <> 'on_site' and {held}) as online, \
         (select count(*) from clinic c where c.campaign_id = $1 and c.state in ('open', 'closed') and {clinic} \
          and exists (select 1 from ticket t where t.clinic_id = c.id and {})) as clinics, \
         (select count(distinct t.enterprise_id) from ticket t join clinic c on c.id = t.clinic_id \
          where c.campaign_id = $1 and t.finished_at is not null and {clinic} and {}) as served, \
         (select count(distinct g.enterprise_id) from guidance g where g.campaign_id = $1 and {}) as guided, \
         (select count(*) from rectification r where r.campaign_id = $1 and r.state = 'passed' and {}) as rectified, \
         (select count(distinct v.rectification_id) from rectification_event v \
          join rectification r on r.id = v.rectification_id \
          where r.campaign_id = $1 and v.action = 'interview' and {}) as interviewed, {} as stayed_away",
        enterprise("t.enterprise_id"),
        enterprise("t.enterprise_id"),
        enterprise("g.enterprise_id"),
        followed(county, authority),
        followed(county, authority),
        stayed_away(&enterprise("a.enterprise_id")),
    );
    let row = tx.query_one(&sql, params![campaign])?;
    Ok(Activity {
        sessions: row.get("sessions")?,
        online: row.get("online")?,
        clinics: row.get("clinics")?,
        served: row.get("served")?,
        guided: row.get("guided")?,
        rectified: row.get("rectified")?,
        interviewed: row.get("interviewed")?,
        stayed_away: row.get("stayed_away")?,
    })
}

/// Who declined has no attendee on record, so the absent with one are those that had said that they come.
fn stayed_away(enterprise: &str) -> String {
    format!(
        "(select count(distinct a.enterprise_id) from attendance a join session s on s.id = a.session_id \
         join plan_item i on i.id = s.plan_item_id where i.campaign_id = $1 and a.state = 'absent' \
         and a.attendee <> '' and {enterprise} and not exists (select 1 from attendance o \
         join session os on os.id = o.session_id join plan_item oi on oi.id = os.plan_item_id \
         where oi.campaign_id = $1 and o.enterprise_id = a.enterprise_id \
         and o.state in ('present', 'passed', 'failed')))"
    )
}

fn enterprise_condition(id: &str, county: Option<OrgId>, authority: Option<OrgId>) -> String {
    match (county, authority) {
        (Some(county), _) => {
            format!("exists (select 1 from enterprise k where k.id = {id} and k.county_id = {})", county.0)
        }
        (None, Some(authority)) => format!(
            "(exists (select 1 from penalty k where k.enterprise_id = {id} and k.authority_id = {0}) \
             or exists (select 1 from listing k where k.enterprise_id = {id} and k.authority_id = {0}))",
            authority.0
        ),
        (None, None) => "1 = 1".to_owned(),
    }
}

/// Follow-ups are an authority's own; a county counts those of its enterprises.
fn followed(county: Option<OrgId>, authority: Option<OrgId>) -> String {
    authority.map_or_else(
        || enterprise_condition("r.enterprise_id", county, None),
        |authority| format!("r.authority_id = {}", authority.0),
    )
}
