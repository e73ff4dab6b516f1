//! One row of a sheet as text, in a single buffer: rows are made by the million.

use std::sync::Arc;

/// The cells of one row. Cells past the end read as empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cells {
    text: String,
    ends: Vec<usize>,
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

    /// Forgets the row and keeps its room.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Becomes a copy of another row, in the room of the one before.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        self.clear();
        self.text.push_str(&other.text);
        self.ends.extend_from_slice(&other.ends);
    }

    /// All cells, one behind the other.
    pub(crate) fn all(&self) -> &str {
        &self.text
    }

    /// Bytes that there is room for.
    pub(crate) const fn room(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * size_of::<usize>()
    }

    /// Appends a cell.
    pub fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends.push(self.text.len());
    }

    /// The cell of a column, counted from 0.
    pub fn get(&self, column: usize) -> &str {
        let Some(end) = self.ends.get(column) else { return "" };
        let start = column.checked_sub(1).map_or(0, |before| self.ends[before]);
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

impl<S: AsRef<str>> FromIterator<S> for Cells {
    fn from_iter<I: IntoIterator<Item = S>>(cells: I) -> Self {
        let mut row = Self::new();
        for cell in cells {
            row.push(cell.as_ref());
        }
        row
    }
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
    fn cells_past_the_end_are_empty() {
        let mut cells: Cells = ["甲", "", "乙"].into_iter().collect();
        assert_eq!((cells.get(0), cells.get(1), cells.get(2), cells.get(3)), ("甲", "", "乙", ""));
        cells.set(4, "丙");
        cells.set(1, "丁");
        assert_eq!(cells.iter().collect::<Vec<_>>(), ["甲", "丁", "乙", "", "丙"]);
    }
}
