//! The edition of the rules that a person named for one record (人工指定规则版本).

use std::collections::BTreeMap;

use xinxiu_domain::id::PenaltyId;

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;

/// An edition named by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedEdition {
    /// Edition, for example `cn-58`.
    pub edition: String,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: Moment,
}

/// The edition named for a record, where one was.
///
/// # Errors
/// What the engine says.
pub fn of_penalty(tx: &Tx<'_>, penalty: PenaltyId) -> Result<Option<NamedEdition>, StoreError> {
    let sql =
        "select edition, reason, named_by, named_at, named_on from penalty_edition where penalty_id = $1";
    let row = tx.query_opt(sql, params![penalty])?;
    row.map(|row| {
        Ok(NamedEdition {
            edition: row.get("edition")?,
            reason: row.get("reason")?,
            by: row.get("named_by")?,
            at: row.moment("named_at", "named_on")?,
        })
    })
    .transpose()
}

/// Every record for which an edition was named; there are few.
///
/// # Errors
/// What the engine says.
pub fn all(tx: &Tx<'_>) -> Result<BTreeMap<PenaltyId, String>, StoreError> {
    let rows = tx.query("select penalty_id, edition from penalty_edition", &[], |row| {
        Ok((row.get("penalty_id")?, row.get("edition")?))
    })?;
    Ok(rows.into_iter().collect())
}

/// Names an edition for a record, in place of one named before.
///
/// # Errors
/// What the engine says.
pub fn name(tx: &Tx<'_>, penalty: PenaltyId, new: &NamedEdition) -> Result<(), StoreError> {
    tx.execute(
        "insert into penalty_edition (penalty_id, edition, reason, named_by, named_at, named_on) \
         values ($1, $2, $3, $4, $5, $6) on conflict (penalty_id) do update set edition = excluded.edition, \
         reason = excluded.reason, named_by = excluded.named_by, named_at = excluded.named_at, \
         named_on = excluded.named_on",
        params![penalty, &new.edition, &new.reason, &new.by, new.at.at, new.at.on],
    )?;
    Ok(())
}

/// Takes the named edition back and returns whether there was one.
///
/// # Errors
/// What the engine says.
pub fn take_back(tx: &Tx<'_>, penalty: PenaltyId) -> Result<bool, StoreError> {
    Ok(tx.execute("delete from penalty_edition where penalty_id = $1", params![penalty])? > 0)
}
