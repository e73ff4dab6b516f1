//! A hall of phones for `cargo xtask bench phones`: `fill` puts it on file and prints the personal links' tokens,
//! `sit` lets them sit the exam against a server and prints what took how long, in microseconds.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, ensure};
use clap::Parser;
use xinxiu::config::{Config, FileConfig};
use xinxiu_hall::Report;

#[derive(Parser)]
enum Task {
    /// Fills an empty installation.
    Fill {
        /// Its data folder.
        data: PathBuf,
        /// Address of its database.
        database: String,
        /// How many phones.
        phones: u32,
    },
    /// Sits the exam.
    Sit {
        /// Where the server is, `http://host:port`.
        server: String,
        /// The tokens, one a line.
        tokens: PathBuf,
        /// Seconds within which everybody begins, answers and hands in.
        seconds: u64,
    },
}

fn main() -> Result<()> {
    match Task::parse() {
        Task::Fill { data, database, phones } => {
            let flags = FileConfig { data: Some(data), database: Some(database), ..FileConfig::default() };
            for token in xinxiu_hall::fill(&Config::load(None, flags)?.open()?, phones)? {
                println!("{token}");
            }
        }
        Task::Sit { server, tokens, seconds } => {
            let tokens: Vec<String> = fs::read_to_string(tokens)?.lines().map(str::to_owned).collect();
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let sat = runtime.block_on(xinxiu_hall::sit(&server, &tokens, Duration::from_secs(seconds)))?;
            ensure!(sat.faults.is_empty(), "{} phones failed: {}", sat.faults.len(), sat.faults[0]);
            print(&sat);
        }
    }
    Ok(())
}

fn print(report: &Report) {
    for kind in Report::KINDS.into_iter().chain([""]) {
        let times = report.times(kind);
        let at = |share: usize| {
            times
                .get((times.len() * share / 100).min(times.len().saturating_sub(1)))
                .map_or(0, Duration::as_micros)
        };
        let name = if kind.is_empty() { "all" } else { kind };
        println!("{name}\t{}\t{}\t{}\t{}", times.len(), at(50), at(99), at(100));
    }
}
