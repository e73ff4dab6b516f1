//! How far the plan table is filled (计划执行, N04).

use std::collections::{BTreeMap, HashMap};

use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::id::{CampaignId, OrgId, PlanItemId};
use xinxiu_store::campaign::{self, Campaign, PlanItem};
use xinxiu_store::organisation;
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

/// A county's part in the plan, over all classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountyStanding {
    /// Its name; empty for enterprises whose county is not known, and for numbers that no county has of its own.
    pub name: String,
    /// What is planned for it: the classes of it alone, and its shares in others.
    pub planned: u32,
    /// Its enterprises, counted in their primary class.
    pub filled: Filled,
}

/// How far each county has filled what is planned for it; last what is planned for several counties together.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn by_county(app: &App, actor: &Actor, id: CampaignId) -> Result<Vec<CountyStanding>, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ViewCampaign, &Concerns::default())?;
        let mut counties: BTreeMap<Option<OrgId>, (u32, Filled)> = BTreeMap::new();
        for class in campaign::items(view.tx, id)? {
            for (county, planned) in shares(&class) {
                counties.entry(county).or_default().0 += planned;
            }
        }
        for (_, county, filled) in plan_standing::by_county(view.tx, id)? {
            let sum = &mut counties.entry(county).or_default().1;
            sum.members += filled.members;
            sum.invited += filled.invited;
            sum.trained += filled.trained;
        }
        let orgs = organisation::all(view.tx)?;
        let name = |id: Option<OrgId>| {
            orgs.iter().find(|org| Some(org.id) == id).map_or_else(String::new, |org| org.name.clone())
        };
        let mut lines: Vec<_> = counties
            .into_iter()
            .map(|(county, (planned, filled))| CountyStanding { name: name(county), planned, filled })
            .collect();
        lines.sort_by_key(|line| line.name.is_empty());
        Ok(lines)
    })
}

/// How a class shares its number: among its counties, and `None` for what they have together.
fn shares(class: &PlanItem) -> Vec<(Option<OrgId>, u32)> {
    if let ([county], true) = (class.counties.as_slice(), class.authorities.is_empty()) {
        return vec![(Some(*county), class.planned)];
    }
    let own: u32 = class.quotas.values().sum();
    let shared = class.quotas.iter().map(|(county, planned)| (Some(*county), *planned));
    shared.chain([(None, class.planned.saturating_sub(own))]).filter(|(_, planned)| *planned > 0).collect()
}
