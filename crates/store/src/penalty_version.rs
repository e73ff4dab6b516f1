//! Versions of what a penalty record says (版本, N08): who changed what, when, why and on what paper. None is ever
//! overwritten.

use xinxiu_domain::correction::VersionKind;
use xinxiu_domain::id::PenaltyId;

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::Value;

/// A version of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// How it came about.
    pub kind: VersionKind,
    /// Each field, its value before, its value since; for people.
    pub changes: Vec<(String, String, String)>,
    /// Why.
    pub reason: String,
    /// The paper or notice on which it rests.
    pub source: String,
    /// Who.
    pub actor: String,
    /// When.
    pub at: Moment,
}

const COLUMNS: [&str; 8] =
    ["penalty_id", "kind", "changes", "reason", "source", "actor", "at", "business_day"];

fn values(penalty: PenaltyId, new: &Version) -> Vec<Value> {
    params![
        penalty,
        new.kind.code(),
        serde_json::json!(new.changes).to_string(),
        &new.reason,
        &new.source,
        &new.actor,
        new.at.at,
        new.at.on
    ]
    .to_vec()
}

/// Puts versions on record.
///
/// # Errors
/// What the engine says.
pub fn insert(tx: &Tx<'_>, new: &[(PenaltyId, Version)]) -> Result<u64, StoreError> {
    tx.bulk_insert("penalty_version", &COLUMNS, new.iter().map(|(id, version)| values(*id, version)))
}

/// Every version of a record after the first, newest first.
///
/// # Errors
/// What the engine says.
pub fn of_penalty(tx: &Tx<'_>, penalty: PenaltyId) -> Result<Vec<Version>, StoreError> {
    tx.query(
        "select kind, changes, reason, source, actor, at, business_day from penalty_version \
         where penalty_id = $1 order by id desc",
        params![penalty],
        |row| {
            Ok(Version {
                kind: row.coded("kind", VersionKind::from_code)?,
                changes: row.json("changes")?,
                reason: row.get("reason")?,
                source: row.get("source")?,
                actor: row.get("actor")?,
                at: row.moment("at", "business_day")?,
            })
        },
    )
}
