//! The program that `cargo xtask bench` measures: our own path from a list to its answers, the bare parsers
//! that it is held against, and the lists themselves.

mod bare;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Seed of every list, so that figures can be repeated.
const SEED: u64 = 2022;

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Makes a list in text.
    Generate {
        /// Rows below the header.
        rows: u64,
        /// Where to put it.
        file: PathBuf,
    },
    /// Makes a list as a workbook.
    GenerateWorkbook {
        /// Rows below the header.
        rows: u64,
        /// Where to put it.
        file: PathBuf,
    },
    /// Only parses a text list with the `csv` crate.
    Parse {
        /// The list.
        file: PathBuf,
    },
    /// Only reads the cells of a workbook with calamine.
    Cells {
        /// The list.
        file: PathBuf,
    },
}

fn main() -> Result<()> {
    match Cli::parse().task {
        Task::Generate { rows, file } => {
            let expected = xinxiu_generator::write_csv(&file, SEED, rows)?;
            println!("{expected:?}");
        }
        Task::GenerateWorkbook { rows, file } => {
            let expected = xinxiu_generator::write_workbook(&file, SEED, rows)?;
            println!("{expected:?}");
        }
        Task::Parse { file } => println!("{}", bare::parse(&file)?),
        Task::Cells { file } => println!("{}", bare::cells(&file)?),
    }
    Ok(())
}
