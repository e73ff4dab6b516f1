//! `xinxiu rules`: check the rule files, print an edition as a table, or say how two differ.

mod diff;
mod table;

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};
use jiff::civil::Date;
use xinxiu_policy::Rules;

use crate::cli::{DONE, FINDINGS, USAGE};

/// Arguments of `rules`.
#[derive(Debug, Args)]
pub struct RulesArgs {
    #[command(subcommand)]
    command: RulesCommand,
    /// 规则目录，默认内置 / folder of rule files
    #[arg(long, global = true)]
    rules: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum RulesCommand {
    /// 检查规则并运行全部案例 / check the files and run every case
    Check,
    /// 显示一个版本 / print an edition
    Show {
        /// 版本，如 cn-527 / edition
        edition: Option<String>,
    },
    /// 两个版本有哪些不同 / how two editions differ
    Diff {
        /// 原版本 / the edition before
        old: String,
        /// 新版本 / the edition after
        new: String,
        /// 名单：只列结论会变的处罚记录 / a list: the records whose answer would change
        #[arg(long, value_name = "LIST")]
        file: Option<PathBuf>,
        /// 申请日期，不填为今天 / day of application, today when left out
        #[arg(long, value_name = "YYYY-MM-DD")]
        as_of: Option<Date>,
        /// 数据库：只列结论会变的在案记录 / a database: the public records whose answer would change
        #[arg(long, value_name = "URL", conflicts_with = "file")]
        database: Option<String>,
        /// 只看一个年度行动（编号或代码）/ records of one campaign only
        #[arg(long, value_name = "ID", requires = "database")]
        campaign: Option<String>,
    },
}

/// Runs `rules`.
///
/// # Errors
/// Rule files that cannot be read.
pub fn run(args: RulesArgs) -> Result<u8> {
    let rules = match (&args.rules, &args.command) {
        // What is wrong with a folder is what a check is asked for.
        (Some(folder), RulesCommand::Check) => Rules::load_with_findings(folder)?,
        (Some(folder), _) => Rules::load(folder)?,
        (None, _) => Rules::embedded()?,
    };
    match args.command {
        RulesCommand::Check => check(&rules),
        RulesCommand::Show { edition: Some(edition) } => {
            let described = match rules.describe(&edition) {
                Ok(described) => described,
                Err(error) => {
                    eprintln!("{error}");
                    return Ok(USAGE);
                }
            };
            let rows = described.into_iter().map(|row| {
                let link = rules.source(&row.source).and_then(|source| source.link.clone());
                let (value, certainty) = (row.dated(), row.certainty.to_string());
                vec![row.section, row.rule, row.text, value, row.source, certainty, link.unwrap_or_default()]
            });
            let heads = ["部分", "规则", "内容", "取值", "来源", "把握", "网址"];
            table::print(&heads, &rows.collect::<Vec<_>>())?;
            Ok(DONE)
        }
        RulesCommand::Diff { old, new, file, as_of, database, campaign } => {
            let day = as_of.unwrap_or_else(|| xinxiu_workflow::Clock::real().today());
            match (file, database) {
                (Some(file), _) => diff::records(&rules, (&old, &new), &file, day),
                (None, Some(address)) => {
                    diff::database(&rules, (&old, &new), (&address, campaign.as_deref()), day)
                }
                (None, None) => diff::table(&rules, &old, &new),
            }
        }
        RulesCommand::Show { edition: None } => {
            let mut out = std::io::stdout().lock();
            for edition in rules.editions() {
                let to = edition.to.map_or("—".to_owned(), |day| day.to_string());
                writeln!(out, "{}\t{}\t{}\t{}", edition.id, edition.from, to, edition.title)?;
            }
            Ok(DONE)
        }
    }
}

fn check(rules: &Rules) -> Result<u8> {
    let mut findings: Vec<String> =
        rules.check().into_iter().map(|finding| format!("{}：{}", finding.file, finding.message)).collect();
    let mut cases = 0;
    for (file, case_file) in rules.cases() {
        for case in &case_file.cases {
            cases += 1;
            let faults = case.run(&case_file.edition, rules);
            findings.extend(faults.into_iter().map(|fault| format!("{file}「{}」：{fault}", case.title)));
        }
    }
    let mut out = std::io::stdout().lock();
    for finding in &findings {
        writeln!(out, "{finding}")?;
    }
    eprintln!("{cases}个案例，{}个问题", findings.len());
    Ok(if findings.is_empty() { DONE } else { FINDINGS })
}
