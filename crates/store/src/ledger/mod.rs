//! What the rows of one slice of a list find on file, read at once, and what they leave there, written at once
//! (N08): a few statements a slice however many rows it has.

pub mod enterprise;
pub mod entry;
pub mod member;
pub mod penalty;
