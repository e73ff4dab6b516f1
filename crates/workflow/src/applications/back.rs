//! Back to an earlier step, by the one who may take it back, and always with a reason (N12 N27): the window its review, the
//! authority its decision or the whole application, the center a removal that was recorded in error.

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::application::{ApplicationAction, ApplicationState, ItemAction, ItemState};
use xinxiu_domain::batch::RecordAction;
use xinxiu_domain::id::{ApplicationId, ItemId};
use xinxiu_domain::repair_fact::FactKind;
use xinxiu_domain::text::tidy;
use xinxiu_domain::{IllegalMove, Missing};
use xinxiu_store::application::{self, Application};
use xinxiu_store::concerns;
use xinxiu_store::item::{self, Item};
use xinxiu_store::penalty::{self, Penalty};

use super::facts::{self, Fact, Paper};
use super::prepare;
use crate::app::{App, Done, Step};
use crate::refusal::{Refusal, unchanged};

/// Why somebody goes back a step.
#[derive(Debug, Clone, Default)]
pub struct Back {
    /// Reason.
    pub reason: String,
    /// Paper on which it rests.
    pub file: Option<Paper>,
    /// Version of the application or item that the form was filled from.
    pub version: i64,
}

fn reason(back: &Back) -> Result<String, Refusal> {
    let reason = tidy(&back.reason);
    if reason.chars().count() < 2 {
        return Err(Refusal::invalid("reason", "请写明原因，企业和经办人员都会看到"));
    }
    Ok(reason)
}

/// Keeps decisions and steps back from crossing on one enterprise's applications.
pub(super) fn one_at_a_time(step: &Step<'_>, found: &Application) -> Result<(), Refusal> {
    Ok(step.tx.lock(&format!("application:{}", found.enterprise))?)
}

/// The window takes its review back: the application waits for it again.
///
/// # Errors
/// [`Refusal::Invalid`] without a reason; [`Refusal::Missing`] once an authority has decided on one of its records; a
/// conflict where somebody else changed it meanwhile.
pub fn recall_review(app: &App, actor: &Actor, id: ApplicationId, back: &Back) -> Result<(), Refusal> {
    let reason = reason(back)?;
    app.step(actor, |step| {
        let found = application::load(step.tx, id)?;
        step.must(Action::FirstReview, &concerns::of_enterprise(step.tx, found.enterprise)?)?;
        one_at_a_time(step, &found)?;
        let items = item::of_applications(step.tx, &[id])?;
        if items.iter().any(|item| !matches!(item.state, ItemState::Pending | ItemState::Closed)) {
            let message = "处罚机关已经作出修复决定，不能撤销初审结论；有问题请联系处罚机关撤销决定";
            return Err(Refusal::Missing(vec![Missing::new("decided", message, "N12")]));
        }
        go_back(step, found, (ApplicationAction::Recall, FactKind::Recalled), (&reason, back))
    })
}

/// The authority sends an application back to the window over a record that it has to decide on. What other authorities have
/// decided stands.
///
/// # Errors
/// As [`recall_review`]; [`Refusal::Illegal`] where the record is decided on already.
pub fn send_back(app: &App, actor: &Actor, id: ItemId, back: &Back) -> Result<(), Refusal> {
    let reason = reason(back)?;
    app.step(actor, |step| {
        let (item, penalty, found) = loaded(step, id)?;
        step.must(Action::DecideRepair, &penalty.authority.map(concerns::of_authority).unwrap_or_default())?;
        if item.state != ItemState::Pending {
            let (noun, state) = (ItemState::NOUN, item.state.label());
            return Err(IllegalMove { noun, state, action: ApplicationAction::SendBack.label() }.into());
        }
        go_back(step, found, (ApplicationAction::SendBack, FactKind::SentBack), (&reason, back))
    })
}

fn go_back(
    step: &Step<'_>,
    mut found: Application,
    (action, kind): (ApplicationAction, FactKind),
    (reason, back): (&str, &Back),
) -> Result<(), Refusal> {
    let id = found.id;
    unchanged(ApplicationState::NOUN, found.version, back.version)?;
    found.state = found.state.after(action)?;
    application::save(step.tx, &found)?;
    let file = facts::kept(step, back.file.as_ref())?;
    let result = ApplicationState::Submitted.label();
    facts::put(step, &Fact { application: id, item: None, kind, result, opinion: reason, on: None, file })?;
    prepare::record(
        step,
        &format!("application.{}", action.code()),
        (id, found.enterprise),
        format!("{kind}：{reason}"),
    )
}

fn loaded(step: &Step<'_>, id: ItemId) -> Result<(Item, Penalty, Application), Refusal> {
    one_at_a_time(step, &application::load(step.tx, item::load(step.tx, id)?.application)?)?;
    let item = item::load(step.tx, id)?;
    let penalty = penalty::load(step.tx, item.penalty)?;
    let found = application::load(step.tx, item.application)?;
    Ok((item, penalty, found))
}

/// The authority takes its decision back: the record waits for a new one. The old decision stays among the facts.
///
/// # Errors
/// [`Refusal::Invalid`] without a reason; [`Refusal::Illegal`] once the record is taken down; [`Refusal::Missing`] where a
/// refused record stands in another application meanwhile; a conflict where a colleague was faster.
pub fn undo_decision(app: &App, actor: &Actor, id: ItemId, back: &Back) -> Result<(), Refusal> {
    let reason = reason(back)?;
    app.step(actor, |step| {
        let (mut item, penalty, found) = loaded(step, id)?;
        step.must(Action::DecideRepair, &penalty.authority.map(concerns::of_authority).unwrap_or_default())?;
        unchanged(ItemState::NOUN, item.version, back.version)?;
        item.state = item.state.after(ItemAction::Undo)?;
        if let Some(other) = item::open_application_of(step.tx, item.penalty, Some(found.id))? {
            let message = format!("{}：已在第{other}号申请中重新办理，不能再撤销这次决定", penalty.decision);
            return Err(Refusal::Missing(vec![Missing::new("double_application", message, "N24")]));
        }
        item.severity = None;
        item.conduct = None;
        item.duty_performed = None;
        item.opinion.clear();
        item.decided_by.clear();
        item.decided_on = None;
        item.authority_handler.clear();
        item.authority_phone_sealed.clear();
        item.decision_file = None;
        item::save(step.tx, &item)?;
        leave(step, (&item, &penalty), FactKind::DecisionUndone, (&reason, back.file.as_ref()))
    })
}

/// The center takes a removal back that was recorded in error: the record counts as public again.
///
/// # Errors
/// As [`undo_decision`].
pub fn undo_removal(app: &App, actor: &Actor, id: ItemId, back: &Back) -> Result<(), Refusal> {
    let reason = reason(back)?;
    app.step(actor, |step| {
        let (mut item, mut penalty, _) = loaded(step, id)?;
        step.must(Action::RecordRemoval, &concerns::of_enterprise(step.tx, penalty.enterprise)?)?;
        unchanged(ItemState::NOUN, item.version, back.version)?;
        item.state = item.state.after(ItemAction::Restore)?;
        penalty.state = penalty.state.after(RecordAction::Restore)?;
        penalty.taken_down_on = None;
        penalty::save(step.tx, &penalty)?;
        item.taken_down_on = None;
        item.taken_down_by.clear();
        item::save(step.tx, &item)?;
        leave(step, (&item, &penalty), FactKind::RemovalUndone, (&reason, back.file.as_ref()))
    })
}

/// Leaves the fact of a step on one record, and its audit entry.
pub(super) fn leave(
    step: &Step<'_>,
    (item, penalty): (&Item, &Penalty),
    kind: FactKind,
    (reason, paper): (&str, Option<&Paper>),
) -> Result<(), Refusal> {
    let file = facts::kept(step, paper)?;
    let fact = Fact {
        application: item.application,
        item: Some(item.id),
        kind,
        result: item.state.label(),
        opinion: reason,
        on: None,
        file,
    };
    facts::put(step, &fact)?;
    let done = Done {
        action: &format!("item.{}", kind.code()),
        subject: ("item", item.id.0),
        enterprise: Some(penalty.enterprise),
        summary: format!("{}：{kind}，{reason}", penalty.decision),
    };
    step.record(done, serde_json::json!({ "penalty": penalty.id }))
}
