//! What authorities ask of an enterprise, as the enterprise reads it behind its personal link (N16 N18).

use jiff::civil::Date;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::EnterpriseId;
use xinxiu_domain::rectification::{RectificationAction as Move, RectificationState};
use xinxiu_store::rectification::{self, Event, Rectification};
use xinxiu_store::{concerns, organisation};

use super::Meeting;
use crate::app::{App, View};
use crate::refusal::Refusal;

/// A meeting or interview that was held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Which of them.
    pub kind: Move,
    /// The day.
    pub on: Date,
    /// What the enterprise undertook; may be empty.
    pub undertaking: String,
}

/// What one authority asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demand {
    /// Name of the authority.
    pub authority: String,
    /// Where it stands.
    pub state: RectificationState,
    /// The last day.
    pub due_on: Option<Date>,
    /// What is to be put right.
    pub asked: String,
    /// Why the last day was moved; empty where it was not.
    pub moved: String,
    /// What the check found; empty before it.
    pub findings: String,
    /// The last meeting or interview.
    pub held: Option<Held>,
}

/// What every authority asks of an enterprise, for those who may see it.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn demanded(app: &App, actor: &Actor, of: EnterpriseId) -> Result<Vec<Demand>, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ViewEnterprise, &concerns::of_enterprise(view.tx, of)?)?;
        demands(view, of)
    })
}

/// [`demanded`] within a look at more: of each authority its newest follow-up, once it has begun.
pub(crate) fn demands(view: &View<'_>, of: EnterpriseId) -> Result<Vec<Demand>, Refusal> {
    let mut all = rectification::of_enterprise(view.tx, of)?;
    let mut seen = std::collections::BTreeSet::new();
    all.retain(|one| seen.insert(one.authority.0) && one.state != RectificationState::Open);
    all.iter().map(|one| demand(view, one)).collect()
}

fn demand(view: &View<'_>, found: &Rectification) -> Result<Demand, Refusal> {
    let events = rectification::events(view.tx, found.id)?;
    let last = |kinds: &[Move]| {
        let of = |event: &&Event| Move::from_code(&event.action).is_some_and(|kind| kinds.contains(&kind));
        events.iter().rev().find(of)
    };
    let set = last(&[Move::SetDeadline]);
    // What belongs to an earlier deadline is over.
    let since = |event: Option<&Event>| {
        event
            .filter(|one| set.is_none_or(|set| one.id > set.id))
            .map_or_else(String::new, |one| one.note.clone())
    };
    Ok(Demand {
        authority: organisation::load(view.tx, found.authority)?.name,
        state: found.state,
        due_on: found.due_on,
        asked: set.map_or_else(String::new, |event| event.note.clone()),
        moved: since(last(&[Move::Extend])),
        findings: since(last(&[Move::Pass, Move::Fail])),
        held: last(&[Move::Meet, Move::Interview]).and_then(held),
    })
}

fn held(event: &Event) -> Option<Held> {
    let said: Meeting = serde_json::from_str(&event.detail).unwrap_or_default();
    let on = said.held_on.unwrap_or(event.at.on);
    Some(Held { kind: Move::from_code(&event.action)?, on, undertaking: said.undertaking })
}
