//! The one shape of every step with an objection or appeal (异议、申诉) that is lodged already: loaded for whom the step falls to,
//! moved, filled in, saved and recorded.

use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::appeal::{AppealAction, AppealKind, AppealState};
use xinxiu_domain::id::{AppealId, EnterpriseId};
use xinxiu_store::appeal::{self, Appeal};
use xinxiu_store::{Tx, concerns, penalty};

use crate::app::{App, Done, Step};
use crate::refusal::{Refusal, unchanged};

/// Takes one step further what still stands as the actor read it. What `fill` writes into it is saved; what it says of it stands in
/// the record behind the number of the decision.
pub(super) fn advance(
    app: &App,
    actor: &Actor,
    (id, version): (AppealId, i64),
    action: AppealAction,
    fill: impl FnOnce(&Step<'_>, &mut Appeal) -> Result<String, Refusal>,
) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let mut found = appeal::load(step.tx, id)?;
        allowed(step, &found, action)?;
        unchanged(AppealState::NOUN, found.version, version)?;
        found.state = found.state.after(action)?;
        let said = fill(step, &mut found)?;
        appeal::save(step.tx, &found)?;
        let summary = format!("{}：{said}", found.decision_number);
        record(step, audited(action), (id, found.enterprise), summary)
    })
}

/// Whether the step falls to the actor. Neither may an agency undo what its enterprise lodged itself, nor the other way round.
fn allowed(step: &Step<'_>, found: &Appeal, action: AppealAction) -> Result<(), Refusal> {
    match action {
        AppealAction::AddFile | AppealAction::Withdraw => {
            step.must(Action::LodgeAppeal, &concerns::of_enterprise(step.tx, found.enterprise)?)?;
            if step.actor.role == found.lodged_role {
                Ok(())
            } else {
                Err(Refusal::Forbidden(Action::LodgeAppeal))
            }
        }
        AppealAction::Uphold | AppealAction::Reject | AppealAction::Postpone | AppealAction::CarryOut => {
            step.must(found.kind.answered_with(), &concerned(step.tx, found)?)
        }
    }
}

/// Under which name the step stands in the record.
const fn audited(action: AppealAction) -> &'static str {
    match action {
        AppealAction::Uphold | AppealAction::Reject => "appeal.answer",
        AppealAction::Postpone => "appeal.postpone",
        AppealAction::Withdraw => "appeal.withdraw",
        AppealAction::AddFile => "appeal.add_file",
        AppealAction::CarryOut => "appeal.carry_out",
    }
}

/// Whom the answer concerns: the authority of the decision, or the enterprise's own people.
pub(super) fn concerned(tx: &Tx<'_>, found: &Appeal) -> Result<Concerns, Refusal> {
    if found.kind == AppealKind::Decision {
        let authority = penalty::load(tx, found.penalty)?.authority;
        return Ok(authority.map(concerns::of_authority).unwrap_or_default());
    }
    Ok(concerns::of_enterprise(tx, found.enterprise)?)
}

pub(super) fn record(
    step: &Step<'_>,
    action: &str,
    (id, enterprise): (AppealId, EnterpriseId),
    summary: String,
) -> Result<(), Refusal> {
    let done = Done { action, subject: ("appeal", id.0), enterprise: Some(enterprise), summary };
    step.record(done, serde_json::json!({}))
}
