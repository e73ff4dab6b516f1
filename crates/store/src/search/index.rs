//! Keeping the search terms true: what a transaction touched is built anew before it commits.

use std::collections::HashMap;

use xinxiu_domain::id::{EnterpriseId, OrgId, PlanItemId};

use super::initials;
use super::terms::{self, Term, TermKind};
use crate::db::{Db, Tx};
use crate::engine::among_ids;
use crate::engine::search as engine;
use crate::error::StoreError;
use crate::params;

/// Enterprises whose terms are built at a time.
const SLICE: i64 = 2_000;

/// Builds the terms of the enterprises that this transaction touched. Called at the end of every one that
/// writes; where nothing is marked it costs one look at an empty table.
pub(crate) fn refresh(tx: &Tx<'_>) -> Result<(), StoreError> {
    while refresh_slice(tx)? > 0 {}
    Ok(())
}

/// Builds the terms that a migration left to be built, in slices, so that a start that was cut off goes on
/// where it stood; `progress` hears how many enterprises are done and how many there are.
///
/// # Errors
/// What the engine says.
pub fn catch_up(db: &Db, mut progress: impl FnMut(u64, u64)) -> Result<(), StoreError> {
    let all = db.read(|tx| tx.number("select count(distinct enterprise_id) from search_stale", &[]))?;
    let (all, mut done) = (u64::try_from(all).unwrap_or(0), 0);
    if all == 0 {
        return Ok(());
    }
    loop {
        let built = db.write_unindexed(|tx| {
            tx.lock("search")?;
            refresh_slice(tx)
        })?;
        if built == 0 {
            break;
        }
        done += built as u64;
        progress(done.min(all), all);
    }
    db.write_unindexed(engine::settle)
}

/// Builds all terms anew, after a change of how they are cut or where an index is not trusted.
///
/// # Errors
/// What the engine says.
pub fn rebuild(db: &Db, progress: impl FnMut(u64, u64)) -> Result<(), StoreError> {
    db.write_unindexed(|tx| {
        tx.execute("insert into search_stale (enterprise_id) select id from enterprise", &[])
    })?;
    catch_up(db, progress)
}

/// Marks enterprises whose terms are to be built anew, where no trigger sees it: one was joined to the other.
///
/// # Errors
/// What the engine says.
pub(crate) fn mark(tx: &Tx<'_>, ids: &[EnterpriseId]) -> Result<(), StoreError> {
    for id in ids {
        tx.execute("insert into search_stale (enterprise_id) values ($1)", params![*id])?;
    }
    Ok(())
}

fn refresh_slice(tx: &Tx<'_>) -> Result<usize, StoreError> {
    let stale: Vec<EnterpriseId> = tx.query(
        "select distinct enterprise_id from search_stale order by enterprise_id limit $1",
        params![SLICE],
        |row| row.get("enterprise_id"),
    )?;
    if stale.is_empty() {
        return Ok(0);
    }
    let ids = id_array(&stale);
    let of = among_ids(tx.kind(), "enterprise_id", 1);
    // Unmarked before it is read: on PostgreSQL a mark that another transaction sets meanwhile stays.
    tx.execute(&format!("delete from search_stale where {of}"), params![&ids])?;
    engine::remove(tx, &ids)?;
    engine::add(tx, &terms_of(tx, &ids)?)?;
    Ok(stale.len())
}

/// Ids as a JSON array, for a parameter.
pub(crate) fn id_array(ids: &[EnterpriseId]) -> String {
    let ids: Vec<_> = ids.iter().map(|id| id.0.to_string()).collect();
    format!("[{}]", ids.join(","))
}

/// The parts by which the index leaves out what an actor may not see.
#[derive(Debug, Default)]
struct Places(HashMap<EnterpriseId, Vec<String>>);

impl Places {
    fn note(&mut self, enterprise: EnterpriseId, part: String) {
        let parts = self.0.entry(enterprise).or_default();
        if !parts.contains(&part) {
            parts.push(part);
        }
    }

    fn term(&self, kind: TermKind, enterprise: EnterpriseId, shown: String) -> Term {
        let (key, mut parts) = match kind {
            TermKind::Name | TermKind::KnownName => {
                let key = terms::name_of(&shown);
                let parts = terms::name_parts(&key);
                (key, parts)
            }
            TermKind::Decision => {
                let key = terms::decision_of(&shown);
                let parts = terms::decision_parts(&key);
                (key, parts)
            }
            TermKind::Code => (shown.chars().rev().collect(), Vec::new()),
        };
        if kind != TermKind::Code {
            parts.extend(self.0.get(&enterprise).into_iter().flatten().cloned());
        }
        let is_name = matches!(kind, TermKind::Name | TermKind::KnownName);
        let initials = if is_name { initials::usual(&key) } else { String::new() };
        Term { enterprise, kind, key, shown, initials, parts }
    }
}

fn terms_of(tx: &Tx<'_>, ids: &str) -> Result<Vec<Term>, StoreError> {
    let places = places_of(tx, ids)?;
    let mut terms = Vec::new();
    let of = |column: &str| among_ids(tx.kind(), column, 1);
    tx.for_each(
        &format!(
            "select coalesce(joined_into, id) as id, name, coalesce(uscc, '') as uscc, registration_number, \
             case when joined_into is null then 0 else 1 end as is_joined from enterprise \
             where (joined_into is null and {}) or {}",
            of("id"),
            of("joined_into")
        ),
        params![ids],
        |row| {
            let id = row.get("id")?;
            // One that was joined to another is found as that other, by what it was called.
            let kind = if row.get("is_joined")? { TermKind::KnownName } else { TermKind::Name };
            terms.push(places.term(kind, id, row.get("name")?));
            for column in ["uscc", "registration_number"] {
                let code: String = row.get(column)?;
                if !code.is_empty() {
                    terms.push(places.term(TermKind::Code, id, code));
                }
            }
            Ok::<_, StoreError>(())
        },
    )?;
    let others = [
        (TermKind::KnownName, "select enterprise_id, name as shown from known_name"),
        (TermKind::Decision, "select distinct enterprise_id, decision_number as shown from penalty"),
        // Whoever has the list in hand looks for the number that stands there.
        (
            TermKind::Decision,
            "select distinct p.enterprise_id, c.listed as shown from penalty_correction c \
             join penalty p on p.id = c.penalty_id and c.field = 'decision_number' and c.listed <> p.decision_number",
        ),
    ];
    for (kind, select) in others {
        let sql = format!("{select} where {}", of("enterprise_id"));
        terms.extend(tx.query(&sql, params![ids], |row| {
            Ok(places.term(kind, row.get("enterprise_id")?, row.get("shown")?))
        })?);
    }
    Ok(terms)
}

fn places_of(tx: &Tx<'_>, ids: &str) -> Result<Places, StoreError> {
    let mut places = Places::default();
    let of = |column: &str| among_ids(tx.kind(), column, 1);
    let mut read = |sql: String, part: &dyn Fn(i64) -> String| {
        tx.for_each(&sql, params![ids], |row| {
            places.note(row.get("enterprise_id")?, part(row.get("place")?));
            Ok::<_, StoreError>(())
        })
    };
    let counties = format!(
        "select id as enterprise_id, county_id as place from enterprise where county_id is not null and {}",
        of("id")
    );
    read(counties, &|id| county(OrgId(id)))?;
    for table in ["penalty", "listing"] {
        let sql = format!(
            "select distinct enterprise_id, authority_id as place from {table} \
             where authority_id is not null and {}",
            of("enterprise_id")
        );
        read(sql, &|id| authority(OrgId(id)))?;
    }
    let members = format!(
        "select enterprise_id, plan_item_id as place from member where plan_item_id is not null and {}",
        of("enterprise_id")
    );
    read(members, &|id| plan_item(PlanItemId(id)))?;
    Ok(places)
}

pub(super) fn county(id: OrgId) -> String {
    format!("c{id}")
}

pub(super) fn authority(id: OrgId) -> String {
    format!("a{id}")
}

pub(super) fn plan_item(id: PlanItemId) -> String {
    format!("m{id}")
}
