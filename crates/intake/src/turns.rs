//! Who may look at what has been seen: the parts of a file, one after the other.

use std::sync::{Condvar, Mutex, PoisonError};

use crate::parts::lock;
use crate::seen::Seen;

/// What has been seen, for one part after the other.
pub(crate) struct Turns<'a> {
    state: Mutex<Turn<'a>>,
    changed: Condvar,
}

struct Turn<'a> {
    next: u64,
    seen: &'a mut Seen,
    /// A worker has panicked: the turns that it held never come.
    broken: bool,
}

impl<'a> Turns<'a> {
    pub(crate) const fn new(seen: &'a mut Seen) -> Self {
        Self { state: Mutex::new(Turn { next: 0, seen, broken: false }), changed: Condvar::new() }
    }

    /// Does something in the turn of part `number`.
    pub(crate) fn take(&self, number: u64, with: impl FnOnce(&mut Seen)) {
        let mut turn = lock(&self.state);
        while turn.next != number && !turn.broken {
            turn = self.changed.wait(turn).unwrap_or_else(PoisonError::into_inner);
        }
        with(turn.seen);
        turn.next = number + 1;
        self.changed.notify_all();
    }

    /// Watches over the work on a part, so that a panic in it holds up nobody.
    pub(crate) const fn hold(&self, number: u64) -> Held<'_, 'a> {
        Held { turns: self, number, kept: false }
    }
}

pub(crate) struct Held<'t, 'a> {
    turns: &'t Turns<'a>,
    number: u64,
    kept: bool,
}

impl Held<'_, '_> {
    pub(crate) fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Held<'_, '_> {
    fn drop(&mut self) {
        if !self.kept {
            let mut turn = lock(&self.turns.state);
            turn.broken = turn.next <= self.number || turn.broken;
            self.turns.changed.notify_all();
        }
    }
}
