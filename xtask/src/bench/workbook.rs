//! Workbooks: our whole path beside calamine's bare reading of the cells and openpyxl's.

use std::process::Command;

use anyhow::Result;

use super::measure::{Side, cost, fresh, interleave};
use super::report::{Bound, Goal};
use super::setup::{Setup, script};
use super::{Options, report};

/// Most memory at once, in megabytes of a million bytes.
const MOST_MEMORY: f64 = 200.0;

/// Runs the benchmark.
///
/// # Errors
/// A program that fails.
pub fn run(setup: &Setup, options: &Options) -> Result<()> {
    let (python, script) = (setup.python()?, script("cells_openpyxl.py"));
    let book = setup.workbook(options.book_rows)?;
    let output = setup.folder.join("ours.jsonl");
    let mut sides = [
        Side::new("xinxiu assess", || {
            fresh(&output)?;
            cost(setup.ours(&["assess"]).arg(&book).arg(&output))
        }),
        Side::new("calamine, cells only", || cost(setup.ours(&["cells"]).arg(&book))),
        Side::new("openpyxl read-only, cells only", || cost(Command::new(&python).arg(&script).arg(&book))),
    ];
    interleave(options.repeats, &mut sides)?;
    report::sides("workbook", options.book_rows, &sides);
    let [ours, calamine, openpyxl] = sides.each_ref().map(Side::best);
    report::goals(&[
        Goal::at("ours / calamine, wall", report::ratio(ours.wall, calamine.wall), Bound::AtMost(1.5)),
        Goal::at("openpyxl / ours, wall", report::ratio(openpyxl.wall, ours.wall), Bound::AtLeast(15.0)),
        Goal::memory("peak memory of ours", ours, MOST_MEMORY),
    ]);
    Ok(())
}
