//! Real files in, exact outcomes out.

#![allow(clippy::unwrap_used, reason = "helpers of tests lie outside of #[test] functions")]

mod aliases;
mod broken;
mod generations;
mod large;
mod pieces;
mod programs;
mod records;
mod rejected;
mod samples;
mod support;
