//! What waits for a person today (今天要办): one count per kind of work, each over the very records that its
//! list shows.

mod after;
mod clocks;
mod lists;
mod repair;
mod training;

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::CampaignId;
use xinxiu_store::campaign;

use crate::app::{App, View};
use crate::deadlines::{self, Deadline};
use crate::refusal::Refusal;

pub use lists::list_waits;

/// Work that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// How many.
    pub count: i64,
    /// What, in Chinese.
    pub label: &'static str,
    /// The list behind the number.
    pub href: String,
}

/// A kind of work: whose it is, how it is counted, and where its list stands.
struct Kind {
    needs: Action,
    label: &'static str,
    href: fn(&Actor) -> String,
    count: fn(&Seen<'_>) -> Result<usize, Refusal>,
}

/// A look at the data, with the campaign under way.
struct Seen<'a> {
    view: &'a View<'a>,
    campaign: CampaignId,
    /// Running clocks, read once for all the kinds that count them.
    deadlines: Vec<Deadline>,
}

impl Seen<'_> {
    fn deadlines(&self, wanted: impl Fn(&Deadline) -> bool) -> usize {
        self.deadlines.iter().filter(|one| wanted(one)).count()
    }
}

/// The kinds of work, in the order of the chain.
const KINDS: &[&[Kind]] = &[clocks::KINDS, lists::KINDS, training::KINDS, repair::KINDS, after::KINDS];

fn number(count: i64) -> usize {
    usize::try_from(count).unwrap_or(0)
}

/// What waits for the actor, in the order of the chain.
///
/// # Errors
/// What the database says.
pub fn tasks(app: &App, actor: &Actor) -> Result<Vec<Task>, Refusal> {
    app.view(actor, |view| {
        // Without a campaign under way its lists show nothing, and no id is that of none.
        let campaign = campaign::current(view.tx)?.map_or(CampaignId(0), |campaign| campaign.id);
        let watches = actor.has(Action::ViewDeadlines);
        let deadlines = if watches { deadlines::seen(view, campaign)? } else { Vec::new() };
        let seen = Seen { view, campaign, deadlines };
        let mine = KINDS.iter().copied().flatten().filter(|kind| actor.has(kind.needs));
        mine.map(|kind| {
            let count = i64::try_from((kind.count)(&seen)?).unwrap_or(i64::MAX);
            Ok(Task { count, label: kind.label, href: (kind.href)(actor) })
        })
        .collect()
    })
}
