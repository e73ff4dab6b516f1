//! The index over the parts of search terms: FTS5 over ready-made parts on SQLite, an inverted index over an
//! array of the same parts on PostgreSQL. Neither needs an extension that a server might refuse.

use crate::db::{Kind, Tx};
use crate::engine::among_ids;
use crate::error::StoreError;
use crate::search::terms::Term;
use crate::value::Value;
use crate::{IntoValue, params};

/// On PostgreSQL a part that at least this share of all terms has is found sooner by walking the terms: its
/// bitmap would be built whole before the first row comes. SQLite reads its lists step by step.
const COMMON: f64 = 0.12;

/// The part of the schema that differs. It belongs to a migration that has been applied: never change it.
pub(crate) const fn schema(kind: Kind) -> &'static str {
    match kind {
        Kind::Sqlite => include_str!("sqlite.sql"),
        Kind::Postgres => include_str!("postgres.sql"),
    }
}

/// What terms must have in the index: every part, and of each group one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    pub all: Vec<String>,
    pub any: Vec<Vec<String>>,
}

impl Parts {
    pub fn is_empty(&self) -> bool {
        self.all.is_empty() && self.any.is_empty()
    }
}

/// The common table expression `t` of the terms that have the parts, read no further than asked for, and its
/// parameters from `$1` on. `is_checked` says that the keys are held against what was typed besides: only then may
/// common parts be left out of the search.
pub(crate) fn terms_with(
    tx: &Tx<'_>,
    parts: &Parts,
    is_checked: bool,
) -> Result<(String, Vec<Value>), StoreError> {
    match tx.kind() {
        Kind::Sqlite => {
            let sql = "with t as (select s.id, s.enterprise_id, s.kind, s.key, s.shown from search_gram g \
                       cross join search_term s where search_gram match $1 and s.id = g.rowid)";
            Ok((sql.to_owned(), vec![match_text(parts).into_value()]))
        }
        Kind::Postgres if is_checked && parts.any.is_empty() && all_common(tx, &parts.all)? => {
            Ok((every_term(Kind::Postgres), Vec::new()))
        }
        Kind::Postgres => {
            let mut conditions = Vec::new();
            let mut values = Vec::new();
            if !parts.all.is_empty() {
                values.push(parts.all.join(" ").into_value());
                conditions.push("grams @> string_to_array($1, ' ')".to_owned());
            }
            for group in &parts.any {
                values.push(group.join(" ").into_value());
                conditions.push(format!("grams && string_to_array(${}, ' ')", values.len()));
            }
            // Materialised, so that a limit further out does not tempt the planner to walk the table.
            let sql = format!(
                "with t as materialized (select id, enterprise_id, kind, key, shown from search_term where {})",
                conditions.join(" and ")
            );
            Ok((sql, values))
        }
    }
}

/// The common table expression `t` of all terms, for what nearly everything has.
pub(crate) fn every_term(_: Kind) -> String {
    "with t as (select id, enterprise_id, kind, key, shown from search_term)".to_owned()
}

fn match_text(parts: &Parts) -> String {
    let quoted = |part: &String| format!("\"{part}\"");
    let all = parts.all.iter().map(quoted);
    let any = parts.any.iter().map(|group| {
        let group: Vec<_> = group.iter().map(quoted).collect();
        format!("({})", group.join(" OR "))
    });
    all.chain(any).collect::<Vec<_>>().join(" AND ")
}

/// Whether each of the parts is common, as the server's own statistics know.
fn all_common(tx: &Tx<'_>, parts: &[String]) -> Result<bool, StoreError> {
    let share = format!("{COMMON}");
    let known = tx.number(
        "select count(distinct part) from (select unnest(most_common_elems::text::text[]) as part, \
         unnest(most_common_elem_freqs) as share from pg_stats \
         where schemaname = current_schema() and tablename = 'search_term' and attname = 'grams') as common \
         where share >= $2::text::float8 and part = any(string_to_array($1, ' '))",
        params![parts.join(" "), share],
    )?;
    Ok(usize::try_from(known).is_ok_and(|known| known == parts.len()))
}

/// Removes the terms of enterprises, given as a list of ids.
pub(crate) fn remove(tx: &Tx<'_>, ids: &str) -> Result<(), StoreError> {
    let of = among_ids(tx.kind(), "enterprise_id", 1);
    if tx.kind() == Kind::Sqlite {
        tx.execute(
            &format!("delete from search_gram where rowid in (select id from search_term where {of})"),
            params![ids],
        )?;
    }
    tx.execute(&format!("delete from search_term where {of}"), params![ids]).map(drop)
}

/// Adds terms.
pub(crate) fn add(tx: &Tx<'_>, terms: &[Term]) -> Result<(), StoreError> {
    let columns = ["enterprise_id", "kind", "key", "shown", "initials"];
    let values = |term: &Term| -> Vec<Value> {
        vec![
            term.enterprise.into_value(),
            term.kind.code().into_value(),
            (&term.key).into_value(),
            (&term.shown).into_value(),
            (&term.initials).into_value(),
        ]
    };
    match tx.kind() {
        Kind::Postgres => {
            let rows = terms.iter().map(|term| {
                let mut row = values(term);
                row.push(format!("{{{}}}", term.parts.join(",")).into_value());
                row
            });
            tx.bulk_insert("search_term", &[&columns[..], &["grams"]].concat(), rows)?;
        }
        Kind::Sqlite => {
            let first = tx.number("select coalesce(max(id), 0) + 1 from search_term", &[])?;
            let rows = (first..).zip(terms).map(|(id, term)| {
                let mut row = values(term);
                row.push(Value::Int(id));
                row
            });
            tx.bulk_insert("search_term", &[&columns[..], &["id"]].concat(), rows)?;
            let indexed = (first..).zip(terms).filter(|(_, term)| !term.parts.is_empty());
            let rows = indexed.map(|(id, term)| vec![Value::Int(id), term.parts.join(" ").into_value()]);
            tx.bulk_insert("search_gram", &["rowid", "grams"], rows)?;
        }
    }
    Ok(())
}

/// Brings the server's statistics up to date after many terms have changed; SQLite needs none here.
pub(crate) fn settle(tx: &Tx<'_>) -> Result<(), StoreError> {
    match tx.kind() {
        Kind::Sqlite => Ok(()),
        Kind::Postgres => {
            tx.number("select cast(gin_clean_pending_list('search_term_grams') as bigint)", &[])?;
            tx.execute_script("analyze search_term")
        }
    }
}
