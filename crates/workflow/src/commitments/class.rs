//! The commitments of a whole class in one step, so that nobody opens 170 enterprises one by one (N10 N24).

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::commitment::{ABOUT_LISTING, ABOUT_PENALTY};
use xinxiu_domain::id::PlanItemId;
use xinxiu_store::{campaign, commitment, concerns};

use crate::app::{App, Done};
use crate::refusal::Refusal;

/// Prepares every commitment that enterprises of a class still lack, as far as the actor handles theirs.
/// Doing it again changes nothing. Returns how many were made.
///
/// # Errors
/// [`Refusal::Forbidden`] for a class of another agency or county.
pub fn prepare_class(app: &App, actor: &Actor, item: PlanItemId) -> Result<usize, Refusal> {
    app.step(actor, |step| {
        step.must(Action::HandleCommitment, &concerns::of_plan_item(step.tx, item)?)?;
        // Two people may press the button at once: the second waits here and then finds nothing to do.
        step.tx.lock(&format!("commitments-{item}"))?;
        let class = campaign::load_item(step.tx, item)?;
        let filter = concerns::enterprise_filter(actor, Action::HandleCommitment, "m.enterprise_id");
        let open = commitment::lacking_in_class(step.tx, item, &filter)?;
        for (enterprise, penalty) in &open {
            let edition = if penalty.is_some() { ABOUT_PENALTY } else { ABOUT_LISTING };
            commitment::insert(step.tx, class.campaign, *enterprise, *penalty, edition)?;
        }
        let done = Done {
            action: "commitment.prepare_class",
            subject: ("plan_item", item.0),
            enterprise: None,
            summary: format!("为「{}」准备信用修复承诺书{}份", class.name, open.len()),
        };
        step.record(done, serde_json::json!({ "count": open.len() }))?;
        Ok(open.len())
    })
}
