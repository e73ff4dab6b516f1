//! The class of a record as a person finds it, and the answer of the rules on another day (N28).

use jiff::civil::Date;
use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::id::{CampaignId, PenaltyId};
use xinxiu_domain::penalty::{Assessment, PenaltyClass, PenaltyFacts, VerdictKind};
use xinxiu_domain::text::tidy;
use xinxiu_policy::EditionChoice;
use xinxiu_store::campaign::{self, Campaign};
use xinxiu_store::concerns;
use xinxiu_store::penalty::{self, Penalty};
use xinxiu_store::penalty_edition;

use crate::app::{App, Done, Step};
use crate::refusal::Refusal;

/// Records of one transaction of a reassessment.
const SLICE: i64 = 500;

/// Asks the rules about a record. A reviewer's class stands in for the authority's mark.
///
/// # Errors
/// [`Refusal::Policy`] where no edition can be chosen.
pub fn assess(
    app: &App,
    facts: &PenaltyFacts,
    day: Date,
    edition_choice: &str,
    review: Option<PenaltyClass>,
) -> Result<Assessment, Refusal> {
    let choice = match edition_choice {
        "auto" => EditionChoice::Auto,
        id => EditionChoice::Named(id.to_owned()),
    };
    let stated = review.and_then(PenaltyClass::as_stated);
    let answer = match stated {
        Some(_) => app.rules.assess(&PenaltyFacts { stated_severity: stated, ..facts.clone() }, day, &choice),
        None => app.rules.assess(facts, day, &choice),
    };
    answer.map_err(|error| Refusal::Policy(error.to_string()))
}

/// What can be done about a record today; the stored verdict is that of its day of assessment.
pub fn live_verdict(penalty: &Penalty, today: Date) -> VerdictKind {
    penalty.assessment.verdict_on(today)
}

/// A reviewer finds the class of a record; dates, verdict and materials follow from it.
///
/// # Errors
/// [`Refusal::Invalid`] without a reason, or for a class that the edition does not have.
pub fn review_class(
    app: &App,
    actor: &Actor,
    id: PenaltyId,
    class: PenaltyClass,
    reason: &str,
) -> Result<(), Refusal> {
    let reason = checked(reason)?;
    if class.as_stated().is_none() {
        return Err(Refusal::invalid("class", "只能认定为一般、严重或特定严重失信"));
    }
    app.step(actor, |step| {
        let (mut found, campaign) = load(step, id)?;
        found.assessment = assess(app, &found.facts, step.today, &campaign, Some(class))?;
        if found.assessment.class != class {
            let message = format!("按所用规则版本，该记录不能认定为{class}");
            return Err(Refusal::invalid("class", message));
        }
        found.review_class = Some(class);
        found.review_reason.clone_from(&reason);
        found.review_by.clone_from(&actor.name);
        found.review_stale.clear();
        save(step, found, "penalty.review", &format!("认定为{class}：{reason}"))
    })
}

/// Takes a reviewer's finding back: the rules' own reading counts again.
///
/// # Errors
/// [`Refusal::Invalid`] without a reason or where there is no finding.
pub fn take_back_review(app: &App, actor: &Actor, id: PenaltyId, reason: &str) -> Result<(), Refusal> {
    let reason = checked(reason)?;
    app.step(actor, |step| {
        let (mut found, campaign) = load(step, id)?;
        let Some(class) = found.review_class.take() else {
            return Err(Refusal::invalid("reason", "该记录没有人工认定"));
        };
        found.assessment = assess(app, &found.facts, step.today, &campaign, None)?;
        found.review_reason.clear();
        found.review_by.clear();
        found.review_stale.clear();
        save(step, found, "penalty.review_back", &format!("撤回人工认定（{class}）：{reason}"))
    })
}

pub(super) fn checked(reason: &str) -> Result<String, Refusal> {
    let reason = tidy(reason);
    if reason.chars().count() < 2 {
        return Err(Refusal::invalid("reason", "请写明认定的理由和依据"));
    }
    Ok(reason)
}

/// The record, and the edition by which it is judged: the one named for it, or else the campaign's choice.
pub(super) fn load(step: &Step<'_>, id: PenaltyId) -> Result<(Penalty, String), Refusal> {
    step.must(Action::ReviewVerdict, &concerns::of_penalty(step.tx, id)?)?;
    let choice = match penalty_edition::of_penalty(step.tx, id)? {
        Some(named) => named.edition,
        None => campaign_choice(step)?,
    };
    Ok((penalty::load(step.tx, id)?, choice))
}

/// The edition of the campaign under way: `auto`, or one that was fixed.
pub(super) fn campaign_choice(step: &Step<'_>) -> Result<String, Refusal> {
    Ok(campaign::current(step.tx)?.map_or_else(|| "auto".to_owned(), |found| found.edition_choice))
}

pub(super) fn save(step: &Step<'_>, mut found: Penalty, action: &str, what: &str) -> Result<(), Refusal> {
    found.assessed_on = step.today;
    penalty::save(step.tx, &found)?;
    let summary = format!("{}：{what}", found.decision);
    let done = Done { action, subject: ("penalty", found.id.0), enterprise: Some(found.enterprise), summary };
    step.record(
        done,
        serde_json::json!({ "class": found.assessment.class, "edition": found.assessment.edition }),
    )
}

/// Assesses a campaign's public records for today, slice by slice. Returns how many answers are new.
///
/// # Errors
/// [`Refusal::Forbidden`], or where no edition can be chosen.
pub fn reassess_all(app: &App, actor: &Actor, campaign_id: CampaignId) -> Result<usize, Refusal> {
    let found = app.store.db.read(|tx| campaign::load(tx, campaign_id))?;
    let (mut after, mut changed) = (PenaltyId(0), 0);
    loop {
        let today = app.clock.today();
        let left = app.store.db.read(|tx| penalty::to_assess(tx, campaign_id, today, after, 1))?;
        if left.is_empty() {
            return Ok(changed);
        }
        let (last, new) = app.step(actor, |step| slice(step, &found, after))?;
        changed += new;
        after = last;
    }
}

fn slice(step: &Step<'_>, campaign: &Campaign, after: PenaltyId) -> Result<(PenaltyId, usize), Refusal> {
    step.must(Action::ImportLists, &Concerns::default())?;
    let records = penalty::to_assess(step.tx, campaign.id, step.today, after, SLICE)?;
    let (count, mut last, mut changed) = (records.len(), after, 0);
    let named = penalty_edition::all(step.tx)?;
    for mut record in records {
        last = record.id;
        let choice = named.get(&record.id).unwrap_or(&campaign.edition_choice);
        let answer = assess(step.app, &record.facts, step.today, choice, record.review_class)?;
        if answer == record.assessment {
            penalty::assessed_again(step.tx, record.id, step.today)?;
            continue;
        }
        changed += 1;
        record.assessment = answer;
        record.assessed_on = step.today;
        penalty::save(step.tx, &record)?;
    }
    let summary = format!("按{}重新判定处罚记录{count}条，{changed}条有变化", step.today);
    let done =
        Done { action: "penalty.reassess", subject: ("campaign", campaign.id.0), enterprise: None, summary };
    step.record(done, serde_json::json!({ "day": step.today }))?;
    Ok((last, changed))
}
