//! How far the plan table is filled (计划执行, N04).

use std::collections::HashMap;

use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::id::{CampaignId, PlanItemId};
use xinxiu_store::campaign::{self, Campaign, PlanItem};
use xinxiu_store::plan_standing::{self, Filled};

use crate::app::App;
use crate::refusal::Refusal;

/// A class of the plan table, and how far it is filled.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The class.
    pub class: PlanItem,
    /// What there is of it.
    pub filled: Filled,
}

/// How far the plan table of a campaign is filled (N04).
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn standing(app: &App, actor: &Actor, id: CampaignId) -> Result<(Campaign, Vec<Standing>), Refusal> {
    app.view(actor, |view| {
        view.must(Action::ViewCampaign, &Concerns::default())?;
        let mut filled: HashMap<PlanItemId, Filled> =
            plan_standing::of_campaign(view.tx, id)?.into_iter().collect();
        let items = campaign::items(view.tx, id)?.into_iter();
        let all = items.map(|class| Standing { filled: filled.remove(&class.id).unwrap_or_default(), class });
        Ok((campaign::load(view.tx, id)?, all.collect()))
    })
}
