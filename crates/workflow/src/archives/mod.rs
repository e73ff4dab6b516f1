//! Enterprise archives (一企一档, N22, N29): annex 4 with every document and the whole history, and the hand-over
//! of a class.

mod annex4;
mod dossier;
mod number;
mod open;
mod package;
mod papers;
mod sessions;
mod transfer;

pub use annex4::{annex4, print};
pub use dossier::{Dossier, Event, Made, Paper, Source, dossier};
pub use open::{ensure, list, open};
pub(crate) use package::run_pack;
pub use package::{Prepared, packing, prepare, queue_pack};
pub use papers::{Sheet, paper};
pub(crate) use transfer::seen_by;
pub use transfer::{Visible, download, hand_over, hand_overs, receive, reject};
