//! The header of a small table of the platform's own, such as results or questions: columns stand in any order.

use xinxiu_domain::text::{half_width, squeeze};

use crate::cells::Cells;

/// The cells of a row that may be the header, without spaces and full-width forms.
#[derive(Debug)]
pub struct Heads(Vec<String>);

impl Heads {
    /// Of a row.
    pub fn of(cells: &Cells) -> Self {
        Self(cells.iter().map(|cell| squeeze(&half_width(cell))).collect())
    }

    /// The first column that has one of these names.
    pub fn at(&self, names: &[&str]) -> Option<usize> {
        self.0.iter().position(|head| names.contains(&head.as_str()))
    }
}
