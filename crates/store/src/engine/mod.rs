//! What differs between the engines: opening, transactions, binding, bulk load, locks.

pub mod postgres;
pub mod sqlite;

use crate::db::Kind;

/// Ends the subselect that picks a queued job: on PostgreSQL several workers must not wait for one another's
/// row; SQLite has one writer.
pub(crate) const fn skip_locked(kind: Kind) -> &'static str {
    match kind {
        Kind::Sqlite => "",
        Kind::Postgres => " for update skip locked",
    }
}
