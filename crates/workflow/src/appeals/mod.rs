//! Objections and appeals (异议、申诉, N27): lodged by the enterprise through its link or by its agency, answered in time by the
//! center or the authority. An answer changes nothing by itself: whoever may take the step back does so with its reason.

mod after;
mod steps;

use jiff::civil::Date;
use xinxiu_domain::Missing;
use xinxiu_domain::actor::{Action, Actor, Role};
use xinxiu_domain::appeal::{
    ANSWER_WORKING_DAYS, AppealAction, AppealKind, AppealState, FILES, GROUNDS, appeal_gaps,
};
use xinxiu_domain::application::{ApplicationState, ItemState};
use xinxiu_domain::id::{AppealId, ApplicationId, CampaignId, EnterpriseId, PenaltyId};
use xinxiu_domain::text::tidy;
use xinxiu_store::appeal::{self, Appeal, Stage, Wanted};
use xinxiu_store::application::{self, Application};
use xinxiu_store::item::{self, Item};
use xinxiu_store::penalty::{self, Penalty};
use xinxiu_store::{Part, Tx, concerns, enterprise};

use crate::app::{App, Step, View};
use crate::applications::{Paper, kept, visible_items};
use crate::campaigns;
use crate::progress::under_way;
use crate::refusal::{FieldError, Refusal, require};

use steps::{advance, record};

pub use after::{Opened, add_files, answer_file, carry_out, file, open, withdraw};

/// What is said against a record, a review or a decision.
#[derive(Debug, Clone)]
pub struct Lodge {
    /// Against what.
    pub kind: AppealKind,
    /// What is said.
    pub text: String,
    /// What is sent with it, at most six papers.
    pub files: Vec<Paper>,
}

/// Takes an objection or appeal in.
///
/// # Errors
/// [`Refusal::Invalid`] without grounds; [`Refusal::Missing`] where there is nothing that it could be against, or one of the kind
/// waits for its answer already; [`Refusal::Forbidden`] for another's record.
pub fn lodge(app: &App, actor: &Actor, id: PenaltyId, command: &Lodge) -> Result<AppealId, Refusal> {
    let text = command.text.trim().to_owned();
    check(&text, command.files.len())?;
    app.step(actor, |step| {
        let found = penalty::load(step.tx, id)?;
        step.must(Action::LodgeAppeal, &concerns::of_enterprise(step.tx, found.enterprise)?)?;
        // The same said twice at once from two phones is one.
        step.tx.lock(&format!("appeal:{id}"))?;
        let newest = newest(&applications(step.tx, found.enterprise)?, id);
        let against = newest.map(|(_, state, item)| (state, item));
        require(appeal_gaps(command.kind, found.state, against).into_iter().collect())?;
        let waits = |one: &Appeal| one.kind == command.kind && one.state == AppealState::Received;
        if appeal::of_penalty(step.tx, id)?.iter().any(waits) {
            let message = format!("{}：已有一件同类异议申诉在等待答复", found.decision);
            return Err(Refusal::Missing(vec![Missing::new("open_appeal", message, "N27")]));
        }
        let new = Appeal {
            id: AppealId(0),
            campaign: under_way(step.tx)?.id,
            enterprise: found.enterprise,
            enterprise_name: String::new(),
            penalty: id,
            decision_number: String::new(),
            authority: String::new(),
            application: newest.map(|(id, ..)| id).filter(|_| command.kind != AppealKind::Record),
            kind: command.kind,
            state: AppealState::INITIAL,
            text,
            file: kept(step, command.files.first())?,
            lodged_by: lodger(step, found.enterprise)?,
            lodged_role: actor.role,
            lodged: step.moment(),
            due_on: step.app.rules.calendar().add_working_days(step.today, ANSWER_WORKING_DAYS).date,
            due_reason: String::new(),
            answer: String::new(),
            answer_file: None,
            answered_by: String::new(),
            answered_at: None,
            answered_on: None,
            withdrawn_reason: String::new(),
            withdrawn_by: String::new(),
            withdrawn_on: None,
            carried_out: String::new(),
            carried_out_by: String::new(),
            carried_out_on: None,
            version: 1,
        };
        let lodged = appeal::insert(step.tx, &new)?;
        after::keep_files(step, lodged, command.files.get(1..).unwrap_or_default())?;
        let summary = format!("{}：{}，{}前答复", found.decision, command.kind, new.due_on);
        record(step, "appeal.lodge", (lodged, found.enterprise), summary)?;
        Ok(lodged)
    })
}

/// All that is wrong with what was written and sent, at once.
fn check(text: &str, files: usize) -> Result<(), Refusal> {
    let mut errors = Vec::new();
    if text.chars().count() < GROUNDS {
        let message = format!("请写明事实和理由，至少{GROUNDS}个字");
        errors.push(FieldError { field: "text".into(), message });
    }
    if files > FILES {
        let message = format!("最多{FILES}个文件，您选了{files}个");
        errors.push(FieldError { field: "file".into(), message });
    }
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid(errors)) }
}

fn lodger(step: &Step<'_>, of: EnterpriseId) -> Result<String, Refusal> {
    if step.actor.role == Role::Enterprise {
        return Ok(enterprise::load(step.tx, of)?.name);
    }
    Ok(step.actor.name.clone())
}

/// An application that was not withdrawn, with its records.
type Under = (Application, Vec<Item>);

/// The applications of an enterprise that were not withdrawn, newest first.
fn applications(tx: &Tx<'_>, of: EnterpriseId) -> Result<Vec<Under>, Refusal> {
    let mut all = application::of_enterprise(tx, of)?;
    all.retain(|found| found.state != ApplicationState::Withdrawn);
    let ids: Vec<_> = all.iter().map(|found| found.id).collect();
    let items = item::of_applications(tx, &ids)?;
    let own =
        |found: &Application| items.iter().filter(|item| item.application == found.id).cloned().collect();
    Ok(all.into_iter().map(|found| (own(&found), found)).map(|(items, found)| (found, items)).collect())
}

/// The newest application with a record in it, and how both stand.
fn newest(all: &[Under], record: PenaltyId) -> Option<(ApplicationId, ApplicationState, ItemState)> {
    all.iter().find_map(|(found, items)| {
        let item = items.iter().find(|item| item.penalty == record)?;
        Some((found.id, found.state, item.state))
    })
}

/// What is answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Whether it is upheld.
    pub upheld: bool,
    /// The answer and its grounds.
    pub text: String,
    /// What is sent with it.
    pub file: Option<Paper>,
    /// Version that the form was filled from.
    pub version: i64,
}

/// Answers an objection or appeal, once.
///
/// # Errors
/// [`Refusal::Invalid`] without grounds; [`Refusal::Illegal`] where it is answered already; a conflict where a colleague was
/// faster; [`Refusal::Forbidden`] for whoever it does not fall to.
pub fn answer(app: &App, actor: &Actor, id: AppealId, command: &Answer) -> Result<(), Refusal> {
    let text = command.text.trim().to_owned();
    if text.is_empty() {
        return Err(Refusal::invalid("answer", "请写明答复意见和依据，企业会看到"));
    }
    let action = if command.upheld { AppealAction::Uphold } else { AppealAction::Reject };
    advance(app, actor, (id, command.version), action, |step, found| {
        found.answer = text;
        found.answer_file = kept(step, command.file.as_ref())?;
        found.answered_by.clone_from(&actor.name);
        found.answered_at = Some(step.now);
        found.answered_on = Some(step.today);
        Ok(format!("{}，{action}", found.kind))
    })
}

/// Sets another day for the answer, with a reason.
///
/// # Errors
/// [`Refusal::Invalid`] without a reason, or for a day that has passed; otherwise as [`answer`].
pub fn postpone(
    app: &App,
    actor: &Actor,
    id: AppealId,
    (due_on, version): (Date, i64),
    reason: &str,
) -> Result<(), Refusal> {
    let reason = tidy(reason);
    if reason.is_empty() {
        return Err(Refusal::invalid("due_reason", "请写明调整期限的原因"));
    }
    advance(app, actor, (id, version), AppealAction::Postpone, |step, found| {
        if due_on < step.today {
            return Err(Refusal::invalid("due_on", format!("答复期限不能早于今天{}", step.today)));
        }
        found.due_on = due_on;
        found.due_reason = reason;
        Ok(format!("答复期限调整为{due_on}，{}", found.due_reason))
    })
}

/// A part of those that an actor sees; `mine` keeps to those that fall to the actor to answer.
///
/// # Errors
/// [`Refusal::Missing`] where no campaign is under way.
pub fn list(
    app: &App,
    actor: &Actor,
    (stage, mine): (Stage, bool),
    part: Part,
) -> Result<Vec<Appeal>, Refusal> {
    app.view(actor, |view| {
        let wanted = wanted(actor, campaigns::current(view)?.id, stage, mine);
        Ok(appeal::list(view.tx, &wanted, part)?)
    })
}

fn wanted(actor: &Actor, campaign: CampaignId, stage: Stage, mine: bool) -> Wanted {
    let of = |kind: &&AppealKind| !mine || actor.has(kind.answered_with());
    let kinds = AppealKind::ALL.iter().filter(of).copied().collect();
    Wanted { visible: visible_items(actor), campaign, stage, kinds }
}

/// How many of a stage fall to the actor: to answer, or to carry out.
pub(crate) fn count_mine(view: &View<'_>, campaign: CampaignId, stage: Stage) -> Result<i64, Refusal> {
    Ok(appeal::count(view.tx, &wanted(view.actor, campaign, stage, true))?)
}

/// The records of an enterprise with what may be said against each, and what was said already.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Name of the enterprise.
    pub enterprise: String,
    /// Records with the kinds that can be lodged now.
    pub records: Vec<(Penalty, Vec<AppealKind>)>,
    /// What was lodged, newest first.
    pub lodged: Vec<Opened>,
}

/// The desk of one enterprise, for the enterprise itself and its agency.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn desk(app: &App, actor: &Actor, of: EnterpriseId) -> Result<Desk, Refusal> {
    app.view(actor, |view| {
        view.must(Action::LodgeAppeal, &concerns::of_enterprise(view.tx, of)?)?;
        let (lodged, under_way) = (appeal::of_enterprise(view.tx, of)?, applications(view.tx, of)?);
        let mut records = Vec::new();
        for record in penalty::of_enterprise(view.tx, of)? {
            let against = newest(&under_way, record.id).map(|(_, state, item)| (state, item));
            let free = |kind: &&AppealKind| {
                let waits = |one: &Appeal| {
                    one.penalty == record.id && one.kind == **kind && one.state == AppealState::Received
                };
                appeal_gaps(**kind, record.state, against).is_none() && !lodged.iter().any(waits)
            };
            let kinds: Vec<AppealKind> = AppealKind::ALL.iter().filter(free).copied().collect();
            records.push((record, kinds));
        }
        let lodged = lodged.into_iter().map(|one| after::opened(view, one)).collect::<Result<_, _>>()?;
        Ok(Desk { enterprise: enterprise::load(view.tx, of)?.name, records, lodged })
    })
}
