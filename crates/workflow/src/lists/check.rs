//! Reading a list on trial: counts and first problems, and the rejected rows as a file. Nothing else changes.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

use serde::{Deserialize, Serialize};
use xinxiu_domain::ListKind;
use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::batch::BatchAction;
use xinxiu_domain::id::{BatchId, CampaignId};
use xinxiu_intake::{
    Mapping, Options, Outcome, Problem, ProblemCode, Progress, RejectedWriter, Seen, Source, Summary,
    read_file,
};
use xinxiu_store::batch::{self, Batch, Counts, SEALED_REPORT};
use xinxiu_store::files::Kept;

use super::apply::ListFile;
use super::difference::Difference;
use super::forecast::Forecast;
use super::{mapping, record, stored};
use crate::app::App;
use crate::refusal::Refusal;

/// Media type of a spreadsheet.
const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// So many problems are shown; the counts name the rest.
pub(super) const SHOWN: usize = 100;

/// What a trial reading found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    /// Sheets with the row of their header; 0 where a person said that there is none.
    pub sheets: Vec<(String, Option<u64>)>,
    /// Headers of columns that are not understood.
    pub unknown: Vec<String>,
    /// Kinds of problems with how often each occurs.
    pub kinds: Vec<(String, u64)>,
    /// The first problems.
    pub first: Vec<ReportLine>,
    /// Records and listings that would be new on the platform.
    pub created: u64,
    /// Those that say something else than on record.
    pub changed: u64,
    /// Those that say what is on record.
    pub unchanged: u64,
    /// The first of what is new, changed and gone; the spreadsheet has them all.
    pub differences: Vec<Difference>,
    /// Entries that stand on this list now.
    pub present: u64,
    /// Of these, the ones that the file does not have: they would go if it is a whole edition.
    pub would_go: u64,
    /// Rows of enterprises without a known county whose region the list does not give.
    pub without_region: u64,
    /// Such rows whose region is given and is no county's name.
    pub unknown_region: u64,
    /// The first of these, with what was made of each; the spreadsheet of differences has them all.
    pub unplaceable: Vec<ReportLine>,
    /// Of both, the rows that are placed by their code, as a guess.
    pub guessed: u64,
    /// Of both, the rows whose enterprise stays without a county.
    pub unplaced: u64,
    /// Rows that name an enterprise otherwise than it is on file.
    pub renamed: u64,
    /// The first of them, with the code as the field.
    pub renames: Vec<ReportLine>,
    /// Authorities that are no organisation on the platform, each with its rows; the first of them.
    pub unknown_authorities: BTreeMap<String, u64>,
    /// Rows of all such authorities.
    pub without_authority: u64,
}

impl Report {
    /// Whether so many entries would go that a person should be asked twice: more than a tenth.
    pub const fn takes_many(&self) -> bool {
        self.would_go * 10 > self.present
    }
}

/// One problem of one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportLine {
    /// Sheet; empty for text files.
    pub sheet: String,
    /// Row in the sheet.
    pub row: u64,
    /// Field.
    pub field: String,
    /// Value as received.
    pub value: String,
    /// What is wrong and what to do.
    pub message: String,
    /// Whether the row is sent back for it.
    pub rejected: bool,
}

struct Collector<'a> {
    report: Report,
    forecast: Forecast<'a>,
    kinds: BTreeMap<ProblemCode, u64>,
    rejected: RejectedWriter,
    fault: Option<Refusal>,
}

impl Collector<'_> {
    fn problems(&mut self, source: &Source, problems: &[Problem], rejected: bool) {
        for problem in problems {
            *self.kinds.entry(problem.code).or_default() += 1;
            if self.report.first.len() < SHOWN {
                self.report.first.push(ReportLine {
                    sheet: source.sheet.to_string(),
                    row: source.row,
                    field: problem.field.to_owned(),
                    value: problem.value.chars().take(80).collect(),
                    message: problem.message.clone(),
                    rejected,
                });
            }
        }
    }

    fn take(&mut self, outcome: Outcome) -> ControlFlow<()> {
        self.note(outcome).map_or_else(
            |refusal| {
                self.fault = Some(refusal);
                ControlFlow::Break(())
            },
            ControlFlow::Continue,
        )
    }

    fn note(&mut self, outcome: Outcome) -> Result<(), Refusal> {
        match &outcome {
            Outcome::Penalty(row) => self.problems(&row.source, &row.problems, false),
            Outcome::Listing(row) => self.problems(&row.source, &row.problems, false),
            Outcome::Rejected(row) => {
                self.problems(&row.source, &row.reasons, true);
                self.rejected.push(row).map_err(|error| Refusal::Upload(error.to_string()))?;
            }
        }
        self.forecast.take(outcome, &mut self.report)
    }
}

pub(super) fn options(app: &App, list: ListKind, file_name: &str, mapping: Mapping) -> Options {
    let file_name = Some(file_name.to_owned());
    Options { file_name, mapping, ..Options::new(app.clock.today()).for_list(list) }
}

pub(super) fn refused(error: &xinxiu_intake::Refusal) -> Refusal {
    Refusal::Upload(error.to_string())
}

/// Reads up to the first row, which is where every refusal but late damage shows. A header that nobody knows is
/// no reason where any column looks like one of a list: a person can say what they mean. Anything else is
/// garbage, and is refused before it is kept.
pub(super) fn glance(app: &App, list: ListKind, file_name: &str, path: &Path) -> Result<(), Refusal> {
    let mut stop = |_, _| ControlFlow::Break(());
    let options = options(app, list, file_name, Mapping::new());
    match read_file(path, &options, &mut Seen::new(), &mut stop) {
        Ok(_) => Ok(()),
        Err(xinxiu_intake::Refusal::UnknownHeader { columns, .. })
            if columns.iter().any(|column| column.suggestion.is_some()) =>
        {
            Ok(())
        }
        Err(error) => Err(refused(&error)),
    }
}

/// Hands every row of a stored list to `sink`, always in the same order.
pub(super) fn read(
    app: &App,
    path: &Path,
    batch: &Batch,
    sink: &mut dyn FnMut(Outcome, Progress) -> ControlFlow<()>,
) -> Result<Summary, Refusal> {
    let options = options(app, batch.list, &batch.file_name, mapping::of(batch)?);
    read_file(path, &options, &mut Seen::new(), sink).map_err(|e| refused(&e))
}

/// Reads the whole list and keeps what was found. Can be repeated until the list is confirmed.
///
/// # Errors
/// [`Refusal::Upload`] where the file turns out to be damaged.
pub fn dry_run(app: &App, actor: &Actor, id: BatchId) -> Result<Counts, Refusal> {
    let read = dry_run_watched(app, actor, id, &mut |_| ControlFlow::Continue(()))?;
    // Nobody broke it off.
    Ok(read.unwrap_or_default())
}

/// As [`dry_run`], telling `watch` after each row how far it is; `None` where that broke it off.
pub(super) fn dry_run_watched(
    app: &App,
    actor: &Actor,
    id: BatchId,
    watch: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Option<Counts>, Refusal> {
    let (found, file, forecast) = app.view(actor, |view| {
        view.must(Action::ImportLists, &Concerns::default())?;
        let found = batch::load(view.tx, id)?;
        found.state.after(BatchAction::Check)?;
        let file = stored(view, &found)?;
        let forecast = Forecast::new(app, view, actor, ListFile::of(&found)?)?;
        Ok((found, file, forecast))
    })?;
    let plain = app.store.files.plain(&file.sha256)?;
    let mut collector = Collector {
        report: Report::default(),
        forecast,
        kinds: BTreeMap::new(),
        rejected: RejectedWriter::new(),
        fault: None,
    };
    let summary = read(app, plain.path(), &found, &mut |outcome, at| {
        collector.take(outcome)?;
        watch(at)
    })?;
    if let Some(fault) = collector.fault {
        return Err(fault);
    }
    if summary.stopped {
        return Ok(None);
    }
    let mut report = collector.report;
    let differences = collector.forecast.finish(&mut report)?;
    report.sheets = summary.sheets.iter().map(|sheet| (sheet.name.clone(), sheet.header_row)).collect();
    report.unknown = summary.unknown().into_iter().map(str::to_owned).collect();
    report.kinds = collector.kinds.iter().map(|(code, n)| (code.label().to_owned(), *n)).collect();
    let rejected = (collector.rejected.rows() > 0).then(|| keep_rejected(app, collector.rejected));
    let files = Made { rejected: rejected.transpose()?, differences };
    save(app, actor, found, &summary, &report, &files).map(Some)
}

/// Spreadsheets that a trial reading made.
struct Made {
    rejected: Option<Kept>,
    differences: Option<Kept>,
}

/// What the import of a file would do, of which nothing is kept: for a trial on the command line.
///
/// # Errors
/// [`Refusal::Upload`] where the file turns out to be damaged.
pub fn forecast(
    app: &App,
    actor: &Actor,
    (campaign, list): (CampaignId, ListKind),
    path: &Path,
    file_name: &str,
    mapping: &Mapping,
) -> Result<Report, Refusal> {
    let mut forecast = app.view(actor, |view| {
        view.must(Action::ImportLists, &Concerns::default())?;
        let (name, mapping) = (file_name.to_owned(), mapping.clone());
        Forecast::new(app, view, actor, ListFile { batch: None, campaign, list, name, mapping })
    })?;
    let (mut report, mut fault) = (Report::default(), None);
    let options = options(app, list, file_name, mapping.clone());
    read_file(path, &options, &mut Seen::new(), &mut |outcome, _| {
        forecast.take(outcome, &mut report).map_or_else(
            |refusal| {
                fault = Some(refusal);
                ControlFlow::Break(())
            },
            ControlFlow::Continue,
        )
    })
    .map_err(|error| refused(&error))?;
    if let Some(fault) = fault {
        return Err(fault);
    }
    forecast.finish(&mut report)?;
    Ok(report)
}

fn keep_rejected(app: &App, writer: RejectedWriter) -> Result<Kept, Refusal> {
    keep_workbook(app, |path| writer.save(path).map_err(|error| Refusal::Upload(error.to_string())))
}

/// Keeps a spreadsheet that `write` puts where it is told.
pub(super) fn keep_workbook(
    app: &App,
    write: impl FnOnce(&Path) -> Result<(), Refusal>,
) -> Result<Kept, Refusal> {
    let name = format!("xinxiu-{}.xlsx", hex::encode(xinxiu_store::vault::random_bytes::<8>()?));
    let path = std::env::temp_dir().join(name);
    let fault = |error| xinxiu_store::StoreError::File(path.display().to_string(), error);
    write(&path)?;
    let kept = app.store.files.keep(std::fs::File::open(&path).map_err(fault)?);
    std::fs::remove_file(&path).map_err(fault)?;
    Ok(kept?)
}

fn save(
    app: &App,
    actor: &Actor,
    mut found: Batch,
    summary: &Summary,
    report: &Report,
    made: &Made,
) -> Result<Counts, Refusal> {
    let text = serde_json::to_string(report).map_err(|error| Refusal::Upload(error.to_string()))?;
    found.state = found.state.after(BatchAction::Check)?;
    found.report_sealed = app.store.vault.seal(SEALED_REPORT, &text)?;
    found.counts = counts(summary);
    let mut generations: Vec<_> = summary
        .sheets
        .iter()
        .filter(|sheet| sheet.header_row.is_some())
        .map(|sheet| sheet.generation.code())
        .collect();
    generations.dedup();
    found.generation = generations.join(" ");
    app.step(actor, |step| {
        step.must(Action::ImportLists, &Concerns::default())?;
        let stem = found.file_name.rsplit_once('.').map_or(found.file_name.as_str(), |(stem, _)| stem);
        let keep = |kept: &Option<Kept>, what: &str| {
            kept.as_ref().map(|kept| step.file(kept, &format!("{stem}-{what}.xlsx"), WORKBOOK)).transpose()
        };
        (found.rejected_file, found.difference_file) =
            (keep(&made.rejected, "退回")?, keep(&made.differences, "变化")?);
        batch::save(step.tx, &found)?;
        let counts = &found.counts;
        let summary = format!(
            "试读{}「{}」：处罚记录{}条，名单条目{}条，退回{}行",
            found.list, found.file_name, counts.accepted, counts.listings, counts.rejected
        );
        record(step, "list.check", found.id, summary)?;
        Ok(found.counts)
    })
}

fn counts(summary: &Summary) -> Counts {
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let skipped = &summary.skipped;
    let skipped = skipped.blank + skipped.totals + skipped.notes + skipped.repeated_headers + skipped.labels;
    Counts {
        accepted: number(summary.penalties),
        listings: number(summary.listings),
        rejected: number(summary.rejected),
        skipped: number(skipped),
        problems: number(summary.with_problems),
        ..Counts::default()
    }
}

/// What the trial reading of a list found; empty before it.
///
/// # Errors
/// Where the report cannot be opened.
pub fn report(app: &App, batch: &Batch) -> Result<Report, Refusal> {
    let text = app.store.vault.open_text(SEALED_REPORT, &batch.report_sealed)?;
    if text.is_empty() {
        return Ok(Report::default());
    }
    serde_json::from_str(&text).map_err(|error| Refusal::Upload(error.to_string()))
}
