//! Putting right what a list says of a penalty (更正处罚信息, N08 N28): a new version with who, why and on what paper.
//! It survives later lists; what a list says newly against it is weighed by a person; it can be taken back.

use xinxiu_domain::Missing;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::coded;
use xinxiu_domain::correction::{FieldCorrection, PenaltyField, Stated, VersionKind};
use xinxiu_domain::id::PenaltyId;
use xinxiu_domain::text::tidy;
use xinxiu_intake::{DateSystem, MoneyUnit, parse_date, parse_money};
use xinxiu_store::penalty::{self, Penalty};
use xinxiu_store::penalty_correction::{self, Waiting};
use xinxiu_store::penalty_version::{self, Version};
use xinxiu_store::{StoreError, concerns, organisation, penalty_edition};

use super::review::{assess, campaign_choice, save};
use crate::app::{App, Step};
use crate::authorities::known_names;
use crate::lists::Names;
use crate::refusal::{FieldError, Refusal};

/// Corrected values as the form holds them.
#[derive(Debug, Clone, Default)]
pub struct PenaltyCorrection {
    /// Fields with what was typed: days in any usual form, money in 元; a field that is not named stays as it is.
    pub values: Vec<(PenaltyField, String)>,
    /// Why.
    pub reason: String,
    /// The paper or notice of the authority on which it rests.
    pub source: String,
    /// Version that the form was filled from.
    pub version: i64,
}

coded! {
    /// What a person does with a list that says something new against a correction.
    pub enum Settlement {
        Adopt = "adopt", "采用名单";
        Keep = "keep", "保留更正";
    }
}

/// Puts fields of a record right; class, dates, verdict and materials follow.
///
/// # Errors
/// [`Refusal::Invalid`] without a reason or paper, for a value that is none, or where nothing is changed; a conflict
/// where somebody else changed the record meanwhile.
pub fn correct_penalty(
    app: &App,
    actor: &Actor,
    id: PenaltyId,
    command: &PenaltyCorrection,
) -> Result<(), Refusal> {
    let reason = named("reason", &command.reason, "请写明更正的原因")?;
    let source = named("source", &command.source, "请写明依据的文书或机关通知，例如「决定书原件」")?;
    app.step(actor, |step| {
        let work = Work::open(step, id, command.version)?;
        let mut new = work.old.clone();
        take(&mut new, &command.values)?;
        let changed = work.old.differences(&new);
        if changed.is_empty() {
            return Err(Refusal::invalid("reason", "没有改动任何内容"));
        }
        let mut corrections = work.corrections.clone();
        for (field, old, value) in changed {
            let known = corrections.iter().position(|one| one.field == field);
            match known.map(|place| &mut corrections[place]) {
                Some(one) => {
                    if one.conflict.as_ref() == Some(&value) {
                        one.conflict = None;
                    }
                    one.corrected = value;
                }
                None => corrections.push(FieldCorrection::new(field, old, value)),
            }
        }
        corrections.retain(|one| one.corrected != one.listed || one.conflict.is_some());
        work.close(step, &new, &corrections, (VersionKind::Corrected, &reason, &source))
    })
}

/// Takes corrections back: what the lists say counts again.
///
/// # Errors
/// [`Refusal::Invalid`] without a reason, or where none of the fields is corrected; a conflict as above.
pub fn take_back_correction(
    app: &App,
    actor: &Actor,
    id: PenaltyId,
    fields: &[PenaltyField],
    (reason, version): (&str, i64),
) -> Result<(), Refusal> {
    let reason = named("back_reason", reason, "请写明撤回的原因")?;
    app.step(actor, |step| {
        let work = Work::open(step, id, version)?;
        let (back, stay): (Vec<_>, Vec<_>) =
            work.corrections.iter().cloned().partition(|one| fields.contains(&one.field));
        if back.is_empty() {
            return Err(Refusal::invalid("back", "请选择要撤回的更正"));
        }
        let mut new = work.old.clone();
        for one in &back {
            new.set(one.field, one.uncorrected());
        }
        work.close(step, &new, &stay, (VersionKind::TakenBack, &reason, ""))
    })
}

/// Settles what a list says newly against a correction.
///
/// # Errors
/// [`Refusal::Invalid`] without a reason; [`Refusal::Missing`] where nothing is to be settled; a conflict as above.
pub fn settle_correction(
    app: &App,
    actor: &Actor,
    id: PenaltyId,
    (field, how): (PenaltyField, Settlement),
    (reason, version): (&str, i64),
) -> Result<(), Refusal> {
    let reason = named("settle_reason", reason, "请写明采用或保留的理由")?;
    app.step(actor, |step| {
        let work = Work::open(step, id, version)?;
        let (mut new, mut corrections) = (work.old.clone(), work.corrections.clone());
        let waiting = corrections.iter().position(|one| one.field == field && one.conflict.is_some());
        let Some(place) = waiting else {
            let message = "该项没有待核对的名单内容，可能已有人处理";
            return Err(Refusal::Missing(vec![Missing::new("no_conflict", message, "N08")]));
        };
        let kind = match how {
            Settlement::Adopt => {
                let adopted = corrections.remove(place);
                new.set(field, adopted.uncorrected());
                VersionKind::Adopted
            }
            Settlement::Keep => {
                corrections[place].keep();
                VersionKind::Kept
            }
        };
        work.close(step, &new, &corrections, (kind, &reason, ""))
    })
}

/// Corrected records that ask for the actor: a list says something new, or a judgement stands on changed facts.
///
/// # Errors
/// [`Refusal::Forbidden`] for roles that correct no penalties.
pub fn waiting_corrections(app: &App, actor: &Actor) -> Result<Vec<Waiting>, Refusal> {
    if !actor.has(Action::CorrectPenalty) {
        return Err(Refusal::Forbidden(Action::CorrectPenalty));
    }
    app.view(actor, |view| Ok(penalty_correction::waiting(view.tx, actor)?))
}

/// Notes under a reviewer's class which of the facts that it was found on are others now.
pub(crate) fn mark_stale(old: &Penalty, new: &mut Penalty) {
    if new.review_class.is_none() {
        return;
    }
    let mut all: Vec<String> =
        new.review_stale.split('、').filter(|name| !name.is_empty()).map(str::to_owned).collect();
    for (field, ..) in old.stated().differences(&new.stated()) {
        let name = field.label().to_owned();
        if field.bears_on_class() && !all.contains(&name) {
            all.push(name);
        }
    }
    new.review_stale = all.join("、");
}

fn named(field: &str, text: &str, message: &str) -> Result<String, Refusal> {
    let text = tidy(text);
    if text.chars().count() < 2 { Err(Refusal::invalid(field, message)) } else { Ok(text) }
}

/// A record that is put right, as it was loaded.
struct Work {
    found: Penalty,
    old: Stated,
    corrections: Vec<FieldCorrection>,
}

impl Work {
    fn open(step: &Step<'_>, id: PenaltyId, version: i64) -> Result<Self, Refusal> {
        step.must(Action::CorrectPenalty, &concerns::of_penalty(step.tx, id)?)?;
        // An import that has read the record already would write over what is put right here.
        step.tx.lock("import")?;
        let found = penalty::load(step.tx, id)?;
        if found.version != version {
            return Err(StoreError::Conflict("处罚记录").into());
        }
        let corrections = penalty_correction::of_penalty(step.tx, id)?;
        Ok(Self { old: found.stated(), corrections, found })
    }

    fn close(
        self,
        step: &Step<'_>,
        new: &Stated,
        corrections: &[FieldCorrection],
        (kind, reason, source): (VersionKind, &str, &str),
    ) -> Result<(), Refusal> {
        let id = self.found.id;
        let (before, mut found) = (self.found.clone(), self.found);
        found.decision.clone_from(&new.decision);
        found.facts.clone_from(&new.facts);
        found.valid_until = new.valid_until;
        found.stated_publicity_end = new.publicity_end;
        if before.facts.authority != found.facts.authority {
            let names = Names::new(organisation::all(step.tx)?, known_names(step.tx)?);
            found.authority = names.authority(&found.facts.authority);
        }
        if before.decision != found.decision || before.facts.authority != found.facts.authority {
            penalty::rename(step.tx, &found).map_err(taken)?;
        }
        let choice = match penalty_edition::of_penalty(step.tx, id)? {
            Some(named) => named.edition,
            None => campaign_choice(step)?,
        };
        found.assessment = assess(step.app, &found.facts, step.today, &choice, found.review_class)?;
        mark_stale(&before, &mut found);
        penalty_correction::replace(step.tx, id, corrections)?;
        let changes = said(&self.old, new, (&self.corrections, corrections));
        let fields: Vec<_> = changes.iter().map(|(field, ..)| field.as_str()).collect();
        let paper = if source.is_empty() { String::new() } else { format!("（依据：{source}）") };
        let what = format!("{kind}{}：{reason}{paper}", fields.join("、"));
        let version = Version {
            kind,
            changes,
            reason: reason.to_owned(),
            source: source.to_owned(),
            actor: step.actor.name.clone(),
            at: step.moment(),
        };
        penalty_version::insert(step.tx, &[(id, version)])?;
        save(step, found, "penalty.correct", &what)
    }
}

/// What a version changes, for people: the fields that are others now, or the values that were weighed and not taken.
fn said(
    old: &Stated,
    new: &Stated,
    (before, after): (&[FieldCorrection], &[FieldCorrection]),
) -> Vec<(String, String, String)> {
    let shown = |(field, old, new): (PenaltyField, String, String)| {
        (field.label().to_owned(), field.shown(&old), field.shown(&new))
    };
    let differences: Vec<_> = old.differences(new).into_iter().map(shown).collect();
    if differences.is_empty() { kept(before, after) } else { differences }
}

/// The values of lists that were weighed and not taken, each with the correction that stays.
fn kept(before: &[FieldCorrection], after: &[FieldCorrection]) -> Vec<(String, String, String)> {
    let weighed = before.iter().filter(|one| {
        one.conflict.is_some() && after.iter().any(|now| now.field == one.field && now.conflict.is_none())
    });
    let shown = |one: &FieldCorrection| {
        let list = one.field.shown(one.uncorrected());
        (one.field.label().to_owned(), format!("名单为{list}"), one.field.shown(&one.corrected))
    };
    weighed.map(shown).collect()
}

fn taken(error: StoreError) -> Refusal {
    match error {
        StoreError::Duplicate(_) => {
            Refusal::invalid("decision_number", "该企业已有这个机关的同一文号的记录，请核对文号和机关")
        }
        other => other.into(),
    }
}

/// Takes what was typed. A value that differs from the one on record in width and white space only is left alone.
fn take(new: &mut Stated, values: &[(PenaltyField, String)]) -> Result<(), Refusal> {
    let mut errors = Vec::new();
    for (field, typed) in values {
        let typed = typed.replace("\r\n", "\n");
        let now = new.get(*field);
        if tidy(&typed) == tidy(&now) {
            continue;
        }
        let read = read(*field, typed.trim());
        if !read.is_some_and(|value| new.set(*field, &value)) {
            let message = format!("{field}{}", hint(*field));
            errors.push(FieldError { field: field.code().to_owned(), message });
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid(errors)) }
}

/// A typed value as it is kept; `None` where it is no value of the field.
fn read(field: PenaltyField, typed: &str) -> Option<String> {
    match field {
        _ if typed.is_empty() => Some(String::new()),
        PenaltyField::DecisionDate | PenaltyField::ValidUntil | PenaltyField::PublicityEnd => {
            parse_date(typed, DateSystem::default()).map(|day| day.to_string())
        }
        PenaltyField::Fine | PenaltyField::Confiscated => {
            parse_money(typed, MoneyUnit::Yuan).map(|fen| fen.to_string())
        }
        PenaltyField::Authority => Some(tidy(typed)),
        _ => Some(typed.to_owned()),
    }
}

const fn hint(field: PenaltyField) -> &'static str {
    match field {
        PenaltyField::DecisionDate => "不能为空，请写成 2022-01-05 的形式",
        PenaltyField::ValidUntil | PenaltyField::PublicityEnd => "请写成 2022-01-05 的形式，没有可不填",
        PenaltyField::Fine | PenaltyField::Confiscated => "请写以元为单位的数字，例如 1000 或 1000.50",
        PenaltyField::DecisionNumber | PenaltyField::Authority => "不能为空",
        _ => "请重新选择",
    }
}
