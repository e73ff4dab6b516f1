//! The answer on one record: class, dates, materials, verdict, each with its reasons (N24, N28).

use std::borrow::Cow;

use jiff::civil::Date;
use xinxiu_domain::penalty::{
    Assessment, Certainty, Lane, Material, PenaltyClass, PenaltyFacts, Reason, VerdictKind,
};

use crate::PolicyError;
use crate::data::{Edition, LaneRules};
use crate::fines::derive_fines;
use crate::lexicon::Findings;
use crate::memo::Memory;
use crate::outcome::{Answer, TierOn};
use crate::reading::{Reading, bit};
use crate::rules::{EditionChoice, Rules};
use crate::ruleset::Ruleset;

/// An answer whose texts belong to the rules or to the record.
type Borrowed<'a> = Assessment<Cow<'a, str>>;

impl Rules {
    /// Assesses one record as if the application were made on `day`.
    ///
    /// A record that the data do not settle is [`VerdictKind::NeedsReview`] with questions to the authority,
    /// unless every class that is still possible leads to the same verdict and materials.
    ///
    /// # Errors
    /// [`PolicyError`] where no edition can be chosen, or a date leaves the calendar.
    pub fn assess(
        &self,
        facts: &PenaltyFacts,
        day: Date,
        choice: &EditionChoice,
    ) -> Result<Assessment, PolicyError> {
        self.assessor(day, choice)?.assess(facts).map(Assessment::into_owned)
    }

    /// Makes ready to assess many records as if all applications were made on `day`.
    ///
    /// # Errors
    /// [`PolicyError`] where no edition can be chosen.
    pub fn assessor(&self, day: Date, choice: &EditionChoice) -> Result<Assessor<'_>, PolicyError> {
        let named = match choice {
            EditionChoice::Auto => None,
            EditionChoice::Named(id) => Some(id.as_str()),
        };
        let index = self.select_index(day, named)?;
        let edition = &self.raw.editions[index];
        let lane = self.lane_on(day);
        let of_lane = lane.filter(|_| edition.market_supervision == LaneRules::Lane);
        Ok(Assessor {
            rules: self,
            day,
            edition,
            lane: lane.map(|(_, lane)| lane),
            usual: self.governing(index, day)?,
            market: of_lane.map(|(lane, _)| self.governing(lane, day)).transpose()?,
            memory: Memory::default(),
            found: Findings::default(),
        })
    }

    fn governing(&self, index: usize, day: Date) -> Result<Governing<'_>, PolicyError> {
        let edition = &self.raw.editions[index];
        let ruleset = self.rulesets[index].as_ref();
        let ruleset = ruleset.ok_or_else(|| PolicyError::NotOperative(edition.id.to_string()))?;
        let tiers = ruleset.tiers.iter().map(|tier| TierOn::new(tier, edition, day)).collect();
        Ok(Governing { edition, ruleset, tiers })
    }
}

/// What decides a record: an edition with its values on the day of application.
#[derive(Debug)]
struct Governing<'r> {
    edition: &'r Edition,
    ruleset: &'r Ruleset,
    tiers: Vec<TierOn<'r>>,
}

/// The rules made ready for one day of application and one choice of edition. It remembers texts that come
/// again, so each thread has its own.
#[derive(Debug)]
pub struct Assessor<'r> {
    rules: &'r Rules,
    day: Date,
    edition: &'r Edition,
    /// The edition of the market-supervision lane, where there is one on the day.
    lane: Option<&'r Edition>,
    usual: Governing<'r>,
    /// What decides records of that lane, where it is another edition than the usual one.
    market: Option<Governing<'r>>,
    memory: Memory,
    found: Findings,
}

impl<'r> Assessor<'r> {
    /// Assesses one record. See [`Rules::assess`].
    ///
    /// # Errors
    /// [`PolicyError`] where a date leaves the calendar.
    pub fn assess<'a, T: AsRef<str>>(
        &mut self,
        facts: &'a PenaltyFacts<T>,
    ) -> Result<Borrowed<'a>, PolicyError>
    where
        'r: 'a,
    {
        let known = (&self.rules.lexicon, &self.rules.wanted);
        let mut reading = Reading::of(facts, known, &mut self.memory, std::mem::take(&mut self.found));
        let answer = self.judge(&mut reading, facts);
        self.found = reading.into_findings();
        answer
    }

    fn judge<'a, T>(
        &self,
        reading: &mut Reading<'a>,
        facts: &PenaltyFacts<T>,
    ) -> Result<Borrowed<'a>, PolicyError>
    where
        'r: 'a,
    {
        let lane = self.lane.filter(|_| reading.has(self.rules.wanted.market));
        let governing = self.market.as_ref().filter(|_| lane.is_some()).unwrap_or(&self.usual);
        derive_fines(reading, governing.ruleset, facts.fine_fen, self.day);
        let ruleset: &'a Ruleset = governing.ruleset;
        let Some(finding) = ruleset.classify(reading, facts.stated_severity) else {
            return Err(PolicyError::malformed(governing.edition.id.as_str(), &"没有兜底规则"));
        };
        let mut before = [None, None];
        if !self.edition.in_force(self.day) {
            before[0] = Some(override_reason(self.edition));
        }
        if let Some(lane) = lane {
            before[1] = Some(lane_reason(reading, bit(self.rules.wanted.market), lane, governing.edition));
        }
        let mut assessment = Assessment {
            edition: self.edition.id.as_str().into(),
            lane: if lane.is_some() { Lane::MarketSupervision } else { Lane::CreditChina },
            class: PenaltyClass::Unclassified,
            min_until: None,
            max_until: None,
            verdict: VerdictKind::NeedsReview,
            repairable_from: None,
            materials: Vec::new(),
            reasons: finding.reasons,
            questions: finding.question.into_iter().collect(),
        };
        assessment.reasons.splice(..0, before.into_iter().flatten());
        self.conclude(&mut assessment, &finding.tiers, reading, governing, facts.decision_date)?;
        Ok(assessment)
    }

    fn conclude<'a>(
        &self,
        assessment: &mut Borrowed<'a>,
        tiers: &[usize],
        reading: &Reading<'a>,
        governing: &Governing<'r>,
        decided: Date,
    ) -> Result<(), PolicyError>
    where
        'r: 'a,
    {
        let mut answers = tiers.iter().map(|tier| governing.tiers[*tier].answer(decided, self.day));
        let Some(first) = answers.next().transpose()? else { return Ok(()) };
        let others: Vec<Answer<'_>> = answers.collect::<Result<_, _>>()?;
        if !others.iter().all(|other| other.leads_where(&first)) {
            return Ok(());
        }
        assessment.verdict = first.verdict;
        assessment.materials = first.materials.to_vec();
        if others.is_empty() {
            assessment.class = first.class;
            assessment.min_until = first.min_until;
            assessment.max_until = first.max_until;
            assessment.repairable_from = first.repairable_from;
            assessment.reasons.extend(first.reasons.into_iter().flatten());
            assessment.questions.extend(first.question.map(Cow::Owned));
        } else {
            agree(assessment, &first, &others);
        }
        if matches!(assessment.verdict, VerdictKind::RepairableNow | VerdictKind::RepairableLater) {
            self.add_form(assessment, reading, governing.ruleset, tiers);
        }
        Ok(())
    }

    fn add_form<'a>(
        &self,
        assessment: &mut Borrowed<'a>,
        reading: &Reading<'a>,
        ruleset: &'r Ruleset,
        tiers: &[usize],
    ) where
        'r: 'a,
    {
        let wanted = self.rules.wanted.form;
        let Some(form) = ruleset.form.as_ref().filter(|_| reading.has(wanted)) else { return };
        if !tiers.iter().all(|tier| form.tiers.contains(tier)) {
            return;
        }
        let (field, matched) = reading.evidence(bit(wanted));
        assessment.reasons.push(Reason {
            rule: form.data.id.as_str().into(),
            field: field.into(),
            matched,
            source: form.data.source.as_str().into(),
            certainty: form.data.certainty,
            note: form.data.note.as_str().into(),
        });
        // Contract order: the form stands behind the proof of performance.
        let proof = assessment.materials.iter().position(|material| *material == Material::PerformanceProof);
        let place = proof.map_or(assessment.materials.len(), |place| place + 1);
        assessment.materials.insert(place, Material::RectificationForm);
    }
}

/// Several classes are possible and lead the same way: only what they share is said.
fn agree(assessment: &mut Borrowed<'_>, first: &Answer<'_>, others: &[Answer<'_>]) {
    if others.iter().all(|other| other.class == first.class) {
        assessment.class = first.class;
    }
    if others.iter().all(|other| other.max_until == first.max_until) {
        assessment.max_until = first.max_until;
    }
    if others.iter().all(|other| other.min_until == first.min_until) {
        assessment.min_until = first.min_until;
    }
    // The latest day is right whichever class it is.
    let latest = others.iter().map(|other| other.repairable_from).fold(first.repairable_from, Option::max);
    assessment.repairable_from = latest.filter(|_| first.verdict == VerdictKind::RepairableNow);
}

fn lane_reason<'a>(
    reading: &Reading<'a>,
    market: u128,
    lane: &Edition,
    governing: &Edition,
) -> Reason<Cow<'a, str>> {
    let (field, matched) = reading.evidence(market);
    let note = if governing.id == lane.id {
        "市场监管部门的处罚走国家企业信用信息公示系统，向作出处罚的市场监管部门申请，期限按市场监管规则。"
    } else {
        "市场监管部门的处罚走国家企业信用信息公示系统，向作出处罚的市场监管部门申请；期限按所选版本计算。"
    };
    Reason {
        rule: format!("{}.lane", lane.id).into(),
        field: field.into(),
        matched,
        source: "shanxi".into(),
        certainty: Certainty::Found,
        note: note.into(),
    }
}

fn override_reason(edition: &Edition) -> Reason<Cow<'_, str>> {
    Reason {
        rule: "edition.override".into(),
        field: "".into(),
        matched: edition.id.as_str().into(),
        source: edition.source.as_str().into(),
        certainty: Certainty::Design,
        note: format!("{}在申请日未施行，系人工指定。", edition.instrument).into(),
    }
}
