//! Opening archives, and the list of them.

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::{CampaignId, EnterpriseId};
use xinxiu_store::archive::{self, Archive, Listed};
use xinxiu_store::{campaign, concerns};

use super::number::prefix;
use crate::app::{App, Done, Step};
use crate::campaigns;
use crate::refusal::Refusal;

/// Opens the archive of an enterprise, where it has none, within the step that files its first document.
///
/// # Errors
/// What the database says.
pub fn ensure(step: &Step<'_>, campaign: CampaignId, enterprise: EnterpriseId) -> Result<Archive, Refusal> {
    let found = campaign::load(step.tx, campaign)?;
    let prefix = prefix(&found.city, found.year);
    let (archive, new) = archive::ensure(step.tx, campaign, enterprise, &prefix, step.now)?;
    if new {
        let done = Done {
            action: "archive.open",
            subject: ("archive", archive.id),
            enterprise: Some(enterprise),
            summary: format!("建立企业档案 {}", archive.number),
        };
        step.record(done, serde_json::json!({ "number": archive.number }))?;
    }
    Ok(archive)
}

/// Opens the archive of an enterprise on demand.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Missing`] where no campaign is under way or the archive exists.
pub fn open(app: &App, actor: &Actor, enterprise: EnterpriseId) -> Result<Archive, Refusal> {
    app.step(actor, |step| {
        step.must(Action::PrepareApplication, &concerns::of_enterprise(step.tx, enterprise)?)?;
        let gap =
            |code, message: &str| Refusal::Missing(vec![xinxiu_domain::Missing::new(code, message, "N22")]);
        let current =
            campaign::current(step.tx)?.ok_or_else(|| gap("no_campaign", "还没有已发布的年度行动"))?;
        if archive::of_enterprise(step.tx, current.id, enterprise)?.is_some() {
            return Err(gap("archive_open", "该企业的档案已经建立"));
        }
        ensure(step, current.id, enterprise)
    })
}

/// One page of the archives that an actor may see, by number.
///
/// # Errors
/// [`Refusal::Missing`] where no campaign is under way.
pub fn list(app: &App, actor: &Actor, search: &str, after: &str, limit: u32) -> Result<Vec<Listed>, Refusal> {
    app.view(actor, |view| {
        let campaign = campaigns::current(view)?.id;
        let visible = concerns::enterprise_filter(actor, Action::ViewEnterprise, "e.id");
        Ok(archive::list(view.tx, &visible, campaign, search, after, limit)?)
    })
}
