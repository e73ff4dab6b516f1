//! Enterprise archives (一企一档, N22, N29): one per enterprise and campaign, each with its own number.

use jiff::Timestamp;
use jiff::civil::Date;
use xinxiu_domain::id::{CampaignId, EnterpriseId, FileId, PlanItemId};

use crate::application::id_list;
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
    /// The former enterprise, by name and code, whose archive this was before it was joined; empty where it is its own.
    pub from: String,
    /// Archives of enterprises that were joined to it and that stay as they are, with their names and codes.
    pub others: Vec<(Archive, String)>,
}

/// Name and code of an enterprise `g`, as SQL: the names of two that were joined are often the same.
const CALLED: &str = "'「' || g.name || '」（' || coalesce(g.uscc, '无代码') || '）'";

/// The enterprise whose archive went over to the present one with a joining that stands, as SQL over `a`.
fn came_from() -> String {
    format!(
        "coalesce((select max({CALLED}) from join_row w join enterprise_join j on j.id = w.join_id \
         join enterprise g on g.id = j.joined_id where w.noun = 'archive' and w.row_id = a.id \
         and w.change = 'moved' and j.undone_at is null), '')"
    )
}

/// The archives of enterprises that were joined to some others, with their names.
fn of_joined(
    tx: &Tx<'_>,
    campaign: CampaignId,
    kept: &[EnterpriseId],
) -> Result<Vec<(EnterpriseId, Archive, String)>, StoreError> {
    let sql = format!(
        "select {COLUMNS}, {CALLED} as was, g.joined_into from archive a join enterprise g on g.id = a.enterprise_id \
         where a.campaign_id = $1 and g.joined_into in ({}) order by a.number",
        id_list(kept.iter().map(|id| id.0))
    );
    tx.query(&sql, params![campaign], |row| Ok((row.get("joined_into")?, from_row(row)?, row.get("was")?)))
}

/// One page of archives by number, after a given one: a line for each enterprise, those that were joined to it beneath.
/// `visible` is a condition on `e`.
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
        "select {COLUMNS}, e.name, coalesce(e.uscc, '') as uscc, coalesce(p.name, '') as class, {} as came_from \
         from archive a join enterprise e on e.id = a.enterprise_id left join member m on m.campaign_id = a.campaign_id \
         and m.enterprise_id = a.enterprise_id left join plan_item p on p.id = m.plan_item_id \
         where {visible} and a.campaign_id = $1 and e.joined_into is null \
         and ($2 = '' or e.name like '%' || $2 || '%' or e.uscc = $2 or a.number = $2 or exists (select 1 \
         from enterprise g left join archive x on x.enterprise_id = g.id and x.campaign_id = a.campaign_id \
         where g.joined_into = e.id and (g.name like '%' || $2 || '%' or g.uscc = $2 or x.number = $2))) \
         and a.number > $3 order by a.number limit {limit}",
        came_from()
    );
    let mut lines = tx.query(&sql, params![campaign, search, after], |row| {
        Ok(Listed {
            archive: from_row(row)?,
            name: row.get("name")?,
            uscc: row.get("uscc")?,
            class: row.get("class")?,
            from: row.get("came_from")?,
            others: Vec::new(),
        })
    })?;
    let kept: Vec<EnterpriseId> = lines.iter().map(|line| line.archive.enterprise).collect();
    for (into, archive, name) in of_joined(tx, campaign, &kept)? {
        if let Some(line) = lines.iter_mut().find(|line| line.archive.enterprise == into) {
            line.others.push((archive, name));
        }
    }
    Ok(lines)
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
