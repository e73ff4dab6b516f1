//! `cargo xtask ci`: what must hold before a change is taken, with the time each part took.

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use crate::{cargo, deny, say, test};

/// One part of the check and how it went.
struct Stage {
    name: &'static str,
    took: Duration,
    passed: bool,
}

/// Runs every stage, also after a failure, so that one run shows all that is wrong. The tests come last,
/// so that their closing lines stand at the end.
pub fn run() -> ExitCode {
    let stages = [
        stage("fmt", || checked(&["fmt", "--all", "--", "--check"], &[])),
        stage("deny", || {
            deny::install_in_ci();
            deny::run()
        }),
        // A workspace of its own, which no other stage resolves: its lock file goes stale unnoticed.
        stage("fuzz", || {
            checked(&["tree", "--locked", "--depth", "0", "--manifest-path", "fuzz/Cargo.toml"], &[])
        }),
        stage("clippy", || {
            checked(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"], &[])
        }),
        stage("doc", || {
            checked(&["doc", "--workspace", "--no-deps", "--locked"], &[("RUSTDOCFLAGS", "-D warnings")])
        }),
        stage("test", || {
            let status = test::run(&test::Options::default())?;
            ensure!(status.success(), "cargo test: {status}");
            Ok(())
        }),
    ];
    let _ = io::stdout().write_all(table(&stages).as_bytes());
    if stages.iter().all(|stage| stage.passed) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn stage(name: &'static str, work: impl FnOnce() -> Result<()>) -> Stage {
    say(&format!("== {name}"));
    let begun = Instant::now();
    let result = work();
    if let Err(error) = &result {
        say(&format!("{name} 未通过 · failed: {error:#}"));
    }
    Stage { name, took: begun.elapsed(), passed: result.is_ok() }
}

fn checked(arguments: &[&str], environment: &[(&str, &str)]) -> Result<()> {
    let mut command = cargo::command(arguments);
    let status = command.envs(environment.iter().copied()).status().context("cargo did not start")?;
    ensure!(status.success(), "cargo {}: {status}", arguments.join(" "));
    Ok(())
}

fn table(stages: &[Stage]) -> String {
    let rows = stages.iter().map(|Stage { name, took, passed }| {
        format!("{name:<8} {:>7.1}  {}\n", took.as_secs_f64(), if *passed { "ok" } else { "FAILED" })
    });
    let all: Duration = stages.iter().map(|stage| stage.took).sum();
    let rows: String = rows.collect();
    format!("\nstage    seconds  result\n{rows}{:<8} {:>7.1}\n", "all", all.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Stage, table};

    #[test]
    fn the_table_says_what_took_how_long_and_what_failed() {
        let stages = [
            Stage { name: "fmt", took: Duration::from_millis(1500), passed: true },
            Stage { name: "test", took: Duration::from_mins(10), passed: false },
        ];
        let expected =
            "\nstage    seconds  result\nfmt          1.5  ok\ntest       600.0  FAILED\nall        601.5\n";
        assert_eq!(table(&stages), expected);
    }
}
