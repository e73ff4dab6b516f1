//! One-to-one guidance (一对一指导, N17, N19): free of charge, logged by the agency.

use jiff::civil::Date;
use xinxiu_domain::id::{CampaignId, EnterpriseId, OrgId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;
use crate::value::Row;

/// One talk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guidance {
    /// Id.
    pub id: i64,
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// Name of the enterprise.
    pub enterprise_name: String,
    /// Campaign.
    pub campaign: CampaignId,
    /// Agency.
    pub agency: OrgId,
    /// Name of the agency.
    pub agency_name: String,
    /// What the enterprise asked.
    pub asked: String,
    /// What it was advised.
    pub advised: String,
    /// How long, in minutes.
    pub minutes: u32,
    /// Who advised.
    pub given_by: String,
    /// When.
    pub given_on: Date,
}

const SELECT: &str = "select g.id, g.enterprise_id, e.name as enterprise_name, g.campaign_id, g.agency_id, \
                      o.name as agency_name, \
                      g.asked, g.advised, g.minutes, g.given_by, g.given_on from guidance g \
                      join enterprise e on e.id = g.enterprise_id join organisation o on o.id = g.agency_id";

fn from_row(row: &Row) -> Result<Guidance, StoreError> {
    Ok(Guidance {
        id: row.get("id")?,
        enterprise: row.get("enterprise_id")?,
        enterprise_name: row.get("enterprise_name")?,
        campaign: row.get("campaign_id")?,
        agency: row.get("agency_id")?,
        agency_name: row.get("agency_name")?,
        asked: row.get("asked")?,
        advised: row.get("advised")?,
        minutes: row.get("minutes")?,
        given_by: row.get("given_by")?,
        given_on: row.get("given_on")?,
    })
}

/// Puts a talk on record; `id` and the names of enterprise and agency are not read.
///
/// # Errors
/// What the engine says.
pub fn insert(tx: &Tx<'_>, new: &Guidance) -> Result<i64, StoreError> {
    tx.insert(
        "insert into guidance (enterprise_id, campaign_id, agency_id, asked, advised, minutes, given_by, given_on) \
         values ($1, $2, $3, $4, $5, $6, $7, $8) returning id",
        params![
            new.enterprise,
            new.campaign,
            new.agency,
            &new.asked,
            &new.advised,
            new.minutes,
            &new.given_by,
            new.given_on
        ],
    )
}

/// Talks with one enterprise, newest first.
///
/// # Errors
/// What the engine says.
pub fn of_enterprise(tx: &Tx<'_>, enterprise: EnterpriseId) -> Result<Vec<Guidance>, StoreError> {
    let sql = format!("{SELECT} where g.enterprise_id = $1 order by g.given_on desc, g.id desc");
    tx.query(&sql, params![enterprise], from_row)
}

/// Talks of a campaign, newest first, kept to the enterprises that `filter` (SQL over `e.id`) admits.
///
/// # Errors
/// What the engine says.
pub fn recent(
    tx: &Tx<'_>,
    campaign: CampaignId,
    filter: &str,
    (skip, limit): (i64, i64),
) -> Result<Vec<Guidance>, StoreError> {
    let sql = format!(
        "{SELECT} where g.campaign_id = $1 and {filter} order by g.given_on desc, g.id desc limit $2 offset $3"
    );
    tx.query(&sql, params![campaign, limit, skip], from_row)
}
