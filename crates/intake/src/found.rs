//! Rows that were found together and are on their way to a worker.

use std::sync::Arc;

use crate::cells::Cells;
use crate::dates::DateSystem;
use crate::header::Layout;
use crate::record::Place;
use crate::sheet::Ready;

/// Rows of a part: enough that handing over costs little, few enough that the parts under way stay small.
const ROWS: usize = 256;
/// Bytes of a part: long rows make shorter parts.
const BYTES: usize = 1024 * 1024;
/// Room of a row that is kept for the next one; a longer one gives its room back.
const KEPT: usize = 8 * 1024;

/// Rows under one header. Their room is used again by later parts.
#[derive(Default)]
pub(crate) struct Found {
    pub number: usize,
    /// Bytes of the file read up to here.
    pub bytes: u64,
    sheet: Option<FoundIn>,
    rows: Vec<(u64, Cells)>,
    /// How many of the rows are of this part; the others are room.
    length: usize,
    size: usize,
}

/// What the rows of a part have in common. Held once for all of them: a count of owners that every row changes
/// in two threads costs more than the row's text.
pub(crate) struct FoundIn {
    pub layout: Arc<Layout>,
    pub dates: DateSystem,
    file: Arc<str>,
    sheet: Arc<str>,
}

impl FoundIn {
    /// Where a row stands.
    pub(crate) const fn place(&self, row: u64) -> Place<'_> {
        Place { file: &self.file, sheet: &self.sheet, row }
    }

    fn is_of(&self, ready: &Ready<'_>) -> bool {
        Arc::ptr_eq(&self.layout, ready.layout)
            && Arc::ptr_eq(&self.sheet, ready.place.sheet)
            && Arc::ptr_eq(&self.file, ready.place.file)
    }
}

impl Found {
    pub(crate) const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Whether a row stands under the header of the rows here.
    pub(crate) fn is_under_header_of(&self, ready: &Ready<'_>) -> bool {
        self.sheet.as_ref().is_none_or(|sheet| sheet.is_of(ready))
    }

    /// Whether a row can be of this part.
    pub(crate) fn has_room_for(&self, ready: &Ready<'_>) -> bool {
        self.length < ROWS && self.size < BYTES && self.is_under_header_of(ready)
    }

    /// Adds a row; the memory that it takes.
    pub(crate) fn push(&mut self, ready: &Ready<'_>) -> usize {
        self.sheet.get_or_insert_with(|| FoundIn {
            layout: Arc::clone(ready.layout),
            dates: ready.dates,
            file: Arc::clone(ready.place.file),
            sheet: Arc::clone(ready.place.sheet),
        });
        if self.length == self.rows.len() {
            self.rows.push((0, Cells::new()));
        }
        let (row, cells) = &mut self.rows[self.length];
        *row = ready.place.row;
        cells.copy_from(ready.cells);
        self.length += 1;
        self.size += cells.all().len();
        cells.room()
    }

    /// The rows, and what they have in common.
    pub(crate) fn rows(&self) -> Option<(&FoundIn, &[(u64, Cells)])> {
        Some((self.sheet.as_ref()?, &self.rows[..self.length]))
    }

    /// Forgets the rows and keeps their room.
    pub(crate) fn clear(&mut self) {
        for (_, cells) in self.rows.iter_mut().filter(|(_, cells)| cells.room() > KEPT) {
            *cells = Cells::new();
        }
        self.sheet = None;
        (self.length, self.size) = (0, 0);
    }
}
