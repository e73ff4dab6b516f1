//! One row of a sheet as text, in a single buffer: rows are made by the million.

use std::fmt;
use std::sync::Arc;

use xinxiu_domain::lanes::equal;

/// The cells of one row. Cells past the end read as empty.
#[derive(Clone, Default)]
pub struct Cells {
    text: String,
    ends: Vec<usize>,
    /// Bytes between two cells: a record that was taken as it stood keeps its separators.
    gap: usize,
}

impl Cells {
    /// An empty row.
    pub fn new() -> Self {
        Self::default()
    }

    /// Becomes the fields of a record, given as its bytes and where each field ends. They are copied in one go into the
    /// room of the row before.
    pub(crate) fn fill(&mut self, bytes: &[u8], ends: impl Iterator<Item = usize> + Clone) {
        self.clear();
        if let Ok(text) = simdutf8::basic::from_utf8(bytes)
            && ends.clone().all(|end| text.is_char_boundary(end))
        {
            self.text.push_str(text);
            self.ends.extend(ends);
            return;
        }
        let starts = std::iter::once(0).chain(ends.clone());
        for (start, end) in starts.zip(ends) {
            self.push(&String::from_utf8_lossy(&bytes[start..end]));
        }
    }

    /// Becomes the fields of a record that has no quotes, which is copied as it stands.
    pub(crate) fn fill_plain(&mut self, record: &str, delimiter: u8) {
        self.clear();
        self.text.push_str(record);
        self.gap = 1;
        mark_ends(record.as_bytes(), delimiter, &mut self.ends);
    }

    /// Forgets the row and keeps its room.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.gap = 0;
    }

    /// Becomes a copy of another row, in the room of the one before.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        self.text.clone_from(&other.text);
        self.ends.clone_from(&other.ends);
        self.gap = other.gap;
    }

    /// All cells, one behind the other, with what separates them.
    pub(crate) fn all(&self) -> &str {
        &self.text
    }

    /// Bytes that there is room for.
    pub(crate) const fn room(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * size_of::<usize>()
    }

    /// Appends a cell.
    pub fn push(&mut self, cell: &str) {
        if self.gap > 0 && !self.is_empty() {
            self.text.push(',');
        }
        self.text.push_str(cell);
        self.ends.push(self.text.len());
    }

    /// The cell of a column, counted from 0.
    pub fn get(&self, column: usize) -> &str {
        let Some(end) = self.ends.get(column) else { return "" };
        let start = column.checked_sub(1).map_or(0, |before| self.ends[before] + self.gap);
        &self.text[start..*end]
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether something stands beyond so many columns.
    pub(crate) fn is_wider_than(&self, columns: usize) -> bool {
        self.len() > columns && self.iter().skip(columns).any(|cell| !cell.is_empty())
    }

    /// Whether there are no cells.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The cells in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        (0..self.len()).map(|column| self.get(column))
    }

    pub(crate) fn set(&mut self, column: usize, cell: &str) {
        let mut changed = Self::new();
        for index in 0..self.len().max(column + 1) {
            changed.push(if index == column { cell } else { self.get(index) });
        }
        *self = changed;
    }
}

/// The cells; how they are kept says nothing of the row.
impl fmt::Debug for Cells {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl PartialEq for Cells {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Cells {}

impl<S: AsRef<str>> FromIterator<S> for Cells {
    fn from_iter<I: IntoIterator<Item = S>>(cells: I) -> Self {
        let mut row = Self::new();
        for cell in cells {
            row.push(cell.as_ref());
        }
        row
    }
}

/// Adds where the fields of a record end. Searching for one after the other costs twice as much: they are short.
fn mark_ends(record: &[u8], delimiter: u8, ends: &mut Vec<usize>) {
    let (blocks, rest) = record.as_chunks::<8>();
    let mut at = 0;
    for block in blocks {
        let mut found = equal(u64::from_le_bytes(*block), delimiter);
        while found != 0 {
            ends.push(at + (found.trailing_zeros() / 8) as usize);
            found &= found - 1;
        }
        at += block.len();
    }
    let last = rest.iter().enumerate().filter(|(_, byte)| **byte == delimiter);
    ends.extend(last.map(|(place, _)| at + place).chain([record.len()]));
}

/// A row as received: the header's own words and the cells, nothing folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRow {
    headers: Arc<[String]>,
    cells: Cells,
}

impl RawRow {
    /// A copy of a row, under its headers.
    pub fn new(headers: &Arc<[String]>, cells: &Cells) -> Self {
        Self { headers: Arc::clone(headers), cells: cells.clone() }
    }

    /// The header of every column, as the file has it; shared by all rows of a sheet.
    pub fn headers(&self) -> &Arc<[String]> {
        &self.headers
    }

    /// The cells as received.
    pub const fn cells(&self) -> &Cells {
        &self.cells
    }

    /// Header and cell of each column. A cell beyond the header has an empty header.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let width = self.headers.len().max(self.cells.len());
        (0..width).map(|column| (self.headers.get(column).map_or("", String::as_str), self.cells.get(column)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_is_copied_has_the_same_cells() {
        for record in
            ["甲,,乙", "", ",", "甲", "\u{feff},乙,", "abcdefgh,,,,,,,-,.,\u{ac}", ",+-,-.-,罚款，二千元,"]
        {
            let fields: Cells = record.split(',').collect();
            let mut copied = Cells::new();
            copied.fill_plain(record, b',');
            assert_eq!(copied, fields, "{record:?}");
            copied.push("丙");
            assert_eq!((copied.len(), copied.get(fields.len())), (fields.len() + 1, "丙"), "{record:?}");
        }
    }

    #[test]
    fn cells_past_the_end_are_empty() {
        let mut cells: Cells = ["甲", "", "乙"].into_iter().collect();
        assert_eq!((cells.get(0), cells.get(1), cells.get(2), cells.get(3)), ("甲", "", "乙", ""));
        cells.set(4, "丙");
        cells.set(1, "丁");
        assert_eq!(cells.iter().collect::<Vec<_>>(), ["甲", "丁", "乙", "", "丙"]);
    }
}
