//! The command line. Messages for people go to stderr, data to stdout; exit codes as documented in
//! `docs/cli.md`.

mod archive;
mod assess;
mod audit;
mod backup;
mod campaign;
mod demo;
mod doctor;
pub(crate) mod exchange;
mod import;
mod interrupt;
mod mapping;
mod messages;
mod progress;
mod questions;
mod reading;
mod rules;
mod schema;
mod serve;
mod usage;
mod user;
mod words;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::config::{Config, FileConfig};

/// 信修：信用修复年度行动平台 / the open platform for credit-repair campaigns
#[derive(Debug, Parser)]
#[command(name = "xinxiu", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 启动演示平台 / start the demo
    Demo(demo::DemoArgs),
    /// 启动服务 / serve the platform
    Serve(serve::ServeArgs),
    Assess(assess::AssessArgs),
    Import(import::ImportArgs),
    /// 检查运行环境和配置 / say what is in force and what is wrong
    Doctor(doctor::DoctorArgs),
    /// 管理账号 / manage accounts
    User(user::UserArgs),
    /// 检查或显示规则 / check or show the rules
    Rules(rules::RulesArgs),
    /// 检查、导出或导入题库 / check, export or import the question bank
    Questions(questions::QuestionsArgs),
    /// 试发消息，显示回执地址 / try the gateways for messages
    Messages(messages::MessagesArgs),
    /// 检查行动文件 / check a campaign file
    Campaign(campaign::CampaignArgs),
    /// 打包和校验移交的档案 / pack and check archives for hand-over
    Archive(archive::ArchiveArgs),
    /// 与外网交换申报和答复的文件夹 / exchange filings and answers as signed folders
    Exchange(exchange::ExchangeArgs),
    /// 核验操作记录 / verify the audit chain
    Audit(audit::AuditArgs),
    /// 备份数据 / back the data up into one file
    Backup(backup::BackupArgs),
    /// 从备份恢复 / restore from a backup
    Restore(backup::RestoreArgs),
    /// 打印数据库结构 / print the database schema
    Schema,
}

/// Where the installation is.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// 配置文件 / configuration file
    #[arg(long)]
    config: Option<PathBuf>,
    /// 数据目录 / data folder
    #[arg(long)]
    data: Option<PathBuf>,
    /// 数据库：sqlite:路径 或 postgres://… / database
    #[arg(long)]
    database: Option<String>,
    /// 业务日期 YYYY-MM-DD / business day from which to count
    #[arg(long)]
    today: Option<String>,
}

/// Where certificate and key are, for those who serve HTTPS without a proxy.
#[derive(Debug, Clone, Default, Args)]
pub struct Tls {
    /// 证书文件（PEM），不经代理直接提供 HTTPS / certificate chain
    #[arg(long, requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// 证书私钥文件（PEM）/ its private key
    #[arg(long, requires = "tls_cert")]
    tls_key: Option<PathBuf>,
}

impl Common {
    /// The configuration in force with these flags.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn load(&self, listen: Option<String>) -> anyhow::Result<Config> {
        self.load_with(listen, &Tls::default())
    }

    /// As [`load`](Self::load), with certificate and key.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn load_with(&self, listen: Option<String>, tls: &Tls) -> anyhow::Result<Config> {
        let flags = FileConfig {
            tls_cert: tls.tls_cert.clone(),
            tls_key: tls.tls_key.clone(),
            data: self.data.clone(),
            database: self.database.clone(),
            today: self.today.clone(),
            listen,
            ..FileConfig::default()
        };
        Config::load(self.config.as_deref(), flags)
    }
}

/// Done.
pub const DONE: u8 = 0;
/// Done, with findings or rejected rows.
pub const FINDINGS: u8 = 1;
/// Wrong usage.
pub const USAGE: u8 = 2;
/// An input or the environment is refused; nothing of it has been taken.
pub const REFUSED: u8 = 3;

/// Ended by Ctrl-C before its end; what it had done stays and was said.
pub const INTERRUPTED: u8 = 130;

/// Lets the log through to stderr: what `RUST_LOG` asks for, or else `usual`. The first call counts.
pub fn log(usual: &str) {
    let asked = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| usual.into());
    tracing_subscriber::fmt().with_env_filter(asked).with_writer(std::io::stderr).try_init().ok();
}

/// Runs the command line.
pub fn run() -> ExitCode {
    let parsed = usage::bilingual(Cli::command()).try_get_matches_from(usage::words_of(std::env::args_os()));
    let cli = match parsed.and_then(|found| Cli::from_arg_matches(&found)) {
        Ok(cli) => cli,
        Err(error) => return usage::answer(&error),
    };
    let done = match cli.command {
        Command::Demo(args) => demo::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Assess(args) => assess::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Doctor(common) => doctor::run(&common),
        Command::User(args) => user::run(args),
        Command::Rules(args) => rules::run(args),
        Command::Questions(args) => questions::run(args),
        Command::Messages(args) => messages::run(&args),
        Command::Campaign(args) => campaign::run(&args),
        Command::Archive(args) => archive::run(&args),
        Command::Exchange(args) => exchange::run(&args),
        Command::Audit(args) => audit::run(&args),
        Command::Backup(args) => backup::backup(&args),
        Command::Restore(args) => backup::restore(&args),
        Command::Schema => schema::run(),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        // Whoever reads the output may stop when it has seen enough.
        Err(error) if words::is_enough(&error) => ExitCode::from(DONE),
        Err(error) => {
            eprintln!("{}", words::said(&error));
            // What the system said in its own words, for whoever asks with RUST_LOG=debug.
            log("off");
            tracing::debug!("{error:#}");
            ExitCode::from(REFUSED)
        }
    }
}
