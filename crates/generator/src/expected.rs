//! What a reader should find in a list.

use std::collections::BTreeMap;

use crate::list::{Row, Truth};

/// Counts over a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expected {
    /// Rows below the header.
    pub rows: u64,
    /// Rows that are no record as they stand.
    pub rejected: u64,
    /// Accepted rows whose decision stands further up already.
    pub duplicates: u64,
    /// Accepted rows by severity class under the edition `cn-527`, by the class's code.
    pub classes: BTreeMap<&'static str, u64>,
    /// Accepted rows whose class is not known from how they were made.
    pub open: u64,
}

impl Expected {
    /// Counts a row.
    pub fn add(&mut self, row: &Row) {
        self.rows += 1;
        self.duplicates += u64::from(row.is_duplicate);
        match row.truth {
            Truth::Rejected => self.rejected += 1,
            Truth::Open => self.open += 1,
            Truth::Class(class) => *self.classes.entry(class).or_default() += 1,
        }
    }
}
