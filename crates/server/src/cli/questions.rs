//! `xinxiu questions`: check a question bank, write it out for other systems, take questions in.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use xinxiu_domain::exam::Question;
use xinxiu_domain::question::{faults, repetitions};
use xinxiu_domain::session::Module;
use xinxiu_intake::Options;
use xinxiu_intake::questions::{ReadQuestions, Rejected, read_questions, write_gift, write_sheet};
use xinxiu_policy::Rules;
use xinxiu_store::Db;
use xinxiu_workflow::question_bank;

use super::import::actor;
use super::{Common, DONE, FINDINGS, REFUSED};

/// Arguments of `questions`.
#[derive(Debug, Args)]
pub struct QuestionsArgs {
    #[command(subcommand)]
    command: QuestionsCommand,
}

#[derive(Debug, Subcommand)]
enum QuestionsCommand {
    /// 检查题库文件，不给文件时检查内置题库 / check a file, or the built-in bank
    Check {
        /// GIFT（.gift .txt）或表格（.xlsx .csv …）/ GIFT or a spreadsheet
        file: Option<PathBuf>,
    },
    /// 导出题库；文件名以 .gift 或 .xlsx 结尾 / write the bank as GIFT or .xlsx
    Export {
        /// 写到哪里 / file to write
        file: PathBuf,
        /// 只导出一个模块，如 procedure / one module only
        #[arg(long)]
        module: Option<String>,
        /// 数据库，不填导出内置题库 / an installation's bank; the built-in one when left out
        #[arg(long, value_name = "URL")]
        database: Option<String>,
    },
    /// 导入试题 / take questions in
    Import {
        #[command(flatten)]
        common: Common,
        /// GIFT（.gift .txt）或表格（.xlsx .csv …）/ GIFT or a spreadsheet
        file: PathBuf,
        /// 以哪个账号导入 / account on whose behalf
        #[arg(long = "as", value_name = "USER")]
        user: String,
        /// 只说明会怎样，不导入 / say what would happen, take nothing
        #[arg(long)]
        dry_run: bool,
    },
}

/// Runs `questions`.
///
/// # Errors
/// Files and databases that cannot be used.
pub fn run(args: QuestionsArgs) -> Result<u8> {
    match args.command {
        QuestionsCommand::Check { file } => check(file.as_deref()),
        QuestionsCommand::Export { file, module, database } => {
            export(&file, module.as_deref(), database.as_deref())
        }
        QuestionsCommand::Import { common, file, user, dry_run } => import(&common, &file, &user, dry_run),
    }
}

fn read(file: &Path, editions: &[&str]) -> Option<ReadQuestions> {
    let options = Options::new(xinxiu_workflow::Clock::real().today());
    match read_questions(file, &options, editions) {
        Ok(read) => Some(read),
        Err(refusal) => {
            eprintln!("{refusal}");
            None
        }
    }
}

/// One line for each thing that is wrong: where, which column, what stands there, what to do.
fn tell(rejected: &[Rejected]) {
    for one in rejected {
        let value = one.value.replace(['\t', '\n'], " ");
        println!("{}\t{}\t{value}\t{}", one.line, one.column, one.message);
    }
}

fn check(file: Option<&Path>) -> Result<u8> {
    let rules = Rules::embedded()?;
    let editions = question_bank::editions(&rules);
    let (bank, mut found) = match file {
        Some(file) => {
            let Some(read) = read(file, &editions) else { return Ok(REFUSED) };
            tell(&read.rejected);
            (read.taken.into_iter().map(|(_, question)| question).collect(), read.rejected.len())
        }
        None => (question_bank::all()?.to_vec(), 0),
    };
    for question in &bank {
        for fault in faults(question, &editions) {
            println!("{}\t{}\t{}\t{}", question.id, fault.part, fault.value, fault.message);
            found += 1;
        }
    }
    for (one, other, alike) in repetitions(&bank) {
        let (one, other) = (&bank[one], &bank[other]);
        println!("{}\t题目\t{}\t和 {} 几乎相同（相似{}%）", one.id, one.text, other.id, alike / 10);
        found += 1;
    }
    let modules: Vec<String> = Module::ALL
        .iter()
        .map(|module| {
            let count = bank.iter().filter(|question| question.module == *module).count();
            format!("{} {count}题", module.code())
        })
        .collect();
    eprintln!("{}题（{}），{found}个问题", bank.len(), modules.join("，"));
    Ok(if found == 0 { DONE } else { FINDINGS })
}

fn export(file: &Path, module: Option<&str>, database: Option<&str>) -> Result<u8> {
    let mut bank = match database {
        None => question_bank::all()?.to_vec(),
        Some(address) => of_database(address)?,
    };
    if let Some(code) = module {
        let names: Vec<_> = Module::ALL.iter().map(|module| module.code()).collect();
        let module = Module::from_code(code)
            .with_context(|| format!("没有模块「{code}」，可选：{}", names.join(" ")))?;
        bank.retain(|question| question.module == module);
    }
    let ending = file.extension().map_or_else(String::new, |ending| ending.to_string_lossy().to_lowercase());
    let bytes = match ending.as_str() {
        "gift" | "txt" => write_gift(&bank).into_bytes(),
        "xlsx" => write_sheet(&bank)?,
        _ => bail!("文件名请以 .gift 或 .xlsx 结尾"),
    };
    fs::write(file, bytes).with_context(|| format!("写不了 {}", file.display()))?;
    eprintln!("已写出{}题", bank.len());
    Ok(DONE)
}

fn of_database(address: &str) -> Result<Vec<Question>> {
    if let Some(path) = address.strip_prefix("sqlite:")
        && !Path::new(path).exists()
    {
        bail!("没有找到数据库 {path}");
    }
    Ok(Db::open(address)?.read(question_bank::in_force)?)
}

fn import(common: &Common, file: &Path, user: &str, dry_run: bool) -> Result<u8> {
    let app = common.load(None)?.open_existing()?;
    let actor = actor(&app, user)?;
    let Some(read) = read(file, &question_bank::editions(&app.rules)) else { return Ok(REFUSED) };
    let name = file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let done = if dry_run {
        question_bank::judge(&app, &actor, read)?
    } else {
        question_bank::import(&app, &actor, read, &name)?
    };
    tell(&done.rejected);
    let (added, changed) = (done.added.len(), done.changed.len());
    let what = if dry_run { "试读，没有导入" } else { "已导入" };
    eprintln!("{what}：新增{added}题，修改{changed}题，相同{}题，退回{}处", done.same, done.rejected.len());
    Ok(if done.rejected.is_empty() { DONE } else { FINDINGS })
}
