//! Two enterprises side by side, with what speaks for and against their being one.

use xinxiu_domain::Missing;
use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::id::{EnterpriseId, MatchId};
use xinxiu_domain::identity::{MatchState, Opinion, compare};
use xinxiu_store::enterprise::Enterprise;
use xinxiu_store::enterprise_join::{self, Join};
use xinxiu_store::join_since::{self, Later, Since};
use xinxiu_store::likely_match::{self, LikelyMatch, QueueFilter};
use xinxiu_store::{Tx, identity_key, join_obstacle, known_name};

use super::join::ways;
use super::propose::{shared_of, sheet};
use crate::app::App;
use crate::enterprises::{Card, card_in};
use crate::refusal::Refusal;

/// One way to join a pair.
#[derive(Debug, Clone)]
pub struct Way {
    /// The enterprise that is kept.
    pub kept: EnterpriseId,
    /// Its name.
    pub kept_name: String,
    /// What is in the way; empty where nothing is.
    pub obstacles: Vec<Missing>,
}

/// A pair with everything that a person needs to find whether it is one.
#[derive(Debug, Clone)]
pub struct PairCard {
    /// The pair.
    pub found: LikelyMatch,
    /// The one.
    pub one: Card,
    /// The other.
    pub other: Card,
    /// What speaks for and against it today; the pair keeps what it was proposed for.
    pub opinion: Opinion,
    /// How it can be joined, the better way first; empty where it must not be.
    pub ways: Vec<Way>,
    /// The joining that followed, where it stands.
    pub join: Option<Join>,
    /// How much of each kind goes back where it is undone.
    pub goes_back: Vec<(Later, i64)>,
    /// What came to the kept one since.
    pub since: Vec<Since>,
    /// The next open pair of the queue.
    pub next: Option<MatchId>,
}

/// A pair with everything that a person needs to find whether it is one.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn pair(app: &App, actor: &Actor, id: MatchId) -> Result<PairCard, Refusal> {
    app.view(actor, |view| {
        view.must(Action::DecideIdentity, &Concerns::default())?;
        let found = likely_match::load(view.tx, id)?;
        let (one, other) = (card_in(view, found.one)?, card_in(view, found.other)?);
        let opinion = opinion(app, view.tx, (&one.enterprise, &other.enterprise))?;
        let mut possible = Vec::new();
        if opinion.may_be_one(found.is_by_hand()) && found.state != MatchState::Same {
            for (kept, joined) in ways(&one.enterprise, &other.enterprise) {
                let kept_name = if kept == found.one { &one.enterprise.name } else { &other.enterprise.name };
                let obstacles = join_obstacle::before(view.tx, kept, joined)?;
                possible.push(Way { kept, kept_name: kept_name.clone(), obstacles });
            }
        }
        let join = found.join.map(|join| enterprise_join::load(view.tx, join)).transpose()?;
        let (goes_back, since) = match &join {
            Some(join) => (join_since::went_over(view.tx, join)?, join_since::came(view.tx, join)?),
            None => (Vec::new(), Vec::new()),
        };
        let open = QueueFilter { state: Some(MatchState::Open), county: None };
        let queue = likely_match::page(view.tx, open, (0, 2))?;
        let next = queue.into_iter().map(|queued| queued.found.id).find(|next| *next != id);
        Ok(PairCard { found, one, other, opinion, ways: possible, join, goes_back, since, next })
    })
}

/// What is thought of a pair today.
pub(super) fn opinion(
    app: &App,
    tx: &Tx<'_>,
    (one, other): (&Enterprise, &Enterprise),
) -> Result<Opinion, Refusal> {
    let names = known_name::of_many(tx, &[one.id, other.id])?;
    let pair = if one.id < other.id { (one.id, other.id) } else { (other.id, one.id) };
    let shared = identity_key::shared_decisions(tx, &[pair])?;
    let shared = shared_of(&app.store.vault, (one, other), shared.get(&pair).copied().unwrap_or(0))?;
    let names = |of: &Enterprise| names.get(&of.id).cloned().unwrap_or_default();
    Ok(compare(&sheet(one, names(one)), &sheet(other, names(other)), &shared))
}
