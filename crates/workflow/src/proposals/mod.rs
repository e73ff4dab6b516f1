//! Proposed sessions (场次建议, N07): drawn up from the analysis, then accepted, edited or rejected by whoever
//! organises the class.

use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::id::ProposalId;
use xinxiu_domain::proposal::ProposalState;
use xinxiu_store::proposal::{self, Entry, Proposal};
use xinxiu_store::{campaign, concerns};

use crate::app::{App, Done, Step, View};
use crate::refusal::Refusal;

mod decide;
mod draw;

pub use decide::{Decision, accept, edit, reject, withdraw};
pub use draw::{DrawUp, draw_up};

/// A proposal with its enterprises and what the reader may do.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The proposal.
    pub proposal: Proposal,
    /// Its enterprises in their order; those that the reader may see.
    pub entries: Vec<Entry>,
    /// Whether the reader decides.
    pub may_decide: bool,
    /// Whether the reader may take it back.
    pub may_withdraw: bool,
}

/// Proposals of the campaign under way for classes that the actor may see, those that wait first.
///
/// # Errors
/// What the database says.
pub fn list(app: &App, actor: &Actor) -> Result<Vec<Proposal>, Refusal> {
    app.view(actor, |view| {
        let Some(campaign) = campaign::current(view.tx)? else { return Ok(Vec::new()) };
        let filter = concerns::plan_item_filter(actor, Action::ViewProposal, "i.id");
        Ok(proposal::list(view.tx, campaign.id, &filter)?)
    })
}

/// How many proposals wait for the actor's decision.
pub(crate) fn waiting(view: &View<'_>) -> Result<usize, Refusal> {
    let Some(campaign) = campaign::current(view.tx)? else { return Ok(0) };
    let filter = concerns::plan_item_filter(view.actor, Action::DecideProposal, "i.id");
    let all = proposal::list(view.tx, campaign.id, &filter)?;
    Ok(all.iter().filter(|one| one.state == ProposalState::Proposed).count())
}

/// One proposal.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn show(app: &App, actor: &Actor, id: ProposalId) -> Result<Shown, Refusal> {
    app.view(actor, |view| {
        let found = proposal::load(view.tx, id)?;
        let whom = concerns::of_plan_item(view.tx, found.plan_item)?;
        view.must(Action::ViewProposal, &whom)?;
        let open = found.state == ProposalState::Proposed;
        Ok(Shown {
            entries: proposal::entries(view.tx, id)?,
            may_decide: open && actor.may(Action::DecideProposal, &whom),
            may_withdraw: open && actor.may(Action::ProposeSession, &whom),
            proposal: found,
        })
    })
}

/// The proposal and whom its class concerns, where the actor has the action on it.
fn loaded(step: &Step<'_>, action: Action, id: ProposalId) -> Result<(Proposal, Concerns), Refusal> {
    let found = proposal::load(step.tx, id)?;
    let whom = concerns::of_plan_item(step.tx, found.plan_item)?;
    step.must(action, &whom)?;
    Ok((found, whom))
}

fn record(step: &Step<'_>, action: &str, id: ProposalId, summary: String) -> Result<(), Refusal> {
    let done = Done { action, subject: ("session_proposal", id.0), enterprise: None, summary };
    step.record(done, serde_json::json!({}))
}
