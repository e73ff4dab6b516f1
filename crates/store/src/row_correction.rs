//! Rejected rows that came back put right (退回行更正, N08): the row that came back names the one that was sent back, and that one
//! the row that stands for it now.

use std::collections::{BTreeSet, HashMap};

use xinxiu_domain::id::{BatchId, RowId};

use crate::application::id_list;
use crate::batch::Batch;
use crate::db::Tx;
use crate::error::StoreError;
use crate::params;
use crate::value::Row;

/// Where a rejected row stood: file, sheet and row.
pub type Place = (String, String, i64);

/// The rejected rows that stood at some places of earlier lists of the same kind and campaign; of several lists that were
/// called so, the newest.
///
/// # Errors
/// What the engine says.
pub fn rejected_at(
    tx: &Tx<'_>,
    batch: &Batch,
    places: &BTreeSet<Place>,
) -> Result<HashMap<Place, RowId>, StoreError> {
    let mut found = HashMap::new();
    let files: BTreeSet<&String> = places.iter().map(|(file, ..)| file).collect();
    for file in files {
        let numbers = places.iter().filter(|(of, ..)| of == file).map(|(.., number)| *number);
        let sql = format!(
            "select r.id, r.sheet, r.row_number from batch_row r join batch b on b.id = r.batch_id \
             where b.campaign_id = $1 and b.list_kind = $2 and b.file_name = $3 and b.id < $4 \
             and r.outcome = 'rejected' and r.row_number in ({}) order by r.id",
            id_list(numbers)
        );
        let rows = tx.query(&sql, params![batch.campaign, batch.list.code(), file, batch.id], |row| {
            let place: Place = (file.clone(), row.get("sheet")?, row.get("row_number")?);
            Ok((place, row.get::<RowId>("id")?))
        })?;
        found.extend(rows.into_iter().filter(|(place, _)| places.contains(place)));
    }
    Ok(found)
}

/// Notes on rejected rows which row stands for them now, where one that was taken came back for them; and on those for
/// which they had come back themselves.
///
/// # Errors
/// What the engine says.
pub fn settle(tx: &Tx<'_>, rejected: &[RowId]) -> Result<(), StoreError> {
    let mut open: Vec<i64> = rejected.iter().map(|id| id.0).collect();
    // A row came back for an earlier one, so this ends.
    while !open.is_empty() {
        let among = id_list(open.iter().copied());
        tx.execute(
            &format!(
                "update batch_row set corrected_by_id = (select max(case when n.outcome = 'rejected' \
                 then n.corrected_by_id else n.id end) from batch_row n where n.corrects_id = batch_row.id) \
                 where id in ({among}) and corrected_by_id is null"
            ),
            &[],
        )?;
        let above = format!(
            "select distinct corrects_id as id from batch_row where id in ({among}) and corrects_id is not null"
        );
        open = tx.query(&above, &[], |row| row.get("id"))?;
    }
    Ok(())
}

/// A row of another list: what came back, or what it came back for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedRow {
    /// Its id.
    pub id: RowId,
    /// Its list.
    pub batch: BatchId,
    /// The file of that.
    pub file_name: String,
    /// Sheet; empty for text files.
    pub sheet: String,
    /// Row in the sheet.
    pub number: i64,
}

/// The rejected row for which a row came back, and the row that stands for it now.
///
/// # Errors
/// What the engine says.
pub fn links(tx: &Tx<'_>, row: RowId) -> Result<(Option<LinkedRow>, Option<LinkedRow>), StoreError> {
    let linked = |column: &str| {
        let sql = format!(
            "select o.id, o.batch_id, b.file_name, o.sheet, o.row_number from batch_row r \
             join batch_row o on o.id = r.{column} join batch b on b.id = o.batch_id where r.id = $1"
        );
        tx.query_opt(&sql, params![row])?.as_ref().map(from_row).transpose()
    };
    Ok((linked("corrects_id")?, linked("corrected_by_id")?))
}

fn from_row(row: &Row) -> Result<LinkedRow, StoreError> {
    Ok(LinkedRow {
        id: row.get("id")?,
        batch: row.get("batch_id")?,
        file_name: row.get("file_name")?,
        sheet: row.get("sheet")?,
        number: row.get("row_number")?,
    })
}
