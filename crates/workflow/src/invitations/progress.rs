//! How the repair of an enterprise's records goes on: what their passports say in one sentence, and what is new (N12 N16 N27).

use jiff::ToSpan;
use xinxiu_domain::appeal::AppealState;
use xinxiu_domain::id::EnterpriseId;
use xinxiu_domain::rectification::RectificationState;
use xinxiu_store::appeal::{self, Appeal};

use crate::app::View;
use crate::passport::{self, Pressing};
use crate::rectifications::{self, Demand};
use crate::refusal::Refusal;

/// Days for which an answer is news.
const NEWS_DAYS: i32 = 30;

/// What an enterprise finds about its repair when it opens its link.
#[derive(Debug, Clone)]
pub struct Repair {
    /// Where the records stand and who acts next; empty for an enterprise without a record.
    pub sentence: String,
    /// What comes before everything else.
    pub pressing: Option<Pressing>,
    /// Objections and appeals that were answered lately, or whose answer is still being carried out.
    pub answered: Vec<Appeal>,
    /// What authorities ask of it.
    pub demands: Vec<Demand>,
}

pub(super) fn repair(view: &View<'_>, enterprise: EnterpriseId) -> Result<Repair, Refusal> {
    let pages = passport::in_view(view, enterprise)?;
    let since = view.today.saturating_sub(NEWS_DAYS.days());
    let mut answered = appeal::of_enterprise(view.tx, enterprise)?;
    answered.retain(|one| {
        let open = one.state == AppealState::Upheld && one.carried_out_on.is_none();
        open || one.carried_out_on.max(one.answered_on).is_some_and(|day| day >= since)
    });
    let mut demands = rectifications::demands(view, enterprise)?;
    demands.retain(|one| one.state != RectificationState::Passed);
    Ok(Repair {
        sentence: passport::summary(&pages),
        pressing: passport::pressing(&pages),
        answered,
        demands,
    })
}
