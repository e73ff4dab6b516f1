//! What differs between the engines: opening, transactions, binding, bulk load, lists as parameters, locks, and
//! the index behind the search.

mod connection;
pub mod postgres;
pub(crate) mod search;
pub mod sqlite;

use crate::db::Kind;

/// A text field of a JSON column, empty where it is not there.
pub(crate) fn json_text(kind: Kind, column: &str, field: &str) -> String {
    match kind {
        Kind::Sqlite => format!("coalesce(json_extract({column}, '$.{field}'), '')"),
        Kind::Postgres => format!("coalesce(cast({column} as json) ->> '{field}', '')"),
    }
}

/// Ends the subselect that picks a queued job: on PostgreSQL several workers must not wait for one another's
/// row; SQLite has one writer.
pub(crate) const fn skip_locked(kind: Kind) -> &'static str {
    match kind {
        Kind::Sqlite => "",
        Kind::Postgres => " for update skip locked",
    }
}

/// The condition that a number column is among those of parameter `n`, a JSON array: one statement for lists of
/// any length.
pub(crate) fn among_ids(kind: Kind, column: &str, n: usize) -> String {
    match kind {
        Kind::Sqlite => format!("{column} in (select value from json_each(${n}))"),
        Kind::Postgres => {
            format!(
                "{column} = any(array(select v::bigint from json_array_elements_text(${n}::text::json) v))"
            )
        }
    }
}

/// The condition that a text column is among those of parameter `n`, a JSON array.
pub(crate) fn among_texts(kind: Kind, column: &str, n: usize) -> String {
    match kind {
        Kind::Sqlite => format!("{column} in (select value from json_each(${n}))"),
        Kind::Postgres => {
            format!("{column} = any(array(select json_array_elements_text(${n}::text::json)))")
        }
    }
}

/// The ids that the next `$2` rows of table `$1` may have.
pub(crate) const fn next_ids(kind: Kind) -> &'static str {
    match kind {
        Kind::Sqlite => {
            "with recursive following (id, n) as (\
             select coalesce((select seq from sqlite_sequence where name = $1), 0) + 1, 1 \
             union all select id + 1, n + 1 from following where n < $2) select id from following"
        }
        Kind::Postgres => {
            "select nextval(pg_get_serial_sequence($1, 'id')) as id from generate_series(1, $2)"
        }
    }
}
