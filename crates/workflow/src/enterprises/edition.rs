//! The edition of the rules for one record, named by a person against the campaign's choice, with the reason; it
//! survives later lists and can be taken back.

use xinxiu_domain::actor::Actor;
use xinxiu_domain::id::PenaltyId;
use xinxiu_store::penalty_edition::{self, NamedEdition};

use super::review::{assess, campaign_choice, checked, load, save};
use crate::app::App;
use crate::campaigns::filing_editions;
use crate::refusal::Refusal;

/// Names the edition for a record; class, dates, verdict and materials follow from it.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Invalid`] without a reason or for an edition that decides no cases.
pub fn name_edition(
    app: &App,
    actor: &Actor,
    id: PenaltyId,
    edition: &str,
    reason: &str,
) -> Result<(), Refusal> {
    let reason = checked(reason).map_err(|refusal| refusal.with_field("reason", "edition_reason"))?;
    if !filing_editions(app).contains(&edition) {
        return Err(Refusal::invalid("edition", "没有这个规则版本，或者它只是背景文件"));
    }
    app.step(actor, |step| {
        let (mut found, _) = load(step, id)?;
        found.assessment = assess(app, &found.facts, step.today, edition, found.review_class)?;
        let named = NamedEdition {
            edition: edition.to_owned(),
            reason: reason.clone(),
            by: actor.name.clone(),
            at: step.moment(),
        };
        penalty_edition::name(step.tx, id, &named)?;
        save(step, found, "penalty.edition", &format!("指定按{edition}判定：{reason}"))
    })
}

/// Takes the named edition back: the campaign's choice counts again.
///
/// # Errors
/// [`Refusal::Invalid`] without a reason or where none was named.
pub fn take_back_edition(app: &App, actor: &Actor, id: PenaltyId, reason: &str) -> Result<(), Refusal> {
    let reason = checked(reason)?;
    app.step(actor, |step| {
        let (mut found, _) = load(step, id)?;
        if !penalty_edition::take_back(step.tx, id)? {
            return Err(Refusal::invalid("reason", "该记录没有指定规则版本"));
        }
        let choice = campaign_choice(step)?;
        found.assessment = assess(app, &found.facts, step.today, &choice, found.review_class)?;
        save(step, found, "penalty.edition_back", &format!("撤回指定的规则版本：{reason}"))
    })
}
