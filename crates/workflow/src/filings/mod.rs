//! Filing outward (对外申报, N12): an application that passed the first review as a package in the layout of the place where it
//! is filed, and the number and result that come back, entered by hand or read from a parcel.

mod exchange;
mod folder;
mod layout;
mod package;
mod steps;

pub use exchange::{Outbound, Outward, Received, send_all, take_answers};
pub use folder::{ExchangeKey, FileExchange, reply};
pub use package::prepare;
pub use steps::{Answered, cancel, download, list, of_application, open, parcels, record_answer, sent};
