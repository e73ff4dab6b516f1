//! Search as somebody types, and the analysis, on a register of invented enterprises in both engines.

use anyhow::{Context as _, Result, ensure};

use super::measure::cost;
use super::report::{self, Bound, Goal};
use super::setup::{Postgres, Setup};
use super::{Options, analysis};
use crate::say;

/// Most that the slowest answer but one in a hundred may take, in milliseconds.
const GOAL: f64 = 50.0;

/// Runs the benchmark.
///
/// # Errors
/// A program that cannot be installed, or that fails.
pub fn run(setup: &Setup, options: &Options) -> Result<()> {
    let file = setup.folder.join("search.db");
    for ending in ["", "-wal", "-shm"] {
        let left = file.with_file_name(format!("search.db{ending}"));
        if left.exists() {
            std::fs::remove_file(left)?;
        }
    }
    measure(setup, options, "SQLite", &format!("sqlite:{}", file.display()))?;
    let server = Postgres::start()?;
    let address = server.database("search")?;
    measure(setup, options, "PostgreSQL", &address)
}

fn measure(setup: &Setup, options: &Options, engine: &str, address: &str) -> Result<()> {
    let count = options.enterprises.to_string();
    say(&format!("{engine}：写入并编索引 {count} 家企业 · putting {count} enterprises on file"));
    let filled = cost(&mut setup.ours(&["fill", address, &count]))?;
    let output = setup.ours(&["search", address, &count]).output().context("the measuring program")?;
    ensure!(output.status.success(), "search: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout);
    report::print(&format!(
        "\nsearch, {engine}: {count} enterprises, filled in {:.0} s\n{:<18} {:<14} {:>9} {:>9} {:>9}\n",
        filled.wall.as_secs_f64(),
        "kind",
        "asked by",
        "p50 ms",
        "p99 ms",
        "most ms"
    ));
    let (mut worst, mut every): (f64, f64) = (0.0, f64::NAN);
    for line in text.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let [kind, who, numbers @ ..] = cells.as_slice() else { continue };
        let times: Vec<f64> =
            numbers.iter().filter_map(|us| us.parse::<f64>().ok()).map(|us| us / 1e3).collect();
        let [half, most_but_one, most] = times.as_slice() else { continue };
        report::print(&format!("{kind:<18} {who:<14} {half:>9.2} {most_but_one:>9.2} {most:>9.2}\n"));
        if *kind == "all" {
            every = *most_but_one;
        } else {
            worst = worst.max(*most_but_one);
        }
    }
    let goal = |of: &str, measured| {
        let name = format!("{engine}, 99th percentile of {of}");
        Goal { name, measured, bound: Bound::AtMost(GOAL), unit: "ms" }
    };
    report::goals(&[goal("all searches", every), goal("the slowest kind and asker", worst)]);
    // After the search: it changes the enterprises.
    analysis::measure(setup, engine, address)
}
