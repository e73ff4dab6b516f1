//! Enterprise archives (一企一档, N22, N29): one per enterprise and campaign, each with its own number.

use jiff::Timestamp;
use jiff::civil::Date;
use xinxiu_domain::id::{CampaignId, EnterpriseId, FileId, PlanItemId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;
use crate::value::Row;

/// An archive on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    /// Id.
    pub id: i64,
    /// Campaign.
    pub campaign: CampaignId,
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// Number, for example `NT2022-000123`.
    pub number: String,
    /// When it was opened.
    pub opened_at: Timestamp,
}

const COLUMNS: &str = "a.id, a.campaign_id, a.enterprise_id, a.number, a.opened_at";

fn from_row(row: &Row) -> Result<Archive, StoreError> {
    Ok(Archive {
        id: row.get("id")?,
        campaign: row.get("campaign_id")?,
        enterprise: row.get("enterprise_id")?,
        number: row.get("number")?,
        opened_at: row.get("opened_at")?,
    })
}

/// The archive of an enterprise in a campaign, opened under the next number of the prefix where there is none.
/// Returns it and whether it is new.
///
/// # Errors
/// What the engine says.
pub fn ensure(
    tx: &Tx<'_>,
    campaign: CampaignId,
    enterprise: EnterpriseId,
    prefix: &str,
    at: Timestamp,
) -> Result<(Archive, bool), StoreError> {
    if let Some(found) = of_enterprise(tx, campaign, enterprise)? {
        return Ok((found, false));
    }
    // Archives are never deleted, so their count is the last number; the lock keeps two from counting at once.
    tx.lock("archive")?;
    if let Some(found) = of_enterprise(tx, campaign, enterprise)? {
        return Ok((found, false));
    }
    let last =
        tx.number("select count(*) from archive where number like $1", params![format!("{prefix}-%")])?;
    let number = format!("{prefix}-{:06}", last + 1);
    let id = tx.insert(
        "insert into archive (campaign_id, enterprise_id, number, opened_at) values ($1, $2, $3, $4) returning id",
        params![campaign, enterprise, &number, at],
    )?;
    Ok((Archive { id, campaign, enterprise, number, opened_at: at }, true))
}

/// The archive of an enterprise in a campaign, where there is one.
///
/// # Errors
/// What the engine says.
pub fn of_enterprise(
    tx: &Tx<'_>,
    campaign: CampaignId,
    enterprise: EnterpriseId,
) -> Result<Option<Archive>, StoreError> {
    let sql = format!("select {COLUMNS} from archive a where a.campaign_id = $1 and a.enterprise_id = $2");
    tx.query_opt(&sql, params![campaign, enterprise])?.map(|row| from_row(&row)).transpose()
}

/// The archives of one class, by number.
///
/// # Errors
/// What the engine says.
pub fn of_class(tx: &Tx<'_>, item: PlanItemId) -> Result<Vec<Archive>, StoreError> {
    let sql = format!(
        "select {COLUMNS} from archive a join member m on m.campaign_id = a.campaign_id \
         and m.enterprise_id = a.enterprise_id where m.plan_item_id = $1 order by a.number"
    );
    tx.query(&sql, params![item], from_row)
}

/// Enterprises of one class that have no archive yet.
///
/// # Errors
/// What the engine says.
pub fn without(tx: &Tx<'_>, item: PlanItemId) -> Result<Vec<EnterpriseId>, StoreError> {
    tx.query(
        "select m.enterprise_id as id from member m where m.plan_item_id = $1 and not exists (select 1 \
         from archive a where a.campaign_id = m.campaign_id and a.enterprise_id = m.enterprise_id) \
         order by m.enterprise_id",
        params![item],
        |row| row.get("id"),
    )
}

/// A line in the list of archives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The archive.
    pub archive: Archive,
    /// Name of the enterprise.
    pub name: String,
    /// Code of the enterprise; empty where it has none.
    pub uscc: String,
    /// Class; empty where it has none.
    pub class: String,
}

/// One page of archives by number, after a given one. `visible` is a condition on `e`.
///
/// # Errors
/// What the engine says.
pub fn list(
    tx: &Tx<'_>,
    visible: &str,
    campaign: CampaignId,
    search: &str,
    after: &str,
    limit: u32,
) -> Result<Vec<Listed>, StoreError> {
    let sql = format!(
        "select {COLUMNS}, e.name, coalesce(e.uscc, '') as uscc, coalesce(p.name, '') as class from archive a \
         join enterprise e on e.id = a.enterprise_id left join member m on m.campaign_id = a.campaign_id \
         and m.enterprise_id = a.enterprise_id left join plan_item p on p.id = m.plan_item_id \
         where {visible} and a.campaign_id = $1 and ($2 = '' or e.name like '%' || $2 || '%' or e.uscc = $2 \
         or a.number = $2) and a.number > $3 order by a.number limit {limit}"
    );
    tx.query(&sql, params![campaign, search, after], |row| {
        Ok(Listed {
            archive: from_row(row)?,
            name: row.get("name")?,
            uscc: row.get("uscc")?,
            class: row.get("class")?,
        })
    })
}

/// Files that authorities added to an enterprise's follow-up, with their names and days.
///
/// # Errors
/// What the engine says.
pub fn follow_up_files(
    tx: &Tx<'_>,
    enterprise: EnterpriseId,
) -> Result<Vec<(FileId, String, Date)>, StoreError> {
    tx.query(
        "select f.id, f.name, v.at, v.business_day from rectification_event v join rectification r on r.id = v.rectification_id \
         join stored_file f on f.id = v.file_id where r.enterprise_id = $1 order by v.id",
        params![enterprise],
        |row| Ok((row.get("id")?, row.get("name")?, row.moment("at", "business_day")?.on)),
    )
}
