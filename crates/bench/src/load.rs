//! Rows of a list into a table, through the same door as an import's rows.

use std::path::Path;

use anyhow::{Context as _, Result};
use xinxiu_store::{Db, IntoValue, Value, migrate};

/// Table that both sides load.
const TABLE: &str = "received";
/// Columns of the list.
const COLUMNS: usize = 29;
/// Columns by which enterprises and decisions are found: code and decision number.
const INDEXED: [usize; 2] = [2, 13];
/// Rows of one transaction.
const SLICE: usize = 10_000;

/// Makes the table anew, empty and with its indexes.
///
/// # Errors
/// What the database says.
pub fn table(address: &str) -> Result<()> {
    let columns: Vec<String> = names().iter().map(|name| format!("{name} text")).collect();
    let indexes = INDEXED.map(|column| format!("create index {TABLE}_{column} on {TABLE} (c{column});"));
    let script = format!(
        "drop table if exists {TABLE}; create table {TABLE} ({}); {}",
        columns.join(", "),
        indexes.concat()
    );
    let db = Db::open(address)?;
    // A transaction that writes looks whether anything is to be indexed, so the platform's own tables must be there.
    migrate::migrate(&db)?;
    db.write(|tx| tx.execute_script(&script))?;
    Ok(())
}

/// Loads every row of a list and says how many there were.
///
/// # Errors
/// A file that is no list of 29 columns, or what the database says.
pub fn load(address: &str, path: &Path) -> Result<u64> {
    let db = Db::open(address)?;
    let mut reader = csv::ReaderBuilder::new().buffer_capacity(1 << 16).from_path(path)?;
    let names = names();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut rows = reader.records();
    let (mut loaded, mut fault) = (0, None);
    loop {
        // Read while the database takes them, as an import's rows are made.
        let slice = rows.by_ref().take(SLICE).map_while(|row| match row {
            Ok(row) => Some(row.iter().map(IntoValue::into_value).collect::<Vec<Value>>()),
            Err(error) => {
                fault = Some(error);
                None
            }
        });
        let taken = db.write(|tx| tx.bulk_insert(TABLE, &names, slice))?;
        if let Some(fault) = fault {
            return Err(fault).context("the list");
        }
        if taken == 0 {
            return Ok(loaded);
        }
        loaded += taken;
    }
}

fn names() -> Vec<String> {
    (0..COLUMNS).map(|column| format!("c{column}")).collect()
}
