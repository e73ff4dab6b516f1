//! `xinxiu campaign check`: are the sums of a campaign file right (N25)?

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use xinxiu_workflow::plan_file::CampaignFile;

use super::{DONE, FINDINGS};

/// Arguments of `campaign`.
#[derive(Debug, Args)]
pub struct CampaignArgs {
    #[command(subcommand)]
    command: CampaignCommand,
}

#[derive(Debug, Subcommand)]
enum CampaignCommand {
    /// 检查计划表的合计、空格和单位 / check sums, blanks and names
    Check {
        /// 行动文件 / campaign file
        file: PathBuf,
    },
}

/// Runs `campaign`.
///
/// # Errors
/// A file that cannot be read.
pub fn run(args: &CampaignArgs) -> Result<u8> {
    let CampaignCommand::Check { file: path } = &args.command;
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let file = CampaignFile::parse(&text)?;
    println!(
        "{}：{}个培训班，合计{}家",
        file.title,
        file.plan.len(),
        file.plan.iter().map(|c| c.planned).sum::<u32>()
    );
    for (agency, planned) in file.by_agency() {
        println!("　{agency}：{planned}家");
    }
    let gaps = file.gaps();
    for gap in &gaps {
        println!("× {}（{}）", gap.message, gap.basis);
    }
    Ok(if gaps.is_empty() { DONE } else { FINDINGS })
}
