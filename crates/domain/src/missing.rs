//! What stands between a record and its next step.

use serde::Serialize;

/// One condition that is not met, said so that the reader knows how to meet it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// Stable code, for tests and for links to the place where the condition is met.
    pub code: &'static str,
    /// What is missing and what to do, in Chinese.
    pub message: String,
    /// The requirement or rule behind it, for example `N10`.
    pub basis: &'static str,
}

impl Missing {
    /// A missing condition.
    pub fn new(code: &'static str, message: impl Into<String>, basis: &'static str) -> Self {
        Self { code, message: message.into(), basis }
    }
}
