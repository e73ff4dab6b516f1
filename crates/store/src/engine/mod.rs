//! What differs between the engines: opening, transactions, binding, bulk load, locks.

pub mod postgres;
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
