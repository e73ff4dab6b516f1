//! Pairs that a person puts forward: what the lists do not say, somebody may know (N08 N18).

use xinxiu_domain::Missing;
use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::id::{EnterpriseId, MatchId};
use xinxiu_domain::identity::{MatchState, Opinion};
use xinxiu_store::enterprise::{self, Enterprise};
use xinxiu_store::likely_match::{self, LikelyMatch};
use xinxiu_store::{Tx, enterprise_join};

use super::decide::checked;
use super::pair::opinion;
use crate::app::{App, Done, Step};
use crate::refusal::{Refusal, require};

/// Another enterprise before it is put forward as the same.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The enterprise.
    pub other: Enterprise,
    /// What speaks for and against the two being one.
    pub opinion: Opinion,
    /// The pair, where it is on record already.
    pub known: Option<LikelyMatch>,
    /// Why it cannot be put forward; empty where it can.
    pub gaps: Vec<Missing>,
}

/// Another enterprise beside one, before the two are put forward as the same.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn candidate(
    app: &App,
    actor: &Actor,
    (id, other): (EnterpriseId, EnterpriseId),
) -> Result<Candidate, Refusal> {
    app.view(actor, |view| {
        view.must(Action::DecideIdentity, &Concerns::default())?;
        look(app, view.tx, (id, other))
    })
}

fn look(app: &App, tx: &Tx<'_>, (id, other): (EnterpriseId, EnterpriseId)) -> Result<Candidate, Refusal> {
    let (here, there) = (enterprise::load(tx, id)?, enterprise::load(tx, other)?);
    let known = likely_match::between(tx, ordered(id, other))?;
    let opinion = opinion(app, tx, (&here, &there))?;
    Ok(Candidate { gaps: gaps(tx, (&here, &there), known.as_ref())?, other: there, opinion, known })
}

fn ordered(one: EnterpriseId, other: EnterpriseId) -> (EnterpriseId, EnterpriseId) {
    if one < other { (one, other) } else { (other, one) }
}

fn gaps(
    tx: &Tx<'_>,
    (here, there): (&Enterprise, &Enterprise),
    known: Option<&LikelyMatch>,
) -> Result<Vec<Missing>, Refusal> {
    let gap = |code, message: String| Missing::new(code, message, "N08");
    if here.id == there.id {
        return Ok(vec![gap("one_and_the_same", "选择的就是本企业，请选择另一家".to_owned())]);
    }
    let mut missing = Vec::new();
    for side in [here, there] {
        if let Some(into) = enterprise_join::joined_into(tx, side.id)? {
            let kept = enterprise::load(tx, into)?.name;
            missing.push(gap("joined", format!("「{}」已并入「{kept}」，请以那一家提出", side.name)));
        }
    }
    if let Some(found) = known.filter(|found| matches!(found.state, MatchState::Same | MatchState::Different))
    {
        let (state, by, why) = (found.state, &found.decided_by, &found.reason);
        missing.push(gap("found_already", format!("{by}已认定两家{state}（{why}），请先在对照页撤销认定")));
    }
    Ok(missing)
}

/// Puts two enterprises into the queue of pairs that may be one, with the reason of whoever says so. Nothing is joined:
/// that is for whoever looks at both.
///
/// # Errors
/// [`Refusal::Invalid`] without a reason; [`Refusal::Missing`] where one of them was joined or the pair was decided.
pub fn put_forward(
    app: &App,
    actor: &Actor,
    (id, other): (EnterpriseId, EnterpriseId),
    reason: &str,
) -> Result<MatchId, Refusal> {
    let reason = checked(reason)?;
    app.step(actor, |step| {
        step.must(Action::DecideIdentity, &Concerns::default())?;
        step.tx.lock("identity")?;
        let Candidate { opinion, known, gaps, .. } = look(step.app, step.tx, (id, other))?;
        require(gaps)?;
        let found = if let Some(found) = known {
            found
        } else {
            let pair = ordered(id, other);
            likely_match::insert(step.tx, pair, opinion.score(), &opinion.clues, step.today)?
        };
        likely_match::put_forward(step.tx, &found, &actor.name, &reason)?;
        for (own, of) in [(id, other), (other, id)] {
            record(step, (own, of), found.id, &reason)?;
        }
        Ok(found.id)
    })
}

fn record(
    step: &Step<'_>,
    (own, of): (EnterpriseId, EnterpriseId),
    pair: MatchId,
    reason: &str,
) -> Result<(), Refusal> {
    let name = enterprise::load(step.tx, of)?.name;
    let summary = format!("提出与「{name}」可能是同一企业，待核对：{reason}");
    let done = Done {
        action: "identity.put_forward",
        subject: ("enterprise", own.0),
        enterprise: Some(own),
        summary,
    };
    step.record(done, serde_json::json!({ "pair": pair, "other": of }))
}
