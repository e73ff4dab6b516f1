//! What a tier (档次) means on a given day: dates, verdict, materials.

use jiff::civil::Date;
use xinxiu_domain::penalty::{Certainty, Material, PenaltyClass, Reason, VerdictKind};

use crate::PolicyError;
use crate::data::{Edition, Parameter, ReachedOn, TierOutcome, Value};
use crate::period::Period;
use crate::ruleset::{Tier, value_reason};

/// The answer for one tier.
pub(crate) struct Answer {
    pub class: PenaltyClass,
    pub min_until: Option<Date>,
    pub max_until: Option<Date>,
    pub repairable_from: Option<Date>,
    pub verdict: VerdictKind,
    pub materials: Vec<Material>,
    pub reasons: Vec<Reason>,
    pub question: Option<String>,
}

impl Answer {
    /// Whether both lead to the same verdict and papers, so that it does not matter which one is right.
    pub fn leads_where(&self, other: &Self) -> bool {
        self.verdict == other.verdict && self.materials == other.materials
    }
}

/// The answer of `tier` for a decision of the day `decided`, as seen on `day`.
pub(crate) fn answer(
    tier: &Tier,
    edition: &Edition,
    decided: Date,
    day: Date,
) -> Result<Answer, PolicyError> {
    let mut answer = Answer {
        class: tier.data.class,
        min_until: None,
        max_until: None,
        repairable_from: None,
        verdict: VerdictKind::NotPublicised,
        materials: Vec::new(),
        reasons: Vec::new(),
        question: None,
    };
    if tier.data.outcome == TierOutcome::NotPublicised {
        return Ok(answer);
    }
    answer.min_until = until(tier.min.as_ref(), decided, day, &mut answer.reasons)?;
    answer.max_until = until(tier.max.as_ref(), decided, day, &mut answer.reasons)?;
    if answer.max_until.is_some_and(|last| day > last) {
        answer.verdict = VerdictKind::Ended;
        return Ok(answer);
    }
    if tier.data.outcome == TierOutcome::NotRepairable {
        answer.verdict = VerdictKind::NotRepairable;
        return Ok(answer);
    }
    answer.repairable_from = answer.min_until.map(|last| admissible(last, decided, edition)).transpose()?;
    answer.materials = materials(tier, day);
    answer.verdict = match (tier.data.outcome, answer.repairable_from) {
        (TierOutcome::SeldomPublicised, _) => VerdictKind::NotPublicised,
        (_, None) => VerdictKind::NeedsReview,
        (_, Some(from)) if day >= from => VerdictKind::RepairableNow,
        (_, Some(_)) => VerdictKind::RepairableLater,
    };
    if answer.verdict == VerdictKind::NeedsReview {
        answer.question =
            Some(format!("{}没有查到最短公示期，请向信用网站主管单位核实。", edition.instrument));
    }
    Ok(answer)
}

/// The last day of a period, with the reason; `None` where the edition does not know the period.
fn until(
    value: Option<&Parameter>,
    decided: Date,
    day: Date,
    reasons: &mut Vec<Reason>,
) -> Result<Option<Date>, PolicyError> {
    let Some((parameter, dated)) = value.and_then(|value| Some((value, value.on(day)?))) else {
        return Ok(None);
    };
    let Some(period) = period(dated.value.as_ref()) else {
        reasons.push(value_reason(
            &parameter.id,
            &format!("{}：尚不清楚", parameter.title),
            String::new(),
            &dated.source,
            Certainty::Unknown,
        ));
        return Ok(None);
    };
    let matched = format!("{decided} + {period}");
    reasons.push(value_reason(&parameter.id, &parameter.title, matched, &dated.source, dated.certainty));
    period.after(decided).map(Some)
}

fn period(value: Option<&Value>) -> Option<Period> {
    match value {
        Some(Value::Text(text)) => text.parse().ok(),
        _ => None,
    }
}

/// First day of application; an empty period is reached at once whatever the edition says of the last day.
fn admissible(last: Date, decided: Date, edition: &Edition) -> Result<Date, PolicyError> {
    let reached = edition.reached_on.as_ref().map_or(ReachedOn::Day, |rule| rule.value);
    if last == decided || reached == ReachedOn::Day {
        return Ok(last);
    }
    last.tomorrow().map_err(|_| PolicyError::DateOverflow { day: last, period: "P1D".to_owned() })
}

fn materials(tier: &Tier, day: Date) -> Vec<Material> {
    let value = tier.materials.as_ref().and_then(|parameter| parameter.on(day)?.value.as_ref());
    match value {
        Some(Value::Materials(materials)) => materials.clone(),
        _ => Vec::new(),
    }
}
