//! Lists in text: the bare parser; the whole path and the peers follow.

use anyhow::Result;

use super::measure::{Side, cost, interleave};
use super::setup::Setup;
use super::{Options, report};

/// Runs the benchmark.
///
/// # Errors
/// A program that fails.
pub fn run(setup: &Setup, options: &Options) -> Result<()> {
    let list = setup.list(options.rows)?;
    let mut sides = [Side::new("csv crate, parse only", || cost(setup.ours(&["parse"]).arg(&list)))];
    interleave(options.repeats, &mut sides)?;
    report::sides("assess", options.rows, &sides);
    Ok(())
}
