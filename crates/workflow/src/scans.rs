//! The scans that a person must look at, because no code vouches for them (待人工核对的扫描件, N10 N12).

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::CampaignId;
use xinxiu_store::waiting_scan::{self, WaitingScan};
use xinxiu_store::{Part, campaign, concerns};

use crate::app::{App, View};
use crate::refusal::Refusal;

fn filter(actor: &Actor) -> String {
    concerns::enterprise_filter(actor, Action::ConfirmScan, "e.id")
}

/// A part of the scans of the campaign under way that wait for somebody who may look at them, the oldest first.
///
/// # Errors
/// [`Refusal::Forbidden`] where the actor's role looks at none.
pub fn waiting(app: &App, actor: &Actor, part: Part) -> Result<Vec<WaitingScan>, Refusal> {
    if !actor.has(Action::ConfirmScan) {
        return Err(Refusal::Forbidden(Action::ConfirmScan));
    }
    app.view(actor, |view| {
        let Some(campaign) = campaign::current(view.tx)? else { return Ok(Vec::new()) };
        Ok(waiting_scan::list(view.tx, &filter(actor), campaign.id, part)?)
    })
}

/// How many wait, for [`crate::home`].
pub(crate) fn count(view: &View<'_>, campaign: CampaignId) -> Result<i64, Refusal> {
    Ok(waiting_scan::count(view.tx, &filter(view.actor), campaign)?)
}
