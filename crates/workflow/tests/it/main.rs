//! The steps of a campaign, on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod authority;
mod enterprises;
mod lists;
mod progress;
mod pushes;
mod reporting;
mod support;
