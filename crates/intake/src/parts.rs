//! A file read by several threads: one finds the rows, others read them and do what the caller wants with
//! them, part by part, and the caller's own thread takes the parts in the order of the file (ADR 0009).

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::read::{Options, Progress, read_rows};
use crate::record::{Outcome, Summary};
use crate::refusal::Refusal;
use crate::row;
use crate::seen::Seen;
use crate::sheet::Ready;

/// Rows of a part: enough that handing over costs little, few enough that the parts under way stay small.
const ROWS: usize = 256;
/// Parts that may wait for a worker, or for the caller.
const WAITING: usize = 4;

/// Rows that were found together.
struct Found {
    number: u64,
    rows: Vec<Ready>,
    bytes: u64,
    total_bytes: u64,
}

/// What came of them.
struct Done<P> {
    number: u64,
    part: P,
    counts: Summary,
    bytes: u64,
    total_bytes: u64,
}

/// [`read_file`](crate::read_file) for work that needs no look at the rows before: `work` puts each outcome of
/// a part into what it makes of the part, in some thread; `sink` receives the parts in the order of the file,
/// in this one. A few hundred rows are in memory at a time, however long the file is. After
/// [`ControlFlow::Break`] the rows skipped and `seen` may be ahead of what was received.
///
/// # Errors
/// As [`read_file`](crate::read_file).
pub fn read_in_parts<P: Default + Send>(
    path: &Path,
    options: &Options,
    seen: &mut Seen,
    work: &(impl Fn(&mut P, Outcome) + Sync),
    sink: &mut dyn FnMut(P, Progress) -> ControlFlow<()>,
) -> Result<Summary, Refusal> {
    let workers = thread::available_parallelism().map_or(2, |cores| cores.get().clamp(1, 8));
    let turns = Turns::new(seen);
    thread::scope(|scope| {
        let (found_in, found_out) = sync_channel(WAITING);
        // Shared by the workers alone: when the last one ends, the finder notices.
        let found_out = Arc::new(Mutex::new(found_out));
        let (done_in, done_out) = sync_channel(WAITING);
        let finder = scope.spawn(move || find(path, options, &found_in));
        for _ in 0..workers {
            let (found, done, turns) = (Arc::clone(&found_out), done_in.clone(), &turns);
            scope.spawn(move || serve(&found, &done, turns, options, work));
        }
        drop((found_out, done_in));
        let (counts, stopped) = collect(done_out, sink);
        let mut summary = finder.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        summary.add_counts(&counts);
        summary.stopped |= stopped;
        Ok(summary)
    })
}

/// The thread that finds the rows. It stops when nobody wants them any more.
fn find(path: &Path, options: &Options, found: &SyncSender<Found>) -> Result<Summary, Refusal> {
    let mut next = Found { number: 0, rows: Vec::with_capacity(ROWS), bytes: 0, total_bytes: 0 };
    let send = |next: &mut Found| {
        let following = next.number + 1;
        let rows = std::mem::replace(&mut next.rows, Vec::with_capacity(ROWS));
        let whole = Found { rows, ..*next };
        next.number = following;
        found.send(whole).is_ok()
    };
    let summary = read_rows(path, options, &mut |ready, bytes, total_bytes| {
        next.rows.push(ready);
        (next.bytes, next.total_bytes) = (bytes, total_bytes);
        if next.rows.len() < ROWS || send(&mut next) {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    // What was found before a fault counts, as it does when rows are handed over one by one.
    if !next.rows.is_empty() {
        send(&mut next);
    }
    summary
}

/// A worker: until there are no parts left.
fn serve<P: Default>(
    found: &Mutex<Receiver<Found>>,
    done: &SyncSender<Done<P>>,
    turns: &Turns<'_>,
    options: &Options,
    work: &impl Fn(&mut P, Outcome),
) {
    loop {
        let next = lock(found).recv();
        let Ok(Found { number, rows, bytes, total_bytes }) = next else { return };
        let whole = turns.hold(number);
        let read = rows.into_iter().map(|ready| {
            let Ready { layout, dates, source, cells } = ready;
            let (outcome, hash) = row::read(&options.context(&layout, dates), source, cells);
            (layout, outcome, hash)
        });
        let mut read: Vec<_> = read.collect();
        turns.take(number, |seen| {
            for (layout, outcome, hash) in &mut read {
                row::compare(layout, outcome, *hash, seen);
            }
        });
        let (mut part, mut counts) = (P::default(), Summary::default());
        for (_, outcome, _) in read {
            counts.count(&outcome);
            work(&mut part, outcome);
        }
        whole.keep();
        if done.send(Done { number, part, counts, bytes, total_bytes }).is_err() {
            return;
        }
    }
}

/// The caller's thread: parts in order, until there are none or the caller has enough.
fn collect<P>(
    done: Receiver<Done<P>>,
    sink: &mut dyn FnMut(P, Progress) -> ControlFlow<()>,
) -> (Summary, bool) {
    let mut early = BTreeMap::new();
    let mut counts = Summary::default();
    let mut next = 0;
    for part in &done {
        early.insert(part.number, part);
        while let Some(Done { part, counts: more, bytes, total_bytes, .. }) = early.remove(&next) {
            next += 1;
            counts.add_counts(&more);
            let rows = counts.penalties + counts.listings + counts.rejected;
            if sink(part, Progress { rows, bytes, total_bytes }).is_break() {
                return (counts, true);
            }
        }
    }
    (counts, false)
}

/// What has been seen, for one part after the other.
struct Turns<'a> {
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
    const fn new(seen: &'a mut Seen) -> Self {
        Self { state: Mutex::new(Turn { next: 0, seen, broken: false }), changed: Condvar::new() }
    }

    /// Does something in the turn of part `number`.
    fn take(&self, number: u64, with: impl FnOnce(&mut Seen)) {
        let mut turn = lock(&self.state);
        while turn.next != number && !turn.broken {
            turn = self.changed.wait(turn).unwrap_or_else(PoisonError::into_inner);
        }
        with(turn.seen);
        turn.next = number + 1;
        self.changed.notify_all();
    }

    /// Watches over the work on a part, so that a panic in it holds up nobody.
    const fn hold(&self, number: u64) -> Held<'_, 'a> {
        Held { turns: self, number, kept: false }
    }
}

struct Held<'t, 'a> {
    turns: &'t Turns<'a>,
    number: u64,
    kept: bool,
}

impl Held<'_, '_> {
    fn keep(mut self) {
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

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
