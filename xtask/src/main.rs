//! Tasks of this repository: `cargo xtask test`, `cargo xtask ci`, `cargo xtask deny`,
//! `cargo xtask bench`, `cargo xtask fuzz`.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

mod axe;
mod bench;
mod cargo;
mod ci;
mod deny;
mod fuzz;
mod install;
mod keeper;
mod licence;
mod postgres;
mod sweep;
mod test;

/// 修信开发任务 · Tasks of this repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// 运行全部测试 · Install what the tests need, start temporary servers, run every test.
    Test(test::Options),
    /// 提交前检查 · Format, dependencies, clippy, rustdoc, then every test.
    Ci,
    /// 检查依赖许可 · Check licences, bans and sources of the dependencies against deny.toml.
    Deny,
    /// 模糊测试读取器 · Feed the readers what libFuzzer finds.
    Fuzz(fuzz::Options),
    /// 测速 · Measure speed and memory beside other programs, as ratios of one run.
    Bench(bench::Options),
    /// Keeps the temporary servers while the process that started it lives; not for people.
    #[command(hide = true)]
    Keeper {
        /// Value of `XINXIU_TEST_RUN` in the processes to end when the run is over.
        #[arg(long)]
        run: String,
        /// Folder of PostgreSQL's programs.
        #[arg(long)]
        postgres: PathBuf,
    },
}

fn main() -> ExitCode {
    match run(Cli::parse().task) {
        Ok(code) => code,
        Err(error) => {
            say(&format!("失败 · failed: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<ExitCode> {
    match task {
        Task::Test(options) => test::run(&options).map(cargo::exit_code),
        Task::Ci => Ok(ci::run()),
        Task::Deny => deny::run().map(|()| ExitCode::SUCCESS),
        Task::Fuzz(options) => fuzz::run(&options).map(cargo::exit_code),
        Task::Bench(options) => bench::run(&options).map(|()| ExitCode::SUCCESS),
        Task::Keeper { run, postgres } => keeper::run(&postgres, &run).map(|()| ExitCode::SUCCESS),
    }
}

/// Says one line to the person at the terminal. A terminal that has gone away must not stop the tidying up,
/// so this never fails, unlike `eprintln!`.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "xtask: {line}");
}
