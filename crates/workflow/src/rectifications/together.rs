//! One deadline for several enterprises at once (批量提出整改期限, N16): looked at before it is set, and set for all in one step.

use jiff::civil::Date;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::EnterpriseId;
use xinxiu_domain::rectification::{RectificationAction, RectificationState, deadline_gaps};
use xinxiu_store::{concerns, enterprise, rectification};

use super::{BulkOutcome, Change, Deadline, due_of, open, own, required, save};
use crate::app::App;
use crate::progress::under_way;
use crate::refusal::{Refusal, require};

/// What setting a deadline for several would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposed {
    /// The day.
    pub due: Date,
    /// Those for whom it would be set, each with name and present state.
    pub whom: Vec<(EnterpriseId, String, RectificationState)>,
    /// Names of those for whom it cannot be set, each with the reason.
    pub left: Vec<(String, String)>,
}

fn checked(chosen: &[EnterpriseId], demand: &str) -> Result<String, Refusal> {
    if chosen.is_empty() {
        return Err(Refusal::invalid("enterprise", "请先勾选要提出整改期限的企业"));
    }
    required("demand", demand, "整改要求")
}

/// Says what a deadline for several enterprises would do; nothing is changed.
///
/// # Errors
/// As [`set_deadlines`].
pub fn propose_deadlines(
    app: &App,
    actor: &Actor,
    chosen: &[EnterpriseId],
    deadline: Deadline,
    demand: &str,
) -> Result<Proposed, Refusal> {
    checked(chosen, demand)?;
    app.view(actor, |view| {
        let due = due_of(view.app, view.today, deadline)?;
        require(deadline_gaps(due, None, view.today))?;
        let authority = own(actor, Action::Rectify)?;
        let campaign = under_way(view.tx)?.id;
        let mut proposed = Proposed { due, whom: Vec::new(), left: Vec::new() };
        for id in chosen {
            view.must(Action::Rectify, &concerns::of_enterprise(view.tx, *id)?)?;
            let name = enterprise::load(view.tx, *id)?.name;
            let found = rectification::find(view.tx, campaign, *id, authority)?;
            let state = found.map_or(RectificationState::INITIAL, |found| found.state);
            match state.after(RectificationAction::SetDeadline) {
                Ok(_) => proposed.whom.push((*id, name, state)),
                Err(reason) => proposed.left.push((name, reason.to_string())),
            }
        }
        Ok(proposed)
    })
}

/// Sets one deadline for several enterprises in one step, with an entry for each. Those whose state does not allow it are left.
///
/// # Errors
/// [`Refusal::Invalid`] where none is chosen or nothing is asked for; [`Refusal::Missing`] where the day does not lie ahead;
/// [`Refusal::Forbidden`] where one is not the authority's own.
pub fn set_deadlines(
    app: &App,
    actor: &Actor,
    chosen: &[EnterpriseId],
    due: Date,
    demand: &str,
) -> Result<BulkOutcome, Refusal> {
    let demand = checked(chosen, demand)?;
    app.step(actor, |step| {
        require(deadline_gaps(due, None, step.today))?;
        let mut outcome = BulkOutcome::default();
        for id in chosen {
            let (name, found) = open(step, *id)?;
            match found.state.after(RectificationAction::SetDeadline) {
                Ok(state) => {
                    let change =
                        Change { due: Some(due), ..Change::new(RectificationAction::SetDeadline, &demand) };
                    let after = super::Rectification { state, due_on: Some(due), ..found };
                    save(step, &name, after, &change)?;
                    outcome.done.push(name);
                }
                Err(reason) => outcome.left.push((name, reason.to_string())),
            }
        }
        Ok(outcome)
    })
}
