//! Applications to leave a list, accepted and decided by the recognising authority (N16).

use xinxiu_domain::Missing;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::{DelistingId, EnterpriseId, ListingId};
use xinxiu_domain::rectification::{DelistingAction, DelistingState, delisting_gaps};
use xinxiu_domain::text::tidy;
use xinxiu_store::delisting::{self, Delisting};
use xinxiu_store::{concerns, enterprise, listing, rectification};

use crate::app::{App, Done};
use crate::refusal::{Refusal, require};

/// Accepts an application. It names the listing where the authority has one on record.
///
/// # Errors
/// [`Refusal::Missing`] where the listing is left already or another application for it is open;
/// [`Refusal::Invalid`] where it is not this authority's, or nothing is stated.
pub fn receive(
    app: &App,
    actor: &Actor,
    id: EnterpriseId,
    listing: Option<ListingId>,
    statement: &str,
) -> Result<DelistingId, Refusal> {
    let statement = tidy(statement);
    if statement.is_empty() {
        return Err(Refusal::invalid("statement", "请填写企业的申请理由和整改情况"));
    }
    app.step(actor, |step| {
        step.must(Action::DecideDelisting, &concerns::of_enterprise(step.tx, id)?)?;
        let authority = actor.org.ok_or(Refusal::Forbidden(Action::DecideDelisting))?;
        let mut gaps = Vec::new();
        if let Some(listing) = listing {
            let listings = listing::of_enterprise(step.tx, id)?;
            let found = listings.iter().find(|one| one.id == listing && one.authority == Some(authority));
            let found =
                found.ok_or_else(|| Refusal::invalid("listing", "这条名单信息不是本部门对该企业认定的"))?;
            if let Some(gone) = found.gone_since {
                gaps.push(Missing::new("listing_gone", format!("该企业已于{gone}退出这份名单"), "N16"));
            }
        }
        let open = delisting::of_enterprise(step.tx, id)?.into_iter().any(|one| {
            one.authority == authority && one.listing == listing && one.state == DelistingState::Received
        });
        if open {
            gaps.push(Missing::new("delisting_open", "该企业已有一份待决定的退出申请，请先作出决定", "N16"));
        }
        require(gaps)?;
        let new = Delisting {
            id: DelistingId(0),
            enterprise: id,
            enterprise_name: enterprise::load(step.tx, id)?.name,
            listing,
            list_name: String::new(),
            authority,
            state: DelistingState::INITIAL,
            received_on: step.today,
            statement,
            opinion: String::new(),
            decided_on: None,
            version: 1,
        };
        let received = delisting::insert(step.tx, &new)?;
        let done = Done {
            action: "delisting.receive",
            subject: ("delisting", received.0),
            enterprise: Some(id),
            summary: format!("受理「{}」退出失信名单申请", new.enterprise_name),
        };
        step.record(done, serde_json::json!({ "listing": listing }))?;
        Ok(received)
    })
}

/// Grants or refuses an application. Granting marks the listing as left, and needs a passed check of the
/// rectification; refusing needs its reason.
///
/// # Errors
/// [`Refusal::Missing`] naming what the rectification lacks;
/// [`Refusal::Illegal`] where it is decided already; [`Refusal::Invalid`] without a reason.
pub fn decide(
    app: &App,
    actor: &Actor,
    id: DelistingId,
    action: DelistingAction,
    opinion: &str,
) -> Result<(), Refusal> {
    let opinion = tidy(opinion);
    if action == DelistingAction::Refuse && opinion.is_empty() {
        return Err(Refusal::invalid("opinion", "不予退出的，请写明理由"));
    }
    app.step(actor, |step| {
        let mut found = delisting::load(step.tx, id)?;
        step.must(Action::DecideDelisting, &concerns::of_authority(found.authority))?;
        found.state = found.state.after(action)?;
        if action == DelistingAction::Grant {
            let checked = rectification::latest_state(step.tx, found.enterprise, found.authority)?;
            require(delisting_gaps(checked))?;
        }
        found.opinion = opinion;
        found.decided_on = Some(step.today);
        delisting::save(step.tx, &found)?;
        if let (DelistingState::Granted, Some(listing)) = (found.state, found.listing) {
            delisting::mark_gone(step.tx, listing, step.today)?;
        }
        let done = Done {
            action: "delisting.decide",
            subject: ("delisting", id.0),
            enterprise: Some(found.enterprise),
            summary: format!("对「{}」退出失信名单申请：{action}", found.enterprise_name),
        };
        step.record(done, serde_json::json!({ "decision": action, "opinion": found.opinion }))
    })
}

/// Applications to the actor's own authority, open ones first.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn list(app: &App, actor: &Actor) -> Result<Vec<Delisting>, Refusal> {
    app.view(actor, |view| {
        let authority = actor.org.ok_or(Refusal::Forbidden(Action::DecideDelisting))?;
        view.must(Action::DecideDelisting, &concerns::of_authority(authority))?;
        Ok(delisting::of_authority(view.tx, authority)?)
    })
}

/// One application, with what granting it still lacks.
///
/// # Errors
/// [`Refusal::Forbidden`] for all but the authority that accepted it.
pub fn show(app: &App, actor: &Actor, id: DelistingId) -> Result<(Delisting, Vec<Missing>), Refusal> {
    app.view(actor, |view| {
        let found = delisting::load(view.tx, id)?;
        view.must(Action::DecideDelisting, &concerns::of_authority(found.authority))?;
        let checked = rectification::latest_state(view.tx, found.enterprise, found.authority)?;
        let gaps = if found.state == DelistingState::Received { delisting_gaps(checked) } else { Vec::new() };
        Ok((found, gaps))
    })
}
