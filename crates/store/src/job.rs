//! Work queued in the transaction that needs it (后台任务), so that neither is there without the other.

use jiff::Timestamp;
use xinxiu_domain::id::{FileId, JobId};
use xinxiu_domain::job::JobState;

use crate::db::Tx;
use crate::engine;
use crate::error::StoreError;
use crate::params;
use crate::value::Row;

/// A job on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Id.
    pub id: JobId,
    /// What is to be done.
    pub kind: String,
    /// To which record.
    pub subject: i64,
    /// What else the work needs to know, as JSON.
    pub payload: String,
    /// State.
    pub state: JobState,
    /// How often it was begun.
    pub attempts: i64,
    /// Rows done.
    pub done: i64,
    /// Rows in all.
    pub total: i64,
    /// What came of it.
    pub message: String,
    /// When it was queued.
    pub created_at: Timestamp,
    /// Last sign of life.
    pub heartbeat_at: Option<Timestamp>,
    /// What it made, where that is a file.
    pub file: Option<FileId>,
    /// First sign of life, from which its rate counts.
    pub started_at: Option<Timestamp>,
    /// Rows that were done then.
    pub done_before: i64,
}

const COLUMNS: &str = "id, kind, subject_id, payload, state, attempts, done, total, message, created_at, heartbeat_at, \
                       file_id, started_at, done_before";

fn from_row(row: &Row) -> Result<Job, StoreError> {
    Ok(Job {
        id: row.get("id")?,
        kind: row.get("kind")?,
        subject: row.get("subject_id")?,
        payload: row.get("payload")?,
        state: row.coded("state", JobState::from_code)?,
        attempts: row.get("attempts")?,
        done: row.get("done")?,
        total: row.get("total")?,
        message: row.get("message")?,
        created_at: row.get("created_at")?,
        heartbeat_at: row.get("heartbeat_at")?,
        file: row.get("file_id")?,
        started_at: row.get("started_at")?,
        done_before: row.get("done_before")?,
    })
}

impl Job {
    /// Seconds that the rest will take at the rate so far; `None` before there is a rate.
    pub fn seconds_left(&self) -> Option<i64> {
        let (started, beat) = (self.started_at?, self.heartbeat_at?);
        let spent = beat.duration_since(started).as_secs();
        let (done, rest) = (self.done - self.done_before, self.total - self.done);
        (spent > 0 && done > 0).then(|| spent.saturating_mul(rest.max(0)) / done)
    }
}

/// Queues work.
///
/// # Errors
/// What the engine says.
pub fn enqueue(
    tx: &Tx<'_>,
    kind: &str,
    subject: i64,
    payload: &serde_json::Value,
    at: Timestamp,
) -> Result<JobId, StoreError> {
    tx.insert(
        "insert into job (kind, subject_id, payload, state, created_at) values ($1, $2, $3, $4, $5) returning id",
        params![kind, subject, payload.to_string(), JobState::INITIAL.code(), at],
    )
}

/// Takes the oldest queued job, or the queued one with this id; nobody else gets the same.
///
/// # Errors
/// What the engine says.
pub fn claim(tx: &Tx<'_>, only: Option<JobId>, at: Timestamp) -> Result<Option<Job>, StoreError> {
    let sql = format!(
        "update job set state = 'running', attempts = attempts + 1, total = 0, heartbeat_at = $1 where id = \
         (select q.id from job q where q.state = 'queued' and q.id >= $2 and q.id <= $3 \
         order by q.id limit 1{}) returning {COLUMNS}",
        engine::skip_locked(tx.kind())
    );
    let (from, to) = only.map_or((0, i64::MAX), |id| (id.0, id.0));
    tx.query_opt(&sql, params![at, from, to])?.map(|row| from_row(&row)).transpose()
}

/// A sign of life, with how far the work has come.
///
/// # Errors
/// What the engine says.
pub fn beat(tx: &Tx<'_>, id: JobId, done: i64, total: i64, at: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "update job set started_at = case when total = 0 then $3 else started_at end, \
         done_before = case when total = 0 then $1 else done_before end, done = $1, total = $2, heartbeat_at = $3 \
         where id = $4",
        params![done, total, at, id],
    )?;
    Ok(())
}

/// Ends a job, done or failed.
///
/// # Errors
/// What the engine says.
pub fn end(tx: &Tx<'_>, id: JobId, state: JobState, message: &str, at: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "update job set state = $1, message = $2, heartbeat_at = $3 where id = $4",
        params![state.code(), message, at, id],
    )?;
    Ok(())
}

/// Notes the file that a job made.
///
/// # Errors
/// What the engine says.
pub fn set_file(tx: &Tx<'_>, id: JobId, file: FileId) -> Result<(), StoreError> {
    tx.execute("update job set file_id = $1 where id = $2", params![file, id])?;
    Ok(())
}

/// Jobs of some kinds that are queued or running, oldest first.
///
/// # Errors
/// What the engine says.
pub fn under_way(tx: &Tx<'_>, kinds: &[&str]) -> Result<Vec<Job>, StoreError> {
    // Codes of our own, never of a request, so they stand in the text.
    let kinds: Vec<String> = kinds.iter().map(|kind| format!("'{kind}'")).collect();
    let sql = format!(
        "select {COLUMNS} from job where state in ('queued', 'running') and kind in ({}) order by id",
        kinds.join(", ")
    );
    tx.query(&sql, &[], from_row)
}

/// Jobs that failed and were not set off again since, newest first.
///
/// # Errors
/// What the engine says.
pub fn failed(tx: &Tx<'_>) -> Result<Vec<Job>, StoreError> {
    let sql = format!(
        "select {COLUMNS} from job where state = 'failed' and not exists (select 1 from job n \
         where n.kind = job.kind and n.subject_id = job.subject_id and n.id > job.id) order by id desc"
    );
    tx.query(&sql, &[], from_row)
}

/// Puts back what was running when the process ended; called once at start-up.
///
/// # Errors
/// What the engine says.
pub fn requeue_running(tx: &Tx<'_>) -> Result<u64, StoreError> {
    tx.execute("update job set state = 'queued' where state = 'running'", &[])
}

/// Takes queued work of a record off the queue.
///
/// # Errors
/// What the engine says.
pub fn withdraw(tx: &Tx<'_>, kind: &str, subject: i64, at: Timestamp) -> Result<u64, StoreError> {
    tx.execute(
        "update job set state = 'failed', message = '已取消', heartbeat_at = $1 \
         where kind = $2 and subject_id = $3 and state = 'queued'",
        params![at, kind, subject],
    )
}

/// The newest job of a kind for a record.
///
/// # Errors
/// What the engine says.
pub fn latest(tx: &Tx<'_>, kind: &str, subject: i64) -> Result<Option<Job>, StoreError> {
    let sql =
        format!("select {COLUMNS} from job where kind = $1 and subject_id = $2 order by id desc limit 1");
    tx.query_opt(&sql, params![kind, subject])?.map(|row| from_row(&row)).transpose()
}

/// One job.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load(tx: &Tx<'_>, id: JobId) -> Result<Job, StoreError> {
    let row = tx
        .query_opt(&format!("select {COLUMNS} from job where id = $1"), params![id])?
        .ok_or_else(|| StoreError::NotFound("后台任务", id.to_string()))?;
    from_row(&row)
}
