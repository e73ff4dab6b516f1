//! Follows a text file as the CSV reader will see it: quotes, line ends, how long its records are, and where it may
//! be cut between two of them.

use crate::text::TextFault;

/// A place between two records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Cut {
    /// Bytes before it.
    pub at: u64,
    /// Lines before it.
    pub lines: u64,
}

/// What is known of the text up to here.
pub(crate) struct Follow {
    delimiter: u8,
    /// Longest record that is taken.
    most: usize,
    piece: u64,
    quoted: bool,
    /// Bytes of the text up to here.
    read: u64,
    /// Where the record begins that is under way.
    record: u64,
    /// Whether a record, and not a blank line, ended with the byte before.
    had_record: bool,
    /// Bytes up to the end of the last quote that closed.
    closed: u64,
    last: u8,
    lines: u64,
    last_cut: u64,
    /// Cuts that nobody has taken yet.
    cuts: Vec<Cut>,
}

impl Follow {
    /// From the beginning, with a cut about every `piece` bytes.
    pub(crate) const fn new(delimiter: u8, most: usize, piece: u64) -> Self {
        Self {
            delimiter,
            most,
            piece,
            quoted: false,
            read: 0,
            record: 0,
            had_record: false,
            closed: u64::MAX,
            last: b'\n',
            lines: 0,
            last_cut: 0,
            cuts: Vec::new(),
        }
    }

    /// Takes the next block.
    pub(crate) fn feed(&mut self, block: &[u8]) -> Result<(), TextFault> {
        if memchr::memchr(0, block).is_some() {
            return Err(TextFault::Binary);
        }
        for at in memchr::memchr3_iter(b'"', b'\n', b'\r', block) {
            let before = at.checked_sub(1).map_or(self.last, |before| block[before]);
            let (byte, at) = (block[at], self.read + at as u64);
            match byte {
                b'"' => self.quote(at, before),
                b'\r' => self.line_end(at, false)?,
                _ => {
                    self.line_end(at, before == b'\r')?;
                    self.cut(at + 1);
                }
            }
        }
        self.read += block.len() as u64;
        self.last = block.last().copied().unwrap_or(self.last);
        self.check(self.read)
    }

    /// Whether a quote is open: at the end, that quotes do not pair up.
    pub(crate) const fn is_quoted(&self) -> bool {
        self.quoted
    }

    /// The cuts that were found since, in order.
    pub(crate) fn take_cuts(&mut self) -> Vec<Cut> {
        std::mem::take(&mut self.cuts)
    }

    /// The place up to which it has been followed.
    pub(crate) const fn end(&self) -> Cut {
        Cut { at: self.read, lines: self.lines }
    }

    fn quote(&mut self, at: u64, before: u8) {
        if self.quoted {
            self.quoted = false;
            self.closed = at + 1;
        } else {
            // A field begins with it, or it is the second of two inside a quoted one.
            let begins = before == self.delimiter || matches!(before, b'\n' | b'\r');
            self.quoted = begins || self.closed == at;
        }
    }

    /// A line end, or the second half of one.
    fn line_end(&mut self, at: u64, is_second_half: bool) -> Result<(), TextFault> {
        if !is_second_half {
            self.lines += 1;
        }
        if self.quoted {
            return Ok(());
        }
        self.check(at)?;
        if !is_second_half {
            self.had_record = at > self.record;
        }
        self.record = at + 1;
        Ok(())
    }

    /// Cuts behind a record that makes the piece long enough. Blank lines belong to the record that follows them.
    fn cut(&mut self, at: u64) {
        if !self.quoted && self.had_record && at - self.last_cut >= self.piece {
            self.last_cut = at;
            self.cuts.push(Cut { at, lines: self.lines });
        }
    }

    const fn check(&self, until: u64) -> Result<(), TextFault> {
        if until - self.record > self.most as u64 { Err(TextFault::LongRecord) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cuts(blocks: &[&str]) -> Vec<(u64, u64)> {
        let mut follow = Follow::new(b',', 40, 1);
        for block in blocks {
            follow.feed(block.as_bytes()).unwrap();
        }
        follow.take_cuts().iter().map(|cut| (cut.at, cut.lines)).collect()
    }

    #[test]
    fn it_is_cut_behind_records_and_nowhere_else() {
        assert_eq!(cuts(&["a,b\nc\n"]), [(4, 1), (6, 2)]);
        assert_eq!(cuts(&["a\r\nc\r", "\n\n\nd\n"]), [(3, 1), (6, 2), (10, 5)], "not behind blank lines");
        assert_eq!(cuts(&["\"a\n\"\"", "\nb\"\n"]), [(9, 3)]);
        assert_eq!(cuts(&["a\"\"\nb\n"]), [(4, 1), (6, 2)], "quotes inside a field are text");
        assert_eq!(cuts(&["\"a\"\"", "\"\nb\n"]), [(6, 1), (8, 2)]);
    }

    #[test]
    fn a_long_record_is_noticed_behind_quotes_that_are_text() {
        let mut follow = Follow::new(b',', 40, 1);
        let hidden = format!("a\"\"b,\"{}", "x\n".repeat(40));
        assert_eq!(follow.feed(hidden.as_bytes()), Err(TextFault::LongRecord));
    }
}
