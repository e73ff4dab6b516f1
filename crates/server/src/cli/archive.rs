//! `xinxiu archive`: packs one class for its hand-over, and checks a package that was received (N22).

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, Subcommand};
use xinxiu_documents::package;
use xinxiu_domain::archive::HandoverKind;
use xinxiu_domain::id::PlanItemId;
use xinxiu_workflow::archives;

use super::{Common, DONE, FINDINGS};

/// Arguments of `archive`.
#[derive(Debug, Args)]
pub struct ArchiveArgs {
    #[command(subcommand)]
    command: ArchiveCommand,
}

#[derive(Debug, Subcommand)]
enum ArchiveCommand {
    /// 打包一个培训班的移交 / pack one class for its hand-over
    Export(ExportArgs),
    /// 校验收到的档案包 / check a received package
    Verify {
        /// 档案包（ZIP） / the package
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
struct ExportArgs {
    #[command(flatten)]
    common: Common,
    /// 培训班编号 / id of the class
    #[arg(long)]
    class: i64,
    /// 以哪个账号办理 / on whose behalf
    #[arg(long = "as", value_name = "USER")]
    user: String,
    /// 打包其他培训资料而不是企业档案 / the other papers instead of the archives
    #[arg(long)]
    papers: bool,
    /// 写到哪个文件 / where to write
    #[arg(short, long)]
    output: PathBuf,
}

/// Runs `archive`.
///
/// # Errors
/// What is missing or refused, named.
pub fn run(args: &ArchiveArgs) -> Result<u8> {
    match &args.command {
        ArchiveCommand::Export(args) => export(args),
        ArchiveCommand::Verify { file } => verify(file),
    }
}

fn export(args: &ExportArgs) -> Result<u8> {
    if args.output.exists() {
        bail!("{} 已存在，请换一个文件名", args.output.display());
    }
    let app = args.common.load(None)?.open_existing()?;
    let actor = super::import::actor(&app, &args.user)?;
    let kind = if args.papers { HandoverKind::Papers } else { HandoverKind::Archives };
    let prepared = archives::prepare(&app, &actor, PlanItemId(args.class), kind)?;
    let file = archives::download(&app, &actor, prepared.id)?;
    let mut content = app.store.files.reader(&file.sha256)?;
    std::fs::File::create_new(&args.output)
        .and_then(|mut output| std::io::copy(&mut content, &mut output))
        .with_context(|| format!("写不出 {}", args.output.display()))?;
    eprintln!(
        "√ {}：文件{}个，已登记为第{}号移交",
        args.output.display(),
        prepared.report.verified,
        prepared.id
    );
    println!("{}", serde_json::to_string(&prepared.report)?);
    Ok(DONE)
}

fn verify(file: &Path) -> Result<u8> {
    let report = package::verify(file).map_err(|error| {
        super::log("off");
        tracing::debug!(?error, "not a package");
        anyhow!("{}：{error}", file.display())
    })?;
    println!("{}", serde_json::to_string(&report)?);
    if report.is_intact() {
        eprintln!("√ 档案包完整：文件{}个，{}字节", report.verified, report.bytes);
        return Ok(DONE);
    }
    for (label, names) in [
        ("缺少文件", &report.missing),
        ("多出文件", &report.extra),
        ("文件被改动", &report.changed),
        ("有问题", &report.problems),
    ] {
        for name in names {
            eprintln!("× {label}：{name}");
        }
    }
    Ok(FINDINGS)
}
