//! `cargo xtask bench`: speed and memory beside other programs, as ratios of one run. `docs/benchmarks.md`
//! says what each figure means.

mod analysis;
mod assess;
mod import;
mod measure;
mod phones;
mod report;
mod search;
mod setup;
mod workbook;

use anyhow::Result;
use clap::ValueEnum;

use crate::say;
use setup::Setup;

/// What to measure and how long.
#[derive(clap::Args)]
pub struct Options {
    /// 测什么，不填为全部 · What to measure; everything when left out.
    what: Vec<What>,
    /// 文本名单的行数 · Rows of the text list.
    #[arg(long, default_value_t = 1_000_000, value_name = "N")]
    rows: u64,
    /// 电子表格的行数 · Rows of the workbook.
    #[arg(long, default_value_t = 200_000, value_name = "N")]
    book_rows: u64,
    /// 完整导入的行数 · Rows of the whole import.
    #[arg(long, default_value_t = 100_000, value_name = "N")]
    import_rows: u64,
    /// 检索的企业数 · Enterprises to search.
    #[arg(long, default_value_t = 1_000_000, value_name = "N")]
    enterprises: u64,
    /// 同时考试的手机数 · Phones that sit the exam.
    #[arg(long, default_value_t = 500, value_name = "N")]
    phones: u32,
    /// 考试用多少秒 · Seconds within which they begin, answer and hand in.
    #[arg(long, default_value_t = 60, value_name = "N")]
    seconds: u64,
    /// 每方重复次数 · Runs of each side; the best one counts.
    #[arg(long, default_value_t = 3, value_name = "N")]
    repeats: u32,
}

/// One benchmark.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// 评判文本名单 · Assess a list in text.
    Assess,
    /// 评判电子表格 · Assess a workbook.
    Workbook,
    /// 导入数据库 · Import into both databases.
    Import,
    /// 边输入边检索，对象分析 · Search as you type, and the analysis.
    Search,
    /// 500部手机同时考试 · 500 phones that sit the exam.
    Phones,
}

/// Runs what was asked for.
///
/// # Errors
/// A program that cannot be installed or built, or that fails.
pub fn run(options: &Options) -> Result<()> {
    let setup = Setup::new()?;
    let all = What::value_variants();
    let chosen = if options.what.is_empty() { all } else { &options.what };
    for what in chosen {
        say(&format!(
            "== {}",
            what.to_possible_value().map_or_else(String::new, |it| it.get_name().to_owned())
        ));
        match what {
            What::Assess => assess::run(&setup, options)?,
            What::Workbook => workbook::run(&setup, options)?,
            What::Import => import::run(&setup, options)?,
            What::Search => search::run(&setup, options)?,
            What::Phones => phones::run(&setup, options)?,
        }
    }
    Ok(())
}
