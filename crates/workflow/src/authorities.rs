//! Which organisation an authority's name in the lists means (处罚机关对应): without one nobody can decide on
//! its records (N16, N27).

use std::collections::BTreeSet;

use serde_json::json;
use xinxiu_domain::actor::{Action, Actor, Concerns, OrganisationKind};
use xinxiu_domain::id::{EnterpriseId, OrgId};
use xinxiu_domain::text::squeeze;
use xinxiu_store::authority_name::{self, Assigned, Unassigned};
use xinxiu_store::organisation::{self, Organisation};
use xinxiu_store::{StoreError, campaign, enterprise};

use crate::accounts;
use crate::app::{App, Done, Step};
use crate::lists::place;
use crate::refusal::Refusal;

/// Characters that two names must have in common at their end to be offered as one: 管理局 alone is none.
const COMMON_END: usize = 4;

/// A name without an organisation, and the one that it probably means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// The name with what waits for it.
    pub unassigned: Unassigned,
    /// The only authority with the most similar name.
    pub suggestion: Option<OrgId>,
}

/// Names without an organisation, and the authorities to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// Names, those with waiting decisions first.
    pub open: Vec<Open>,
    /// Authorities on record.
    pub authorities: Vec<Organisation>,
}

/// Names without an organisation, each with a suggestion.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn board(app: &App, actor: &Actor) -> Result<Board, Refusal> {
    app.view(actor, |view| {
        view.must(Action::AssignAuthority, &Concerns::default())?;
        let authorities = organisation::of_kind(view.tx, OrganisationKind::Authority)?;
        let open = authority_name::unassigned(view.tx)?
            .into_iter()
            .map(|unassigned| Open { suggestion: suggest(&unassigned.name, &authorities), unassigned })
            .collect();
        Ok(Board { open, authorities })
    })
}

/// The authority whose name ends most like this one; none where two do so equally.
fn suggest(name: &str, authorities: &[Organisation]) -> Option<OrgId> {
    let scored = authorities.iter().map(|org| (common_end(name, &org.name), org.id));
    let close: Vec<_> = scored.filter(|(common, _)| *common >= COMMON_END).collect();
    let best = close.iter().map(|(common, _)| *common).max()?;
    let mut of_best = close.iter().filter(|(common, _)| *common == best);
    let first = of_best.next()?;
    of_best.next().is_none().then_some(first.1)
}

fn common_end(one: &str, other: &str) -> usize {
    let (one, other) = (squeeze(one), squeeze(other));
    one.chars().rev().zip(other.chars().rev()).take_while(|(a, b)| a == b).count()
}

/// Gives every record and listing under a name to an authority; later lists follow. Returns how many records
/// and how many enterprises with listings that were.
///
/// # Errors
/// [`Refusal::Invalid`] where the organisation is no authority, or nothing under this name is open.
pub fn assign(app: &App, actor: &Actor, name: &str, to: OrgId) -> Result<(usize, usize), Refusal> {
    app.step(actor, |step| {
        step.must(Action::AssignAuthority, &Concerns::default())?;
        let org = organisation::load(step.tx, to)?;
        give(step, name, &org)
    })
}

/// Puts the authority itself on record and gives it everything under the name that lists use.
///
/// # Errors
/// [`Refusal::Forbidden`] for those who may not create organisations; as [`assign`].
pub fn create_and_assign(
    app: &App,
    actor: &Actor,
    name: &str,
    full_name: &str,
    short_name: &str,
) -> Result<(usize, usize), Refusal> {
    app.step(actor, |step| {
        step.must(Action::AssignAuthority, &Concerns::default())?;
        let kind = OrganisationKind::Authority;
        let id = accounts::insert_organisation(step, kind, full_name, short_name, "")?;
        give(step, name, &organisation::load(step.tx, id)?)
    })
}

fn give(step: &Step<'_>, name: &str, org: &Organisation) -> Result<(usize, usize), Refusal> {
    if org.kind != OrganisationKind::Authority {
        return Err(Refusal::invalid("authority", format!("「{}」不是失信认定部门", org.name)));
    }
    let assigned = authority_name::assign(step.tx, name, org.id)?;
    if assigned.penalties.is_empty() && assigned.listed.is_empty() {
        return Err(Refusal::invalid("authority", format!("「{name}」没有待对应的记录")));
    }
    re_place(step, &assigned, org.id)?;
    for (id, enterprise, decision) in &assigned.penalties {
        let summary = format!("{decision}：处罚机关「{name}」对应为「{}」", org.name);
        let done = Done {
            action: "penalty.assign_authority",
            subject: ("penalty", id.0),
            enterprise: Some(*enterprise),
            summary,
        };
        step.record(done, json!({ "authority": org.id }))?;
    }
    let (penalties, listed) = (assigned.penalties.len(), assigned.listed.len());
    let summary = format!("处罚机关「{name}」对应为「{}」，处罚{penalties}条、名单{listed}家", org.name);
    let done =
        Done { action: "authority.assign", subject: ("organisation", org.id.0), enterprise: None, summary };
    step.record(done, json!({ "name": name, "penalties": penalties, "listed": listed }))?;
    Ok((penalties, listed))
}

/// A class for the authority's sector takes its enterprises in, as it would have at the import.
fn re_place(step: &Step<'_>, assigned: &Assigned, authority: OrgId) -> Result<(), Refusal> {
    let Some(current) = campaign::current(step.tx)? else { return Ok(()) };
    let items = campaign::items(step.tx, current.id)?;
    let of_penalties = assigned.penalties.iter().map(|(_, enterprise, _)| *enterprise);
    let all: BTreeSet<EnterpriseId> = of_penalties.chain(assigned.listed.iter().copied()).collect();
    for id in all {
        if enterprise::member(step.tx, current.id, id)?.is_some() {
            let county = enterprise::load(step.tx, id)?.county;
            place(step, (current.id, &items), id, county, Some(authority))?;
        }
    }
    Ok(())
}

/// What [`authority_name::all`] says, squeezed as lists are read.
pub(crate) fn known_names(tx: &xinxiu_store::Tx<'_>) -> Result<Vec<(String, OrgId)>, StoreError> {
    Ok(authority_name::all(tx)?.into_iter().map(|(name, org)| (squeeze(&name), org)).collect())
}
