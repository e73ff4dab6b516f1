//! The index over the parts of search terms: FTS5 over ready-made parts on SQLite, an inverted index over an
//! array of the same parts on PostgreSQL. Neither needs an extension that a server might refuse.

mod shares;

use crate::db::{Kind, Tx};
use crate::engine::among_ids;
use crate::error::StoreError;
use crate::search::terms::Term;
use crate::value::Value;
use crate::{IntoValue, params};

pub(crate) use shares::Shares;

/// On PostgreSQL the first terms are walked before the index is asked, where as many of them as are wanted can be
/// expected to have the parts: the index would gather all that have them before the first row comes. SQLite
/// reads its lists step by step.
const WALK: i64 = 15_000;
/// The walk is taken where this many times as many are expected as are wanted.
const MARGIN: f64 = 2.0;

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

/// A common table expression `t` of terms, and its parameters from `$1` on.
pub(crate) type TermsWith = (String, Vec<Value>);

/// Common table expressions of the terms that have the parts, to be asked in turn until one gives as many as are
/// wanted; the last one has all.
pub(crate) fn terms_with(tx: &Tx<'_>, parts: &Parts, wanted: i64) -> Result<Vec<TermsWith>, StoreError> {
    let Some(shares) = tx.part_shares() else {
        let sql = "with t as (select s.id, s.enterprise_id, s.kind, s.key, s.shown from search_gram g \
                   cross join search_term s where search_gram match $1 and s.id = g.rowid)";
        return Ok(vec![(sql.to_owned(), vec![match_text(parts).into_value()])]);
    };
    let (conditions, values) = array_conditions(parts);
    let columns = "select id, enterprise_id, kind, key, shown from";
    // Materialised, so that a limit further out does not tempt the planner to walk the table.
    let index = format!("with t as materialized ({columns} search_term where {conditions})");
    let mut asked = Vec::new();
    #[expect(clippy::cast_precision_loss, reason = "an expectation")]
    if shares.of(tx, parts)? * WALK as f64 >= wanted as f64 * MARGIN {
        let first = format!("(select * from search_term order by id limit {WALK}) as walked");
        asked.push((format!("with t as ({columns} {first} where {conditions})"), values.clone()));
    }
    asked.push((index, values));
    Ok(asked)
}

fn array_conditions(parts: &Parts) -> (String, Vec<Value>) {
    let all = (!parts.all.is_empty()).then_some(("@>", &parts.all));
    let asked: Vec<_> = all.into_iter().chain(parts.any.iter().map(|group| ("&&", group))).collect();
    let conditions: Vec<_> = asked
        .iter()
        .zip(1..)
        .map(|((how, _), n)| format!("grams {how} string_to_array(${n}, ' ')"))
        .collect();
    (conditions.join(" and "), asked.iter().map(|(_, parts)| parts.join(" ").into_value()).collect())
}

/// The common table expression `t` of all terms, for what nearly everything has.
pub(crate) fn every_term() -> TermsWith {
    ("with t as (select id, enterprise_id, kind, key, shown from search_term)".to_owned(), Vec::new())
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
