//! A look at a whole text that goes on ahead of those who read it, and cuts it into pieces between two records.

use std::io::Read;
use std::sync::mpsc::SyncSender;

use crate::follow::Cut;
use crate::gate::Shared;
use crate::limits::Limits;
use crate::text::{Fault, Format, Look};
use crate::utf8::Faults;

/// A piece of a text that has been looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    /// Which one it is, from 0.
    pub number: usize,
    /// Where it begins and ends, in bytes of the file.
    pub from: u64,
    pub to: u64,
    /// Lines before it.
    pub lines: u64,
}

/// Looks at a text of which the beginning said that it is UTF-8, and sends its pieces; whether lines, quotes and the
/// length of records are in order, as far as anybody wanted to know. Whoever reads a piece sees whether it is UTF-8.
pub(crate) fn look(file: Shared, format: &Format, limits: &Limits, spans: &SyncSender<Span>) -> bool {
    let mut sent = Sent { spans, begin: format.begin, last: Cut::default(), number: 0 };
    sent.all(Look::new(file, format, Faults::Passed, limits)).unwrap_or(false)
}

/// How far the pieces have been sent.
struct Sent<'a> {
    spans: &'a SyncSender<Span>,
    /// Bytes of the file before the text.
    begin: u64,
    last: Cut,
    number: usize,
}

impl Sent<'_> {
    /// Whether all quotes pair up.
    fn all(&mut self, mut look: Look<impl Read>) -> Result<bool, Fault> {
        while look.next()? {
            for cut in look.follow.take_cuts() {
                if !self.send(cut) {
                    return Ok(true);
                }
            }
        }
        if look.follow.is_quoted() {
            return Ok(false);
        }
        let end = look.follow.end();
        if end.at > self.last.at {
            self.send(end);
        }
        Ok(true)
    }

    /// Whether anybody wants more.
    fn send(&mut self, cut: Cut) -> bool {
        let before = std::mem::replace(&mut self.last, cut);
        let [from, to] = [before.at, cut.at].map(|at| self.begin + at);
        let span = Span { number: self.number, from, to, lines: before.lines };
        self.number += 1;
        self.spans.send(span).is_ok()
    }
}
