//! The campaign's numbers as each role may see them (N03 N19), and the enterprises behind each number.

use xinxiu_domain::Missing;
use xinxiu_domain::actor::{Action, Actor, Scope};
use xinxiu_domain::id::CampaignId;
use xinxiu_domain::progress::Measure;
use xinxiu_store::campaign::{self, Campaign};
use xinxiu_store::progress::{self, ProgressFilter, ProgressMember, ProgressRow};
use xinxiu_store::{Sort, Tx};

use crate::app::{App, View};
use crate::refusal::Refusal;

/// The numbers of a campaign.
#[derive(Debug, Clone)]
pub struct Board {
    /// The campaign.
    pub campaign: Campaign,
    /// One row per class, in the order of the plan.
    pub rows: Vec<ProgressRow>,
    /// All rows added up.
    pub total: ProgressRow,
}

/// The numbers by class; the campaign under way where none is named.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Missing`] where no campaign is under way.
pub fn board(
    app: &App,
    actor: &Actor,
    campaign: Option<CampaignId>,
    filter: &ProgressFilter,
) -> Result<Board, Refusal> {
    app.view(actor, |view| {
        let filter = narrowed(view, filter)?;
        let campaign = chosen(view, campaign)?;
        let rows = progress::progress(view.tx, campaign.id, &filter)?;
        let total = ProgressRow::total("合计", &rows);
        Ok(Board { campaign, rows, total })
    })
}

/// The enterprises behind a number in the order asked for, a page (offset and length) at a time.
///
/// # Errors
/// As [`board`].
pub fn members(
    app: &App,
    actor: &Actor,
    campaign: Option<CampaignId>,
    filter: &ProgressFilter,
    measure: (Measure, Option<Sort>),
    page: (u32, u32),
) -> Result<Vec<ProgressMember>, Refusal> {
    app.view(actor, |view| {
        let filter = narrowed(view, filter)?;
        let campaign = chosen(view, campaign)?;
        Ok(progress::progress_members(view.tx, campaign.id, &filter, measure, page)?)
    })
}

/// The campaign under way, for steps and views alike.
///
/// # Errors
/// [`Refusal::Missing`] where none is published.
pub fn under_way(tx: &Tx<'_>) -> Result<Campaign, Refusal> {
    campaign::current(tx)?.ok_or_else(|| {
        let message = "还没有已发布的年度行动，请市信用办先发布";
        Refusal::Missing(vec![Missing::new("no_campaign", message, "N04")])
    })
}

fn chosen(view: &View<'_>, campaign: Option<CampaignId>) -> Result<Campaign, Refusal> {
    match campaign {
        Some(id) => Ok(campaign::load(view.tx, id)?),
        None => under_way(view.tx),
    }
}

/// What of a filter the actor may look through: a county never leaves its county, nor an agency its classes.
fn narrowed(view: &View<'_>, filter: &ProgressFilter) -> Result<ProgressFilter, Refusal> {
    let forbidden = || Refusal::Forbidden(Action::ViewProgress);
    let scope = view.actor.scopes(Action::ViewProgress).into_iter().next().ok_or_else(forbidden)?;
    if scope == Scope::All {
        return Ok(filter.clone());
    }
    let own = Some(view.actor.org.ok_or_else(forbidden)?);
    let mut filter = filter.clone();
    match scope {
        Scope::County => filter.county = own,
        Scope::Agency => filter.agency = own,
        Scope::Authority => filter.authority = own,
        Scope::Organiser => filter.organiser = own,
        Scope::All | Scope::Own => return Err(forbidden()),
    }
    Ok(filter)
}
