//! Files on their way out: read piece by piece from a thread that may block, so that a package of some hundred
//! megabytes never stands in memory.

use std::io::{self, Read};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use futures_core::Stream;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Bytes of one piece.
const PIECE: usize = 64 * 1024;
/// Pieces that wait for a slow reader.
const AHEAD: usize = 4;

struct Pieces(Receiver<io::Result<Bytes>>);

impl Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().0.poll_recv(context)
    }
}

/// A body that is read as fast as it is taken. Called inside the runtime.
pub fn body(content: Box<dyn Read + Send>) -> Body {
    let (sender, receiver) = channel(AHEAD);
    tokio::task::spawn_blocking(move || pump(content, &sender));
    Body::from_stream(Pieces(receiver))
}

/// Ends with the content, with a fault, or with a browser that is gone.
fn pump(mut content: Box<dyn Read + Send>, sender: &Sender<io::Result<Bytes>>) {
    loop {
        let mut piece = vec![0; PIECE];
        let read = match content.read(&mut piece) {
            Ok(0) => return,
            Ok(read) => read,
            Err(error) => {
                tracing::error!(%error, "a download was cut off");
                sender.blocking_send(Err(error)).ok();
                return;
            }
        };
        piece.truncate(read);
        if sender.blocking_send(Ok(piece.into())).is_err() {
            return;
        }
    }
}
