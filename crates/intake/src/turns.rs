//! Who may look at what the parts before have left behind: the parts of a file, one after the other.

use std::sync::{Condvar, Mutex, PoisonError};

use crate::parts::lock;

/// What parts leave behind, for one part after the other.
pub(crate) struct Turns<S> {
    state: Mutex<Turn<S>>,
    changed: Condvar,
}

struct Turn<S> {
    next: usize,
    left: S,
    /// A worker has panicked: the turns that it held never come.
    broken: bool,
}

impl<S> Turns<S> {
    pub(crate) const fn new(left: S) -> Self {
        Self { state: Mutex::new(Turn { next: 0, left, broken: false }), changed: Condvar::new() }
    }

    /// Does something in the turn of part `number`, which ends with it unless there is a reason to do something first.
    pub(crate) fn take<R>(&self, number: usize, with: impl FnOnce(&mut S) -> Option<R>) -> Option<R> {
        let mut turn = lock(&self.state);
        while turn.next != number && !turn.broken {
            turn = self.changed.wait(turn).unwrap_or_else(PoisonError::into_inner);
        }
        let reason = with(&mut turn.left);
        if reason.is_none() {
            turn.next = number + 1;
            self.changed.notify_all();
        }
        reason
    }

    /// What has been left behind so far, whoever's turn it is.
    pub(crate) fn glance<R>(&self, with: impl FnOnce(&S) -> R) -> R {
        with(&lock(&self.state).left)
    }

    /// What all have left behind.
    pub(crate) fn into_left(self) -> S {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).left
    }

    /// Watches over the work on a part, so that a panic in it holds up nobody.
    pub(crate) const fn hold(&self, number: usize) -> Held<'_, S> {
        Held { turns: self, number, kept: false }
    }
}

pub(crate) struct Held<'t, S> {
    turns: &'t Turns<S>,
    number: usize,
    kept: bool,
}

impl<S> Held<'_, S> {
    pub(crate) fn keep(mut self) {
        self.kept = true;
    }
}

impl<S> Drop for Held<'_, S> {
    fn drop(&mut self) {
        if !self.kept {
            let mut turn = lock(&self.turns.state);
            turn.broken = turn.next <= self.number || turn.broken;
            self.turns.changed.notify_all();
        }
    }
}
