//! `cargo xtask test`: every test of the workspace, with everything it needs around it.

use std::process::ExitStatus;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};

use crate::install::{CHROMEDRIVER, CHROMIUM, tools};
use crate::keeper::Keeper;
use crate::{axe, cargo, say, sweep};

/// Variable that tells the tests where PostgreSQL is.
const POSTGRES: &str = "XINXIU_TEST_POSTGRES";

/// What of the tests to run; everything when left alone.
#[derive(clap::Args, Default)]
pub struct Options {
    /// 只测此包 · Test only this package; may be repeated.
    #[arg(short, long, value_name = "NAME")]
    package: Vec<String>,
    /// 传给测试程序 · Names to look for and options of the test runner, as after `cargo test --`.
    #[arg(last = true)]
    filter: Vec<String>,
}

/// Runs the tests and answers how they ended; an error when they could not be run at all.
pub fn run(options: &Options) -> Result<ExitStatus> {
    let tools = tools()?;
    let axe = axe::script()?;
    let run = run_name()?;
    let keeper = Keeper::start(&tools, &run)?;

    let mut test = cargo::command(&["test", "--locked", "--no-fail-fast"]);
    if options.package.is_empty() {
        test.arg("--workspace");
    }
    for package in &options.package {
        test.args(["--package", package]);
    }
    test.arg("--").args(&options.filter);
    test.env(POSTGRES, format!("postgres://postgres@127.0.0.1:{}/postgres", keeper.port))
        .env(CHROMIUM, &tools.chromium)
        .env(CHROMEDRIVER, &tools.chromedriver)
        .env(axe::AXE, &axe)
        .env("TMPDIR", &keeper.temporary)
        .env(sweep::MARK, &run);
    say("运行 cargo test · running cargo test");
    let status = test.status().context("cargo test did not start")?;
    keeper.finish()?;
    Ok(status)
}

/// A name that no other run on this machine has.
fn run_name() -> Result<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock is before 1970")?;
    Ok(format!("{}-{}", std::process::id(), now.as_nanos()))
}
