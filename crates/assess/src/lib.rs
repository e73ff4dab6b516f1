//! From a list to the answers on its records: the path that `xinxiu assess` takes and `cargo xtask bench`
//! measures. Needs no database and no typesetter.

mod aside;
mod file;
mod json;
mod line;
mod rejected;

pub use aside::Aside;
pub use file::{Answers, Question, Receiver, assess_file};
pub use line::{HEADS, Line};
pub use rejected::RejectedAside;
