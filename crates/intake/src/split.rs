//! The records of a text that is in memory, each with the line on which it starts.

use crate::cells::Cells;
use crate::text::Format;

/// Splits a text into records. The csv crate's own reader would copy the text once more and does not say on which line
/// a record starts, so its parser is asked; and only where there are quotes, which few records have.
#[derive(Default)]
pub(crate) struct Split {
    delimiter: u8,
    quoting: bool,
    parser: csv_core::Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
    /// Bytes that have been read.
    at: usize,
    /// Lines up to there.
    lines: u64,
}

impl Split {
    /// From the beginning of a text before which there are so many lines.
    pub(crate) fn begin(&mut self, lines: u64, format: &Format, is_first: bool) {
        if (self.delimiter, self.quoting) != (format.delimiter, format.quoting) {
            (self.delimiter, self.quoting) = (format.delimiter, format.quoting);
            self.parser =
                csv_core::ReaderBuilder::new().delimiter(format.delimiter).quoting(format.quoting).build();
        }
        self.parser.reset();
        if !is_first {
            // Only at the beginning of a file are the bytes of a mark no text.
            self.parser.read_record(b"\n", &mut [], &mut []);
        }
        (self.at, self.lines) = (0, lines);
    }

    /// The next record, with its line, from 1, and the blank lines before it.
    pub(crate) fn next(&mut self, whole: &str, cells: &mut Cells) -> Option<(u64, u64)> {
        let bytes = whole.as_bytes();
        let blank = self.skip_blank(bytes);
        let line = self.lines + 1;
        if let Some(end) = self.plain_until(bytes) {
            cells.fill_plain(&whole[self.at..end], self.delimiter);
            if end < whole.len() {
                self.lines += 1;
            }
            self.at = (end + 1).min(whole.len());
            return Some((line, blank));
        }
        self.parse(bytes, cells).then_some((line, blank))
    }

    /// The end of the next record, where it has no quotes that mean anything.
    fn plain_until(&self, whole: &[u8]) -> Option<usize> {
        let rest = &whole[self.at..];
        // At the beginning of a text the parser passes over a mark.
        if rest.is_empty() || self.at == 0 {
            return None;
        }
        let found = if self.quoting {
            memchr::memchr3(b'\n', b'\r', b'"', rest)
        } else {
            memchr::memchr2(b'\n', b'\r', rest)
        };
        let end = found.unwrap_or(rest.len());
        (rest.get(end) != Some(&b'"')).then_some(self.at + end)
    }

    /// Has the parser read the next record, if there is one.
    fn parse(&mut self, whole: &[u8], cells: &mut Cells) -> bool {
        let from = self.at;
        let (mut text, mut ends) = (0, 0);
        loop {
            let (result, read, written, ended) =
                self.parser.read_record(&whole[self.at..], &mut self.text[text..], &mut self.ends[ends..]);
            (self.at, text, ends) = (self.at + read, text + written, ends + ended);
            match result {
                csv_core::ReadRecordResult::InputEmpty => {}
                csv_core::ReadRecordResult::OutputFull => {
                    self.text.resize((self.text.len() * 2).max(4096), 0);
                }
                csv_core::ReadRecordResult::OutputEndsFull => {
                    self.ends.resize((self.ends.len() * 2).max(64), 0);
                }
                csv_core::ReadRecordResult::Record => break,
                csv_core::ReadRecordResult::End => return false,
            }
        }
        self.lines += lines_in(&whole[from..self.at]);
        cells.fill(&self.text[..text], self.ends[..ends].iter().copied());
        true
    }

    /// Passes over blank lines, as the parser does.
    fn skip_blank(&mut self, whole: &[u8]) -> u64 {
        let before = self.lines;
        // The parser stops between the two halves of a line end, which has been counted.
        if self.at > 0 && whole[self.at - 1] == b'\r' && whole.get(self.at) == Some(&b'\n') {
            self.at += 1;
        }
        loop {
            self.at += match whole.get(self.at..).unwrap_or_default() {
                [b'\r', b'\n', ..] => 2,
                [b'\r' | b'\n', ..] => 1,
                _ => return self.lines - before,
            };
            self.lines += 1;
        }
    }
}

/// Line ends of either kind, both halves of one counted once.
fn lines_in(text: &[u8]) -> u64 {
    let ends = memchr::memchr2_iter(b'\n', b'\r', text);
    ends.filter(|at| text[*at] == b'\r' || at.checked_sub(1).is_none_or(|before| text[before] != b'\r'))
        .count() as u64
}
