//! How the repair of an enterprise's records goes on, in one sentence: what their passports say (N12 N16 N27).

use xinxiu_domain::id::EnterpriseId;

use crate::app::View;
use crate::passport;
use crate::refusal::Refusal;

/// Where the records stand and who acts next; empty for an enterprise without a record.
pub(super) fn repair(view: &View<'_>, enterprise: EnterpriseId) -> Result<String, Refusal> {
    Ok(passport::summary(&passport::in_view(view, enterprise)?))
}
