//! The rules of credit repair (信用修复) as data, and the answer that they give on one penalty record.
//!
//! Everything that a law may change (periods, classes, words, holidays) is in `rules/`; this crate reads it,
//! checks it and applies it. It has no clock: the day of application is a parameter.

mod assess;
pub mod calendar;
pub mod cases;
mod check;
mod context;
mod data;
mod derived;
mod describe;
mod diff;
mod error;
mod files;
mod fines;
mod lexicon;
mod memo;
mod outcome;
mod period;
mod quotation;
mod reading;
mod rules;
mod ruleset;
mod words;

pub use assess::Assessor;
pub use calendar::{Calendar, WorkingDay};
pub use check::Finding;
pub use data::{
    Dated, Edition, EditionId, EditionRole, LaneRules, Parameter, ReachedOn, ReachedOnRule, Selector, Source,
    UNITS, Value,
};
pub use describe::TableRow;
pub use diff::{Change, Difference};
pub use error::PolicyError;
pub use period::Period;
pub use rules::{EditionChoice, Match, Rules};
