//! Work in the background: queued by steps, done by one thread, taken up again after a crash.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use xinxiu_domain::actor::{Action, Actor, Role};
use xinxiu_domain::archive::HandoverKind;
use xinxiu_domain::id::{AccountId, CampaignId, JobId, OrgId};
use xinxiu_domain::job::{JobAction, JobState};
use xinxiu_store::files::{self, StoredFile};
use xinxiu_store::job::Job;
use xinxiu_store::{StoreError, campaign, heartbeat, job};

use crate::app::{App, Done, Step};
use crate::archives;
use crate::credit_report;
use crate::deadlines;
use crate::enterprises;
use crate::identity;
use crate::lists;
use crate::messages;
use crate::push_reminders;
use crate::refusal::Refusal;

/// Kinds of jobs.
pub mod kind {
    /// The thread itself, once a minute; no job, but noted beside them.
    pub const WORKER: &str = "worker";
    /// Trial reading of a long list.
    pub const CHECK_LIST: &str = "list.check";
    /// Import of a confirmed list.
    pub const IMPORT_LIST: &str = "list.import";
    /// Round of the deadlines, each day; no job, but noted beside them.
    pub const DEADLINES: &str = "deadline.round";
    /// Reassessment of a campaign's records on a new day.
    pub const REASSESS: &str = "penalty.reassess";
    /// Packing of a class's archives.
    pub const PACK_ARCHIVES: &str = "handover.archives";
    /// Packing of a class's other papers.
    pub const PACK_PAPERS: &str = "handover.papers";
    /// Search for enterprises that may be one, among all on record.
    pub const IDENTITY: &str = "identity.look";
    /// Credit query reports of a push.
    pub const PUSH_REPORTS: &str = "push.reports";
}

const PAUSE: Duration = Duration::from_millis(300);
/// How often the worker notes that it is alive, when no job keeps it.
const BEAT: SignedDuration = SignedDuration::from_mins(1);

#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    account: Option<AccountId>,
    name: String,
    role: Role,
    org: Option<OrgId>,
}

/// On whose behalf a job works, to be stored with it.
pub fn payload(actor: &Actor) -> serde_json::Value {
    let Actor { account, name, role, org, .. } = actor;
    serde_json::json!({ "account": account, "name": name, "role": role, "org": org })
}

fn actor_of(job: &job::Job) -> Result<Actor, Refusal> {
    let payload: Payload = serde_json::from_str(&job.payload)
        .map_err(|error| StoreError::Column { column: "payload".into(), problem: error.to_string() })?;
    let Payload { account, name, role, org } = payload;
    Ok(Actor { account, name, role, org, enterprise: None })
}

/// The platform itself, for what nobody asks for but the calendar.
pub fn platform() -> Actor {
    Actor { account: None, name: "系统".into(), role: Role::CreditCenter, org: None, enterprise: None }
}

/// Jobs that failed and were not set off again since, for those who watch over the installation.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn failed(app: &App, actor: &Actor) -> Result<Vec<Job>, Refusal> {
    if !actor.has(Action::ViewAudit) {
        return Err(Refusal::Forbidden(Action::ViewAudit));
    }
    app.view(actor, |view| Ok(job::failed(view.tx)?))
}

/// Does the oldest queued job. Returns whether there was one; a job that fails is marked so with its reason.
///
/// # Errors
/// What the database says when a job is taken or ended.
pub fn run_next(app: &App) -> Result<bool, Refusal> {
    run(app, None, None)
}

/// Does this job if it is still queued; for the command line, which waits for its own.
///
/// # Errors
/// As [`run_next`].
pub fn run_one(app: &App, id: JobId) -> Result<bool, Refusal> {
    run(app, Some(id), None)
}

/// Begins the oldest job and stops after some slices without ending it, as a killed process does; for tests.
///
/// # Errors
/// As [`run_next`].
#[doc(hidden)]
pub fn run_and_crash(app: &App, slices: usize) -> Result<bool, Refusal> {
    run(app, None, Some(slices))
}

fn run(app: &App, only: Option<JobId>, slices: Option<usize>) -> Result<bool, Refusal> {
    let claimed = app.store.db.write(|tx| job::claim(tx, only, app.clock.now()))?;
    let Some(job) = claimed else { return Ok(false) };
    let result = perform(app, &job, slices);
    if slices.is_some() {
        return Ok(true);
    }
    let (action, message) = match &result {
        Ok(message) => (JobAction::Finish, message.clone()),
        Err(refusal) => {
            tracing::warn!(job = job.id.0, kind = %job.kind, %refusal, "job failed");
            (JobAction::Fail, refusal.to_string())
        }
    };
    let state = JobState::Running.after(action)?;
    let moment = app.clock.moment();
    app.store.db.write(|tx| {
        heartbeat::beat(tx, &job.kind, moment, &message)?;
        job::end(tx, job.id, state, &message, moment.at)
    })?;
    Ok(true)
}

fn perform(app: &App, job: &job::Job, slices: Option<usize>) -> Result<String, Refusal> {
    let actor = actor_of(job)?;
    match job.kind.as_str() {
        kind::CHECK_LIST => lists::run_check(app, &actor, job),
        kind::IMPORT_LIST => lists::run_import(app, &actor, job, slices),
        kind::REASSESS => {
            let changed = enterprises::reassess_all(app, &actor, CampaignId(job.subject))?;
            Ok(format!("{changed}条处罚记录的判定有变化"))
        }
        kind::PACK_ARCHIVES => archives::run_pack(app, &actor, job, HandoverKind::Archives, slices),
        kind::PACK_PAPERS => archives::run_pack(app, &actor, job, HandoverKind::Papers, slices),
        kind::IDENTITY => identity::run_look(app, &actor, job, slices),
        kind::PUSH_REPORTS => credit_report::run_zip(app, &actor, job, slices),
        other => Err(StoreError::NotFound("后台任务", other.to_owned()).into()),
    }
}

/// Queues work for a record, unless the same is queued or running already: pressing twice makes one job.
///
/// # Errors
/// What the database says.
pub(crate) fn queue_once(
    step: &Step<'_>,
    kind: &str,
    subject: (&str, i64),
    summary: String,
) -> Result<JobId, Refusal> {
    step.tx.lock(&format!("job-{kind}-{}", subject.1))?;
    let known = job::latest(step.tx, kind, subject.1)?
        .filter(|job| matches!(job.state, JobState::Queued | JobState::Running));
    let id = match known {
        Some(job) => job.id,
        None => job::enqueue(step.tx, kind, subject.1, &payload(step.actor), step.now)?,
    };
    step.record(Done { action: kind, subject, enterprise: None, summary }, serde_json::json!({ "job": id }))?;
    Ok(id)
}

/// How far a job has come, told in slices; a simulated crash ends it after some of them.
pub(crate) struct Progress<'a> {
    app: &'a App,
    job: JobId,
    left: Option<usize>,
}

impl<'a> Progress<'a> {
    pub(crate) const fn new(app: &'a App, job: JobId, slices: Option<usize>) -> Self {
        Self { app, job, left: slices }
    }

    /// Tells that `done` of `total` are done.
    pub(crate) fn tell(&mut self, done: usize, total: usize) -> Result<(), Refusal> {
        if self.left == Some(0) {
            return Err(Refusal::Upload("任务中断".into()));
        }
        self.left = self.left.map(|left| left - 1);
        let number = |count| i64::try_from(count).unwrap_or(i64::MAX);
        let now = self.app.clock.now();
        self.app.store.db.write(|tx| job::beat(tx, self.job, number(done), number(total), now))?;
        Ok(())
    }
}

/// A job, for those on whose behalf it works: the person, and colleagues in the same office.
///
/// # Errors
/// [`Refusal::Forbidden`] for everybody else.
pub fn show(app: &App, actor: &Actor, id: JobId) -> Result<Job, Refusal> {
    let found = app.store.db.read(|tx| job::load(tx, id))?;
    let owner = actor_of(&found)?;
    let colleague = owner.org.is_some() && owner.org == actor.org && owner.role == actor.role;
    let same = owner.account.is_some() && owner.account == actor.account;
    if same || colleague { Ok(found) } else { Err(Refusal::Forbidden(needed(&found.kind))) }
}

/// What one must have to ask for such a job.
fn needed(kind: &str) -> Action {
    match kind {
        kind::PACK_ARCHIVES | kind::PACK_PAPERS => Action::HandOver,
        kind::IDENTITY => Action::DecideIdentity,
        kind::PUSH_REPORTS => Action::PrintCreditReport,
        _ => Action::ImportLists,
    }
}

/// The file that a job made.
///
/// # Errors
/// As [`show`]; [`StoreError::NotFound`] while there is none.
pub fn result(app: &App, actor: &Actor, id: JobId) -> Result<StoredFile, Refusal> {
    let found = show(app, actor, id)?;
    let file = found.file.ok_or_else(|| StoreError::NotFound("任务结果", id.to_string()))?;
    Ok(app.store.db.read(|tx| files::load(tx, file))?)
}

/// Puts back on the queue what was under way when the process ended. Called once at start-up.
///
/// # Errors
/// What the database says.
pub fn take_up(app: &App) -> Result<u64, Refusal> {
    Ok(app.store.db.write(job::requeue_running)?)
}

/// Queues the reassessment of the current campaign, for verdicts depend on the day.
///
/// # Errors
/// What the database says.
pub fn queue_reassessment(app: &App) -> Result<(), Refusal> {
    app.store.db.write(|tx| {
        if let Some(current) = campaign::current(tx)? {
            job::enqueue(tx, kind::REASSESS, current.id.0, &payload(&platform()), app.clock.now())?;
        }
        Ok(())
    })
}

/// The thread that does the jobs.
#[derive(Debug)]
pub struct Worker {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Takes up what was cut off, and works until the value is dropped.
    ///
    /// # Errors
    /// What the database says at start-up.
    pub fn start(app: App) -> Result<Self, Refusal> {
        take_up(&app)?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || work(&app, &stopped));
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the worker ended in a panic");
        }
    }
}

/// Notes once a minute that the worker is alive.
fn beat(app: &App, last: &mut Option<Timestamp>) {
    let moment = app.clock.moment();
    if last.is_some_and(|last| moment.at.duration_since(last) < BEAT) {
        return;
    }
    match app.store.db.write(|tx| heartbeat::beat(tx, kind::WORKER, moment, "")) {
        Ok(()) => *last = Some(moment.at),
        Err(error) => tracing::warn!(%error, "the heartbeat was not written"),
    }
}

/// Does the day's round of the deadlines, and tries again a minute later where it failed.
fn remind(app: &App, done: &mut Option<Date>, tried: &mut Option<Timestamp>) {
    let moment = app.clock.moment();
    let waits = tried.is_some_and(|tried| moment.at.duration_since(tried) < BEAT);
    if *done == Some(moment.on) || waits {
        return;
    }
    *tried = Some(moment.at);
    // What is due is said to those who want it, once the round has told what is passed on.
    match deadlines::run_round(app).and_then(|_| messages::remind_staff(app)) {
        Ok(_) => (*done, *tried) = (Some(moment.on), None),
        Err(refusal) => tracing::warn!(%refusal, "the round of the deadlines failed"),
    }
}

fn work(app: &App, stop: &AtomicBool) {
    let (mut day, mut beaten) = (None, None);
    let (mut round, mut tried) = (None, None);
    while !stop.load(Ordering::Relaxed) {
        beat(app, &mut beaten);
        remind(app, &mut round, &mut tried);
        let today = app.clock.today();
        if day != Some(today) {
            day = Some(today);
            if let Err(refusal) = queue_reassessment(app) {
                tracing::warn!(%refusal, "the day's reassessment was not queued");
            }
            if let Err(refusal) = push_reminders::remind_due(app) {
                tracing::warn!(%refusal, "the counties were not reminded");
            }
        }
        match run_next(app) {
            Ok(true) => {}
            Ok(false) => thread::sleep(PAUSE),
            Err(refusal) => {
                tracing::warn!(%refusal, "the queue cannot be read");
                thread::sleep(PAUSE * 10);
            }
        }
    }
}
