//! Finding enterprises (搜索) by a part of a name, pinyin initials, the end of a code or a decision number.
//!
//! `terms` cuts what an enterprise is found by into parts, `index` keeps them true, `find` asks.

mod find;
pub(crate) mod index;
mod initials;
pub(crate) mod terms;

pub(crate) use find::Sought;
pub use find::{Hit, suggest};
pub use index::{catch_up, rebuild};
pub use terms::TermKind;

/// The pinyin initials of a name, each character by its usual reading.
pub fn initials(name: &str) -> String {
    initials::usual(&terms::name_of(name))
}
