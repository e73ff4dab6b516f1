//! A hall full of phones that sit the closing exam (N11) at the same minute: a load for a test that nothing is lost
//! or doubled, and for the benchmark. It knows the pages only as a browser does.

mod fill;
mod load;
mod phone;
mod wire;

pub use fill::fill;
pub use load::{Report, sit};
pub use phone::Sat;
