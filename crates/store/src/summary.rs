//! Summaries of a campaign by county, authority and city (培训总结, N23).

use jiff::Timestamp;
use xinxiu_domain::id::{CampaignId, OrgId, SummaryId};
use xinxiu_domain::summary::SummaryState;

use crate::db::Tx;
use crate::error::StoreError;
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
    /// The numbers at the last save, as JSON.
    pub numbers: String,
    /// Who wrote it last.
    pub written_by: String,
    /// When.
    pub updated_at: Timestamp,
    /// Version for optimistic locking.
    pub version: i64,
}

const SELECT: &str = "select s.id, s.campaign_id, s.org_id, o.name as org_name, s.state, s.results, s.features, \
                      s.problems, s.numbers, s.written_by, s.updated_at, s.version from summary s \
                      join organisation o on o.id = s.org_id";

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
        written_by: row.get("written_by")?,
        updated_at: row.get("updated_at")?,
        version: row.get("version")?,
    })
}

/// Puts a summary on record; `id`, `org_name` and `version` of the argument are not read.
///
/// # Errors
/// [`StoreError::Duplicate`] where the organisation has one for the campaign.
pub fn insert(tx: &Tx<'_>, new: &Summary) -> Result<SummaryId, StoreError> {
    tx.insert(
        "insert into summary (campaign_id, org_id, state, results, features, problems, numbers, written_by, updated_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id",
        params![
            new.campaign,
            new.org,
            new.state.code(),
            &new.results,
            &new.features,
            &new.problems,
            &new.numbers,
            &new.written_by,
            new.updated_at
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
         written_by = $6, updated_at = $7, version = version + 1 where id = $8 and version = $9",
        params![
            found.state.code(),
            &found.results,
            &found.features,
            &found.problems,
            &found.numbers,
            &found.written_by,
            found.updated_at,
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
