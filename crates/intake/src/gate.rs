//! A file that one thread looks into while another one reads it, never further than the look has come.

use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom};
use std::ops::Range;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use crate::parts::lock;

/// One opened file, read at several places. Opening it by its path again could open another one.
#[derive(Clone)]
pub(crate) struct Shared {
    file: Arc<Mutex<File>>,
    length: u64,
    at: u64,
}

impl Shared {
    pub(crate) fn new(file: File) -> Result<Self> {
        let length = file.metadata()?.len();
        Ok(Self { file: Arc::new(Mutex::new(file)), length, at: 0 })
    }
}

impl Read for Shared {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let mut file = lock(&self.file);
        file.seek(SeekFrom::Start(self.at))?;
        let length = file.read(buffer)?;
        self.at += length as u64;
        Ok(length)
    }
}

impl Seek for Shared {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| Error::from(ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

/// What came of the look at a whole file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It may be read; whether any sheet merges cells.
    Passed { merges: bool },
    /// It may not, for a reason that the look returns.
    Refused,
}

/// Which bytes of a file may not be read yet.
pub(crate) struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    closed: Vec<Range<u64>>,
    verdict: Option<Verdict>,
}

impl Gate {
    /// These bytes wait for the look.
    pub(crate) const fn new(closed: Vec<Range<u64>>) -> Self {
        Self { state: Mutex::new(State { closed, verdict: None }), changed: Condvar::new() }
    }

    /// The `index`th of the closed ranges has been looked at up to `to`.
    pub(crate) fn advance(&self, index: usize, to: u64) {
        if let Some(range) = lock(&self.state).closed.get_mut(index)
            && to > range.start
        {
            range.start = to.min(range.end);
            self.changed.notify_all();
        }
    }

    /// Ends the look.
    pub(crate) fn end(&self, verdict: Verdict) {
        lock(&self.state).verdict = Some(verdict);
        self.changed.notify_all();
    }

    /// What came of the look, where it has ended.
    pub(crate) fn verdict(&self) -> Option<Verdict> {
        lock(&self.state).verdict
    }

    /// What came of the look, once it has ended.
    pub(crate) fn wait(&self) -> Verdict {
        let mut state = lock(&self.state);
        loop {
            if let Some(verdict) = state.verdict {
                return verdict;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits until a byte at `from` may be read; how many from there on, `most` at most.
    fn pass(&self, from: u64, most: usize) -> Result<usize> {
        let mut state = lock(&self.state);
        loop {
            match state.verdict {
                Some(Verdict::Passed { .. }) => return Ok(most),
                Some(Verdict::Refused) => return Err(Error::from(ErrorKind::PermissionDenied)),
                None => {}
            }
            let until = from.saturating_add(most as u64);
            let ahead = state.closed.iter().filter(|range| from < range.end && range.start < until);
            let first = ahead.filter(|range| !range.is_empty()).map(|range| range.start).min();
            match first {
                None => return Ok(most),
                Some(first) if first > from => return Ok(usize::try_from(first - from).unwrap_or(most)),
                Some(_) => state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

/// A file behind a gate.
pub(crate) struct Gated<'g> {
    file: Shared,
    gate: &'g Gate,
}

impl<'g> Gated<'g> {
    pub(crate) const fn new(file: Shared, gate: &'g Gate) -> Self {
        Self { file, gate }
    }
}

impl Read for Gated<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let length = self.gate.pass(self.file.at, buffer.len())?;
        self.file.read(&mut buffer[..length])
    }
}

impl Seek for Gated<'_> {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        self.file.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::thread;

    use super::*;

    fn shared(bytes: &[u8]) -> Shared {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        Shared::new(file).unwrap()
    }

    #[test]
    fn two_readers_of_one_file_keep_their_places() {
        let mut one = shared(b"0123456789");
        let mut other = one.clone();
        let (mut first, mut second) = ([0; 3], [0; 3]);
        other.seek(SeekFrom::End(-4)).unwrap();
        one.read_exact(&mut first).unwrap();
        other.read_exact(&mut second).unwrap();
        one.read_exact(&mut first).unwrap();
        assert_eq!((&first, &second), (b"345", b"678"));
        assert!(other.seek(SeekFrom::Current(-20)).is_err());
    }

    #[test]
    fn nothing_is_read_before_it_has_been_looked_at() {
        let gate = Gate::new(vec![2..6, 4..8]);
        let mut gated = Gated::new(shared(b"0123456789"), &gate);
        let mut buffer = [0; 10];
        assert_eq!(gated.read(&mut buffer).unwrap(), 2);
        gate.advance(0, 5);
        // The second range begins before the first is done.
        assert_eq!(gated.read(&mut buffer).unwrap(), 2);
        gate.advance(1, 7);
        assert_eq!(gated.read(&mut buffer).unwrap(), 1);
        gated.seek(SeekFrom::Start(8)).unwrap();
        assert_eq!(gated.read(&mut buffer).unwrap(), 2);
        gated.seek(SeekFrom::Start(5)).unwrap();
        let rest = thread::scope(|scope| {
            let rest = scope.spawn(|| {
                let mut rest = Vec::new();
                gated.read_to_end(&mut rest).map(|_| rest)
            });
            gate.advance(0, 6);
            gate.end(Verdict::Passed { merges: false });
            rest.join().unwrap()
        });
        assert_eq!(rest.unwrap(), b"56789");
    }

    #[test]
    fn nothing_is_read_of_what_was_refused() {
        let gate = Gate::new(vec![0..4, 6..8]);
        let mut gated = Gated::new(shared(b"0123456789"), &gate);
        let read = thread::scope(|scope| {
            let read = scope.spawn(|| gated.read(&mut [0; 4]));
            gate.end(Verdict::Refused);
            read.join().unwrap()
        });
        assert_eq!(read.unwrap_err().kind(), ErrorKind::PermissionDenied);
        assert_eq!(gate.wait(), Verdict::Refused);
    }
}
