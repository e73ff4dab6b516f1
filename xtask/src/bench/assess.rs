//! Lists in text: our whole path beside a pandas script that does the same, and beside the bare parser.

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
    let (python, script) = (setup.python()?, script("assess_pandas.py"));
    let list = setup.list(options.rows)?;
    let (ours_out, peer_out) = (setup.folder.join("ours.jsonl"), setup.folder.join("pandas.jsonl"));
    let mut sides = [
        Side::new("xinxiu assess", || {
            fresh(&ours_out)?;
            cost(setup.ours(&["assess"]).arg(&list).arg(&ours_out))
        }),
        Side::new("csv crate, parse only", || cost(setup.ours(&["parse"]).arg(&list))),
        Side::new("pandas script", || {
            fresh(&peer_out)?;
            cost(Command::new(&python).arg(&script).args([&list, &peer_out]))
        }),
    ];
    interleave(options.repeats, &mut sides)?;
    report::sides("assess", options.rows, &sides);
    let [ours, parse, pandas] = sides.each_ref().map(Side::best);
    report::goals(&[
        Goal::at("pandas / ours, wall", report::ratio(pandas.wall, ours.wall), Bound::AtLeast(10.0)),
        Goal::at("pandas / ours, cpu", report::ratio(pandas.processor, ours.processor), Bound::AtLeast(10.0)),
        Goal::at("ours / csv crate, wall", report::ratio(ours.wall, parse.wall), Bound::AtMost(3.0)),
        Goal::memory("peak memory of ours", ours, MOST_MEMORY),
    ]);
    Ok(())
}
