//! Which of several hits is meant.

use super::find::Hit;
use super::initials;
use super::sought::Sought;
use super::terms::{self, TermKind};

/// How likely a hit is meant: the lower, the likelier.
pub type Rank = (u8, usize);

/// It is the whole name.
pub const SAME: u8 = 0;
/// The end of a code.
pub const CODE: u8 = 1;
/// A name begins so.
pub const START: u8 = 2;
/// A name has it.
pub const WITHIN: u8 = 3;
/// A decision number has it.
pub const DECISION: u8 = 4;
/// A name begins with these pinyin initials.
pub const INITIALS_START: u8 = 5;
/// A name has these pinyin initials.
pub const INITIALS: u8 = 6;

/// How likely `hit` is what was meant.
pub fn rank(sought: &Sought, hit: &Hit) -> Rank {
    let matched = terms::name_of(&hit.matched);
    let length = matched.chars().count();
    if hit.by_initials {
        let begins = sought.letters.as_ref().is_some_and(|own| initials::usual(&matched).starts_with(own));
        return (if begins { INITIALS_START } else { INITIALS }, length);
    }
    let place = match hit.by {
        _ if matched == sought.name => SAME,
        TermKind::Code => CODE,
        TermKind::Name if matched.starts_with(&sought.name) => START,
        TermKind::Name | TermKind::KnownName => WITHIN,
        TermKind::Decision => DECISION,
    };
    (place, length)
}
