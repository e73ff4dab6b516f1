//! A text that is read in pieces, cut between two records where the look ahead says that it may be. Each worker reads the
//! bytes of a piece and finds its rows, so that no row goes from one thread to another.

use std::io::{Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use crate::ahead::{self, Span};
use crate::cells::Cells;
use crate::dates::DateSystem;
use crate::found::Found;
use crate::gate::Shared;
use crate::read::{Options, Sight};
use crate::record::{Skipped, Summary};
use crate::refusal::Refusal;
use crate::sheet::{Header, Ready, Row, Rules, Sheet, Target};
use crate::sniff::Kind;
use crate::split::Split;
use crate::text::{self, Fault, Format, TextFault};

/// A text of which the beginning says how it is to be read.
pub(crate) struct Text<'a> {
    file: Shared,
    file_name: Arc<str>,
    sheet_name: Arc<str>,
    pub options: &'a Options,
    format: Format,
    /// Of the whole file.
    pub bytes: u64,
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
    /// A text that is longer than a piece and shows at its beginning how it is to be read.
    pub(crate) fn new(sight: &Sight, options: &'a Options) -> Result<Option<Self>, Refusal> {
        if sight.kind != Kind::Text || sight.bytes <= options.limits.piece_bytes {
            return Ok(None);
        }
        let unreadable = |error| Refusal::unreadable(&sight.name, error);
        let file = sight.file.try_clone().and_then(Shared::new).map_err(unreadable)?;
        let format = text::glance(&mut file.clone()).map_err(unreadable)?;
        let (file_name, sheet_name) = (sight.name.as_str().into(), "".into());
        let bytes = sight.bytes;
        Ok(format.map(|format| Self { file, file_name, sheet_name, options, format, bytes }))
    }

    /// Looks at the whole of it and sends the pieces; whether it is what its beginning promised.
    pub(crate) fn look(&self, spans: &SyncSender<Span>) -> bool {
        ahead::look(self.file.clone(), &self.format, &self.options.limits, spans)
    }

    /// The first piece, where the header is in it.
    pub(crate) fn first(&self, span: Span) -> Option<Piece> {
        let mut first = Piece::default();
        self.load(span, &mut first);
        self.find(span, None, &mut first);
        first.begun.clone_from(&first.header);
        first.header.is_some().then_some(first)
    }

    /// Reads the bytes of a piece.
    pub(crate) fn load(&self, span: Span, piece: &mut Piece) {
        piece.bytes.resize(usize::try_from(span.to - span.from).unwrap_or(usize::MAX), 0);
        let mut file = self.file.clone();
        let read = file.seek(SeekFrom::Start(span.from)).and_then(|_| file.read_exact(&mut piece.bytes));
        piece.fault = read.err().map(|error| Refusal::unreadable(&self.file_name, error));
        if piece.fault.is_some() {
            piece.bytes.clear();
        }
    }

    /// Finds the rows of a piece that has been read, under the header in force.
    pub(crate) fn find(&self, span: Span, header: Option<Header>, piece: &mut Piece) {
        piece.clear();
        piece.begun.clone_from(&header);
        let rules = self.options.rules(Arc::clone(&self.file_name));
        let mut sheet = Sheet::going_on(&rules, Arc::clone(&self.sheet_name), DateSystem::From1900, header);
        let fault = self.find_rows(span, &rules, &mut sheet, piece).err();
        piece.header = sheet.header().cloned();
        piece.fault = piece.fault.take().or(fault);
    }

    fn find_rows(
        &self,
        span: Span,
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
        let Ok(text) = simdutf8::basic::from_utf8(bytes) else {
            return Err(Fault::Text(TextFault::WrongEncoding).refusal(&rules.file));
        };
        split.begin(span.lines, &self.format, span.number == 0);
        while let Some((line, blank_before)) = split.next(text, cells) {
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
