//! `xinxiu assess`: lists in, a verdict for every penalty record out. Needs no database.

mod output;
mod places;

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use xinxiu_assess::{Answers, Question, Receiver, RejectedAside, assess_file};
use xinxiu_intake::{Mapping, Progress, RejectedWriter, Seen, Summary};
use xinxiu_policy::{EditionChoice, Rules};

use super::interrupt::{Interrupt, Interrupted};
use super::mapping;
use super::progress::ProgressLine;
use super::{DONE, FINDINGS, INTERRUPTED, REFUSED, USAGE};
use output::Output;

/// 评判名单中的处罚记录 / assess every penalty record of lists
///
/// 读取名单（.xlsx、.xls、.ods、.csv、.tsv），按规则版本判定每条处罚记录的类别、公示期、能否修复和所需材料。
/// Reads lists and gives each penalty record its class, dates, verdict and materials under a rule edition.
///
/// 退出码：0 完成；1 完成但有退回的行；2 用法错误；3 有文件被拒绝；130 被 Ctrl-C 停止。
/// Exit codes: 0 done; 1 done with rejected rows; 2 wrong usage; 3 a file was refused; 130 ended by Ctrl-C.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct AssessArgs {
    /// 名单文件 / lists
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// 规则版本：cn-2017、cn-527、cn-58、cn-36 或 auto / rule edition
    #[arg(long, default_value = "auto")]
    edition: String,
    /// 申请日期，不填为今天 / day of application, today when left out
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<Date>,
    /// 输出格式 / format of the output
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
    /// 输出文件，不填写到标准输出 / output file, stdout when left out
    #[arg(short = 'o', value_name = "OUT")]
    output: Option<PathBuf>,
    /// 退回的行写入这个表格 / spreadsheet for the rejected rows
    #[arg(long, value_name = "REJ.xlsx")]
    rejected: Option<PathBuf>,
    /// 列对应文件，说明不认识的表头 / file that says what columns mean
    #[arg(long, value_name = "MAP.toml")]
    map: Option<PathBuf>,
    /// 规则目录，不填用内置规则 / folder of rules instead of the built-in ones
    #[arg(long)]
    rules: Option<PathBuf>,
}

/// Format of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One JSON object a line.
    Jsonl,
    /// Comma-separated, UTF-8 with mark, for spreadsheets.
    Csv,
    /// Excel.
    Xlsx,
}

/// Runs `assess`.
///
/// # Errors
/// Rules that cannot be read, an output that cannot be written.
pub fn run(args: &AssessArgs) -> Result<u8> {
    let rules = match &args.rules {
        Some(folder) => Rules::load(folder)?,
        None => Rules::embedded()?,
    };
    let day = args.as_of.unwrap_or_else(|| xinxiu_workflow::Clock::real().today());
    let choice = match args.edition.as_str() {
        "auto" => EditionChoice::Auto,
        id => EditionChoice::Named(id.to_owned()),
    };
    let named = (args.edition != "auto").then_some(args.edition.as_str());
    if let Err(error) = rules.select(day, named) {
        eprintln!("--edition {}：{error}", args.edition);
        return Ok(USAGE);
    }
    if args.format == Format::Xlsx && args.output.is_none() {
        eprintln!("--format xlsx 须用 -o 指定输出文件 / --format xlsx needs -o");
        return Ok(USAGE);
    }
    if let Some(fault) = places::fault(&args.files, args.output.as_deref(), args.rejected.as_deref()) {
        eprintln!("{fault}");
        return Ok(REFUSED);
    }
    let mapping = mapping::read(args.map.as_deref())?;
    let mut call = Call {
        mapping,
        interrupt: Interrupt::listen(),
        rules: &rules,
        choice,
        day,
        seen: Seen::new(),
        output: Output::new(args.format, args.output.as_deref())?,
        rejected: RejectedWriter::new(),
        refused: 0,
        done: 0,
    };
    for file in &args.files {
        match call.file(file) {
            Err(error) if error.is::<Interrupted>() => {
                eprintln!("已停止，没有写出结果");
                return Ok(INTERRUPTED);
            }
            other => other?,
        }
    }
    call.end(args.rejected.as_deref())
}

struct Call<'a> {
    rules: &'a Rules,
    choice: EditionChoice,
    day: Date,
    mapping: Mapping,
    interrupt: Interrupt,
    seen: Seen,
    output: Output,
    rejected: RejectedWriter,
    refused: usize,
    done: usize,
}

impl Call<'_> {
    /// One file: its answers join the output when it has been read to its end, so that nothing of a refused
    /// file is taken.
    fn file(&mut self, path: &Path) -> Result<()> {
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let begun = self.output.mark()?;
        let question =
            Question { rules: self.rules, choice: &self.choice, day: self.day, mapping: &self.mapping };
        let write = self.output.writer();
        let mut taking = Taking {
            name: &name,
            progress: ProgressLine::new(),
            interrupt: &self.interrupt,
            output: &mut self.output,
            begun,
            rejected: RejectedAside::new()?,
        };
        let read = assess_file(path, question, &mut self.seen, &write, &mut taking);
        let Taking { mut progress, rejected, .. } = taking;
        progress.clear();
        let read = read?;
        match read {
            Ok(summary) => {
                for row in rejected.into_rows()? {
                    self.rejected.push(&row?)?;
                }
                self.done += 1;
                eprintln!("{name}：{}", said(&summary));
            }
            Err(refusal) => {
                self.output.forget_since(begun)?;
                self.refused += 1;
                mapping::say(&refusal);
            }
        }
        Ok(())
    }

    fn end(self, rejected: Option<&Path>) -> Result<u8> {
        let rows = self.rejected.rows();
        if self.done > 0 {
            self.output.finish()?;
            if let Some(path) = rejected.filter(|_| rows > 0) {
                self.rejected.save(path)?;
                eprintln!("退回的{rows}行已写入 {}，更正后可再次读取", path.display());
            }
        }
        Ok(match (self.refused, rows) {
            (1.., _) => REFUSED,
            (0, 1..) => FINDINGS,
            (0, 0) => DONE,
        })
    }
}

/// The answers on one file, on their way to the output of the call.
struct Taking<'a> {
    name: &'a str,
    progress: ProgressLine,
    interrupt: &'a Interrupt,
    output: &'a mut Output,
    /// Where the output ended before this file.
    begun: u64,
    rejected: RejectedAside,
}

impl Receiver for Taking<'_> {
    fn receive(&mut self, answers: &mut Answers, at: Progress) -> Result<()> {
        self.progress.show(self.name, at.rows, at.bytes, at.total_bytes);
        if self.interrupt.is_pressed() {
            bail!(Interrupted);
        }
        answers.rejected.iter().try_for_each(|row| self.rejected.push(row))?;
        self.output.push(&answers.lines)
    }

    fn begin_again(&mut self) -> Result<()> {
        self.rejected = RejectedAside::new()?;
        self.output.forget_since(self.begun)
    }
}

/// What came of a file, in one line.
pub(super) fn said(summary: &Summary) -> String {
    let skipped = &summary.skipped;
    let others = skipped.blank + skipped.totals + skipped.notes + skipped.repeated_headers + skipped.labels;
    let listings = match summary.listings {
        0 => String::new(),
        listings => format!("，名单条目{listings}条"),
    };
    let unknown = summary.unknown();
    let unknown = if unknown.is_empty() {
        String::new()
    } else {
        format!(
            "，{}列不能识别，没有读取：{}（需要的请用 --map 说明是什么列）",
            unknown.len(),
            unknown.join("、")
        )
    };
    format!(
        "处罚记录{}条{listings}（其中{}条有提示），退回{}行，非记录行{others}行（空行{}，合计{}，说明{}，重复表头{}，标题和栏目{}）{unknown}",
        summary.penalties,
        summary.with_problems,
        summary.rejected,
        skipped.blank,
        skipped.totals,
        skipped.notes,
        skipped.repeated_headers,
        skipped.labels
    )
}
