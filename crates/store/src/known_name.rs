//! Other names (其他名称) under which an enterprise is known, beside its own on file (N08, N18).

use std::collections::HashMap;

use xinxiu_domain::id::{BatchId, EnterpriseId};
use xinxiu_domain::text::name_key;

use crate::application::id_list;
use crate::db::Tx;
use crate::error::StoreError;
use crate::params;

/// Another name of an enterprise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownName {
    /// The name as received.
    pub name: String,
    /// File of the list that gave it; empty where a correction left it behind.
    pub file_name: String,
}

/// Keeps another name of an enterprise; one that is known already stays as it was received first.
///
/// # Errors
/// What the engine says.
pub fn keep(
    tx: &Tx<'_>,
    enterprise: EnterpriseId,
    name: &str,
    batch: Option<BatchId>,
) -> Result<(), StoreError> {
    tx.execute(
        "insert into known_name (enterprise_id, name, name_key, batch_id) values ($1, $2, $3, $4) \
         on conflict (enterprise_id, name_key) do nothing",
        params![enterprise, name, name_key(name), batch],
    )?;
    Ok(())
}

/// Every name of an enterprise but the one on file.
///
/// # Errors
/// What the engine says.
pub fn of_enterprise(tx: &Tx<'_>, enterprise: EnterpriseId) -> Result<Vec<KnownName>, StoreError> {
    tx.query(
        "select k.name, coalesce(b.file_name, '') as file_name from known_name k \
         join enterprise e on e.id = k.enterprise_id left join batch b on b.id = k.batch_id \
         where k.enterprise_id = $1 and k.name_key <> e.name_key order by k.id",
        params![enterprise],
        |row| Ok(KnownName { name: row.get("name")?, file_name: row.get("file_name")? }),
    )
}

/// The other names of several enterprises.
///
/// # Errors
/// What the engine says.
pub fn of_many(tx: &Tx<'_>, ids: &[EnterpriseId]) -> Result<HashMap<EnterpriseId, Vec<String>>, StoreError> {
    let mut names: HashMap<EnterpriseId, Vec<String>> = HashMap::new();
    if ids.is_empty() {
        return Ok(names);
    }
    let sql = format!(
        "select enterprise_id, name from known_name where enterprise_id in ({}) order by id",
        id_list(ids.iter().map(|id| id.0))
    );
    for (id, name) in tx.query(&sql, &[], |row| Ok((row.get("enterprise_id")?, row.get("name")?)))? {
        names.entry(id).or_default().push(name);
    }
    Ok(names)
}
