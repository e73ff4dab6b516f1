//! The mark of the key by which filings are exchanged (ADR 18): it tells whether the key file is still the same one.

use jiff::civil::Date;

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;

/// The mark of the key in use; `None` before the first exchange.
///
/// # Errors
/// What the engine says.
pub fn mark(tx: &Tx<'_>) -> Result<Option<String>, StoreError> {
    tx.query_opt("select mark from exchange_key where id = 1", &[])?.map(|row| row.get("mark")).transpose()
}

/// Notes the mark of the key in use.
///
/// # Errors
/// What the engine says.
pub fn note(tx: &Tx<'_>, mark: &str, on: Date) -> Result<(), StoreError> {
    tx.execute(
        "insert into exchange_key (id, mark, noted_on) values (1, $1, $2) \
         on conflict (id) do update set mark = excluded.mark, noted_on = excluded.noted_on",
        params![mark, on],
    )?;
    Ok(())
}
