//! A part of a list that pages by place.

/// So many rows, after others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Rows that come before it.
    pub skip: u32,
    /// Rows in it.
    pub limit: u32,
}

impl Part {
    /// The first rows.
    pub const fn first(limit: u32) -> Self {
        Self { skip: 0, limit }
    }

    /// The end of a query.
    pub(crate) fn sql(self) -> String {
        format!("limit {} offset {}", self.limit, self.skip)
    }
}
