//! Finding enterprises (搜索) by a part of a name, pinyin initials, the end of a code or a decision number.
//!
//! `terms` cuts what an enterprise is found by into parts, `index` keeps them true, `sought` reads what was typed, `find` asks.

mod find;
pub(crate) mod index;
mod initials;
mod rank;
mod sought;
pub(crate) mod terms;
mod visible;

pub use find::{Hit, suggest};
pub use index::{catch_up, rebuild};
pub(crate) use sought::Sought;
pub use terms::TermKind;

/// The pinyin initials of a name, each character by its usual reading.
pub fn initials(name: &str) -> String {
    initials::usual(&terms::name_of(name))
}
