//! What a tier (档次) means on a given day: dates, verdict, materials.

use std::borrow::Cow;

use jiff::civil::Date;
use xinxiu_domain::penalty::{Certainty, Material, PenaltyClass, Reason, VerdictKind};

use crate::PolicyError;
use crate::data::{Edition, Parameter, ReachedOn, TierOutcome, Value};
use crate::period::{Period, day_in_digits};
use crate::ruleset::Tier;

/// The answer for one tier.
pub(crate) struct Answer<'r> {
    pub class: PenaltyClass,
    pub min_until: Option<Date>,
    pub max_until: Option<Date>,
    pub repairable_from: Option<Date>,
    pub verdict: VerdictKind,
    pub materials: &'r [Material],
    /// What the shortest and the longest period follow from.
    pub reasons: [Option<Reason<Cow<'r, str>>>; 2],
    pub question: Option<String>,
}

impl Answer<'_> {
    /// Whether both lead to the same verdict and papers, so that it does not matter which one is right.
    pub fn leads_where(&self, other: &Self) -> bool {
        self.verdict == other.verdict && self.materials == other.materials
    }
}

/// A tier with its values on the day of application.
#[derive(Debug)]
pub(crate) struct TierOn<'r> {
    edition: &'r Edition,
    class: PenaltyClass,
    outcome: TierOutcome,
    min: Option<Limit<'r>>,
    max: Option<Limit<'r>>,
    materials: &'r [Material],
}

impl<'r> TierOn<'r> {
    pub fn new(tier: &'r Tier, edition: &'r Edition, day: Date) -> Self {
        let limit = |value: &'r Option<Parameter>| Limit::new(value.as_ref()?, day);
        Self {
            edition,
            class: tier.data.class,
            outcome: tier.data.outcome,
            min: limit(&tier.min),
            max: limit(&tier.max),
            materials: materials(tier, day),
        }
    }

    /// The answer for a decision of the day `decided`, as seen on `day`.
    pub fn answer(&self, decided: Date, day: Date) -> Result<Answer<'r>, PolicyError> {
        let mut answer = Answer {
            class: self.class,
            min_until: None,
            max_until: None,
            repairable_from: None,
            verdict: VerdictKind::NotPublicised,
            materials: &[],
            reasons: [None, None],
            question: None,
        };
        if self.outcome == TierOutcome::NotPublicised {
            return Ok(answer);
        }
        (answer.min_until, answer.reasons[0]) = until(self.min.as_ref(), decided)?;
        (answer.max_until, answer.reasons[1]) = until(self.max.as_ref(), decided)?;
        if answer.max_until.is_some_and(|last| day > last) {
            answer.verdict = VerdictKind::Ended;
            return Ok(answer);
        }
        if self.outcome == TierOutcome::NotRepairable {
            answer.verdict = VerdictKind::NotRepairable;
            return Ok(answer);
        }
        answer.repairable_from =
            answer.min_until.map(|last| admissible(last, decided, self.edition)).transpose()?;
        answer.materials = self.materials;
        answer.verdict = match (self.outcome, answer.repairable_from) {
            (TierOutcome::SeldomPublicised, _) => VerdictKind::NotPublicised,
            (_, None) => VerdictKind::NeedsReview,
            (_, Some(from)) if day >= from => VerdictKind::RepairableNow,
            (_, Some(_)) => VerdictKind::RepairableLater,
        };
        if answer.verdict == VerdictKind::NeedsReview {
            let instrument = &self.edition.instrument;
            answer.question = Some(format!("{instrument}没有查到最短公示期，请向信用网站主管单位核实。"));
        }
        Ok(answer)
    }
}

/// A period of publicity with its value on the day of application.
#[derive(Debug)]
struct Limit<'r> {
    parameter: &'r Parameter,
    source: &'r str,
    certainty: Certainty,
    /// The period, and what stands behind the day of decision in the reason; `None` where it is not known.
    period: Option<(Period, String)>,
}

impl<'r> Limit<'r> {
    fn new(parameter: &'r Parameter, day: Date) -> Option<Self> {
        let dated = parameter.on(day)?;
        let period = match &dated.value {
            Some(Value::Text(text)) => text.parse::<Period>().ok(),
            _ => None,
        };
        Some(Self {
            parameter,
            source: &dated.source,
            certainty: dated.certainty,
            period: period.map(|period| (period, format!(" + {period}"))),
        })
    }
}

type Until<'r> = (Option<Date>, Option<Reason<Cow<'r, str>>>);

/// The last day of a period, with the reason; no day where the edition does not know the period.
fn until<'r>(limit: Option<&Limit<'r>>, decided: Date) -> Result<Until<'r>, PolicyError> {
    let Some(limit) = limit else { return Ok((None, None)) };
    let title = &limit.parameter.title;
    let (last, matched, certainty, note) = match &limit.period {
        None => (None, Cow::Borrowed(""), Certainty::Unknown, Cow::Owned(format!("{title}：尚不清楚"))),
        Some((period, added)) => {
            let mut matched = String::with_capacity(10 + added.len());
            day_in_digits(decided, &mut matched);
            matched.push_str(added);
            (Some(period.after(decided)?), Cow::Owned(matched), limit.certainty, title.as_str().into())
        }
    };
    let reason = Reason {
        rule: limit.parameter.id.as_str().into(),
        field: "行政处罚决定日期".into(),
        matched,
        source: limit.source.into(),
        certainty,
        note,
    };
    Ok((last, Some(reason)))
}

/// First day of application; an empty period is reached at once whatever the edition says of the last day.
fn admissible(last: Date, decided: Date, edition: &Edition) -> Result<Date, PolicyError> {
    let reached = edition.reached_on.as_ref().map_or(ReachedOn::Day, |rule| rule.value);
    if last == decided || reached == ReachedOn::Day {
        return Ok(last);
    }
    last.tomorrow().map_err(|_| PolicyError::DateOverflow { day: last, period: "P1D".to_owned() })
}

fn materials(tier: &Tier, day: Date) -> &[Material] {
    let value = tier.materials.as_ref().and_then(|parameter| parameter.on(day)?.value.as_ref());
    match value {
        Some(Value::Materials(materials)) => materials,
        _ => &[],
    }
}
