//! A text of which each worker takes pieces: they are found by a look that goes on ahead, and taken in their order.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::ahead::Span;
use crate::parts::{Done, Part, Shop, Taker, WAITING, collect, compare_all, joined, lock, read_all, workers};
use crate::pieces::{Piece, Text};
use crate::record::{Record, Summary};
use crate::refusal::Refusal;
use crate::seen::Seen;
use crate::sheet::Header;

/// A text: one thread looks at it and sends its pieces, in which the workers find the rows themselves. `None` where it is
/// not what its beginning promised, or nothing that can be read: whoever reads it from beginning to end says why.
pub(crate) fn read<P: Part, H: FnMut(&mut P, &Record<'_>)>(
    text: &Text<'_>,
    seen: &mut Seen,
    hands: &(impl Fn() -> H + Sync),
    taker: &mut dyn Taker<P>,
) -> Option<Summary> {
    thread::scope(|scope| {
        let (spans_in, spans_out) = sync_channel(WAITING);
        let look = scope.spawn(move || text.look(&spans_in));
        let first = spans_out.recv().ok().and_then(|span| Some((span, text.first(span)?)));
        let collected = first.map(|(span, first)| {
            let shop = Shop::new(text.options, text.bytes, seen, first.header().cloned());
            let collected = collect_pieces(text, (span, first), spans_out, &shop, hands, taker);
            (collected, shop.turns.into_left().header)
        });
        let is_fine = joined(look);
        let (collected, header) = collected?;
        let (mut summary, stopped) = collected.ok()?;
        summary.stopped = stopped;
        // Whoever has enough need not know what the rest would have been.
        if !stopped {
            summary.sheets.extend(header.map(|header| header.summary("")));
        }
        (is_fine || stopped).then_some(summary)
    })
}

fn collect_pieces<P: Part, H: FnMut(&mut P, &Record<'_>)>(
    text: &Text<'_>,
    first: (Span, Piece),
    spans: Receiver<Span>,
    shop: &Shop<'_, P>,
    hands: &(impl Fn() -> H + Sync),
    taker: &mut dyn Taker<P>,
) -> Result<(Summary, bool), Refusal> {
    let first = &Mutex::new(Some(first));
    // Shared by the workers alone: when the last one ends, the look notices.
    let spans = Arc::new(Mutex::new(spans));
    thread::scope(|scope| {
        let (done_in, done_out) = sync_channel(WAITING);
        for _ in 0..workers(0) {
            let (spans, done) = (Arc::clone(&spans), done_in.clone());
            scope.spawn(move || serve_pieces(text, first, &spans, &done, shop, hands()));
        }
        drop((spans, done_in));
        collect(done_out, shop, taker)
    })
}

/// A worker on pieces of a text: until there are none left.
fn serve_pieces<P: Part>(
    text: &Text<'_>,
    first: &Mutex<Option<(Span, Piece)>>,
    spans: &Mutex<Receiver<Span>>,
    done: &SyncSender<Done<P>>,
    shop: &Shop<'_, P>,
    mut hand: impl FnMut(&mut P, &Record<'_>),
) {
    let mut piece = Piece::default();
    loop {
        // The first piece has been read already, for its header.
        let first = lock(first).take();
        let next = first.map_or_else(
            || lock(spans).recv().ok().map(|span| (span, None)),
            |(span, first)| Some((span, Some(first))),
        );
        let Some((span, first)) = next else { return };
        let whole = shop.turns.hold(span.number);
        if let Some(first) = first {
            piece = first;
        } else {
            text.load(span, &mut piece);
            text.find(span, shop.turns.glance(|left| left.header.clone()), &mut piece);
        }
        let (part, mut counts) = loop {
            match serve_piece(span.number, &piece, shop, &mut hand) {
                Ok(part) => break part,
                Err(Outdated(header)) => text.find(span, header, &mut piece),
            }
        };
        whole.keep();
        counts.skipped.add(piece.skipped);
        let fault = piece.fault.take();
        if done.send(Done { number: span.number, part, counts, bytes: span.to, fault }).is_err() {
            return;
        }
    }
}

/// Another header, further up, came to light since the rows were found, and is in force.
struct Outdated(Option<Header>);

/// What comes of the rows of a piece.
fn serve_piece<P: Part>(
    number: usize,
    piece: &Piece,
    shop: &Shop<'_, P>,
    hand: &mut impl FnMut(&mut P, &Record<'_>),
) -> Result<(P, Summary), Outdated> {
    let ready = shop.ready(piece.found());
    let mut read = read_all(&ready);
    let outdated = shop.turns.take(number, |left| {
        if !piece.begins_under(left.header.as_ref()) {
            return Some(Outdated(left.header.clone()));
        }
        compare_all(&mut read, left.seen);
        left.header = piece.header().cloned();
        None
    });
    outdated.map_or_else(|| Ok(shop.hand(&read, hand)), Err)
}
