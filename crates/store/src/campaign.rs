//! Campaigns and their plan tables (annex 1).

use std::collections::BTreeMap;

use xinxiu_domain::campaign::{CampaignState, PlanItemKind, Targets};
use xinxiu_domain::id::{CampaignId, OrgId, PlanItemId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;
use crate::value::Row;

/// A campaign on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    /// Id.
    pub id: CampaignId,
    /// Code in addresses and files, for example `nantong-2022`.
    pub code: String,
    /// Title.
    pub title: String,
    /// City.
    pub city: String,
    /// Year.
    pub year: u32,
    /// Number of the notice (文号).
    pub document_number: String,
    /// State.
    pub state: CampaignState,
    /// Targets.
    pub targets: Targets,
    /// Rule edition: `auto`, or an edition's id with a reason.
    pub edition_choice: String,
    /// Why the edition was fixed by hand.
    pub edition_reason: String,
    /// The campaign it was copied from.
    pub copied_from: Option<CampaignId>,
    /// Version for optimistic locking.
    pub version: i64,
}

/// A class of the plan table on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanItem {
    /// Id.
    pub id: PlanItemId,
    /// Campaign.
    pub campaign: CampaignId,
    /// Place in the table, from 1.
    pub position: u32,
    /// Name of the class.
    pub name: String,
    /// Region or sector.
    pub kind: PlanItemKind,
    /// Planned number of enterprises.
    pub planned: u32,
    /// Agency.
    pub agency: Option<OrgId>,
    /// Name of the agency; empty where none is set.
    pub agency_name: String,
    /// Who organises: county, park committee or the lead department of a sector.
    pub organiser: OrgId,
    /// Name of the organiser.
    pub organiser_name: String,
    /// Counties it covers.
    pub counties: Vec<OrgId>,
    /// How many of its planned number each county has, where the class says so.
    pub quotas: BTreeMap<OrgId, u32>,
    /// Authorities whose listed enterprises it covers, for a sector.
    pub authorities: Vec<OrgId>,
    /// Version for optimistic locking.
    pub version: i64,
}

const SELECT: &str = "select id, code, title, city, year, document_number, state, target_enterprises, \
                      target_rate_percent, class_hours, edition_choice, edition_reason, copied_from, version \
                      from campaign";

fn from_row(row: &Row) -> Result<Campaign, StoreError> {
    Ok(Campaign {
        id: row.get("id")?,
        code: row.get("code")?,
        title: row.get("title")?,
        city: row.get("city")?,
        year: row.get("year")?,
        document_number: row.get("document_number")?,
        state: row.coded("state", CampaignState::from_code)?,
        targets: Targets {
            enterprises: row.get("target_enterprises")?,
            repair_rate_percent: row.get("target_rate_percent")?,
            class_hours: row.get("class_hours")?,
        },
        edition_choice: row.get("edition_choice")?,
        edition_reason: row.get("edition_reason")?,
        copied_from: row.get("copied_from")?,
        version: row.get("version")?,
    })
}

/// Puts a campaign on record; `id` and `version` of the argument are not read.
///
/// # Errors
/// [`StoreError::Duplicate`] where the code is taken.
pub fn insert(tx: &Tx<'_>, campaign: &Campaign) -> Result<CampaignId, StoreError> {
    tx.insert(
        "insert into campaign (code, title, city, year, document_number, state, target_enterprises, \
         target_rate_percent, class_hours, edition_choice, edition_reason, copied_from) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id",
        params![
            &campaign.code,
            &campaign.title,
            &campaign.city,
            campaign.year,
            &campaign.document_number,
            campaign.state.code(),
            campaign.targets.enterprises,
            campaign.targets.repair_rate_percent,
            campaign.targets.class_hours,
            &campaign.edition_choice,
            &campaign.edition_reason,
            campaign.copied_from
        ],
    )
}

/// Saves a campaign that has not changed since it was loaded.
///
/// # Errors
/// [`StoreError::Conflict`].
pub fn save(tx: &Tx<'_>, campaign: &Campaign) -> Result<(), StoreError> {
    tx.update_version(
        "年度行动",
        "update campaign set title = $1, document_number = $2, state = $3, target_enterprises = $4, \
         target_rate_percent = $5, class_hours = $6, edition_choice = $7, edition_reason = $8, \
         version = version + 1 where id = $9 and version = $10",
        params![
            &campaign.title,
            &campaign.document_number,
            campaign.state.code(),
            campaign.targets.enterprises,
            campaign.targets.repair_rate_percent,
            campaign.targets.class_hours,
            &campaign.edition_choice,
            &campaign.edition_reason,
            campaign.id,
            campaign.version
        ],
    )
}

/// One campaign.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load(tx: &Tx<'_>, id: CampaignId) -> Result<Campaign, StoreError> {
    let row = tx
        .query_opt(&format!("{SELECT} where id = $1"), params![id])?
        .ok_or_else(|| StoreError::NotFound("年度行动", id.to_string()))?;
    from_row(&row)
}

/// The campaign with this code.
///
/// # Errors
/// What the engine says.
pub fn by_code(tx: &Tx<'_>, code: &str) -> Result<Option<Campaign>, StoreError> {
    tx.query_opt(&format!("{SELECT} where code = $1"), params![code])?.map(|row| from_row(&row)).transpose()
}

/// Every campaign, newest first.
///
/// # Errors
/// What the engine says.
pub fn all(tx: &Tx<'_>) -> Result<Vec<Campaign>, StoreError> {
    tx.query(&format!("{SELECT} order by year desc, id desc"), &[], from_row)
}

/// The campaign under way: the newest published one.
///
/// # Errors
/// What the engine says.
pub fn current(tx: &Tx<'_>) -> Result<Option<Campaign>, StoreError> {
    let sql = format!("{SELECT} where state = 'published' order by year desc, id desc limit 1");
    tx.query_opt(&sql, &[])?.map(|row| from_row(&row)).transpose()
}

const SELECT_ITEM: &str = "select p.id, p.campaign_id, p.position, p.name, p.kind, p.planned, p.agency_id, \
                           coalesce(a.name, '') as agency_name, p.organiser_id, o.name as organiser_name, \
                           p.version from plan_item p left join organisation a on a.id = p.agency_id \
                           join organisation o on o.id = p.organiser_id";

fn item_from_row(tx: &Tx<'_>, row: &Row) -> Result<PlanItem, StoreError> {
    let id: PlanItemId = row.get("id")?;
    let counties = counties(tx, id)?;
    let authorities = "select authority_id as id from plan_item_authority where plan_item_id = $1 order by 1";
    Ok(PlanItem {
        id,
        campaign: row.get("campaign_id")?,
        position: row.get("position")?,
        name: row.get("name")?,
        kind: row.coded("kind", PlanItemKind::from_code)?,
        planned: row.get("planned")?,
        agency: row.get("agency_id")?,
        agency_name: row.get("agency_name")?,
        organiser: row.get("organiser_id")?,
        organiser_name: row.get("organiser_name")?,
        quotas: counties.iter().filter_map(|(county, planned)| Some((*county, (*planned)?))).collect(),
        counties: counties.into_iter().map(|(county, _)| county).collect(),
        authorities: tx.query(authorities, params![id], |row| row.get::<OrgId>("id"))?,
        version: row.get("version")?,
    })
}

/// Counties of a class with their shares of its number, in the order of their ids.
fn counties(tx: &Tx<'_>, id: PlanItemId) -> Result<Vec<(OrgId, Option<u32>)>, StoreError> {
    let sql = "select county_id, planned from plan_item_county where plan_item_id = $1 order by 1";
    tx.query(sql, params![id], |row| Ok((row.get("county_id")?, row.get("planned")?)))
}

/// Puts a class on record; `id`, names and `version` of the argument are not read.
///
/// # Errors
/// [`StoreError::Duplicate`] where the position is taken.
pub fn insert_item(tx: &Tx<'_>, item: &PlanItem) -> Result<PlanItemId, StoreError> {
    let id: PlanItemId = tx.insert(
        "insert into plan_item (campaign_id, position, name, kind, planned, agency_id, organiser_id) \
         values ($1, $2, $3, $4, $5, $6, $7) returning id",
        params![
            item.campaign,
            item.position,
            &item.name,
            item.kind.code(),
            item.planned,
            item.agency,
            item.organiser
        ],
    )?;
    link(tx, id, item)?;
    Ok(id)
}

/// Saves a class that has not changed since it was loaded.
///
/// # Errors
/// [`StoreError::Conflict`].
pub fn save_item(tx: &Tx<'_>, item: &PlanItem) -> Result<(), StoreError> {
    tx.update_version(
        "培训班",
        "update plan_item set name = $1, kind = $2, planned = $3, agency_id = $4, organiser_id = $5, \
         version = version + 1 where id = $6 and version = $7",
        params![
            &item.name,
            item.kind.code(),
            item.planned,
            item.agency,
            item.organiser,
            item.id,
            item.version
        ],
    )?;
    tx.execute("delete from plan_item_county where plan_item_id = $1", params![item.id])?;
    tx.execute("delete from plan_item_authority where plan_item_id = $1", params![item.id])?;
    link(tx, item.id, item)
}

fn link(tx: &Tx<'_>, id: PlanItemId, item: &PlanItem) -> Result<(), StoreError> {
    for county in &item.counties {
        tx.execute(
            "insert into plan_item_county (plan_item_id, county_id, planned) values ($1, $2, $3)",
            params![id, *county, item.quotas.get(county).copied()],
        )?;
    }
    for authority in &item.authorities {
        tx.execute(
            "insert into plan_item_authority (plan_item_id, authority_id) values ($1, $2)",
            params![id, *authority],
        )?;
    }
    Ok(())
}

/// One class.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load_item(tx: &Tx<'_>, id: PlanItemId) -> Result<PlanItem, StoreError> {
    let row = tx
        .query_opt(&format!("{SELECT_ITEM} where p.id = $1"), params![id])?
        .ok_or_else(|| StoreError::NotFound("培训班", id.to_string()))?;
    item_from_row(tx, &row)
}

/// The plan table of a campaign, in its order. Some ten rows: its links are asked row by row.
///
/// # Errors
/// What the engine says.
pub fn items(tx: &Tx<'_>, campaign: CampaignId) -> Result<Vec<PlanItem>, StoreError> {
    let sql = format!("{SELECT_ITEM} where p.campaign_id = $1 order by p.position");
    let rows = tx.query(&sql, params![campaign], |row| Ok(row.clone()))?;
    rows.iter().map(|row| item_from_row(tx, row)).collect()
}
