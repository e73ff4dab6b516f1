//! A record in memory, with what it was when it was read.

/// A record that rows may change before it is written.
pub(in crate::lists) struct Held<T> {
    /// As it is now.
    pub now: T,
    /// Whether a row has it.
    pub is_seen: bool,
    before: Option<T>,
}

impl<T: Clone + PartialEq> Held<T> {
    /// One that is on file.
    pub fn found(value: T) -> Self {
        Self { before: Some(value.clone()), now: value, is_seen: false }
    }

    /// One that is not.
    pub const fn new(value: T) -> Self {
        Self { before: None, now: value, is_seen: true }
    }

    /// Whether it is not on file.
    pub const fn is_new(&self) -> bool {
        self.before.is_none()
    }

    /// Whether it is on file and says something else now.
    pub fn is_changed(&self) -> bool {
        self.before.as_ref().is_some_and(|before| *before != self.now)
    }

    /// Whether it is on file and a row says the same.
    pub fn is_unchanged(&self) -> bool {
        self.is_seen && self.before.as_ref() == Some(&self.now)
    }
}
