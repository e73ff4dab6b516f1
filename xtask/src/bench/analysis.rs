//! The analysis of a campaign with a province's enterprises, on the register that the search is measured on.

use anyhow::{Context as _, Result, ensure};

use super::measure::cost;
use super::report;
use super::setup::Setup;

/// Members of the campaign.
const MEMBERS: &str = "100000";

/// Gathers a campaign in a database that has enterprises, and prints what each part of its analysis takes.
///
/// # Errors
/// A program that fails.
pub fn measure(setup: &Setup, engine: &str, address: &str) -> Result<()> {
    cost(&mut setup.ours(&["gather", address, MEMBERS]))?;
    let output = setup.ours(&["analyse", address]).output().context("the measuring program")?;
    ensure!(output.status.success(), "analyse: {}", String::from_utf8_lossy(&output.stderr));
    report::print(&format!(
        "\nanalysis, {engine}: {MEMBERS} enterprises in the campaign\n{:<20} {:<10} {:>9}\n",
        "part", "asked by", "ms"
    ));
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        if let [part, who, time] = line.split('\t').collect::<Vec<_>>()[..] {
            let milliseconds = time.parse::<f64>().unwrap_or(f64::NAN) / 1e3;
            report::print(&format!("{part:<20} {who:<10} {milliseconds:>9.0}\n"));
        }
    }
    Ok(())
}
