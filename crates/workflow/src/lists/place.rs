//! The class of the plan table to which an enterprise belongs: each is counted once (N04, N07).

use xinxiu_domain::campaign::PlanItemKind;
use xinxiu_domain::id::{CampaignId, EnterpriseId, OrgId, PlanItemId};
use xinxiu_store::campaign::PlanItem;
use xinxiu_store::enterprise;

use crate::app::Step;
use crate::refusal::Refusal;

/// A sector class of one of the record's authorities goes first, then the region class of the county, then a
/// region class that takes in the authority's sector.
pub(super) fn class_for(
    items: &[PlanItem],
    county: Option<OrgId>,
    authority: Option<OrgId>,
) -> Option<&PlanItem> {
    let of_authority = |item: &&PlanItem| authority.is_some_and(|own| item.authorities.contains(&own));
    let sector = items.iter().find(|item| item.kind == PlanItemKind::Sector && of_authority(item));
    let region = || items.iter().find(|item| county.is_some_and(|own| item.counties.contains(&own)));
    sector.or_else(region).or_else(|| items.iter().find(of_authority))
}

/// Puts an enterprise into its class. One that has been invited to a session stays where it is, and one that
/// a sector class has taken stays there.
pub(crate) fn place(
    step: &Step<'_>,
    (campaign, items): (CampaignId, &[PlanItem]),
    id: EnterpriseId,
    county: Option<OrgId>,
    authority: Option<OrgId>,
) -> Result<(), Refusal> {
    let wanted = class_for(items, county, authority);
    let member = enterprise::member(step.tx, campaign, id)?;
    let Some(member) = member else {
        return Ok(enterprise::join(step.tx, campaign, id, wanted.map(|item| item.id), step.now)?);
    };
    let Some(wanted) = wanted.filter(|item| Some(item.id) != member.plan_item) else { return Ok(()) };
    if let Some(present) = member.plan_item
        && (is_sector(items, present) || enterprise::is_bound_to_class(step.tx, id, present)?)
    {
        return Ok(());
    }
    Ok(enterprise::join(step.tx, campaign, id, Some(wanted.id), step.now)?)
}

fn is_sector(items: &[PlanItem], id: PlanItemId) -> bool {
    items.iter().any(|item| item.id == id && item.kind == PlanItemKind::Sector)
}
