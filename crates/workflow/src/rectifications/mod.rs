//! The recognising authority's work on its own listed enterprises (N16): tell them to attend, set a
//! deadline, check, interview those who miss it.

mod demand;
mod meetings;
mod together;

use jiff::civil::Date;
use serde_json::json;
use xinxiu_domain::Missing;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::{EnterpriseId, FileId, OrgId};
use xinxiu_domain::rectification::{LONGEST_DAYS, RectificationAction, RectificationState, deadline_gaps};
use xinxiu_domain::text::tidy;
use xinxiu_store::delisting::{self, Delisting};
use xinxiu_store::enterprise::{self, Enterprise};
use xinxiu_store::files::Kept;
use xinxiu_store::listing::{self, Listing};
use xinxiu_store::penalty::{self, Penalty};
use xinxiu_store::rectification::{self, Event, Followed, Rectification};
use xinxiu_store::{concerns, files, organisation};

use crate::app::{App, Done, Step};
use crate::progress::under_way;
use crate::refusal::{Refusal, require};

pub(crate) use demand::demands;
pub use demand::{Demand, Held, demanded};
pub use meetings::{Meeting, interview, meet, record};
pub use together::{Proposed, propose_deadlines, set_deadlines};

/// A file that goes with a step, already on disk.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// The content.
    pub kept: Kept,
    /// Name as sent.
    pub name: String,
    /// Media type.
    pub media_type: String,
}

/// A deadline as an authority says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deadline {
    /// So many working days (工作日) from today.
    WorkingDays(u32),
    /// A day.
    On(Date),
}

/// What was done for several enterprises at once, and what could not be done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BulkOutcome {
    /// Names of those for whom it was done.
    pub done: Vec<String>,
    /// Names of those for whom it could not be done, each with the reason.
    pub left: Vec<(String, String)>,
}

/// Tells enterprises to attend the training. Each is tried by itself: what can be done is done.
///
/// # Errors
/// [`Refusal::Invalid`] where none is chosen; [`Refusal::Forbidden`] where one is not the authority's own.
pub fn notify(app: &App, actor: &Actor, chosen: &[EnterpriseId], note: &str) -> Result<BulkOutcome, Refusal> {
    if chosen.is_empty() {
        return Err(Refusal::invalid("enterprise", "请先勾选要通知的企业"));
    }
    // All are checked before the first is told: a list with a stranger in it is refused whole.
    let names = app.view(actor, |view| {
        let named = |id: &EnterpriseId| {
            view.must(Action::Rectify, &concerns::of_enterprise(view.tx, *id)?)?;
            Ok((*id, enterprise::load(view.tx, *id)?.name))
        };
        chosen.iter().map(named).collect::<Result<Vec<_>, Refusal>>()
    })?;
    let note = tidy(note);
    let mut outcome = BulkOutcome::default();
    for (id, name) in names {
        match notify_one(app, actor, id, &note) {
            Ok(()) => outcome.done.push(name),
            Err(reason @ (Refusal::Illegal(_) | Refusal::Missing(_))) => {
                outcome.left.push((name, reason.to_string()));
            }
            Err(other) => return Err(other),
        }
    }
    Ok(outcome)
}

fn notify_one(app: &App, actor: &Actor, id: EnterpriseId, note: &str) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let (name, found) = open(step, id)?;
        let state = found.state.after(RectificationAction::Notify)?;
        let change = Change::new(RectificationAction::Notify, note);
        save(step, &name, Rectification { state, ..found }, &change)
    })
}

/// Sets the deadline for rectification.
///
/// # Errors
/// [`Refusal::Missing`] where it does not lie ahead; [`Refusal::Invalid`] where nothing is asked for.
pub fn set_deadline(
    app: &App,
    actor: &Actor,
    id: EnterpriseId,
    deadline: Deadline,
    demand: &str,
) -> Result<Date, Refusal> {
    let demand = required("note", demand, "整改要求")?;
    app.step(actor, |step| {
        let (name, found) = open(step, id)?;
        let due = due_of(step.app, step.today, deadline)?;
        let state = found.state.after(RectificationAction::SetDeadline)?;
        require(deadline_gaps(due, None, step.today))?;
        let change = Change { due: Some(due), ..Change::new(RectificationAction::SetDeadline, &demand) };
        save(step, &name, Rectification { state, due_on: Some(due), ..found }, &change)?;
        Ok(due)
    })
}

/// The day of a deadline.
fn due_of(app: &App, today: Date, deadline: Deadline) -> Result<Date, Refusal> {
    match deadline {
        Deadline::On(day) => Ok(day),
        // Nobody counts working days through decades.
        Deadline::WorkingDays(count) if i64::from(count) > i64::from(LONGEST_DAYS) => {
            Err(Refusal::invalid("days", format!("工作日数最多{LONGEST_DAYS}，现为{count}，请核对")))
        }
        Deadline::WorkingDays(count) => Ok(app.rules.calendar().add_working_days(today, count).date),
    }
}

/// Moves the deadline.
///
/// # Errors
/// [`Refusal::Missing`] where the new day is not later; [`Refusal::Invalid`] without a reason.
pub fn extend(app: &App, actor: &Actor, id: EnterpriseId, due: Date, reason: &str) -> Result<(), Refusal> {
    let reason = required("reason", reason, "延期理由")?;
    app.step(actor, |step| {
        let (name, found) = open(step, id)?;
        let state = found.state.after(RectificationAction::Extend)?;
        require(deadline_gaps(due, found.due_on, step.today))?;
        let change = Change { due: Some(due), ..Change::new(RectificationAction::Extend, &reason) };
        save(step, &name, Rectification { state, due_on: Some(due), ..found }, &change)
    })
}

/// Records the check: passed or not, with what was found.
///
/// # Errors
/// [`Refusal::Illegal`] where no deadline is running; [`Refusal::Invalid`] without findings.
pub fn check(
    app: &App,
    actor: &Actor,
    id: EnterpriseId,
    passed: bool,
    findings: &str,
    files: &[Attachment],
) -> Result<(), Refusal> {
    let findings = required("findings", findings, "检查情况")?;
    let action = if passed { RectificationAction::Pass } else { RectificationAction::Fail };
    app.step(actor, |step| {
        let (name, found) = open(step, id)?;
        let state = found.state.after(action)?;
        let change = Change { files: attach(step, files)?, ..Change::new(action, &findings) };
        save(step, &name, Rectification { state, ..found }, &change)
    })
}

fn required(field: &str, text: &str, label: &str) -> Result<String, Refusal> {
    let text = tidy(text);
    if text.is_empty() { Err(Refusal::invalid(field, format!("请填写{label}"))) } else { Ok(text) }
}

/// The own follow-up of an enterprise, begun where there is none, with the enterprise's name.
fn open(step: &Step<'_>, id: EnterpriseId) -> Result<(String, Rectification), Refusal> {
    step.must(Action::Rectify, &concerns::of_enterprise(step.tx, id)?)?;
    let authority = own(step.actor, Action::Rectify)?;
    let campaign = under_way(step.tx)?;
    let name = enterprise::load(step.tx, id)?.name;
    if enterprise::member(step.tx, campaign.id, id)?.is_none() {
        let message = format!("「{name}」不在本年度名单内");
        return Err(Refusal::Missing(vec![Missing::new("no_member", message, "N16")]));
    }
    Ok((name, rectification::open(step.tx, campaign.id, id, authority)?))
}

fn own(actor: &Actor, action: Action) -> Result<OrgId, Refusal> {
    actor.org.ok_or(Refusal::Forbidden(action))
}

fn attach(step: &Step<'_>, files: &[Attachment]) -> Result<Vec<FileId>, Refusal> {
    files.iter().map(|file| step.file(&file.kept, &file.name, &file.media_type)).collect()
}

struct Change<'a> {
    action: RectificationAction,
    note: &'a str,
    due: Option<Date>,
    files: Vec<FileId>,
    detail: String,
}

impl<'a> Change<'a> {
    const fn new(action: RectificationAction, note: &'a str) -> Self {
        Self { action, note, due: None, files: Vec::new(), detail: String::new() }
    }
}

fn save(step: &Step<'_>, name: &str, mut found: Rectification, change: &Change<'_>) -> Result<(), Refusal> {
    change.note.clone_into(&mut found.note);
    rectification::save(step.tx, &found)?;
    let event = Event {
        id: 0,
        action: change.action.code().to_owned(),
        note: change.note.to_owned(),
        due_on: change.due,
        files: change.files.clone(),
        detail: change.detail.clone(),
        actor: step.actor.name.clone(),
        at: step.moment(),
    };
    rectification::add_event(step.tx, found.id, &event)?;
    let authority = organisation::load(step.tx, found.authority)?.name;
    let until = change.due.map_or_else(String::new, |due| format!("，期限{due}"));
    let done = Done {
        action: "rectification.step",
        subject: ("rectification", found.id.0),
        enterprise: Some(found.enterprise),
        // An enterprise may have several authorities, each with the same steps.
        summary: format!("{}「{name}」{until}（{authority}）", change.action),
    };
    step.record(done, json!({ "step": change.action, "note": change.note, "due_on": change.due }))
}

/// The authority's own enterprises in the campaign under way, the most pressing first.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Missing`] where no campaign is under way.
pub fn list(app: &App, actor: &Actor) -> Result<Vec<Followed>, Refusal> {
    app.view(actor, |view| {
        let authority = own(actor, Action::Rectify)?;
        view.must(Action::Rectify, &concerns::of_authority(authority))?;
        Ok(rectification::own_enterprises(view.tx, under_way(view.tx)?.id, authority)?)
    })
}

/// An authority's follow-up of one enterprise, with everything of its own that it rests on.
#[derive(Debug, Clone)]
pub struct FollowUp {
    /// The enterprise.
    pub enterprise: Enterprise,
    /// State; the first state where nothing was done yet.
    pub state: RectificationState,
    /// Deadline.
    pub due_on: Option<Date>,
    /// Whether the deadline has passed without a check.
    pub overdue: bool,
    /// What happened, oldest first.
    pub events: Vec<Event>,
    /// This authority's records.
    pub penalties: Vec<Penalty>,
    /// This authority's listings.
    pub listings: Vec<Listing>,
    /// Delisting applications to this authority.
    pub delistings: Vec<Delisting>,
}

/// One follow-up.
///
/// # Errors
/// [`Refusal::Forbidden`] where the enterprise is not the authority's own.
pub fn show(app: &App, actor: &Actor, id: EnterpriseId) -> Result<FollowUp, Refusal> {
    app.view(actor, |view| {
        view.must(Action::Rectify, &concerns::of_enterprise(view.tx, id)?)?;
        let authority = own(actor, Action::Rectify)?;
        let found = rectification::find(view.tx, under_way(view.tx)?.id, id, authority)?;
        let events =
            found.as_ref().map_or(Ok(Vec::new()), |found| rectification::events(view.tx, found.id))?;
        let state = found.as_ref().map_or(RectificationState::INITIAL, |found| found.state);
        let due_on = found.and_then(|found| found.due_on);
        let mut penalties = penalty::of_enterprise(view.tx, id)?;
        penalties.retain(|penalty| penalty.authority == Some(authority));
        let mut listings = listing::of_enterprise(view.tx, id)?;
        listings.retain(|listing| listing.authority == Some(authority));
        let mut delistings = delisting::of_enterprise(view.tx, id)?;
        delistings.retain(|delisting| delisting.authority == authority);
        let late = due_on.is_some_and(|due| due < view.today);
        Ok(FollowUp {
            enterprise: enterprise::load(view.tx, id)?,
            overdue: late && state == RectificationState::DeadlineSet,
            state,
            due_on,
            events,
            penalties,
            listings,
            delistings,
        })
    })
}

/// A file of one of the own follow-ups of an enterprise.
///
/// # Errors
/// [`Refusal::Forbidden`]; not found where the file belongs to another record.
pub fn file(app: &App, actor: &Actor, id: EnterpriseId, file: FileId) -> Result<files::StoredFile, Refusal> {
    let follow_up = show(app, actor, id)?;
    if !follow_up.events.iter().any(|event| event.files.contains(&file)) {
        return Err(xinxiu_store::StoreError::NotFound("文件", file.to_string()).into());
    }
    Ok(app.store.db.read(|tx| files::load(tx, file))?)
}
