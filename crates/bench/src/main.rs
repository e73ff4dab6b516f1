//! The program that `cargo xtask bench` measures: our own path from a list to its answers, the bare parsers
//! that it is held against, and the lists themselves.

mod analysis;
mod bare;
mod enterprises;
mod load;
mod search;

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::{Parser, Subcommand};
use jiff::civil::date;
use xinxiu_assess::{Answers, Aside, Line, Question, Receiver, assess_file};
use xinxiu_intake::{Mapping, Progress, Seen};
use xinxiu_policy::{EditionChoice, Rules};

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
        /// Another seed makes another list.
        #[arg(long, default_value_t = SEED)]
        seed: u64,
    },
    /// Makes a list as a workbook.
    GenerateWorkbook {
        /// Rows below the header.
        rows: u64,
        /// Where to put it.
        file: PathBuf,
    },
    /// Assesses a list.
    Assess {
        /// The list.
        file: PathBuf,
        /// Where the answers go.
        output: PathBuf,
    },
    /// Makes the table that rows are loaded into.
    Table {
        /// Address of the database.
        database: String,
    },
    /// Loads a list in text into that table.
    Load {
        /// Address of the database.
        database: String,
        /// The list.
        file: PathBuf,
    },
    /// Only parses a text list with the `csv` crate.
    Parse {
        /// The list.
        file: PathBuf,
    },
    /// Puts invented enterprises on file, each with a decision.
    Fill {
        /// Address of the database.
        database: String,
        /// How many.
        enterprises: u64,
    },
    /// Asks for them as clerks type; percentiles in microseconds, a line for each kind.
    Search {
        /// Address of the database.
        database: String,
        /// How many are on file.
        enterprises: u64,
    },
    /// Puts enterprises that are on file into a campaign.
    Gather {
        /// Address of the database.
        database: String,
        /// How many.
        members: i64,
    },
    /// Asks for the numbers of its analysis; microseconds, a line for each part.
    Analyse {
        /// Address of the database.
        database: String,
    },
    /// Only reads the cells of a workbook with calamine.
    Cells {
        /// The list.
        file: PathBuf,
    },
}

fn main() -> Result<()> {
    match Cli::parse().task {
        Task::Generate { rows, file, seed } => {
            let expected = xinxiu_generator::write_csv(&file, seed, rows)?;
            println!("{expected:?}");
        }
        Task::GenerateWorkbook { rows, file } => {
            let expected = xinxiu_generator::write_workbook(&file, SEED, rows)?;
            println!("{expected:?}");
        }
        Task::Assess { file, output } => assess(&file, &output)?,
        Task::Table { database } => load::table(&database)?,
        Task::Load { database, file } => println!("{}", load::load(&database, &file)?),
        Task::Parse { file } => println!("{}", bare::parse(&file)?),
        Task::Fill { database, enterprises } => search::fill(&database, enterprises)?,
        Task::Search { database, enterprises } => search::ask(&database, enterprises)?,
        Task::Gather { database, members } => analysis::gather(&database, members)?,
        Task::Analyse { database } => analysis::ask(&database)?,
        Task::Cells { file } => println!("{}", bare::cells(&file)?),
    }
    Ok(())
}

/// What `xinxiu assess FILE -o OUTPUT --as-of 2022-06-14` does.
fn assess(file: &Path, output: &Path) -> Result<()> {
    let rules = Rules::embedded()?;
    let mapping = Mapping::new();
    let choice = &EditionChoice::Auto;
    let question = Question { rules: &rules, choice, day: date(2022, 6, 14), mapping: &mapping };
    let mut writing = Writing { aside: Aside::new(Some(output))?, rejected: 0 };
    let write = |out: &mut Vec<u8>, line: &Line<'_>| line.write_json(out);
    let summary = assess_file(file, question, &mut Seen::new(), &write, &mut writing)??;
    let Writing { aside, rejected } = writing;
    aside.finish()?;
    println!("{} penalties, {rejected} rejected", summary.penalties);
    Ok(())
}

/// Answers on their way to a file.
struct Writing {
    aside: Aside,
    rejected: usize,
}

impl Receiver for Writing {
    fn receive(&mut self, answers: &mut Answers, _: Progress) -> Result<()> {
        self.rejected += answers.rejected.len();
        Ok(self.aside.write(&answers.lines)?)
    }

    fn begin_again(&mut self) -> Result<()> {
        self.rejected = 0;
        Ok(self.aside.forget_since(0)?)
    }
}
