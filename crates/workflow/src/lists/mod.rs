//! The three lists on their way in (N08): uploaded, read on trial, confirmed, imported in slices.

mod apply;
mod back;
mod background;
mod check;
mod county;
mod difference;
mod forecast;
mod import;
mod ledger;
mod listing;
mod mapping;
mod place;
mod profile;
mod rows;

use std::path::Path;

use xinxiu_domain::ListKind;
use xinxiu_domain::Missing;
use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::batch::BatchAction;
use xinxiu_domain::id::{BatchId, CampaignId, JobId};
use xinxiu_store::batch::{self, Batch, NewBatch};
use xinxiu_store::column_mapping::{self, ColumnMapping};
use xinxiu_store::files::{self, Kept, StoredFile};
use xinxiu_store::{campaign, job};

use crate::app::{App, Done, Step, View};
use crate::jobs::{self, kind};
use crate::refusal::{Refusal, require};

pub use background::queue_or_read;
pub(crate) use background::run as run_check;
pub use check::{Report, ReportLine, dry_run, forecast, report};
pub(crate) use county::Names;
pub use difference::{Difference, Fate};
pub(crate) use import::run as run_import;
pub use mapping::{Board, MapColumns, board, forget, map, map_by_file, remembered};
pub(crate) use place::place;
pub use rows::{At, RowCard, RowPage, RowProblem, reveal_row, row, row_at, rows};

/// Whether a file is a whole edition of its list or an addition to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// The whole list: what it does not have has gone.
    Whole,
    /// The last file of a list that began with this batch.
    WholeSince(BatchId),
    /// An addition: nothing disappears by it.
    Addition,
}

/// Looks at a file before anything of it is kept: whether it can be read as a list at all.
///
/// # Errors
/// [`Refusal::Upload`] says what is wrong with the file and what to do.
pub fn examine(
    app: &App,
    actor: &Actor,
    list: ListKind,
    file_name: &str,
    path: &Path,
) -> Result<(), Refusal> {
    app.view(actor, |view| view.must(Action::ImportLists, &Concerns::default()))?;
    check::glance(app, list, file_name, path)
}

/// Whether the header of an uploaded list is known, so that it can be read.
///
/// # Errors
/// [`Refusal::Upload`] where the file itself is damaged.
pub fn is_readable(app: &App, actor: &Actor, id: BatchId) -> Result<bool, Refusal> {
    let board = mapping::board(app, actor, id)?;
    Ok(board.sheets.iter().any(|sheet| sheet.header_row.is_some()))
}

/// Takes a file in. It is looked at first: what cannot be read as a list is refused and leaves nothing.
///
/// # Errors
/// [`Refusal::Upload`] says what is wrong with the file and what to do.
pub fn upload(
    app: &App,
    actor: &Actor,
    campaign_id: CampaignId,
    list: ListKind,
    file_name: &str,
    kept: &Kept,
) -> Result<BatchId, Refusal> {
    let plain = app.store.files.plain(&kept.sha256)?;
    examine(app, actor, list, file_name, plain.path())?;
    let known = mapping::recognise(app, actor, list, file_name, plain.path())?;
    app.step(actor, |step| {
        step.must(Action::ImportLists, &Concerns::default())?;
        campaign::load(step.tx, campaign_id)?;
        let file = step.file(kept, file_name, "application/octet-stream")?;
        let new = NewBatch {
            campaign: campaign_id,
            list,
            file,
            file_name,
            uploaded_by: &actor.name,
            at: step.moment(),
        };
        let id = batch::insert(step.tx, &new)?;
        record(step, "list.upload", id, format!("上传{list}「{file_name}」"))?;
        if let Some(known) = &known {
            mapping::apply_remembered(step, id, known)?;
        }
        Ok(id)
    })
}

/// Confirms a list that was read on trial, or takes up one that was cut off: its import is queued.
///
/// # Errors
/// [`Refusal::Missing`] where it was not read on trial or has nothing to take.
pub fn confirm(app: &App, actor: &Actor, id: BatchId, extent: Extent) -> Result<JobId, Refusal> {
    app.step(actor, |step| {
        step.must(Action::ImportLists, &Concerns::default())?;
        let mut found = batch::load(step.tx, id)?;
        found.state = found.state.after(BatchAction::Confirm)?;
        require(confirm_gaps(&found))?;
        found.edition_start = match extent {
            Extent::Whole => Some(id),
            Extent::WholeSince(first) => Some(first),
            Extent::Addition => None,
        };
        found.message.clear();
        batch::save(step.tx, &found)?;
        let payload = jobs::payload(actor);
        let queued = job::enqueue(step.tx, kind::IMPORT_LIST, id.0, &payload, step.now)?;
        record(step, "list.confirm", id, format!("确认导入{}「{}」", found.list, found.file_name))?;
        Ok(queued)
    })
}

fn confirm_gaps(batch: &Batch) -> Vec<Missing> {
    if batch.report_sealed.is_empty() {
        return vec![Missing::new("not_checked", "还没有试读，请先试读名单", "N08")];
    }
    if batch.counts.accepted + batch.counts.listings == 0 {
        return vec![Missing::new("nothing_to_import", "名单里没有可以导入的记录，请更正后重新上传", "N08")];
    }
    Vec::new()
}

/// Stops an import under way: the slice that is being written is finished, what is on record stays. It can be
/// taken up again by confirming the list once more, or cancelled.
///
/// # Errors
/// [`Refusal::Illegal`] where it is not being imported.
pub fn stop(app: &App, actor: &Actor, id: BatchId) -> Result<(), Refusal> {
    app.step(actor, |step| {
        step.must(Action::ImportLists, &Concerns::default())?;
        let mut found = batch::load(step.tx, id)?;
        found.state = found.state.after(BatchAction::Stop)?;
        found.message = format!("由{}停止", actor.name);
        batch::save(step.tx, &found)?;
        let at = format!("停止导入「{}」，已完成{}行", found.file_name, found.cursor_rows);
        record(step, "list.stop", id, at)
    })
}

/// Cancels a list that is not being imported. What an import that was stopped has put on record stays there.
///
/// # Errors
/// [`Refusal::Illegal`] where its import has begun.
pub fn cancel(app: &App, actor: &Actor, id: BatchId) -> Result<(), Refusal> {
    app.step(actor, |step| {
        step.must(Action::ImportLists, &Concerns::default())?;
        let mut found = batch::load(step.tx, id)?;
        found.state = found.state.after(BatchAction::Cancel)?;
        batch::save(step.tx, &found)?;
        for kind in [kind::IMPORT_LIST, kind::CHECK_LIST] {
            job::withdraw(step.tx, kind, id.0, step.now)?;
        }
        let kept = match found.cursor_rows {
            0 => String::new(),
            rows => format!("，已导入的{rows}行保留"),
        };
        record(step, "list.cancel", id, format!("取消导入{}「{}」{kept}", found.list, found.file_name))
    })
}

/// The lists of a campaign, newest first.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn list(app: &App, actor: &Actor, campaign_id: CampaignId) -> Result<Vec<Batch>, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ImportLists, &Concerns::default())?;
        Ok(batch::of_campaign(view.tx, campaign_id)?)
    })
}

/// One list with what its trial reading found and how far its import has come.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The list.
    pub batch: Batch,
    /// What the trial reading found.
    pub report: Report,
    /// The work in the background: the trial reading, or the import once confirmed.
    pub job: Option<job::Job>,
    /// The newest import of the very same file.
    pub same_file: Option<Batch>,
    /// The remembered mapping by which it is read.
    pub mapping: Option<ColumnMapping>,
    /// Whether a person said what its columns mean.
    pub is_mapped: bool,
}

/// One list.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn show(app: &App, actor: &Actor, id: BatchId) -> Result<Shown, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ImportLists, &Concerns::default())?;
        let found = batch::load(view.tx, id)?;
        let report = report(app, &found)?;
        let imports = job::latest(view.tx, kind::IMPORT_LIST, id.0)?;
        let job =
            imports.map_or_else(|| job::latest(view.tx, kind::CHECK_LIST, id.0), |job| Ok(Some(job)))?;
        let same_file = batch::same_file(view.tx, &found)?;
        let mapping = match found.mapping_id {
            Some(id) => column_mapping::find(view.tx, id)?,
            None => None,
        };
        let is_mapped = !found.mapping.is_empty();
        Ok(Shown { batch: found, report, job, same_file, mapping, is_mapped })
    })
}

/// The rejected rows as a spreadsheet.
///
/// # Errors
/// [`Refusal::Missing`] where no row was rejected.
pub fn rejected_file(app: &App, actor: &Actor, id: BatchId) -> Result<StoredFile, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ImportLists, &Concerns::default())?;
        let found = batch::load(view.tx, id)?;
        let file = found.rejected_file.ok_or_else(|| {
            Refusal::Missing(vec![Missing::new("no_rejected_rows", "这份名单没有退回的记录", "N08")])
        })?;
        Ok(files::load(view.tx, file)?)
    })
}

/// What the list has new, changed and no longer, as a spreadsheet.
///
/// # Errors
/// [`Refusal::Missing`] where it differs in nothing, or was not read on trial.
pub fn difference_file(app: &App, actor: &Actor, id: BatchId) -> Result<StoredFile, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ImportLists, &Concerns::default())?;
        let file = batch::load(view.tx, id)?.difference_file.ok_or_else(|| {
            Refusal::Missing(vec![Missing::new("no_differences", "这份名单与在册没有不同", "N08")])
        })?;
        Ok(files::load(view.tx, file)?)
    })
}

/// The list as it was uploaded.
fn stored(view: &View<'_>, found: &Batch) -> Result<StoredFile, Refusal> {
    Ok(files::load(view.tx, found.file)?)
}

fn record(step: &Step<'_>, action: &str, id: BatchId, summary: String) -> Result<(), Refusal> {
    step.record(Done { action, subject: ("batch", id.0), enterprise: None, summary }, serde_json::json!({}))
}
