//! A campaign's enterprises counted by cause, rectification, conditions, place, sector and outlook (对象分析,
//! N02, N07).
//!
//! One line per member, `base`, is under every count and every list, so that a number and the list behind it
//! cannot differ.

mod base;
mod members;
mod numbers;

use jiff::civil::Date;
use xinxiu_domain::analysis::{Condition, Dimension};
use xinxiu_domain::id::CampaignId;

pub use members::{Line, lines, uncalled};
pub use numbers::{COMMONEST, Count, Numbers, Totals, numbers};

/// Which members are counted; every part given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Values by dimension, as codes: ids, coded values or the text itself; empty for "not said".
    pub values: Vec<(Dimension, String)>,
    /// A condition for repair that is met, or not.
    pub condition: Option<(Condition, bool)>,
}

/// Whose enterprises are counted, and on which day.
#[derive(Debug, Clone)]
pub struct Scope<'a> {
    /// Campaign.
    pub campaign: CampaignId,
    /// Business day.
    pub today: Date,
    /// What the reader may see: SQL over `m.enterprise_id`.
    pub visible: &'a str,
}
