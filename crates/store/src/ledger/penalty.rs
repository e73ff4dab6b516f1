//! Penalty records and listings of a slice.

use xinxiu_domain::ListKind;
use xinxiu_domain::id::{BatchId, EnterpriseId, ListingId, PenaltyId};

use super::enterprise::{numbers, with_id};
use crate::db::Tx;
use crate::error::StoreError;
use crate::listing::{self, Listing};
use crate::penalty::{self, Penalty};
use crate::{IntoValue, params};

/// The records of these decisions against any enterprise: one number may stand against several.
///
/// # Errors
/// What the engine says.
pub fn of_decisions(tx: &Tx<'_>, keys: &[String]) -> Result<Vec<Penalty>, StoreError> {
    let sql = format!("{} where {}", penalty::select(), tx.among_texts("p.decision_key"));
    tx.query_for(&sql, &keys, &[], penalty::from_row)
}

/// The records whose decision number a person put right and lists still give so.
///
/// # Errors
/// What the engine says.
pub fn of_listed_decisions(tx: &Tx<'_>, keys: &[String]) -> Result<Vec<Penalty>, StoreError> {
    let sql = format!(
        "{} where p.id in (select c.penalty_id from penalty_correction c where {})",
        penalty::select(),
        tx.among_texts("c.match_key")
    );
    tx.query_for(&sql, &keys, &[], penalty::from_row)
}

/// The listings of these enterprises on one list.
///
/// # Errors
/// What the engine says.
pub fn listings(tx: &Tx<'_>, ids: &[EnterpriseId], list: ListKind) -> Result<Vec<Listing>, StoreError> {
    let sql = format!("{} where {} and list_kind = $2", listing::SELECT, tx.among_ids("enterprise_id"));
    tx.query_for(&sql, &numbers(ids), params![list.code()], listing::from_row)
}

/// Puts penalty records on record under the ids that were reserved for them.
///
/// # Errors
/// [`StoreError::Duplicate`] where an enterprise has its decision of this authority already.
pub fn insert(tx: &Tx<'_>, new: &[&Penalty]) -> Result<u64, StoreError> {
    let mut rows = Vec::with_capacity(new.len());
    for one in new {
        let mut row = penalty::values(one)?;
        row.push(one.id.into_value());
        rows.push(row);
    }
    tx.bulk_insert("penalty", &with_id(&penalty::COLUMNS), rows)
}

/// Puts listings of a batch on record under the ids that were reserved for them.
///
/// # Errors
/// [`StoreError::Duplicate`] where an enterprise is listed so already.
pub fn insert_listings(tx: &Tx<'_>, new: &[&Listing], batch: BatchId) -> Result<u64, StoreError> {
    let rows = new.iter().map(|one| {
        let mut row = listing::values(one, batch);
        row.push(one.id.into_value());
        row
    });
    tx.bulk_insert("listing", &with_id(&listing::COLUMNS), rows)
}

/// Notes that a later list has unchanged records again; those that had gone are back.
///
/// # Errors
/// What the engine says.
pub fn seen_again(tx: &Tx<'_>, ids: &[PenaltyId], batch: BatchId) -> Result<u64, StoreError> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let sql =
        format!("update penalty set last_batch_id = $2, gone_since = null where {}", tx.among_ids("id"));
    tx.execute_for(&sql, &ids, params![batch])
}

/// Notes that a later list has unchanged listings again; those that had gone are back.
///
/// # Errors
/// What the engine says.
pub fn listed_again(tx: &Tx<'_>, ids: &[ListingId], batch: BatchId) -> Result<u64, StoreError> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let sql = format!(
        "update listing set last_batch_id = $2, gone_since = null, version = version + 1 where {}",
        tx.among_ids("id")
    );
    tx.execute_for(&sql, &ids, params![batch])
}
