//! Listings without a decision (名单条目, N08).

use jiff::civil::Date;
use xinxiu_domain::ListKind;
use xinxiu_domain::id::{BatchId, EnterpriseId, ListingId, OrgId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;
use crate::value::{Row, Value};

/// A listing without a decision (名单条目, N08).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Id.
    pub id: ListingId,
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// Which list.
    pub list: ListKind,
    /// Why it is listed.
    pub reason: String,
    /// Who listed it.
    pub listing_body: String,
    /// The authority on record, where the body's name matched one.
    pub authority: Option<OrgId>,
    /// Since when.
    pub listed_on: Option<Date>,
    /// Since when a later edition of the list no longer has it.
    pub gone_since: Option<Date>,
    /// Version for optimistic locking.
    pub version: i64,
}

pub(crate) const SELECT: &str = "select id, enterprise_id, list_kind, reason, listing_body, authority_id, listed_on, \
                              gone_since, version from listing";

pub(crate) fn from_row(row: &Row) -> Result<Listing, StoreError> {
    Ok(Listing {
        id: row.get("id")?,
        enterprise: row.get("enterprise_id")?,
        list: row.coded("list_kind", ListKind::from_code)?,
        reason: row.get("reason")?,
        listing_body: row.get("listing_body")?,
        authority: row.get("authority_id")?,
        listed_on: row.get("listed_on")?,
        gone_since: row.get("gone_since")?,
        version: row.get("version")?,
    })
}

/// The enterprise of a listing.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn owner(tx: &Tx<'_>, id: ListingId) -> Result<EnterpriseId, StoreError> {
    tx.query_opt("select enterprise_id from listing where id = $1", params![id])?
        .ok_or_else(|| StoreError::NotFound("名单条目", id.to_string()))?
        .get("enterprise_id")
}

/// Every listing of an enterprise.
///
/// # Errors
/// What the engine says.
pub fn of_enterprise(tx: &Tx<'_>, enterprise: EnterpriseId) -> Result<Vec<Listing>, StoreError> {
    let sql = format!("{SELECT} where enterprise_id = $1 order by id");
    tx.query(&sql, params![enterprise], from_row)
}

/// Columns of a new listing, in the order of [`values`].
pub(crate) const COLUMNS: [&str; 8] = [
    "enterprise_id",
    "list_kind",
    "reason",
    "listing_body",
    "authority_id",
    "listed_on",
    "first_batch_id",
    "last_batch_id",
];

/// What a new listing of a batch has in [`COLUMNS`].
pub(crate) fn values(new: &Listing, batch: BatchId) -> Vec<Value> {
    params![
        new.enterprise,
        new.list.code(),
        &new.reason,
        &new.listing_body,
        new.authority,
        new.listed_on,
        batch,
        batch,
    ]
    .to_vec()
}

/// Saves what a later list says of a listing; one that had gone is back.
///
/// # Errors
/// [`StoreError::Conflict`].
pub fn save(tx: &Tx<'_>, listing: &Listing, batch: BatchId) -> Result<(), StoreError> {
    tx.update_version(
        "名单条目",
        "update listing set authority_id = $1, listed_on = $2, last_batch_id = $3, gone_since = null, \
         version = version + 1 where id = $4 and version = $5",
        params![listing.authority, listing.listed_on, batch, listing.id, listing.version],
    )
}
