//! Text of any encoding as UTF-8, without the byte order mark.

use std::io::{ErrorKind, Read, Result};

use encoding_rs::{CoderResult, Decoder, DecoderResult, Encoding, UTF_8};

use crate::sniff::read_most;

const BLOCK: usize = 64 * 1024;
/// Byte order mark of UTF-8.
pub(crate) const MARK: &[u8] = b"\xef\xbb\xbf";
/// Room that the decoder needs to give one whole character.
const ONE_CHARACTER: usize = 16;

/// What becomes of bytes that are no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Faults {
    /// They are an error.
    Refused,
    /// They may come through from a file that is UTF-8, and are U+FFFD from any other: for a file that has been
    /// read once and had none.
    Passed,
}

/// A reader that gives UTF-8.
pub(crate) enum Utf8<R> {
    /// The file is UTF-8 itself. Decoding it would be a second copy of every byte.
    Same(Same<R>),
    Decoded(Box<Decoded<R>>),
}

impl<R: Read> Utf8<R> {
    pub(crate) fn new(inner: R, encoding: &'static Encoding, faults: Faults) -> Self {
        if encoding == UTF_8 {
            let check = (faults == Faults::Refused).then(Check::default);
            return Self::Same(Same { inner, begun: false, check });
        }
        Self::Decoded(Box::new(Decoded {
            inner,
            decoder: encoding.new_decoder_with_bom_removal(),
            input: vec![0; BLOCK],
            used: 0,
            filled: 0,
            ended: false,
            finished: false,
            faults,
            spare: Vec::new(),
        }))
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        match self {
            Self::Same(reader) => reader.read(out),
            Self::Decoded(reader) => reader.read(out),
        }
    }
}

pub(crate) struct Same<R> {
    inner: R,
    begun: bool,
    check: Option<Check>,
}

impl<R: Read> Same<R> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        let mut length = if self.begun { self.inner.read(out)? } else { self.begin(out)? };
        if let Some(check) = &mut self.check {
            let fits = if length == 0 { check.is_whole() } else { check.feed(&out[..length]) };
            if !fits {
                return Err(ErrorKind::InvalidData.into());
            }
        }
        if !self.begun {
            self.begun = true;
            if out[..length].starts_with(MARK) {
                out.copy_within(MARK.len()..length, 0);
                length -= MARK.len();
                // Nothing but a mark is no end yet.
                return if length == 0 { self.read(out) } else { Ok(length) };
            }
        }
        Ok(length)
    }

    /// The first block, long enough to show the mark.
    fn begin(&mut self, out: &mut [u8]) -> Result<usize> {
        read_most(&mut self.inner, out)
    }
}

/// Whether bytes that come in blocks are UTF-8.
#[derive(Default)]
struct Check {
    /// A character that a block has begun and the next one ends.
    open: [u8; 4],
    length: usize,
}

impl Check {
    fn feed(&mut self, block: &[u8]) -> bool {
        let mut rest = block;
        while self.length > 0 {
            let Some((next, after)) = rest.split_first() else { return true };
            self.open[self.length] = *next;
            self.length += 1;
            rest = after;
            match std::str::from_utf8(&self.open[..self.length]) {
                Ok(_) => self.length = 0,
                Err(fault) if fault.error_len().is_some() || self.length == self.open.len() => return false,
                Err(_) => {}
            }
        }
        let Err(fault) = simdutf8::compat::from_utf8(rest) else { return true };
        let open = &rest[fault.valid_up_to()..];
        if fault.error_len().is_none() && open.len() < self.open.len() {
            self.open[..open.len()].copy_from_slice(open);
            self.length = open.len();
            return true;
        }
        false
    }

    /// Whether no character is left open.
    const fn is_whole(&self) -> bool {
        self.length == 0
    }
}

pub(crate) struct Decoded<R> {
    inner: R,
    decoder: Decoder,
    input: Vec<u8>,
    used: usize,
    filled: usize,
    ended: bool,
    /// The decoder has given all; it may not be asked again.
    finished: bool,
    faults: Faults,
    spare: Vec<u8>,
}

impl<R: Read> Decoded<R> {
    fn decode(&mut self, out: &mut [u8]) -> Result<usize> {
        if self.finished {
            return Ok(0);
        }
        let input = &self.input[self.used..self.filled];
        let (all_read, read, written) = if self.faults == Faults::Passed {
            let (result, read, written, _) = self.decoder.decode_to_utf8(input, out, self.ended);
            (result == CoderResult::InputEmpty, read, written)
        } else {
            let (result, read, written) =
                self.decoder.decode_to_utf8_without_replacement(input, out, self.ended);
            if matches!(result, DecoderResult::Malformed(..)) {
                return Err(ErrorKind::InvalidData.into());
            }
            (result == DecoderResult::InputEmpty, read, written)
        };
        self.used += read;
        self.finished = self.ended && all_read;
        Ok(written)
    }

    fn fill(&mut self) -> Result<()> {
        self.used = 0;
        self.filled = self.inner.read(&mut self.input)?;
        self.ended = self.filled == 0;
        Ok(())
    }

    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        if self.spare.is_empty() {
            if out.len() >= ONE_CHARACTER {
                return self.next(out);
            }
            let mut room = vec![0; 4096];
            let length = self.next(&mut room)?;
            room.truncate(length);
            self.spare = room;
        }
        let length = self.spare.len().min(out.len());
        out[..length].copy_from_slice(&self.spare[..length]);
        self.spare.drain(..length);
        Ok(length)
    }

    fn next(&mut self, out: &mut [u8]) -> Result<usize> {
        loop {
            if self.used == self.filled && !self.ended {
                self.fill()?;
            }
            let written = self.decode(out)?;
            if written > 0 || self.finished {
                return Ok(written);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a few bytes at a time, so that characters are cut everywhere.
    struct Slowly<'a>(&'a [u8], usize);

    impl Read for Slowly<'_> {
        fn read(&mut self, out: &mut [u8]) -> Result<usize> {
            let length = self.1.min(out.len()).min(self.0.len());
            let (now, later) = self.0.split_at(length);
            out[..length].copy_from_slice(now);
            self.0 = later;
            Ok(length)
        }
    }

    fn read(bytes: &[u8], step: usize, faults: Faults) -> Result<Vec<u8>> {
        let mut reader = Utf8::new(Slowly(bytes, step), UTF_8, faults);
        let mut room = [0; 24];
        let mut whole = Vec::new();
        loop {
            match reader.read(&mut room)? {
                0 => return Ok(whole),
                length => whole.extend_from_slice(&room[..length]),
            }
        }
    }

    #[test]
    fn text_comes_through_without_its_mark_however_it_is_cut() {
        let text = "行政相对人名称,é,😀\n".repeat(9);
        for step in 1..30 {
            for mark in ["", "\u{feff}"] {
                let marked = format!("{mark}{text}");
                for faults in [Faults::Refused, Faults::Passed] {
                    assert_eq!(read(marked.as_bytes(), step, faults).unwrap(), text.as_bytes());
                }
            }
            assert!(read("\u{feff}".as_bytes(), step, Faults::Refused).unwrap().is_empty());
        }
    }

    #[test]
    fn what_is_no_text_is_refused_wherever_it_stands() {
        let wrong: [&[u8]; 8] = [
            b"\xff",
            b"\xe7\x94",
            b"\xed\xa0\x80",
            b"\xc0\x80",
            b"\xf0\x9f\x98",
            b"\x80",
            b"\xf5\x80",
            b"\xf4\x90\x80\x80",
        ];
        for wrong in wrong {
            for (before, after) in [("", ""), ("甲", "乙"), ("名称,a", ",b\n"), ("甲乙丙丁戊己庚辛", "")]
            {
                let bytes = [before.as_bytes(), wrong, after.as_bytes()].concat();
                for step in 1..30 {
                    let read = read(&bytes, step, Faults::Refused);
                    assert_eq!(read.unwrap_err().kind(), ErrorKind::InvalidData, "{bytes:?} {step}");
                }
            }
        }
    }
}
