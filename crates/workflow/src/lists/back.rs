//! Rows that come back: the spreadsheet of rejected rows says of each where it stood, so a corrected row is tied to the one
//! that was sent back (N08).

use std::collections::{BTreeSet, HashMap};

use xinxiu_domain::id::RowId;
use xinxiu_intake::{Outcome, came_from};
use xinxiu_store::batch::Batch;
use xinxiu_store::row_correction::{self, Place};
use xinxiu_store::{StoreError, Tx};

/// The rejected rows for which the rows of a slice came back.
pub(super) struct Back(HashMap<Place, RowId>);

impl Back {
    /// Finds them; a file that is no spreadsheet of rejected rows asks nothing of the database.
    pub fn find(tx: &Tx<'_>, batch: &Batch, rows: &[Outcome]) -> Result<Self, StoreError> {
        let places: BTreeSet<Place> = rows.iter().filter_map(place).collect();
        row_correction::rejected_at(tx, batch, &places).map(Self)
    }

    /// The rejected row for which a row came back.
    pub fn of(&self, row: &Outcome) -> Option<RowId> {
        self.0.get(&place(row)?).copied()
    }

    /// Counts those as corrected whose rows were taken. Ask after the rows are on record.
    pub fn settle(&self, tx: &Tx<'_>) -> Result<(), StoreError> {
        let rejected: Vec<RowId> = self.0.values().copied().collect();
        row_correction::settle(tx, &rejected)
    }
}

fn place(row: &Outcome) -> Option<Place> {
    let from = came_from(row.received().1)?;
    Some((from.file.to_string(), from.sheet.to_string(), i64::try_from(from.row).ok()?))
}
