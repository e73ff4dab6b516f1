//! A look at a whole text that goes on ahead of those who read it, and cuts it into pieces between two records.

use std::io::Read;
use std::sync::mpsc::SyncSender;

use crate::follow::Cut;
use crate::gate::Shared;
use crate::limits::Limits;
use crate::refusal::Refusal;
use crate::text::{Fault, Format, Look};

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

/// What came of the look.
pub(crate) enum Looked {
    /// The text is what its beginning promised, or nobody wanted the rest.
    Fine,
    /// It is not: in another encoding, or with quotes that do not pair up. What was read of it does not count.
    Otherwise,
    Refused(Refusal),
}

/// Looks at a text of which the beginning said that it is UTF-8, and sends its pieces.
pub(crate) fn look(
    file: Shared,
    name: &str,
    format: &Format,
    limits: &Limits,
    spans: &SyncSender<Span>,
) -> Looked {
    let mut sent = Sent { spans, begin: format.begin, last: Cut::default(), number: 0 };
    match sent.all(Look::new(file, format, limits)) {
        Ok(true) => Looked::Fine,
        Ok(false) => Looked::Otherwise,
        Err(Fault::Text(fault)) if fault.may_be_another_encoding() => Looked::Otherwise,
        Err(fault) => Looked::Refused(fault.refusal(name)),
    }
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
    /// Whether all quotes pair up, as far as somebody wanted to know.
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
