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

/// The class of a member; none where no class covers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Class(pub Option<PlanItemId>);

/// The class into which an enterprise goes now; `None` where it stays as it is. One that has been invited to a
/// session stays where it is, and one that a sector class has taken stays there. `member` is its present class,
/// where it is in the campaign.
pub(super) fn class_to_take(
    items: &[PlanItem],
    member: Option<Class>,
    (county, authority): (Option<OrgId>, Option<OrgId>),
    is_bound: impl FnOnce(PlanItemId) -> bool,
) -> Option<Class> {
    let wanted = class_for(items, county, authority).map(|item| item.id);
    let Some(Class(present)) = member else { return Some(Class(wanted)) };
    let wanted = wanted.filter(|wanted| Some(*wanted) != present)?;
    let stays = present.is_some_and(|present| is_sector(items, present) || is_bound(present));
    (!stays).then_some(Class(Some(wanted)))
}

/// Puts an enterprise into its class, where it does not stay as it is.
pub(crate) fn place(
    step: &Step<'_>,
    (campaign, items): (CampaignId, &[PlanItem]),
    id: EnterpriseId,
    county: Option<OrgId>,
    authority: Option<OrgId>,
) -> Result<(), Refusal> {
    let member = enterprise::member(step.tx, campaign, id)?.map(|member| Class(member.plan_item));
    let is_bound = match member.and_then(|Class(class)| class) {
        Some(present) => enterprise::is_bound_to_class(step.tx, id, present)?,
        None => false,
    };
    if let Some(Class(class)) = class_to_take(items, member, (county, authority), |_| is_bound) {
        enterprise::join(step.tx, campaign, id, class, step.now)?;
    }
    Ok(())
}

fn is_sector(items: &[PlanItem], id: PlanItemId) -> bool {
    items.iter().any(|item| item.id == id && item.kind == PlanItemKind::Sector)
}
