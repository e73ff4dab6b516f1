//! A file read by several threads: one finds the rows, others read them and do what the caller wants with
//! them, part by part, and the caller's own thread takes the parts in the order of the file (ADR 0009).

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::found::Found;
use crate::read::{Options, Progress, read_rows};
use crate::record::{Record, Summary};
use crate::refusal::Refusal;
use crate::row;
use crate::seen::{Fingerprints, Seen};
use crate::turns::Turns;

/// Parts that may wait for a worker, or for the caller.
const WAITING: usize = 4;

/// What a caller makes of the rows of a part. Its room is used again for a later one.
pub trait Part: Default + Send {
    /// Forgets what came of a part and keeps the room.
    fn clear(&mut self);
}

/// What came of the rows of a part.
struct Done<P> {
    number: u64,
    part: P,
    counts: Summary,
    bytes: u64,
    total_bytes: u64,
}

/// Room that parts have left behind: nothing is allocated anew for each of them.
struct Pool<T>(Mutex<Vec<T>>);

impl<T: Default> Pool<T> {
    const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    fn take(&self) -> T {
        lock(&self.0).pop().unwrap_or_default()
    }

    fn give(&self, spare: T) {
        lock(&self.0).push(spare);
    }
}

/// What finder, workers and caller share.
struct Shop<'a, P> {
    options: &'a Options,
    fingerprints: Fingerprints,
    turns: Turns<'a>,
    found: Pool<Found>,
    parts: Pool<P>,
}

/// [`read_file`](crate::read_file) for work that needs no look at the rows before: each worker has a hand of its
/// own from `hands`, which puts each row of a part into what comes of the part; `sink` receives the parts in the
/// order of the file, in this thread. A few hundred rows are in memory at a time, however long the file is.
/// After [`ControlFlow::Break`] the rows skipped and `seen` may be ahead of what was received.
///
/// # Errors
/// As [`read_file`](crate::read_file).
pub fn read_in_parts<P: Part, H: FnMut(&mut P, Record<'_>)>(
    path: &Path,
    options: &Options,
    seen: &mut Seen,
    hands: &(impl Fn() -> H + Sync),
    sink: &mut dyn FnMut(&mut P, Progress) -> ControlFlow<()>,
) -> Result<Summary, Refusal> {
    let workers = thread::available_parallelism().map_or(2, |cores| cores.get().clamp(1, 8));
    let shop = &Shop {
        options,
        fingerprints: seen.fingerprints(),
        turns: Turns::new(seen),
        found: Pool::new(),
        parts: Pool::new(),
    };
    thread::scope(|scope| {
        let (found_in, found_out) = sync_channel(WAITING);
        // Shared by the workers alone: when the last one ends, the finder notices.
        let found_out = Arc::new(Mutex::new(found_out));
        let (done_in, done_out) = sync_channel(WAITING);
        let finder = scope.spawn(move || find(path, shop, &found_in));
        for _ in 0..workers {
            let (found, done) = (Arc::clone(&found_out), done_in.clone());
            scope.spawn(move || serve(&found, &done, shop, hands()));
        }
        drop((found_out, done_in));
        let (counts, stopped) = collect(done_out, shop, sink);
        let mut summary = finder.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        summary.add_counts(&counts);
        summary.stopped |= stopped;
        Ok(summary)
    })
}

/// The thread that finds the rows. It stops when nobody wants them any more.
fn find<P>(path: &Path, shop: &Shop<'_, P>, found: &SyncSender<Found>) -> Result<Summary, Refusal> {
    let mut next = Found::default();
    let send = |next: &mut Found| {
        let mut following = shop.found.take();
        following.number = next.number + 1;
        found.send(std::mem::replace(next, following)).is_ok()
    };
    let summary = read_rows(path, shop.options, &mut |ready, bytes, total_bytes| {
        if !next.has_room_for(&ready) && !send(&mut next) {
            return ControlFlow::Break(());
        }
        next.push(&ready, bytes, total_bytes);
        ControlFlow::Continue(())
    });
    // What was found before a fault counts, as it does when rows are handed over one by one.
    if !next.is_empty() {
        send(&mut next);
    }
    summary
}

/// A worker: until there are no parts left.
fn serve<P: Part>(
    found: &Mutex<Receiver<Found>>,
    done: &SyncSender<Done<P>>,
    shop: &Shop<'_, P>,
    mut hand: impl FnMut(&mut P, Record<'_>),
) {
    loop {
        let next = lock(found).recv();
        let Ok(mut found) = next else { return };
        let (number, bytes, total_bytes) = (found.number, found.bytes, found.total_bytes);
        let whole = shop.turns.hold(number);
        let (mut part, mut counts) = (shop.parts.take(), Summary::default());
        if let Some((sheet, rows)) = found.rows() {
            let context = shop.options.context(&sheet.layout, sheet.dates, &shop.fingerprints);
            let read = rows.iter().map(|(row, cells)| row::read(&context, sheet.place(*row), cells));
            let mut read: Vec<_> = read.collect();
            shop.turns.take(number, |seen| {
                for record in &mut read {
                    row::compare(&sheet.layout, record, seen);
                }
            });
            for record in read {
                counts.count(&record);
                hand(&mut part, record);
            }
        }
        whole.keep();
        found.clear();
        shop.found.give(found);
        if done.send(Done { number, part, counts, bytes, total_bytes }).is_err() {
            return;
        }
    }
}

/// The caller's thread: parts in order, until there are none or the caller has enough.
fn collect<P: Part>(
    done: Receiver<Done<P>>,
    shop: &Shop<'_, P>,
    sink: &mut dyn FnMut(&mut P, Progress) -> ControlFlow<()>,
) -> (Summary, bool) {
    let mut early = BTreeMap::new();
    let mut counts = Summary::default();
    let mut next = 0;
    for part in &done {
        early.insert(part.number, part);
        while let Some(Done { mut part, counts: more, bytes, total_bytes, .. }) = early.remove(&next) {
            next += 1;
            counts.add_counts(&more);
            let rows = counts.penalties + counts.listings + counts.rejected;
            if sink(&mut part, Progress { rows, bytes, total_bytes }).is_break() {
                return (counts, true);
            }
            part.clear();
            shop.parts.give(part);
        }
    }
    (counts, false)
}

/// The lock, also after a panic of another thread: what it guards is whole between any two statements.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
