//! `cargo xtask fuzz`: the readers under inputs that libFuzzer finds by coverage, on the stable toolchain.

use std::path::Path;
use std::process::ExitStatus;

use anyhow::{Context as _, Result, bail};

use crate::{cargo, say};

/// What rustc is asked for so that libFuzzer sees which code ran. Sanitizers would need nightly; without `unsafe`
/// in the readers they would find little that a panic does not show.
const INSTRUMENT: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
                          -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
                          -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares \
                          -Ccodegen-units=1 --cfg fuzzing";

/// What to fuzz, and how long.
#[derive(clap::Args)]
pub struct Options {
    /// 目标，不填则逐个运行 · A folder of `fuzz/corpus`; all of them, one by one, when left out.
    target: Option<String>,
    /// 每个目标的秒数 · Seconds for each target.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

/// Fuzzes and answers how it ended: a failure leaves its input in `fuzz/artifacts`.
pub fn run(options: &Options) -> Result<ExitStatus> {
    let folder = cargo::root().join("fuzz");
    let targets = match &options.target {
        Some(target) => vec![target.clone()],
        None => names(&folder.join("corpus"))?,
    };
    let mut last = None;
    for target in targets {
        let corpus = folder.join("corpus").join(&target);
        if !corpus.is_dir() {
            bail!("没有目标 {target} · no such target; there are {:?}", names(&folder.join("corpus"))?);
        }
        say(&format!("测试读取器 · fuzzing {target}"));
        let artifacts = folder.join("artifacts").join(&target);
        // What reaches new code is written to the first folder: hundreds of inputs, of which few are worth keeping.
        let found = cargo::target().join("fuzz").join(&target);
        for made in [&artifacts, &found] {
            std::fs::create_dir_all(made).with_context(|| made.display().to_string())?;
        }
        let mut fuzz = cargo::command(&["run", "--release", "--locked", "--target", &host()?, "--"]);
        let status = fuzz
            .current_dir(&folder)
            .env("RUSTFLAGS", INSTRUMENT)
            .env("XINXIU_FUZZ_TARGET", &target)
            .args([&found, &corpus])
            .arg(format!("-max_total_time={}", options.seconds))
            .arg(format!("-artifact_prefix={}/", artifacts.display()))
            .args(["-rss_limit_mb=1024", "-timeout=20", "-max_len=65536"])
            .status()
            .context("cargo run did not start")?;
        if !status.success() {
            return Ok(status);
        }
        last = Some(status);
    }
    last.context("没有目标 · there are no targets")
}

/// The triple of this machine: named, so that build scripts are not instrumented as well.
fn host() -> Result<String> {
    let output = std::process::Command::new("rustc").arg("-vV").output().context("rustc did not start")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned);
    host.context("rustc does not say its host")
}

fn names(corpus: &Path) -> Result<Vec<String>> {
    let entries = std::fs::read_dir(corpus).with_context(|| corpus.display().to_string())?;
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    Ok(names)
}
