//! How the repair of an enterprise's records goes on, in one sentence: what their passports say (N12 N16 N27).

use xinxiu_domain::id::EnterpriseId;

use crate::app::View;
use crate::passport;
use crate::refusal::Refusal;

/// Where the records stand and who acts next, empty for an enterprise without a record; and whether one came back or was refused.
pub(super) fn repair(view: &View<'_>, enterprise: EnterpriseId) -> Result<(String, bool), Refusal> {
    let pages = passport::in_view(view, enterprise)?;
    let mut said = passport::summary(&pages);
    let mut troubles: Vec<&str> = pages.iter().filter_map(|page| page.trouble.as_deref()).collect();
    troubles.dedup();
    for trouble in &troubles {
        said.push_str(trouble);
    }
    Ok((said, !troubles.is_empty()))
}
