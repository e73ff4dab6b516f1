//! What enterprises are found by that may be one (N08): keys instead of comparing everybody with everybody.

use std::collections::{BTreeSet, HashMap};

use xinxiu_domain::coded;
use xinxiu_domain::id::{BatchId, EnterpriseId};

use crate::application::id_list;
use crate::db::Tx;
use crate::error::StoreError;
use crate::value::Value;
use crate::{IntoValue, params};

coded! {
    /// Kind of a key.
    pub enum KeyKind {
        Name = "name", "名称";
        Organisation = "org", "组织机构代码";
        Registration = "reg", "工商注册号";
    }
}

/// A key that more enterprises have than this finds nobody: it says too little.
const COMMON: i64 = 30;

/// One key of an enterprise.
pub type IdentityKey = (EnterpriseId, KeyKind, String);

/// Replaces the keys of some enterprises.
///
/// # Errors
/// What the engine says.
pub fn replace(tx: &Tx<'_>, of: &[EnterpriseId], keys: BTreeSet<IdentityKey>) -> Result<(), StoreError> {
    if of.is_empty() {
        return Ok(());
    }
    tx.execute(
        &format!("delete from identity_key where enterprise_id in ({})", id_list(of.iter().map(|id| id.0))),
        &[],
    )?;
    let rows = keys.into_iter().map(|(id, kind, value)| -> Vec<Value> {
        vec![id.into_value(), kind.code().into_value(), value.into_value()]
    });
    tx.bulk_insert("identity_key", &["enterprise_id", "kind", "value"], rows)?;
    Ok(())
}

/// Pairs of which one is among `of`, that have a key or a decision in common, that are not joined, and that are not on record as a
/// pair yet; the smaller id first.
///
/// # Errors
/// What the engine says.
pub fn pairs(tx: &Tx<'_>, of: &[EnterpriseId]) -> Result<Vec<(EnterpriseId, EnterpriseId)>, StoreError> {
    if of.is_empty() {
        return Ok(Vec::new());
    }
    let (of, common) = (id_list(of.iter().map(|id| id.0)), COMMON);
    let ordered = |a: &str, b: &str| {
        format!(
            "case when {a} < {b} then {a} else {b} end as one_id, case when {a} < {b} then {b} else {a} end as other_id"
        )
    };
    let sql = format!(
        "with found as (\
           select {} from identity_key a join identity_key b on b.kind = a.kind and b.value = a.value \
           and b.enterprise_id <> a.enterprise_id where a.enterprise_id in ({of}) and (select count(*) from \
           (select 1 from identity_key c where c.kind = a.kind and c.value = a.value limit {}) as few) <= {common} \
           union select {} from penalty p join penalty q on q.decision_key = p.decision_key \
           and q.authority = p.authority and q.enterprise_id <> p.enterprise_id where p.enterprise_id in ({of}) \
           and (select count(*) from (select 1 from penalty c where c.decision_key = p.decision_key limit {}) as few) \
           <= {common}\
         ) select found.one_id, found.other_id from found join enterprise e on e.id = found.one_id \
         join enterprise o on o.id = found.other_id where e.joined_into is null and o.joined_into is null \
         and not exists (select 1 from likely_match m where m.one_id = found.one_id and m.other_id = found.other_id) \
         order by found.one_id, found.other_id",
        ordered("a.enterprise_id", "b.enterprise_id"),
        common + 1,
        ordered("p.enterprise_id", "q.enterprise_id"),
        common + 1
    );
    tx.query(&sql, &[], |row| Ok((row.get("one_id")?, row.get("other_id")?)))
}

/// How many decisions of one authority and one number stand with both of a pair; pairs without any are left out.
///
/// # Errors
/// What the engine says.
pub fn shared_decisions(
    tx: &Tx<'_>,
    pairs: &[(EnterpriseId, EnterpriseId)],
) -> Result<HashMap<(EnterpriseId, EnterpriseId), usize>, StoreError> {
    if pairs.is_empty() {
        return Ok(HashMap::new());
    }
    let (ones, others): (Vec<EnterpriseId>, Vec<EnterpriseId>) = pairs.iter().copied().unzip();
    let sql = format!(
        "select p.enterprise_id as one_id, q.enterprise_id as other_id, count(*) as shared from penalty p \
         join penalty q on q.decision_key = p.decision_key and q.authority = p.authority \
         and q.enterprise_id > p.enterprise_id where p.enterprise_id in ({}) and q.enterprise_id in ({}) \
         group by p.enterprise_id, q.enterprise_id",
        id_list(ones.iter().map(|id| id.0)),
        id_list(others.iter().map(|id| id.0))
    );
    let rows = tx.query(&sql, &[], |row| {
        let shared: i64 = row.get("shared")?;
        Ok(((row.get("one_id")?, row.get("other_id")?), usize::try_from(shared).unwrap_or(0)))
    })?;
    Ok(rows.into_iter().collect())
}

/// The enterprises that a list names, and those that have no keys yet; natural persons have none.
///
/// # Errors
/// What the engine says.
pub fn touched(tx: &Tx<'_>, batch: BatchId) -> Result<Vec<EnterpriseId>, StoreError> {
    tx.query(
        "select r.enterprise_id as id from batch_row r join enterprise e on e.id = r.enterprise_id \
         where r.batch_id = $1 and e.joined_into is null and e.subject_kind <> 'natural_person' \
         union select e.id from enterprise e where e.joined_into is null and e.subject_kind <> 'natural_person' \
         and not exists (select 1 from identity_key k where k.enterprise_id = e.id) order by id",
        params![batch],
        |row| row.get("id"),
    )
}

/// Every enterprise that is not joined to another; natural persons are left out.
///
/// # Errors
/// What the engine says.
pub fn everybody(tx: &Tx<'_>) -> Result<Vec<EnterpriseId>, StoreError> {
    tx.query(
        "select id from enterprise where joined_into is null and subject_kind <> 'natural_person' order by id",
        &[],
        |row| row.get("id"),
    )
}
