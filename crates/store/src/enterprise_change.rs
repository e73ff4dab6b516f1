//! What was changed in an enterprise's particulars, by whom and why (N18), and who looked at what is masked
//! (N21).

use xinxiu_domain::id::{AccountId, EnterpriseId};

use crate::Vault;
use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::{Row, Value};

/// Purpose under which old and new values are sealed: a phone stays a phone in the history.
const SEALED: &str = "enterprise_change";

/// A change, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: Moment,
    /// Who.
    pub actor: String,
    /// Code of the field.
    pub field: String,
    /// Value before.
    pub old: String,
    /// Value after, or the value that a list gives and that was not taken.
    pub new: String,
    /// Why.
    pub reason: String,
}

/// Columns of a change, in the order of [`values`].
pub(crate) const COLUMNS: [&str; 8] =
    ["enterprise_id", "at", "actor", "field", "old_sealed", "new_sealed", "reason", "business_day"];

/// What a change has in [`COLUMNS`].
pub(crate) fn values(
    vault: &Vault,
    enterprise: EnterpriseId,
    change: &Change,
) -> Result<Vec<Value>, StoreError> {
    let values = params![
        enterprise,
        change.at.at,
        &change.actor,
        &change.field,
        vault.seal(SEALED, &change.old)?,
        vault.seal(SEALED, &change.new)?,
        &change.reason,
        change.at.on,
    ];
    Ok(values.to_vec())
}

/// The select over changes, to which lists add their conditions.
pub(crate) const SELECT: &str = "select enterprise_id, at, business_day, actor, field, old_sealed, new_sealed, reason \
                                 from enterprise_change";

/// Maps a row of [`SELECT`], opened.
pub(crate) fn from_row(vault: &Vault, row: &Row) -> Result<Change, StoreError> {
    Ok(Change {
        at: row.moment("at", "business_day")?,
        actor: row.get("actor")?,
        field: row.get("field")?,
        old: vault.open_text(SEALED, &row.get::<String>("old_sealed")?)?,
        new: vault.open_text(SEALED, &row.get::<String>("new_sealed")?)?,
        reason: row.get("reason")?,
    })
}

/// Puts a change on record.
///
/// # Errors
/// What the engine or the vault says.
pub fn insert(
    tx: &Tx<'_>,
    vault: &Vault,
    enterprise: EnterpriseId,
    change: &Change,
) -> Result<(), StoreError> {
    tx.insert_row::<i64>("enterprise_change", &COLUMNS, &values(vault, enterprise, change)?)?;
    Ok(())
}

/// Every change of an enterprise, oldest first. The values are open: mask them before they are shown.
///
/// # Errors
/// What the engine or the vault says.
pub fn of_enterprise(
    tx: &Tx<'_>,
    vault: &Vault,
    enterprise: EnterpriseId,
) -> Result<Vec<Change>, StoreError> {
    let sql = format!("{SELECT} where enterprise_id = $1 order by id");
    tx.query(&sql, params![enterprise], |row| from_row(vault, row))
}

/// Every change of an enterprise and of those joined to it, oldest first, opened as by [`of_enterprise`].
///
/// # Errors
/// What the engine or the vault says.
pub fn with_joined(tx: &Tx<'_>, vault: &Vault, enterprise: EnterpriseId) -> Result<Vec<Change>, StoreError> {
    let ids: Vec<EnterpriseId> = tx.query(
        "select id from enterprise where id = $1 or joined_into = $1 order by id",
        params![enterprise],
        |row| row.get("id"),
    )?;
    let mut changes = Vec::new();
    for id in ids {
        changes.extend(of_enterprise(tx, vault, id)?);
    }
    changes.sort_by_key(|change| change.at.at);
    Ok(changes)
}

/// Notes that a masked field was shown in full.
///
/// # Errors
/// What the engine says.
pub fn disclosed(
    tx: &Tx<'_>,
    enterprise: EnterpriseId,
    (field, purpose): (&str, &str),
    (actor, account): (&str, Option<AccountId>),
    at: Moment,
) -> Result<(), StoreError> {
    tx.execute(
        "insert into disclosure (enterprise_id, field, purpose, actor, account_id, at, business_day) \
         values ($1, $2, $3, $4, $5, $6, $7)",
        params![enterprise, field, purpose, actor, account, at.at, at.on],
    )?;
    Ok(())
}
