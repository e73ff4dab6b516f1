//! Clocks that run (办理期限): read from the records themselves, so that none can be forgotten; what was said of each, and
//! how long each runs in a campaign.

mod notice;
mod query;
mod setting;

use jiff::civil::Date;
use xinxiu_domain::deadline::Clock;
use xinxiu_domain::id::{CampaignId, EnterpriseId, OrgId};

use crate::db::Tx;
use crate::engine;
use crate::error::StoreError;
use crate::params;
use crate::value::Row;

pub use notice::{RoundKey, said, say};
pub use setting::{Setting, set, settings};

/// A clock that runs for one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// Which clock.
    pub clock: Clock,
    /// The record: application, item, enterprise, delisting application, push, hand-over, attendance or class.
    pub subject: i64,
    /// The enterprise, where there is one.
    pub enterprise: Option<EnterpriseId>,
    /// What it is about: the enterprise, the county or the class, with the number of the decision where it is one.
    pub name: String,
    /// County of the enterprise or class.
    pub county: Option<OrgId>,
    /// Authority of the record.
    pub authority: Option<OrgId>,
    /// Agency of the record.
    pub agency: Option<OrgId>,
    /// The organisation that must act; `None` where it is whoever holds the role.
    pub holder: Option<OrgId>,
    /// Its name.
    pub holder_name: String,
    /// The day on which the clock started.
    pub started_on: Option<Date>,
    /// What tells this round from an earlier one of the same record.
    pub round: String,
    /// The last day, or for a commitment the session's, where the record itself says it.
    pub fixed: Option<Date>,
}

fn from_row(row: &Row, clock: Clock) -> Result<Running, StoreError> {
    Ok(Running {
        clock,
        subject: row.get("subject")?,
        enterprise: row.get("enterprise_id")?,
        name: row.get("name")?,
        county: row.get("county_id")?,
        authority: row.get("authority_id")?,
        agency: row.get("agency_id")?,
        holder: row.get("holder_id")?,
        holder_name: row.get("holder_name")?,
        started_on: row.get("started_on")?,
        round: row.get("round")?,
        fixed: row.get("fixed")?,
    })
}

/// Every record for which a clock runs in a campaign.
///
/// # Errors
/// What the engine says.
pub fn running(tx: &Tx<'_>, campaign: CampaignId, clock: Clock) -> Result<Vec<Running>, StoreError> {
    tx.query(&query::query(clock), params![campaign], |row| from_row(row, clock))
}

/// The clock of some of the campaign's records, where it runs for them.
///
/// # Errors
/// What the engine says.
pub fn running_for(
    tx: &Tx<'_>,
    campaign: CampaignId,
    clock: Clock,
    records: &[i64],
) -> Result<Vec<Running>, StoreError> {
    let these = engine::among_ids(tx.kind(), "r.subject", 2);
    let sql = format!("select * from ({}) r where {these}", query::query(clock));
    tx.query(&sql, params![campaign, serde_json::json!(records).to_string()], |row| from_row(row, clock))
}
