//! Rows of lists as received (N08): nothing that a person sent is lost, and every record knows its origin.

use xinxiu_domain::ListKind;
use xinxiu_domain::id::{BatchId, EnterpriseId, ListingId, PenaltyId, RowId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::received_row::RowOutcome;
use crate::value::Value;
use crate::{IntoValue, params};

/// Purpose under which a row as received is sealed.
pub const SEALED_RAW: &str = "batch_row.raw";

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRow {
    /// Sheet; empty for text files.
    pub sheet: String,
    /// Row in the sheet, from 1.
    pub number: i64,
    /// What became of it.
    pub outcome: RowOutcome,
    /// The enterprise it was matched to.
    pub enterprise: Option<EnterpriseId>,
    /// The penalty record.
    pub penalty: Option<PenaltyId>,
    /// The listing.
    pub listing: Option<ListingId>,
    /// The row as received, sealed.
    pub raw_sealed: String,
    /// What was noted on it, for people; never an ID number or a phone.
    pub notes: String,
    /// By what a rejected row can be found; never an ID number or a phone.
    pub label: String,
    /// The rejected row that it came back for, put right.
    pub corrects: Option<RowId>,
}

/// Puts the rows of a slice on record.
///
/// # Errors
/// [`StoreError::Duplicate`] where a row is there already: two imports of one list ran at once.
pub fn insert_all(tx: &Tx<'_>, batch: BatchId, rows: Vec<NewRow>) -> Result<u64, StoreError> {
    let columns = [
        "batch_id",
        "sheet",
        "row_number",
        "outcome",
        "enterprise_id",
        "penalty_id",
        "listing_id",
        "raw_sealed",
        "notes",
        "label",
        "corrects_id",
    ];
    let values = rows.into_iter().map(|row| -> Vec<Value> {
        vec![
            batch.into_value(),
            row.sheet.into_value(),
            row.number.into_value(),
            row.outcome.code().into_value(),
            row.enterprise.into_value(),
            row.penalty.into_value(),
            row.listing.into_value(),
            row.raw_sealed.into_value(),
            row.notes.into_value(),
            row.label.into_value(),
            row.corrects.into_value(),
        ]
    });
    tx.bulk_insert("batch_row", &columns, values)
}

/// Where a record or listing came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The row.
    pub id: RowId,
    /// Batch.
    pub batch: BatchId,
    /// Name of the file.
    pub file_name: String,
    /// Which list.
    pub list: ListKind,
    /// When the file was uploaded.
    pub uploaded_at: Moment,
    /// Sheet; empty for text files.
    pub sheet: String,
    /// Row in the sheet.
    pub row: i64,
    /// The penalty record.
    pub penalty: Option<PenaltyId>,
    /// The listing.
    pub listing: Option<ListingId>,
    /// What was noted on the row.
    pub notes: String,
}

/// Every row of a list from which the platform knows an enterprise and those joined to it, newest first.
///
/// # Errors
/// What the engine says.
pub fn origins(tx: &Tx<'_>, enterprise: EnterpriseId) -> Result<Vec<Origin>, StoreError> {
    tx.query(
        "select r.id, r.batch_id, b.file_name, b.list_kind, b.created_at, b.created_on, r.sheet, r.row_number, r.penalty_id, \
         r.listing_id, r.notes from batch_row r join batch b on b.id = r.batch_id \
         where r.enterprise_id = $1 or r.enterprise_id in (select j.id from enterprise j where j.joined_into = $1) \
         order by r.id desc limit 200",
        params![enterprise],
        |row| {
            Ok(Origin {
                id: row.get("id")?,
                batch: row.get("batch_id")?,
                file_name: row.get("file_name")?,
                list: row.coded("list_kind", ListKind::from_code)?,
                uploaded_at: row.moment("created_at", "created_on")?,
                sheet: row.get("sheet")?,
                row: row.get("row_number")?,
                penalty: row.get("penalty_id")?,
                listing: row.get("listing_id")?,
                notes: row.get("notes")?,
            })
        },
    )
}
