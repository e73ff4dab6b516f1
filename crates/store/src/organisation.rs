//! Organisations (单位).

use xinxiu_domain::actor::OrganisationKind;
use xinxiu_domain::id::OrgId;

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;
use crate::value::Row;

/// An organisation on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Id.
    pub id: OrgId,
    /// Kind.
    pub kind: OrganisationKind,
    /// Full name.
    pub name: String,
    /// Short name for tables; the full name where none is set.
    pub short_name: String,
    /// Area code of a county or park; empty otherwise.
    pub area_code: String,
}

fn from_row(row: &Row) -> Result<Organisation, StoreError> {
    let name: String = row.get("name")?;
    let short: String = row.get("short_name")?;
    Ok(Organisation {
        id: row.get("id")?,
        kind: row.coded("kind", OrganisationKind::from_code)?,
        short_name: if short.is_empty() { name.clone() } else { short },
        name,
        area_code: row.get("area_code")?,
    })
}

const SELECT: &str = "select id, kind, name, short_name, area_code from organisation";

/// Puts a new organisation on record.
///
/// # Errors
/// [`StoreError::Duplicate`] where the name is taken.
pub fn insert(
    tx: &Tx<'_>,
    kind: OrganisationKind,
    name: &str,
    short_name: &str,
    area_code: &str,
) -> Result<OrgId, StoreError> {
    tx.insert(
        "insert into organisation (kind, name, short_name, area_code) values ($1, $2, $3, $4) returning id",
        params![kind.code(), name, short_name, area_code],
    )
}

/// Fills a short name and an area code that are still blank; what stands there stays. Returns whether
/// anything was blank and is no longer.
///
/// # Errors
/// What the engine says.
pub fn fill_blanks(tx: &Tx<'_>, id: OrgId, short_name: &str, area_code: &str) -> Result<bool, StoreError> {
    let filled = tx.execute(
        "update organisation set short_name = case when short_name = '' then $1 else short_name end, \
         area_code = case when area_code = '' then $2 else area_code end, version = version + 1 where id = $3 \
         and ((short_name = '' and $1 <> '') or (area_code = '' and $2 <> ''))",
        params![short_name, area_code, id],
    )?;
    Ok(filled > 0)
}

/// One organisation.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load(tx: &Tx<'_>, id: OrgId) -> Result<Organisation, StoreError> {
    let row = tx
        .query_opt(&format!("{SELECT} where id = $1"), params![id])?
        .ok_or_else(|| StoreError::NotFound("单位", id.to_string()))?;
    from_row(&row)
}

/// The organisation with exactly this name.
///
/// # Errors
/// What the engine says.
pub fn by_name(tx: &Tx<'_>, name: &str) -> Result<Option<Organisation>, StoreError> {
    tx.query_opt(&format!("{SELECT} where name = $1"), params![name])?.map(|row| from_row(&row)).transpose()
}

/// Every organisation, by kind and name.
///
/// # Errors
/// What the engine says.
pub fn all(tx: &Tx<'_>) -> Result<Vec<Organisation>, StoreError> {
    tx.query(&format!("{SELECT} order by kind, id"), &[], from_row)
}

/// Organisations of one kind.
///
/// # Errors
/// What the engine says.
pub fn of_kind(tx: &Tx<'_>, kind: OrganisationKind) -> Result<Vec<Organisation>, StoreError> {
    tx.query(&format!("{SELECT} where kind = $1 order by id"), params![kind.code()], from_row)
}
