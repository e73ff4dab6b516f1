//! Enterprises of a slice, with their other names and changes.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use xinxiu_domain::id::{BatchId, EnterpriseId};
use xinxiu_domain::identity::Known;
use xinxiu_domain::text::name_key;

use crate::Vault;
use crate::db::Tx;
use crate::enterprise::{COLUMNS, Enterprise, by_ids, from_row, select, values};
use crate::enterprise_change::{self, Change};
use crate::error::StoreError;
use crate::{IntoValue, params};

/// The enterprises with these codes.
///
/// # Errors
/// What the engine says.
pub fn with_usccs(tx: &Tx<'_>, codes: &[&str]) -> Result<Vec<Enterprise>, StoreError> {
    tx.query_for(&format!("{} where {}", select(), tx.among_texts("e.uscc")), &codes, &[], from_row)
}

/// Those of these codes whose enterprise was joined to another, each with that other.
///
/// # Errors
/// What the engine says.
pub fn joined_usccs(tx: &Tx<'_>, codes: &[&str]) -> Result<Vec<(String, EnterpriseId)>, StoreError> {
    let sql = format!(
        "select e.uscc, e.joined_into from enterprise e where e.joined_into is not null and {}",
        tx.among_texts("e.uscc")
    );
    tx.query_for(&sql, &codes, &[], |row| Ok((row.get("uscc")?, row.get("joined_into")?)))
}

/// Enterprises that have one of these names, on file or among their other names: candidates for rows without a
/// code, never an identity. Each stands with the key of the name and its own id; natural persons are not among
/// them. Whether it has a row's record is not known here.
///
/// # Errors
/// What the engine says.
pub fn namesakes(tx: &Tx<'_>, keys: &[String]) -> Result<Vec<(String, EnterpriseId, Known)>, StoreError> {
    let columns = "e.id, coalesce(e.joined_into, e.id) as kept, \
                   case when e.uscc is null then 0 else 1 end as has_uscc, e.registration_number, e.county_id";
    let on_file = format!(
        "select e.name_key, 1 as on_file, {columns} from enterprise e \
         where {} and e.subject_kind <> 'natural_person' order by e.id",
        tx.among_texts("e.name_key")
    );
    let other = format!(
        "select k.name_key, 0 as on_file, {columns} from known_name k join enterprise e on e.id = k.enterprise_id \
         where {} and k.name_key <> e.name_key and e.subject_kind <> 'natural_person' order by e.id",
        tx.among_texts("k.name_key")
    );
    let read = |sql: &str| {
        tx.query_for(sql, &keys, &[], |row| {
            let known = Known {
                enterprise: row.get("kept")?,
                is_name_on_file: row.get("on_file")?,
                has_uscc: row.get("has_uscc")?,
                registration_number: row.get("registration_number")?,
                county: row.get("county_id")?,
                has_record: false,
            };
            Ok((row.get("name_key")?, row.get("id")?, known))
        })
    };
    let mut found = read(&on_file)?;
    found.extend(read(&other)?);
    Ok(found)
}

/// Natural persons under whom one of these decisions is on record, each with the decision's key. Persons have
/// no code here, so one is found again by the decision only: two persons may share a name.
///
/// # Errors
/// What the engine says.
pub fn persons(tx: &Tx<'_>, decisions: &[String]) -> Result<Vec<(String, Enterprise)>, StoreError> {
    let pairs = |from: &str, key: &str| -> Result<Vec<(EnterpriseId, String)>, StoreError> {
        // A cross join, so that SQLite begins with the decisions: it takes those without a code for few.
        let sql = format!(
            "select e.id, {key} as decision_key from {from} cross join enterprise e where e.id = p.enterprise_id \
             and {} and e.uscc is null and e.subject_kind = 'natural_person' order by e.id",
            tx.among_texts(key)
        );
        tx.query_for(&sql, &decisions, &[], |row| Ok((row.get("id")?, row.get("decision_key")?)))
    };
    let mut found = pairs("penalty p", "p.decision_key")?;
    // One whose decision number was put right is found again by the number that lists give.
    let corrected = "penalty_correction c join penalty p on p.id = c.penalty_id";
    found.extend(pairs(corrected, "c.match_key")?);
    let ids: Vec<EnterpriseId> = found.iter().map(|(id, _)| *id).collect();
    let persons = by_ids(tx, &ids)?;
    let persons: HashMap<EnterpriseId, Enterprise> = persons.into_iter().map(|one| (one.id, one)).collect();
    Ok(found.into_iter().filter_map(|(id, key)| Some((key, persons.get(&id)?.clone()))).collect())
}

/// The keys of the other names under which enterprises are known.
///
/// # Errors
/// What the engine says.
pub fn names(tx: &Tx<'_>, ids: &[EnterpriseId]) -> Result<HashSet<(EnterpriseId, String)>, StoreError> {
    let sql =
        format!("select enterprise_id, name_key from known_name where {}", tx.among_ids("enterprise_id"));
    let found = tx.query_for(&sql, &numbers(ids), &[], |row| {
        Ok((row.get("enterprise_id")?, row.get::<String>("name_key")?))
    })?;
    Ok(found.into_iter().collect())
}

/// Every change of enterprises, oldest first. The values are open: mask them before they are shown.
///
/// # Errors
/// What the engine or the vault says.
pub fn changes(
    tx: &Tx<'_>,
    vault: &Vault,
    ids: &[EnterpriseId],
) -> Result<HashMap<EnterpriseId, Vec<Change>>, StoreError> {
    let sql = format!("{} where {} order by id", enterprise_change::SELECT, tx.among_ids("enterprise_id"));
    let found = tx.query_for(&sql, &numbers(ids), &[], |row| {
        Ok((row.get("enterprise_id")?, enterprise_change::from_row(vault, row)?))
    })?;
    let mut changes: HashMap<EnterpriseId, Vec<Change>> = HashMap::new();
    for (id, change) in found {
        changes.entry(id).or_default().push(change);
    }
    Ok(changes)
}

/// Puts enterprises on record under the ids that were reserved for them.
///
/// # Errors
/// [`StoreError::Duplicate`] where a USCC is taken.
pub fn insert(tx: &Tx<'_>, new: &[&Enterprise], at: Timestamp) -> Result<u64, StoreError> {
    let rows = new.iter().map(|one| {
        let mut row = values(one, at);
        row.push(one.id.into_value());
        row
    });
    tx.bulk_insert("enterprise", &with_id(&COLUMNS), rows)
}

/// Keeps other names of enterprises, none of which is known yet.
///
/// # Errors
/// [`StoreError::Duplicate`] where one is.
pub fn insert_names(
    tx: &Tx<'_>,
    batch: BatchId,
    names: Vec<(EnterpriseId, String)>,
) -> Result<u64, StoreError> {
    let rows = names.into_iter().map(|(id, name)| {
        let key = name_key(&name);
        params![id, name, key, batch].to_vec()
    });
    tx.bulk_insert("known_name", &["enterprise_id", "name", "name_key", "batch_id"], rows)
}

/// Puts changes on record.
///
/// # Errors
/// What the engine or the vault says.
pub fn insert_changes(
    tx: &Tx<'_>,
    vault: &Vault,
    changes: &[(EnterpriseId, Change)],
) -> Result<u64, StoreError> {
    let rows: Result<Vec<_>, _> =
        changes.iter().map(|(id, change)| enterprise_change::values(vault, *id, change)).collect();
    tx.bulk_insert("enterprise_change", &enterprise_change::COLUMNS, rows?)
}

/// The columns of a row that brings its own id.
pub(super) fn with_id<'a>(columns: &[&'a str]) -> Vec<&'a str> {
    columns.iter().copied().chain(["id"]).collect()
}

pub(super) fn numbers(ids: &[EnterpriseId]) -> Vec<i64> {
    ids.iter().map(|id| id.0).collect()
}
