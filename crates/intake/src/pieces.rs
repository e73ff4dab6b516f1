//! A text that is read in pieces, cut between two records where the look at the whole of it said that it may be. Each
//! worker reads the bytes of a piece and finds its rows, so that no row goes from one thread to another.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::cells::Cells;
use crate::dates::DateSystem;
use crate::found::Found;
use crate::parts::lock;
use crate::read::{Opened, Options};
use crate::record::{Skipped, Summary};
use crate::refusal::Refusal;
use crate::sheet::{Header, Ready, Row, Rules, Sheet, Target};
use crate::split::Split;
use crate::text::Format;

/// A text, and who is to take which piece of it.
pub(crate) struct Text<'a> {
    file: Mutex<File>,
    file_name: Arc<str>,
    sheet_name: Arc<str>,
    options: &'a Options,
    format: &'a Format,
    /// Bytes of the whole file.
    end: u64,
    next: AtomicUsize,
}

/// A piece of a text, with the rows that were found in it. Its room is used again for a later one.
#[derive(Default)]
pub(crate) struct Piece {
    bytes: Vec<u8>,
    split: Split,
    cells: Cells,
    found: Vec<Found>,
    /// How many of those are of this piece; the others are room.
    length: usize,
    begun: Option<Header>,
    header: Option<Header>,
    /// Rows that are no records.
    pub skipped: Skipped,
    /// Why the file cannot be read further.
    pub fault: Option<Refusal>,
}

impl Piece {
    /// The rows, those under one header together.
    pub(crate) fn found(&self) -> &[Found] {
        &self.found[..self.length]
    }

    /// The header in force at its end.
    pub(crate) const fn header(&self) -> Option<&Header> {
        self.header.as_ref()
    }

    /// Whether its rows were found under this header.
    pub(crate) fn begins_under(&self, header: Option<&Header>) -> bool {
        match (&self.begun, header) {
            (Some(begun), Some(header)) => begun.is(header),
            (begun, header) => begun.is_none() && header.is_none(),
        }
    }

    fn clear(&mut self) {
        self.found[..self.length].iter_mut().for_each(Found::clear);
        self.length = 0;
        self.skipped = Skipped::default();
    }
}

impl<'a> Text<'a> {
    /// A text that has several pieces and its header in the first one, with that piece. Any other is read by one
    /// thread, from its beginning.
    pub(crate) fn begin(
        opened: &Opened,
        format: &'a Format,
        options: &'a Options,
    ) -> Result<Option<(Self, Piece)>, Refusal> {
        let name = &opened.name;
        if format.cuts.is_empty() {
            return Ok(None);
        }
        let unreadable = |error| Refusal::unreadable(name, error);
        let text = Self {
            end: opened.bytes,
            file: Mutex::new(opened.file.try_clone().map_err(unreadable)?),
            file_name: name.as_str().into(),
            sheet_name: "".into(),
            options,
            format,
            next: AtomicUsize::new(0),
        };
        let mut first = Piece::default();
        text.load(0, &mut first);
        text.find(0, None, &mut first);
        if first.header.is_some() {
            first.begun.clone_from(&first.header);
            return Ok(Some((text, first)));
        }
        // The clone shares its place in the file.
        (&opened.file).seek(SeekFrom::Start(0)).map_err(unreadable)?;
        Ok(None)
    }

    /// The next piece that nobody has taken yet.
    pub(crate) fn next(&self) -> Option<usize> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        (number <= self.format.cuts.len()).then_some(number)
    }

    /// Where a piece ends, in bytes of the file.
    pub(crate) fn end_of(&self, number: usize) -> u64 {
        self.format.cuts.get(number).map_or(self.end, |cut| cut.at)
    }

    /// Where a piece begins, and the lines before it.
    fn begin_of(&self, number: usize) -> (u64, u64) {
        let before = number.checked_sub(1).and_then(|before| self.format.cuts.get(before));
        before.map_or((self.format.begin, 0), |cut| (cut.at, cut.lines))
    }

    /// Reads the bytes of a piece.
    pub(crate) fn load(&self, number: usize, piece: &mut Piece) {
        let (from, to) = (self.begin_of(number).0, self.end_of(number));
        piece.bytes.resize(usize::try_from(to - from).unwrap_or(usize::MAX), 0);
        let mut file = lock(&self.file);
        let read = file.seek(SeekFrom::Start(from)).and_then(|_| file.read_exact(&mut piece.bytes));
        piece.fault = read.err().map(|error| Refusal::unreadable(&self.file_name, error));
        if piece.fault.is_some() {
            piece.bytes.clear();
        }
    }

    /// Finds the rows of a piece that has been read, under the header in force.
    pub(crate) fn find(&self, number: usize, header: Option<Header>, piece: &mut Piece) {
        piece.clear();
        piece.begun.clone_from(&header);
        let rules = self.options.rules(Arc::clone(&self.file_name));
        let mut sheet = Sheet::going_on(&rules, Arc::clone(&self.sheet_name), DateSystem::From1900, header);
        let fault = self.find_rows(number, &rules, &mut sheet, piece).err();
        piece.header = sheet.header().cloned();
        piece.fault = piece.fault.take().or(fault);
    }

    fn find_rows(
        &self,
        number: usize,
        rules: &Rules<'_>,
        sheet: &mut Sheet<'_>,
        piece: &mut Piece,
    ) -> Result<(), Refusal> {
        let Piece { bytes, split, cells, found, length, skipped, .. } = piece;
        let columns = self.options.limits.columns;
        let mut summary = Summary::default();
        let mut take = |ready: Ready<'_>| {
            if *length == 0 || !found[*length - 1].is_under_header_of(&ready) {
                if *length == found.len() {
                    found.push(Found::default());
                }
                *length += 1;
            }
            found[*length - 1].push(&ready);
            ControlFlow::Continue(())
        };
        let mut target = Target { summary: &mut summary, take: &mut take };
        split.begin(self.begin_of(number).1, self.format, number == 0);
        while let Some((line, blank_before)) = split.next(bytes, cells) {
            if cells.is_wider_than(columns) {
                return Err(Refusal::too_wide(&rules.file, columns));
            }
            // Whoever takes the rows wants all of them.
            let _ = sheet.row(Row { number: line, blank_before, cells }, &mut target);
        }
        *skipped = summary.skipped;
        Ok(())
    }
}
