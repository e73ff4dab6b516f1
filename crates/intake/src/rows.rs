//! From single cells to rows.

use std::collections::VecDeque;

use calamine::Dimensions;

use crate::cells::Cells;
use crate::sheet::Row;

/// Puts cells together to rows, fills cells merged downwards, and counts the blank rows between.
pub(crate) struct Rows {
    /// Merged areas that have not begun, by their first row.
    later: VecDeque<Dimensions>,
    /// Merged areas that the current row is in, with the value of their first cell.
    open: Vec<(Dimensions, String)>,
    current: Option<u32>,
    cells: Cells,
    /// The row that was finished last.
    done: Cells,
    next_expected: u32,
}

impl Rows {
    pub(crate) fn new(mut merged: Vec<Dimensions>) -> Self {
        // Only a cell that spans rows leaves later rows without a value that they do have.
        merged.retain(|area| area.end.0 > area.start.0);
        merged.sort_unstable_by_key(|area| area.start.0);
        Self {
            later: merged.into(),
            open: Vec::new(),
            current: None,
            cells: Cells::new(),
            done: Cells::new(),
            next_expected: 0,
        }
    }

    /// Notes a cell of the current row that spans the rows down to `last_row`, counted from 0.
    pub(crate) fn span(&mut self, column: u32, last_row: u32) {
        if let Some(row) = self.current {
            self.later.push_back(Dimensions::new((row, column), (last_row, column)));
        }
    }

    /// Starts a row, counted from 0; gives the one before if it was another.
    pub(crate) fn move_to(&mut self, row: u32) -> Option<Row<'_>> {
        if self.current == Some(row) {
            return None;
        }
        let before = self.current.replace(row);
        self.finish_row(before?)
    }

    /// Adds a cell by pushing it.
    pub(crate) fn put(&mut self, column: usize, push: impl FnOnce(&mut Cells)) {
        if column < self.cells.len() {
            let mut single = Cells::new();
            push(&mut single);
            self.cells.set(column, single.get(0));
            return;
        }
        while self.cells.len() < column {
            self.cells.push("");
        }
        push(&mut self.cells);
    }

    /// Cells of the current row so far; none where it is blank.
    pub(crate) fn width(&self) -> usize {
        self.cells.len()
    }

    /// Gives the last row, if it has any text.
    pub(crate) fn finish(&mut self) -> Option<Row<'_>> {
        let row = self.current.take()?;
        self.finish_row(row)
    }

    fn finish_row(&mut self, row: u32) -> Option<Row<'_>> {
        self.done.clear();
        std::mem::swap(&mut self.done, &mut self.cells);
        if self.done.iter().all(|cell| cell.trim().is_empty()) {
            return None;
        }
        self.fill_merged(row);
        let blank_before = u64::from(row.saturating_sub(self.next_expected));
        self.next_expected = row + 1;
        Some(Row { number: u64::from(row) + 1, blank_before, cells: &self.done })
    }

    /// Rows before `row`, counted from 0, have been accounted for.
    pub(crate) const fn skip_to(&mut self, row: u32) {
        self.next_expected = row;
    }

    fn fill_merged(&mut self, row: u32) {
        let cells = &mut self.done;
        self.open.retain(|(area, _)| area.end.0 >= row);
        while let Some(area) = self.later.front().filter(|area| area.start.0 <= row) {
            let value =
                if area.start.0 == row { cells.get(area.start.1 as usize).to_owned() } else { String::new() };
            self.open.push((*area, value));
            self.later.pop_front();
        }
        for (area, value) in &self.open {
            let column = area.start.1 as usize;
            if cells.get(column).is_empty() && !value.is_empty() {
                cells.set(column, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_merged_downwards_counts_for_each_of_its_rows() {
        let mut rows = Rows::new(vec![Dimensions::new((0, 0), (2, 0))]);
        let mut done = Vec::new();
        let seen = |row: Row<'_>| (row.number, row.blank_before, row.cells.get(0).to_owned());
        for (row, column, text) in [(0, 0, "甲"), (0, 1, "1"), (1, 1, "2"), (2, 1, "3"), (5, 1, "4")] {
            done.extend(rows.move_to(row).map(seen));
            rows.put(column, |cells| cells.push(text));
        }
        done.extend(rows.finish().map(seen));
        let wanted = [(1, 0, "甲"), (2, 0, "甲"), (3, 0, "甲"), (6, 2, "")];
        assert_eq!(done, wanted.map(|(number, blank, cell)| (number, blank, cell.to_owned())));
    }
}
