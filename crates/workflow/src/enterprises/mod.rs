//! Enterprises: found, shown with everything known of them, corrected; their penalty records judged.

mod card;
mod correct;
mod edition;
mod law;
mod penalty_correct;
mod reveal;
mod review;
mod timeline;

use xinxiu_domain::actor::{Action, Actor, Concerns, OrganisationKind, Scope};
use xinxiu_domain::id::CampaignId;
use xinxiu_store::Sort;
use xinxiu_store::campaign::{self, PlanItem};
use xinxiu_store::enterprise_search::{self, After, Filter, Listed};
use xinxiu_store::organisation::{self, Organisation};
use xinxiu_store::search::{self, Hit};

use crate::app::App;
use crate::refusal::Refusal;

pub(crate) use card::card_in;
pub use card::{Card, PenaltyCard, ShownChange, card, field_label, penalty_card};
pub use correct::{Correction, correct};
pub use edition::{name_edition, take_back_edition};
pub use law::{LawCommand, law_change_gaps, record_change, undo_change};
pub(crate) use penalty_correct::mark_stale;
pub use penalty_correct::{
    PenaltyCorrection, Settlement, correct_penalty, settle_correction, take_back_correction,
    waiting_corrections,
};
pub use reveal::{Personal, reveal};
pub use review::{assess, live_verdict, reassess_all, review_class, take_back_review};
pub use timeline::{Attached, Event};

/// A page of enterprises.
#[derive(Debug, Clone)]
pub struct Page {
    /// The rows.
    pub rows: Vec<Listed>,
    /// How many the filter leaves, up to one more than the cap.
    pub count: i64,
    /// Where the next page begins; `None` on the last.
    pub next: Option<After>,
}

/// Enterprises that the actor may see and the filter leaves.
///
/// # Errors
/// [`Refusal::Forbidden`] where the actor's role sees no enterprises at all.
pub fn list(
    app: &App,
    actor: &Actor,
    filter: &Filter,
    (sort, after): (Sort, Option<&After>),
    limit: i64,
) -> Result<Page, Refusal> {
    if !actor.has(Action::ViewEnterprise) {
        return Err(Refusal::Forbidden(Action::ViewEnterprise));
    }
    app.view(actor, |view| {
        let who = (actor, Action::ViewEnterprise);
        let mut rows = enterprise_search::page(view.tx, who, filter, (sort, after), limit + 1)?;
        let is_more = rows.len() > usize::try_from(limit).unwrap_or(usize::MAX);
        if is_more {
            rows.pop();
        }
        let last = rows.last().filter(|_| is_more);
        let next = last.map(|row| After { value: row.sort_value.clone(), id: row.id });
        Ok(Page { count: enterprise_search::count(view.tx, who, filter)?, rows, next })
    })
}

/// The first enterprises for what was typed so far, of those that the actor may see (N13).
///
/// # Errors
/// [`Refusal::Forbidden`] where the actor's role sees no enterprises at all.
pub fn suggest(app: &App, actor: &Actor, text: &str, limit: usize) -> Result<Vec<Hit>, Refusal> {
    if !actor.has(Action::ViewEnterprise) {
        return Err(Refusal::Forbidden(Action::ViewEnterprise));
    }
    app.view(actor, |view| Ok(search::suggest(view.tx, (actor, Action::ViewEnterprise), text, limit)?))
}

/// What the filters of the list offer.
#[derive(Debug, Clone)]
pub struct Choices {
    /// Campaign under way, or else the newest.
    pub campaign: Option<CampaignId>,
    /// Its classes.
    pub plan_items: Vec<PlanItem>,
    /// Authorities, and the counties and parks of the enterprises that the actor sees, with its own.
    pub organisations: Vec<Organisation>,
    /// Townships of the enterprises that the actor sees.
    pub townships: Vec<String>,
}

/// What the filters of the list offer to the actor.
///
/// # Errors
/// What the database says.
pub fn choices(app: &App, actor: &Actor) -> Result<Choices, Refusal> {
    app.view(actor, |view| {
        let current = match campaign::current(view.tx)? {
            Some(found) => Some(found),
            None => campaign::all(view.tx)?.into_iter().next(),
        };
        let plan_items = match &current {
            Some(found) => campaign::items(view.tx, found.id)?,
            None => Vec::new(),
        };
        let mut organisations = organisation::all(view.tx)?;
        if !actor.scopes(Action::ViewEnterprise).contains(&Scope::All) {
            let seen = enterprise_search::counties(view.tx, actor, Action::ViewEnterprise)?;
            let county = [OrganisationKind::CountyOffice, OrganisationKind::ParkCommittee];
            organisations.retain(|org| {
                !county.contains(&org.kind) || Some(org.id) == actor.org || seen.contains(&org.id)
            });
        }
        Ok(Choices {
            campaign: current.map(|found| found.id),
            plan_items,
            organisations,
            townships: enterprise_search::townships(view.tx, actor, Action::ViewEnterprise)?,
        })
    })
}

/// Whether the actor may take `action` on the enterprise; decides buttons, never access.
pub(crate) fn may(actor: &Actor, action: Action, concerns: &Concerns) -> bool {
    actor.may(action, concerns)
}
