//! The import of a confirmed list: slice by slice, each slice with its place in the list in one transaction,
//! so that a process that is killed goes on behind the last whole slice and nothing comes twice.

use std::ops::ControlFlow;

use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::batch::{BatchAction, BatchState};
use xinxiu_domain::id::BatchId;
use xinxiu_intake::Outcome;
use xinxiu_store::batch::{self, Batch};
use xinxiu_store::job::{self, Job};
use xinxiu_store::{StoreError, campaign, list_entry, organisation, penalty_edition};

use super::apply::{Context, ListFile};
use super::back::Back;
use super::county::Names;
use super::ledger::{Ledger, Wanted};
use super::{check, record, stored};
use crate::app::{App, Step};
use crate::authorities::known_names;
use crate::identity;
use crate::refusal::Refusal;

/// Rows of one transaction: other writers get their turn in between.
pub const SLICE: usize = 500;

/// Runs the import of a list, or what is left of it. `slices` ends it early, as a killed process would.
pub(crate) fn run(app: &App, actor: &Actor, job: &Job, slices: Option<usize>) -> Result<String, Refusal> {
    let id = BatchId(job.subject);
    let result = import(app, actor, job, id, slices);
    if let Err(refusal) = &result
        && app.view(actor, |view| Ok(batch::load(view.tx, id)?))?.state != BatchState::Stopped
    {
        fail(app, actor, id, &refusal.to_string())?;
    }
    result
}

fn import(
    app: &App,
    actor: &Actor,
    job: &Job,
    id: BatchId,
    slices: Option<usize>,
) -> Result<String, Refusal> {
    let Some(started) = start(app, actor, id)? else { return Ok("已导入".to_owned()) };
    let file = app.view(actor, |view| stored(view, &started))?;
    let plain = app.store.files.plain(&file.sha256)?;
    let mut importer = Importer {
        app,
        actor,
        job,
        at: started.cursor_rows,
        batch: started.clone(),
        left: slices.unwrap_or(usize::MAX),
        ended: 0,
    };
    let mut skip = started.cursor_rows;
    let mut slice = Vec::with_capacity(SLICE);
    let mut fault = None;
    let summary = check::read(app, plain.path(), &started, &mut |outcome, _| {
        if skip > 0 {
            skip -= 1;
            return ControlFlow::Continue(());
        }
        slice.push(outcome);
        if slice.len() < SLICE {
            return ControlFlow::Continue(());
        }
        importer.slice(&mut slice).unwrap_or_else(|error| {
            fault = Some(error);
            ControlFlow::Break(())
        })
    })?;
    if let Some(fault) = fault {
        return Err(fault);
    }
    if summary.stopped {
        return Ok("中断".to_owned());
    }
    if !slice.is_empty() && importer.slice(&mut slice)?.is_break() {
        return Ok("中断".to_owned());
    }
    identity::propose(app, actor, id)?;
    importer.finish()
}

/// Begins or goes on; `None` where the list has been imported already.
fn start(app: &App, actor: &Actor, id: BatchId) -> Result<Option<Batch>, Refusal> {
    app.step(actor, |step| {
        step.must(Action::ImportLists, &Concerns::default())?;
        let mut found = batch::load(step.tx, id)?;
        if found.state == BatchState::Imported {
            record(step, "list.import", id, format!("「{}」此前已导入，不再重复", found.file_name))?;
            return Ok(None);
        }
        found.state = found.state.after(BatchAction::Start)?;
        batch::save(step.tx, &found)?;
        let from = found.cursor_rows + 1;
        record(step, "list.import", id, format!("开始导入「{}」，从第{from}条起", found.file_name))?;
        Ok(Some(Batch { version: found.version + 1, ..found }))
    })
}

struct Importer<'a> {
    app: &'a App,
    actor: &'a Actor,
    job: &'a Job,
    batch: Batch,
    at: i64,
    left: usize,
    /// Records under way that this run ended, as their decisions were withdrawn.
    ended: usize,
}

impl Importer<'_> {
    fn slice(&mut self, slice: &mut Vec<Outcome>) -> Result<ControlFlow<()>, Refusal> {
        if self.left == 0 {
            return Ok(ControlFlow::Break(()));
        }
        self.left -= 1;
        let rows = std::mem::take(slice);
        let (batch, ended) = self.app.step(self.actor, |step| self.commit(step, &rows))?;
        self.batch = batch;
        self.ended += ended;
        self.at = self.batch.cursor_rows;
        Ok(ControlFlow::Continue(()))
    }

    fn commit(&self, step: &Step<'_>, rows: &[Outcome]) -> Result<(Batch, usize), Refusal> {
        step.must(Action::ImportLists, &Concerns::default())?;
        // Two lists that name the same new enterprise at once would each create it.
        step.tx.lock("import")?;
        let mut found = batch::load(step.tx, self.batch.id)?;
        if found.state == BatchState::Stopped {
            return Err(stopped(&found));
        }
        if found.cursor_rows != self.at || found.state != BatchState::Importing {
            return Err(StoreError::Conflict("导入批次").into());
        }
        let (campaign, items) =
            (campaign::load(step.tx, found.campaign)?, campaign::items(step.tx, found.campaign)?);
        let names = Names::new(organisation::all(step.tx)?, known_names(step.tx)?);
        let mut counts = found.counts;
        let context = Context {
            app: self.app,
            actor: &self.actor.name,
            moment: step.moment(),
            file: &ListFile::of(&self.batch)?,
            campaign: &campaign,
            items: &items,
            names: &names,
            editions: &penalty_edition::all(step.tx)?,
        };
        let on_file = (step.tx, &self.app.store.vault);
        let mut ledger = Ledger::open(on_file, (found.campaign, found.list), &Wanted::of(rows))?;
        let back = Back::find(step.tx, &self.batch, rows)?;
        let mut received = Vec::with_capacity(rows.len());
        for row in rows {
            let applied = context.apply(&mut ledger, row, &mut counts)?;
            received.push(context.received(row, applied, back.of(row))?);
        }
        ledger.write(step, &self.batch, received)?;
        back.settle(step.tx)?;
        found.counts = counts;
        found.cursor_rows += i64::try_from(rows.len()).unwrap_or(i64::MAX);
        batch::save(step.tx, &found)?;
        let total = counts.accepted + counts.listings + counts.rejected;
        job::beat(step.tx, self.job.id, found.cursor_rows, total, step.now)?;
        // With the rows that say so: an import that is stopped or cut off leaves no application over a withdrawn decision.
        let ended = crate::applications::end_withdrawn(step)?;
        let summary = format!("导入「{}」第{}至{}条", found.file_name, self.at + 1, found.cursor_rows);
        record(step, "list.slice", found.id, summary + &ended_in_words(ended))?;
        Ok((Batch { version: found.version + 1, ..found }, ended))
    }

    fn finish(&self) -> Result<String, Refusal> {
        self.app.step(self.actor, |step| {
            step.must(Action::ImportLists, &Concerns::default())?;
            step.tx.lock("import")?;
            let mut found = batch::load(step.tx, self.batch.id)?;
            if found.state == BatchState::Stopped {
                return Err(stopped(&found));
            }
            found.state = found.state.after(BatchAction::Finish)?;
            if let Some(start) = found.edition_start {
                let gone = list_entry::mark_gone(step.tx, found.campaign, found.list, start, step.today)?;
                found.counts.gone = i64::try_from(gone).unwrap_or(i64::MAX);
            }
            batch::save(step.tx, &found)?;
            let ended = ended_in_words(self.ended);
            let counts = &found.counts;
            let renamed = match counts.renamed {
                0 => String::new(),
                n => format!("，名称与在册不同{n}行（在册名称不变）"),
            };
            let summary = format!(
                "导入「{}」完成：新增{}，未变{}，有变化{}，不再列名{}，退回{}行{renamed}{ended}",
                found.file_name,
                counts.created,
                counts.unchanged,
                counts.changed,
                counts.gone,
                counts.rejected
            );
            record(step, "list.imported", found.id, summary.clone())?;
            Ok(summary)
        })
    }
}

fn ended_in_words(ended: usize) -> String {
    match ended {
        0 => String::new(),
        n => format!("，{n}个修复事项因处罚决定撤销终止办理"),
    }
}

/// What is said of an import that a person stopped.
fn stopped(batch: &Batch) -> Refusal {
    Refusal::Upload(format!("已停止导入，已完成的{}行保留在册", batch.cursor_rows))
}

/// Notes why an import is not done; it can be taken up again.
fn fail(app: &App, actor: &Actor, id: BatchId, message: &str) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let mut found = batch::load(step.tx, id)?;
        if let Ok(failed) = found.state.after(BatchAction::Fail) {
            found.state = failed;
            message.clone_into(&mut found.message);
            batch::save(step.tx, &found)?;
        }
        record(step, "list.failed", id, format!("导入「{}」未完成：{message}", found.file_name))
    })
}
