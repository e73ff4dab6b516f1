//! A file read by several threads: rows are found, read and given to what the caller wants with them, part by part, and
//! the caller's own thread takes the parts in the order of the file (ADR 0009).

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::slice;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ScopedJoinHandle};

use crate::cells::Cells;
use crate::found::{Found, FoundIn};
use crate::header::Layout;
use crate::pieces::Text;
use crate::piecework;
use crate::read::{Opened, Options, Progress, Sight, read_rows};
use crate::record::{Record, Summary};
use crate::refusal::Refusal;
use crate::row::{self, Context};
use crate::seen::{Fingerprints, Seen};
use crate::sheet::Header;
use crate::turns::Turns;

/// Parts that may wait for a worker, or for the caller.
pub(crate) const WAITING: usize = 4;

/// What a caller makes of the rows of a part. Its room is used again for a later one.
pub trait Part: Default + Send {
    /// Forgets what came of a part and keeps the room.
    fn clear(&mut self);
}

/// Who takes what came of the parts of a file, in the caller's own thread.
pub trait Taker<P> {
    /// The next part, in the order of the file. After [`ControlFlow::Break`] there are no more.
    fn take(&mut self, part: &mut P, at: Progress) -> ControlFlow<()>;

    /// Forgets the parts of this file: it is not what its beginning promised (another encoding, quotes that do not pair
    /// up, nothing that can be read), and is read anew from beginning to end, which says why where it is refused.
    fn begin_again(&mut self);
}

/// What came of the rows of a part.
pub(crate) struct Done<P> {
    pub number: usize,
    pub part: P,
    pub counts: Summary,
    /// Bytes of the file up to its end.
    pub bytes: u64,
    /// Why the file cannot be read further.
    pub fault: Option<Refusal>,
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

/// What a part leaves behind for the one after it.
pub(crate) struct Left<'a> {
    pub seen: &'a mut Seen,
    /// The header in force, where each part finds its rows itself.
    pub header: Option<Header>,
}

/// What workers and caller share.
pub(crate) struct Shop<'a, P> {
    options: &'a Options,
    total_bytes: u64,
    fingerprints: Fingerprints,
    pub turns: Turns<Left<'a>>,
    found: Pool<Found>,
    parts: Pool<P>,
}

impl<'a, P: Part> Shop<'a, P> {
    pub(crate) fn new(
        options: &'a Options,
        total_bytes: u64,
        seen: &'a mut Seen,
        header: Option<Header>,
    ) -> Self {
        Self {
            options,
            total_bytes,
            fingerprints: seen.fingerprints(),
            turns: Turns::new(Left { seen, header }),
            found: Pool::new(),
            parts: Pool::new(),
        }
    }

    /// Rows found, with what their reading depends on.
    pub(crate) fn ready<'f>(&'f self, found: &'f [Found]) -> Vec<(&'f Found, Context<'f>)> {
        let context =
            |sheet: &'f FoundIn| self.options.context(&sheet.layout, sheet.dates, &self.fingerprints);
        found.iter().filter_map(|found| Some((found, context(found.rows()?.0)))).collect()
    }

    /// Gives what was read to the caller's hand.
    pub(crate) fn hand(&self, read: &Read<'_>, hand: &mut impl FnMut(&mut P, &Record<'_>)) -> (P, Summary) {
        let (mut part, mut counts) = (self.parts.take(), Summary::default());
        for record in read.iter().flat_map(|(_, records)| records) {
            counts.count(record);
            hand(&mut part, record);
        }
        (part, counts)
    }
}

/// [`read_file`](crate::read_file) for work that needs no look at the rows before: each worker has a hand of its
/// own from `hands`, which puts each row of a part into what comes of the part; `taker` receives the parts in the
/// order of the file, in this thread. A few hundred rows are in memory at a time, however long the file is.
/// After [`ControlFlow::Break`] the rows skipped and `seen` may be ahead of what was received.
///
/// # Errors
/// As [`read_file`](crate::read_file). Parts of the file that were taken before it was refused count for nothing.
pub fn read_in_parts<P: Part, H: FnMut(&mut P, &Record<'_>)>(
    path: &Path,
    options: &Options,
    seen: &mut Seen,
    hands: &(impl Fn() -> H + Sync),
    taker: &mut dyn Taker<P>,
) -> Result<Summary, Refusal> {
    let sight = Sight::new(path, options)?;
    if let Some(text) = Text::new(&sight, options)? {
        let before = seen.mark();
        if let Some(summary) = piecework::read(&text, seen, hands, taker) {
            return Ok(summary);
        }
        seen.forget_since(before);
        taker.begin_again();
    }
    let opened = sight.look(options)?;
    let shop = &Shop::new(options, opened.bytes, seen, None);
    thread::scope(|scope| {
        let (found_in, found_out) = sync_channel(WAITING);
        // Shared by the workers alone: when the last one ends, the finder notices.
        let found_out = Arc::new(Mutex::new(found_out));
        let (done_in, done_out) = sync_channel(WAITING);
        let finder = scope.spawn(move || find(opened, shop, &found_in));
        for _ in 0..workers(1) {
            let (found, done) = (Arc::clone(&found_out), done_in.clone());
            scope.spawn(move || serve(&found, &done, shop, hands()));
        }
        drop((found_out, done_in));
        let collected = collect(done_out, shop, taker);
        let mut summary = joined(finder)?;
        let (counts, stopped) = collected?;
        summary.add_counts(&counts);
        summary.stopped |= stopped;
        Ok(summary)
    })
}

/// What a thread returned; its panic is this thread's.
pub(crate) fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Workers for all cores but those that other threads keep busy.
pub(crate) fn workers(busy: usize) -> usize {
    thread::available_parallelism().map_or(2, |cores| cores.get().saturating_sub(busy).clamp(1, 8))
}

/// The thread that finds the rows. It stops when nobody wants them any more.
fn find<P>(opened: Opened, shop: &Shop<'_, P>, found: &SyncSender<Found>) -> Result<Summary, Refusal> {
    let mut next = Found::default();
    let send = |next: &mut Found| {
        let mut following = shop.found.take();
        following.number = next.number + 1;
        found.send(std::mem::replace(next, following)).is_ok()
    };
    let summary = read_rows(opened, shop.options, &mut |ready, bytes, _| {
        if !next.has_room_for(&ready) && !send(&mut next) {
            return ControlFlow::Break(());
        }
        next.push(&ready);
        next.bytes = bytes;
        ControlFlow::Continue(())
    });
    // What was found before a fault counts, as it does when rows are handed over one by one.
    if !next.is_empty() {
        send(&mut next);
    }
    summary
}

/// A worker on rows that were found by another thread: until there are no parts left.
fn serve<P: Part>(
    found: &Mutex<Receiver<Found>>,
    done: &SyncSender<Done<P>>,
    shop: &Shop<'_, P>,
    mut hand: impl FnMut(&mut P, &Record<'_>),
) {
    loop {
        let next = lock(found).recv();
        let Ok(mut found) = next else { return };
        let (number, bytes) = (found.number, found.bytes);
        let whole = shop.turns.hold(number);
        let ready = shop.ready(slice::from_ref(&found));
        let mut read = read_all(&ready);
        shop.turns.take(number, |left| -> Option<()> {
            compare_all(&mut read, left.seen);
            None
        });
        let (part, counts) = shop.hand(&read, &mut hand);
        drop(ready);
        whole.keep();
        found.clear();
        shop.found.give(found);
        if done.send(Done { number, part, counts, bytes, fault: None }).is_err() {
            return;
        }
    }
}

/// What rows say, with the layout under which they were read.
pub(crate) type Read<'r> = Vec<(&'r Layout, Vec<Record<'r>>)>;

pub(crate) fn read_all<'r>(ready: &'r [(&'r Found, Context<'r>)]) -> Read<'r> {
    let read = |(found, context): &'r (&'r Found, Context<'r>)| {
        let (sheet, rows) = found.rows()?;
        let read = |(row, cells): &'r (u64, Cells)| row::read(context, sheet.place(*row), cells);
        Some((context.layout, rows.iter().map(read).collect()))
    };
    ready.iter().filter_map(read).collect()
}

/// Tells penalties which earlier rows have the same decisions, once it is their turn.
pub(crate) fn compare_all(read: &mut Read<'_>, seen: &mut Seen) {
    seen.expect(read.iter().flat_map(|(_, records)| records).filter_map(Record::fingerprint));
    for (layout, records) in read {
        for record in records {
            row::compare(layout, record, seen);
        }
    }
}

/// The caller's thread: parts in order, until there are none or the caller has enough.
pub(crate) fn collect<P: Part>(
    done: Receiver<Done<P>>,
    shop: &Shop<'_, P>,
    taker: &mut dyn Taker<P>,
) -> Result<(Summary, bool), Refusal> {
    let mut early = BTreeMap::new();
    let mut counts = Summary::default();
    let mut next = 0;
    for part in &done {
        early.insert(part.number, part);
        while let Some(Done { mut part, counts: more, bytes, fault, .. }) = early.remove(&next) {
            next += 1;
            counts.add_counts(&more);
            let rows = counts.penalties + counts.listings + counts.rejected;
            if taker.take(&mut part, Progress { rows, bytes, total_bytes: shop.total_bytes }).is_break() {
                return Ok((counts, true));
            }
            if let Some(fault) = fault {
                return Err(fault);
            }
            part.clear();
            shop.parts.give(part);
        }
    }
    Ok((counts, false))
}

/// The lock, also after a panic of another thread: what it guards is whole between any two statements.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
