//! A broken promise and what annex 2 says follows from it (违背承诺, N10 N26): the record is shown for its longest period, again
//! where it had been taken down; the breach is made known; nothing is repaired in the meantime.

use xinxiu_domain::actor::{Action, Actor, Scope};
use xinxiu_domain::batch::{RecordAction, RecordState};
use xinxiu_domain::commitment::{Clause, CommitmentAction, CommitmentState};
use xinxiu_domain::id::CommitmentId;
use xinxiu_domain::text::tidy;
use xinxiu_store::breach::{self, Breach};
use xinxiu_store::{StoreError, commitment, concerns, penalty};

use super::{concerned, record};
use crate::app::{App, Step, View};
use crate::refusal::Refusal;

/// Notes that a commitment was broken, which promise, and how.
///
/// # Errors
/// [`Refusal::Invalid`] without a reason; [`Refusal::Forbidden`] for all but center, county and authority;
/// [`Refusal::Illegal`] where it is not signed.
pub fn breach(app: &App, actor: &Actor, id: CommitmentId, clause: Clause, note: &str) -> Result<(), Refusal> {
    let note = tidy(note);
    if note.chars().count() < 4 {
        return Err(Refusal::invalid("note", "请写明违背了哪一条承诺、如何发现"));
    }
    app.step(actor, |step| {
        let mut found = commitment::load(step.tx, id)?;
        step.must(Action::RecordBreach, &concerned(step.tx, &found)?)?;
        found.state = found.state.after(CommitmentAction::Breach)?;
        found.breach_note.clone_from(&note);
        commitment::save(step.tx, &found)?;
        let about = found.penalty.map(|penalty| penalty::load(step.tx, penalty)).transpose()?;
        let until = about.as_ref().and_then(|one| one.assessment.max_until);
        let after_repair = about.is_some_and(|one| one.state == RecordState::TakenDown);
        breach::insert(step.tx, id, clause, (until, after_repair), (&actor.name, step.moment()))?;
        let detail = serde_json::json!({ "clause": clause, "note": note, "public_until": until, "after_repair": after_repair });
        record(step, "commitment.breach", &found, format!("登记违背承诺（{clause}）：{note}"), detail)
    })
}

/// Which broken promises an actor may see: an authority those about its own decisions.
fn visible(actor: &Actor) -> String {
    if actor.scopes(Action::RecordBreach).contains(&Scope::Authority) {
        return format!("p.authority_id = {}", actor.org.map_or(-1, |org| org.0));
    }
    concerns::enterprise_filter(actor, Action::RecordBreach, "e.id")
}

/// The broken promises that the actor may see, newest first; only those about which something is left to be done.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn breaches(app: &App, actor: &Actor, only_open: bool) -> Result<Vec<Breach>, Refusal> {
    if !actor.has(Action::RecordBreach) {
        return Err(Refusal::Forbidden(Action::RecordBreach));
    }
    app.view(actor, |view| {
        let mut all = breach::list(view.tx, &visible(actor))?;
        all.retain(|one| !only_open || one.is_open(view.today));
        Ok(all)
    })
}

/// How many broken promises wait for whoever shows records again and makes breaches known.
pub(crate) fn open_breaches(view: &View<'_>) -> Result<usize, Refusal> {
    let all = breach::list(view.tx, &visible(view.actor))?;
    Ok(all.iter().filter(|one| one.is_open(view.today)).count())
}

/// The consequences of a commitment's breach, for its page.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn breach_of(app: &App, actor: &Actor, id: CommitmentId) -> Result<Option<Breach>, Refusal> {
    app.view(actor, |view| {
        let found = commitment::load(view.tx, id)?;
        view.must(Action::ViewEnterprise, &concerns::of_enterprise(view.tx, found.enterprise)?)?;
        Ok(breach::find(view.tx, id)?)
    })
}

/// A breach about which the center has something to do.
fn loaded(step: &Step<'_>, id: CommitmentId) -> Result<(commitment::Commitment, Breach), Refusal> {
    let found = commitment::load(step.tx, id)?;
    step.must(Action::RecordRemoval, &concerns::of_enterprise(step.tx, found.enterprise)?)?;
    let none = || StoreError::NotFound("违背承诺登记", id.to_string());
    let breach = breach::find(step.tx, id)?.filter(|_| found.state == CommitmentState::Breached);
    Ok((found, breach.ok_or_else(none)?))
}

/// The center shows a record again that had been taken down before the promise was broken.
///
/// # Errors
/// [`Refusal::Invalid`] where it was not taken down, is shown already, or its longest period is over;
/// [`Refusal::Forbidden`].
pub fn republish(app: &App, actor: &Actor, id: CommitmentId) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let (found, breach) = loaded(step, id)?;
        let about = breach.penalty.filter(|_| breach.is_to_republish(step.today));
        let about = about.ok_or_else(|| {
            Refusal::invalid("breach", "这条记录不需要恢复公示：没有撤下过、已经恢复，或最长公示期已满")
        })?;
        let mut penalty = penalty::load(step.tx, about)?;
        let before = penalty.taken_down_on;
        penalty.state = penalty.state.after(RecordAction::Restore)?;
        penalty.taken_down_on = None;
        penalty::save(step.tx, &penalty)?;
        breach::republished(step.tx, id, &actor.name, step.today)?;
        let detail = serde_json::json!({ "taken_down_on": before, "public_until": breach.public_until });
        let what = format!("{}：因违背承诺恢复公示", breach.decision);
        record(step, "commitment.republish", &found, what, detail)
    })
}

/// The center notes where and how a breach was made known.
///
/// # Errors
/// [`Refusal::Invalid`] without saying how, or where it was made known already; [`Refusal::Forbidden`].
pub fn announce_breach(app: &App, actor: &Actor, id: CommitmentId, how: &str) -> Result<(), Refusal> {
    let how = tidy(how);
    app.step(actor, |step| {
        let (found, breach) = loaded(step, id)?;
        if how.is_empty() {
            return Err(Refusal::invalid("how", "请写明在哪里、怎样通报和公示"));
        }
        if breach.announced.is_some() {
            return Err(Refusal::invalid("how", "已经登记过通报和公示"));
        }
        breach::announced(step.tx, id, &how, (&actor.name, step.today))?;
        record(
            step,
            "commitment.announce_breach",
            &found,
            format!("通报和公示违背承诺：{how}"),
            serde_json::json!({}),
        )
    })
}
