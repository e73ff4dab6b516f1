//! `xinxiu exchange`: filings out and answers in, as signed folders, for networks that do not meet (ADR 18).

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use jiff::civil::Date;
use xinxiu_domain::filing::{FilingAnswer, ParcelOutcome};
use xinxiu_store::exchange_key;
use xinxiu_workflow::filings::{self, ExchangeKey, FileExchange};

use super::{Common, DONE, FINDINGS};

/// The key file in the data folder, where no other is named.
pub(crate) const KEY: &str = "exchange.key";

/// Arguments of `exchange`.
#[derive(Debug, Args)]
pub struct ExchangeArgs {
    #[command(subcommand)]
    command: ExchangeCommand,
}

#[derive(Debug, Subcommand)]
enum ExchangeCommand {
    /// 把待报送的申报写到文件夹 / write prepared filings into a folder
    Export(FolderArgs),
    /// 读入答复 / read answers from a folder
    Import(FolderArgs),
    /// 接收方写答复 / write an answer, as the receiving side
    Reply(ReplyArgs),
}

#[derive(Debug, Args)]
struct FolderArgs {
    #[command(flatten)]
    common: Common,
    /// 文件夹 / folder
    #[arg(long)]
    folder: PathBuf,
    /// 以哪个账号办理 / on whose behalf
    #[arg(long = "as", value_name = "USER")]
    user: String,
    /// 双方约定的密钥文件；没有时新建 / key file that both sides hold; made where there is none
    #[arg(long)]
    key: Option<PathBuf>,
    /// 双方已改用新的密钥 / both sides have changed to another key
    #[arg(long)]
    new_key: bool,
}

#[derive(Debug, Args)]
struct ReplyArgs {
    /// 文件夹 / folder
    #[arg(long)]
    folder: PathBuf,
    /// 双方约定的密钥文件 / key file that both sides hold
    #[arg(long)]
    key: PathBuf,
    /// 申报编号 / reference of the filing
    #[arg(long)]
    reference: String,
    /// 受理编号 / number given
    #[arg(long)]
    number: String,
    /// 准予修复 / granted
    #[arg(long, conflicts_with = "refused")]
    granted: bool,
    /// 不予修复 / refused
    #[arg(long)]
    refused: bool,
    /// 结果日期 / day of the result
    #[arg(long)]
    on: Option<Date>,
    /// 说明 / note
    #[arg(long, default_value = "")]
    note: String,
}

/// Runs `exchange`.
///
/// # Errors
/// What is missing or refused, named.
pub fn run(args: &ExchangeArgs) -> Result<u8> {
    match &args.command {
        ExchangeCommand::Export(args) => export(args),
        ExchangeCommand::Import(args) => import(args),
        ExchangeCommand::Reply(args) => reply(args),
    }
}

fn exchange(args: &FolderArgs) -> Result<(xinxiu_workflow::App, xinxiu_domain::actor::Actor, FileExchange)> {
    let config = args.common.load(None)?;
    let app = config.open_existing()?;
    let actor = super::import::actor(&app, &args.user)?;
    let path = args.key.clone().unwrap_or_else(|| config.data.join(KEY));
    // Its own key file is remembered: another one in its place would make parcels that the other side refuses.
    let known = if args.key.is_none() { app.store.db.read(exchange_key::mark)? } else { None };
    let path_known = known.is_some() && !args.new_key;
    if path_known && !path.exists() {
        bail!(
            "没有找到此前使用的密钥文件 {}；请从备份恢复，双方已换用新密钥的请加 --new-key",
            path.display()
        );
    }
    if !path.exists() {
        eprintln!("已新建密钥文件 {}，请用可靠的方式交给对方 / a new key was made", path.display());
    }
    let key = ExchangeKey::open(&path)?;
    if args.key.is_none() {
        let mark = key.mark()?;
        if path_known && known.as_deref() != Some(&mark) {
            bail!(
                "{} 不是此前使用的密钥；请放回原来的文件，双方已换用新密钥的请加 --new-key",
                path.display()
            );
        }
        app.store.db.write(|tx| exchange_key::note(tx, &mark, app.clock.today()))?;
    }
    std::fs::create_dir_all(&args.folder).with_context(|| args.folder.display().to_string())?;
    Ok((app, actor, FileExchange { out: args.folder.clone(), back: args.folder.clone(), key }))
}

fn export(args: &FolderArgs) -> Result<u8> {
    let (app, actor, carrier) = exchange(args)?;
    let sent = filings::send_all(&app, &actor, &carrier)?;
    for reference in &sent {
        println!("{reference}");
    }
    eprintln!("√ 报出{}件 / sent", sent.len());
    Ok(DONE)
}

fn import(args: &FolderArgs) -> Result<u8> {
    let (app, actor, carrier) = exchange(args)?;
    let parcels = filings::take_answers(&app, &actor, &carrier)?;
    let (mut taken, mut refused) = (0, 0);
    for one in &parcels {
        let good = one.outcome == ParcelOutcome::Taken;
        *(if good { &mut taken } else { &mut refused }) += 1;
        let mark = if good { "√" } else { "×" };
        eprintln!("{mark} {} {}：{}", one.message, one.outcome, one.note);
        println!("{}\t{}\t{}", one.message, one.reference, one.outcome.code());
    }
    eprintln!("登记{taken}件，退回{refused}件 / taken, refused");
    Ok(if refused == 0 { DONE } else { FINDINGS })
}

fn reply(args: &ReplyArgs) -> Result<u8> {
    let key = ExchangeKey::open(&args.key)?;
    std::fs::create_dir_all(&args.folder).with_context(|| args.folder.display().to_string())?;
    let granted = match (args.granted, args.refused) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    };
    let answer = FilingAnswer { number: args.number.clone(), granted, on: args.on, note: args.note.clone() };
    println!("{}", filings::reply(&args.folder, &key, &args.reference, &answer)?);
    Ok(DONE)
}
