//! The records of a text file, each with the line on which it starts.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::Read;
use std::ops::ControlFlow;
use std::rc::Rc;

use crate::cells::Cells;
use crate::meter::Metered;
use crate::refusal::Refusal;
use crate::sheet::{Row, Sheet, Target};
use crate::text::Format;
use crate::utf8::{Faults, Utf8};

/// Reads every record into the sheet.
pub(crate) fn read(
    file: Metered,
    name: &str,
    format: &Format,
    columns: usize,
    sheet: &mut Sheet<'_>,
    target: &mut Target<'_>,
) -> Result<ControlFlow<()>, Refusal> {
    let lines = Rc::new(RefCell::new(Lines::default()));
    let watched =
        Watched { inner: Utf8::new(file, format.encoding, Faults::Passed), lines: Rc::clone(&lines) };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(format.delimiter)
        .quoting(format.quoting)
        .buffer_capacity(128 * 1024)
        .from_reader(watched);
    let mut record = csv::ByteRecord::new();
    let mut cells = Cells::new();
    loop {
        let start = reader.position().byte();
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(ControlFlow::Continue(())),
            Err(error) => return Err(Refusal::unreadable(name, std::io::Error::other(error))),
        }
        let ends = (0..record.len()).filter_map(|column| Some(record.range(column)?.end));
        cells.fill(record.as_slice(), ends);
        if cells.is_wider_than(columns) {
            return Err(Refusal::too_wide(name, columns));
        }
        let (number, blank_before) = lines.borrow_mut().start_of_record(start);
        if sheet.row(Row { number, blank_before, cells: &cells }, target).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
}

/// Where lines start, for those that are read ahead. The csv reader passes over blank lines silently and
/// its own line numbers do not say which of them a record starts on.
#[derive(Default)]
struct Lines {
    starts: VecDeque<Line>,
    offset: u64,
    number: u64,
    last: Option<u8>,
}

struct Line {
    offset: u64,
    number: u64,
    blank: bool,
}

impl Lines {
    fn feed(&mut self, block: &[u8]) {
        let mut from = 0;
        let Some(first) = block.first() else { return };
        let begins_line = match self.last {
            None | Some(b'\n') => true,
            Some(b'\r') => *first != b'\n',
            Some(_) => false,
        };
        if begins_line {
            self.start(*first, 0);
        }
        while let Some(found) = memchr::memchr2(b'\n', b'\r', &block[from..]) {
            let at = from + found;
            from = at + 1;
            let Some(next) = block.get(from) else { break };
            if block[at] == b'\n' || *next != b'\n' {
                self.start(*next, from);
            }
        }
        self.last = block.last().copied().or(self.last);
        self.offset += block.len() as u64;
    }

    fn start(&mut self, first: u8, at: usize) {
        self.number += 1;
        let offset = self.offset + at as u64;
        self.starts.push_back(Line { offset, number: self.number, blank: matches!(first, b'\n' | b'\r') });
    }

    /// The line of the record that starts at or after a byte, and how many blank lines come before it.
    fn start_of_record(&mut self, byte: u64) -> (u64, u64) {
        let mut blank = 0;
        while let Some(line) = self.starts.pop_front() {
            if line.offset < byte {
                continue;
            }
            if !line.blank {
                return (line.number, blank);
            }
            blank += 1;
        }
        (self.number, blank)
    }
}

struct Watched<R> {
    inner: R,
    lines: Rc<RefCell<Lines>>,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.lines.borrow_mut().feed(&buffer[..length]);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_across_blocks_and_line_ends() {
        let mut lines = Lines::default();
        for block in ["甲,乙\r", "\n\r\n丙,\"丁\n", "戊\"\n", "己\r庚"] {
            lines.feed(block.as_bytes());
        }
        assert_eq!(lines.start_of_record(0), (1, 0));
        // The csv reader stops between \r and \n.
        assert_eq!(lines.start_of_record(8), (3, 1));
        assert_eq!(lines.start_of_record(24), (5, 0));
        assert_eq!(lines.start_of_record(28), (6, 0));
    }
}
