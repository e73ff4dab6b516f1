//! The trial reading of a long list, in the background: how far it is can be seen, and it can be cancelled.

use std::ops::ControlFlow;

use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::batch::{BatchAction, BatchState};
use xinxiu_domain::id::{BatchId, JobId};
use xinxiu_intake::Progress;
use xinxiu_store::batch;
use xinxiu_store::job::{self, Job};

use super::{check, stored};
use crate::app::App;
use crate::jobs::{kind, queue_once};
use crate::refusal::Refusal;

/// A longer file is read in the background.
const AT_ONCE: i64 = 4 * 1024 * 1024;
/// Rows between two signs of life.
const PAUSE: u64 = 5_000;

/// Queues the trial reading of a list.
///
/// # Errors
/// [`Refusal::Illegal`] where the list is confirmed or cancelled already.
pub fn queue_check(app: &App, actor: &Actor, id: BatchId) -> Result<JobId, Refusal> {
    app.step(actor, |step| {
        step.must(Action::ImportLists, &Concerns::default())?;
        let found = batch::load(step.tx, id)?;
        found.state.after(BatchAction::Check)?;
        let summary = format!("试读{}「{}」", found.list, found.file_name);
        queue_once(step, kind::CHECK_LIST, ("batch", id.0), summary)
    })
}

/// Reads a list on trial: a short one at once, a long one in the background.
///
/// # Errors
/// As `queue_check` and [`dry_run`](check::dry_run).
pub fn queue_or_read(app: &App, actor: &Actor, id: BatchId) -> Result<(), Refusal> {
    let file = app.view(actor, |view| {
        view.must(Action::ImportLists, &Concerns::default())?;
        stored(view, &batch::load(view.tx, id)?)
    })?;
    if file.size > AT_ONCE {
        queue_check(app, actor, id).map(drop)
    } else {
        check::dry_run(app, actor, id).map(drop)
    }
}

/// Reads the list on trial, unless it is cancelled meanwhile.
pub(crate) fn run(app: &App, actor: &Actor, job: &Job) -> Result<String, Refusal> {
    let id = BatchId(job.subject);
    let mut fault = None;
    let read = check::dry_run_watched(app, actor, id, &mut |at| {
        if at.rows % PAUSE != 0 {
            return ControlFlow::Continue(());
        }
        beat(app, job, id, at).unwrap_or_else(|refusal| {
            fault = Some(refusal);
            ControlFlow::Break(())
        })
    })?;
    match (fault, read) {
        (Some(refusal), _) => Err(refusal),
        (None, Some(counts)) => {
            Ok(format!("已试读：可导入{}，退回{}行", counts.accepted + counts.listings, counts.rejected))
        }
        (None, None) => Err(Refusal::Upload("已取消试读，没有导入任何记录".to_owned())),
    }
}

/// A sign of life; breaks off where the list was cancelled. How many rows there are is known only from how
/// much of the file they are.
fn beat(app: &App, job: &Job, id: BatchId, at: Progress) -> Result<ControlFlow<()>, Refusal> {
    let all = u128::from(at.rows) * u128::from(at.total_bytes) / u128::from(at.bytes.max(1));
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let total = i64::try_from(all).unwrap_or(i64::MAX).max(number(at.rows));
    app.store.db.write(|tx| {
        job::beat(tx, job.id, number(at.rows), total, app.clock.now())?;
        let is_cancelled = batch::load(tx, id)?.state == BatchState::Cancelled;
        Ok(if is_cancelled { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })
}
