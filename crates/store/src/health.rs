//! What can be said of an installation from outside, without changing it.

use jiff::Timestamp;

use crate::batch::SEALED_REPORT;
use crate::db::{Db, Tx};
use crate::enterprise::sealed;
use crate::error::StoreError;
use crate::vault::Vault;

/// Columns in which sealed text may be found, with their purposes.
const SEALED: &[(&str, &str, &str)] = &[
    ("enterprise", "contact_phone_sealed", sealed::CONTACT_PHONE),
    ("lecturer", "phone_sealed", crate::lecturer::PHONE),
    ("enterprise", "legal_representative_id_sealed", sealed::LEGAL_REPRESENTATIVE_ID),
    ("batch", "report_sealed", SEALED_REPORT),
];

/// Whether anything was ever done in a database; `false` for one without tables.
pub fn holds_data(db: &Db) -> bool {
    db.read(|tx| tx.number("select count(*) from audit_entry", &[])).is_ok_and(|entries| entries > 0)
}

/// Whether the key opens what is sealed here; `None` where nothing is sealed yet.
///
/// # Errors
/// What the engine says.
pub fn key_fits(tx: &Tx<'_>, vault: &Vault) -> Result<Option<bool>, StoreError> {
    for (table, column, purpose) in SEALED {
        let sql = format!("select {column} as text from {table} where {column} <> '' limit 1");
        if let Some(row) = tx.query_opt(&sql, &[])? {
            let text: String = row.get("text")?;
            return Ok(Some(vault.open_text(purpose, &text).is_ok()));
        }
    }
    Ok(None)
}

/// When the last audit entry was written: real time has not been before that.
///
/// # Errors
/// What the engine says.
pub fn last_entry(tx: &Tx<'_>) -> Result<Option<Timestamp>, StoreError> {
    let row = tx.query_opt("select at from audit_entry order by id desc limit 1", &[])?;
    row.map(|row| row.get("at")).transpose()
}

/// When the worker last showed itself: by its own note, or by that of a job that keeps it busy.
///
/// # Errors
/// What the engine says.
pub fn worker_seen(tx: &Tx<'_>) -> Result<Option<Timestamp>, StoreError> {
    let row = tx.query_one(
        "select max(at) as at from (select at from heartbeat where name = 'worker' \
         union all select heartbeat_at from job where state = 'running') seen",
        &[],
    )?;
    row.get("at")
}

/// Jobs that wait or run, and jobs that failed and were not repeated since.
///
/// # Errors
/// What the engine says.
pub fn jobs(tx: &Tx<'_>) -> Result<(i64, i64), StoreError> {
    let open = tx.number("select count(*) from job where state in ('queued', 'running')", &[])?;
    let failed = tx.number(
        "select count(*) from job j where j.state = 'failed' and not exists (select 1 from job k \
         where k.kind = j.kind and k.subject_id = j.subject_id and k.id > j.id)",
        &[],
    )?;
    Ok((open, failed))
}
