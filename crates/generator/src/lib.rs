//! Invented lists of administrative penalties of any length, for measuring and for testing the reader. The
//! columns are the 29 of the national data standard's third generation, as a transport department or any
//! other authority exports them.
//!
//! The same seed gives the same list. Nothing here is taken from the reader or the rules of this workspace:
//! codes have their own check digits, and what is expected of a row is known from how it was made.

mod codes;
mod damage;
mod decision;
mod expected;
mod list;
mod parties;
mod random;
mod write;

pub use expected::Expected;
pub use list::{HEADERS, List, Row, Truth};
pub use random::Random;
pub use write::{write_csv, write_workbook};
