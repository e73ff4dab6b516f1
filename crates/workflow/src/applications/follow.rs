//! Applications follow their penalty decisions (N08 N27): one that was changed is looked at again before anybody acts on it,
//! one that was withdrawn by its authority ends what is under way.

use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::application::{ApplicationState, ItemAction, ItemState};
use xinxiu_domain::batch::{RecordAction, RecordState};
use xinxiu_domain::correction::PenaltyField;
use xinxiu_domain::id::{ItemId, PenaltyId};
use xinxiu_domain::repair_fact::{FactKind, changed, rests_on};
use xinxiu_domain::text::tidy;
use xinxiu_domain::{IllegalMove, Missing};
use xinxiu_store::item::{self, Item};
use xinxiu_store::penalty::{self, Penalty};
use xinxiu_store::penalty_version::{self, Version};
use xinxiu_store::{StoreError, application, concerns};

use super::back::{leave, one_at_a_time};
use super::facts::Paper;
use crate::app::{App, Done, Step};
use crate::refusal::{Refusal, unchanged};

/// What keeps a step from resting on a decision that is another now, or is none any more.
pub(super) fn decision_changed(item: &Item, penalty: &Penalty) -> Option<Missing> {
    if penalty.state == RecordState::Withdrawn {
        let message = format!("{}：处罚决定已被机关撤销，请终止办理", penalty.decision);
        return Some(Missing::new("decision_withdrawn", message, "N27"));
    }
    let fields: Vec<_> =
        changed(&item.seen, &penalty.stated()).iter().map(|(field, ..)| field.label()).collect();
    let message = format!("{}：处罚决定已变更（{}），请重新核对", penalty.decision, fields.join("、"));
    (!fields.is_empty()).then(|| Missing::new("decision_changed", message, "N27"))
}

/// What is another in a decision since somebody looked at it last: field, value then, value now.
pub(super) fn differences(item: &Item, penalty: &Penalty) -> Vec<(PenaltyField, String, String)> {
    if item.state.allows(ItemAction::Close) { changed(&item.seen, &penalty.stated()) } else { Vec::new() }
}

/// Who has to look at a record again, or may end it, while its application stands so.
const fn whose(state: ApplicationState) -> Action {
    match state {
        ApplicationState::Submitted => Action::FirstReview,
        ApplicationState::Accepted => Action::DecideRepair,
        ApplicationState::Draft | ApplicationState::Returned | ApplicationState::Withdrawn => {
            Action::PrepareApplication
        }
    }
}

fn concerned(step: &Step<'_>, action: Action, penalty: &Penalty) -> Result<Concerns, Refusal> {
    Ok(match action {
        Action::DecideRepair => penalty.authority.map(concerns::of_authority).unwrap_or_default(),
        _ => concerns::of_enterprise(step.tx, penalty.enterprise)?,
    })
}

/// Whoever holds the application has looked at the changed decision again; what the rules say of it now counts.
///
/// # Errors
/// [`Refusal::Invalid`] without what was found; [`Refusal::Missing`] where nothing changed; a conflict where somebody was
/// faster.
pub fn recheck(app: &App, actor: &Actor, id: ItemId, version: i64, found: &str) -> Result<(), Refusal> {
    let said = tidy(found);
    if said.is_empty() {
        return Err(Refusal::invalid("found", "请写明核对的结果，例如：罚款金额更正，材料不受影响"));
    }
    app.step(actor, |step| {
        let (mut item, penalty) = held(step, id, version)?;
        if changed(&item.seen, &penalty.stated()).is_empty() {
            let message = "处罚决定没有变更，不需要重新核对";
            return Err(Refusal::Missing(vec![Missing::new("unchanged", message, "N27")]));
        }
        item.seen = rests_on(&penalty.stated());
        item::save(step.tx, &item)?;
        leave(step, (&item, &penalty), FactKind::Rechecked, (&said, None))
    })
}

/// Whoever holds the application ends one of its records whose decision was withdrawn.
///
/// # Errors
/// [`Refusal::Missing`] where the decision stands; otherwise as [`recheck`].
pub fn close(app: &App, actor: &Actor, id: ItemId, version: i64) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let (item, penalty) = held(step, id, version)?;
        if penalty.state != RecordState::Withdrawn {
            let message = format!("{}：处罚决定没有撤销，不能终止办理；需要时请撤回申请", penalty.decision);
            return Err(Refusal::Missing(vec![Missing::new("decision_stands", message, "N27")]));
        }
        end(step, item, &penalty)
    })
}

fn held(step: &Step<'_>, id: ItemId, version: i64) -> Result<(Item, Penalty), Refusal> {
    let item = item::load(step.tx, id)?;
    let penalty = penalty::load(step.tx, item.penalty)?;
    let found = application::load(step.tx, item.application)?;
    let action = whose(found.state);
    step.must(action, &concerned(step, action, &penalty)?)?;
    one_at_a_time(step, &found)?;
    unchanged(ItemState::NOUN, item.version, version)?;
    if found.state == ApplicationState::Withdrawn {
        let (noun, state) = (ApplicationState::NOUN, found.state.label());
        return Err(IllegalMove { noun, state, action: "办理" }.into());
    }
    Ok((item, penalty))
}

fn end(step: &Step<'_>, mut item: Item, penalty: &Penalty) -> Result<(), Refusal> {
    item.state = item.state.after(ItemAction::Close)?;
    item::save(step.tx, &item)?;
    leave(step, (&item, penalty), FactKind::Closed, ("处罚决定已被机关撤销", None))
}

/// Ends every record under way whose decision was withdrawn, after a list or a person said so.
pub(crate) fn end_withdrawn(step: &Step<'_>) -> Result<usize, Refusal> {
    let mut ended = 0;
    for id in item::under_way_without_decision(step.tx)? {
        let item = item::load(step.tx, id)?;
        let penalty = penalty::load(step.tx, item.penalty)?;
        one_at_a_time(step, &application::load(step.tx, item.application)?)?;
        end(step, item, &penalty)?;
        ended += 1;
    }
    Ok(ended)
}

/// That an authority withdrew its decision (决定撤销).
#[derive(Debug, Clone)]
pub struct Withdrawal {
    /// Why, as the authority says it.
    pub reason: String,
    /// The paper or notice on which it rests, in words.
    pub source: String,
    /// That paper.
    pub file: Option<Paper>,
    /// Version of the record that the form was filled from.
    pub version: i64,
}

/// Records that a penalty decision was withdrawn. It counts nowhere any more, and what is under way over it ends; its history
/// stays.
///
/// # Errors
/// [`Refusal::Invalid`] without reason or paper; [`Refusal::Illegal`] where it is withdrawn already; a conflict where somebody
/// else changed the record meanwhile.
pub fn withdraw_decision(
    app: &App,
    actor: &Actor,
    id: PenaltyId,
    command: &Withdrawal,
) -> Result<usize, Refusal> {
    let (reason, source) = (tidy(&command.reason), tidy(&command.source));
    if reason.is_empty() {
        return Err(Refusal::invalid("withdraw_reason", "请写明撤销的原因"));
    }
    if source.is_empty() {
        return Err(Refusal::invalid("withdraw_source", "请写明依据的文书，例如「撤销决定书」及文号"));
    }
    app.step(actor, |step| {
        step.must(Action::CorrectPenalty, &concerns::of_penalty(step.tx, id)?)?;
        step.tx.lock("import")?;
        let mut found = penalty::load(step.tx, id)?;
        if found.version != command.version {
            return Err(StoreError::Conflict("处罚记录").into());
        }
        let before = found.state;
        found.state = found.state.after(RecordAction::Withdraw)?;
        penalty::save(step.tx, &found)?;
        let file = super::facts::kept(step, command.file.as_ref())?;
        let version = Version {
            kind: xinxiu_domain::correction::VersionKind::Withdrawn,
            changes: vec![("办理状态".into(), before.to_string(), found.state.to_string())],
            reason: reason.clone(),
            source: source.clone(),
            actor: step.actor.name.clone(),
            at: step.moment(),
        };
        penalty_version::insert(step.tx, &[(id, version)])?;
        let done = Done {
            action: "penalty.withdraw",
            subject: ("penalty", id.0),
            enterprise: Some(found.enterprise),
            summary: format!("{}：处罚决定已撤销，{reason}（依据：{source}）", found.decision),
        };
        step.record(done, serde_json::json!({ "file": file }))?;
        end_withdrawn(step)
    })
}
