//! Workbooks: calamine alone; the whole path and the peers follow.

use anyhow::Result;

use super::measure::{Side, cost, interleave};
use super::setup::Setup;
use super::{Options, report};

/// Runs the benchmark.
///
/// # Errors
/// A program that fails.
pub fn run(setup: &Setup, options: &Options) -> Result<()> {
    let book = setup.workbook(options.book_rows)?;
    let mut sides = [Side::new("calamine, cells only", || cost(setup.ours(&["cells"]).arg(&book)))];
    interleave(options.repeats, &mut sides)?;
    report::sides("workbook", options.book_rows, &sides);
    Ok(())
}
