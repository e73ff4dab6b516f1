//! The answer on one record: class, dates, materials, verdict, each with its reasons (N24, N28).

use jiff::civil::Date;
use xinxiu_domain::penalty::{
    Assessment, Certainty, Lane, Material, PenaltyClass, PenaltyFacts, Reason, VerdictKind,
};

use crate::PolicyError;
use crate::data::{Edition, LaneRules};
use crate::fines::derive_fines;
use crate::outcome::{Answer, answer};
use crate::reading::{Reading, bit};
use crate::rules::{EditionChoice, Rules};
use crate::ruleset::{Finding, Ruleset};

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
        let named = match choice {
            EditionChoice::Auto => None,
            EditionChoice::Named(id) => Some(id.as_str()),
        };
        let index = self.select_index(day, named)?;
        let edition = &self.raw.editions[index];
        let mut reading = Reading::of(facts, &self.lexicon, &self.wanted);
        let lane = self.lane_on(day).filter(|_| reading.has(self.wanted.market));
        let (governing, ruleset) = match lane {
            Some((lane, _)) if edition.market_supervision == LaneRules::Lane => self.ruleset(lane)?,
            _ => self.ruleset(index)?,
        };
        derive_fines(&mut reading, ruleset, facts, day);
        let Some(finding) = ruleset.classify(&reading, facts.stated_severity) else {
            return Err(PolicyError::malformed(governing.id.as_str(), &"没有兜底规则"));
        };
        let mut reasons = Vec::with_capacity(finding.reasons.len() + 5);
        if !edition.in_force(day) {
            reasons.push(override_reason(edition));
        }
        if let Some((_, lane)) = lane {
            reasons.push(lane_reason(&reading, bit(self.wanted.market), lane, governing));
        }
        let lane = if lane.is_some() { Lane::MarketSupervision } else { Lane::CreditChina };
        let assessment = Assessment {
            edition: edition.id.to_string(),
            lane,
            class: PenaltyClass::Unclassified,
            min_until: None,
            max_until: None,
            verdict: VerdictKind::NeedsReview,
            repairable_from: None,
            materials: Vec::new(),
            reasons,
            questions: Vec::new(),
        };
        self.conclude(assessment, finding, &reading, (governing, ruleset), (facts.decision_date, day))
    }

    fn ruleset(&self, index: usize) -> Result<(&Edition, &Ruleset), PolicyError> {
        let edition = &self.raw.editions[index];
        let ruleset = self.rulesets[index].as_ref();
        ruleset
            .map(|ruleset| (edition, ruleset))
            .ok_or_else(|| PolicyError::NotOperative(edition.id.to_string()))
    }

    fn conclude(
        &self,
        mut assessment: Assessment,
        finding: Finding,
        reading: &Reading,
        (edition, ruleset): (&Edition, &Ruleset),
        (decided, day): (Date, Date),
    ) -> Result<Assessment, PolicyError> {
        assessment.reasons.extend(finding.reasons);
        assessment.questions = finding.questions;
        let mut answers =
            finding.tiers.iter().map(|tier| answer(&ruleset.tiers[*tier], edition, decided, day));
        let Some(first) = answers.next().transpose()? else { return Ok(assessment) };
        let others: Vec<Answer> = answers.collect::<Result<_, _>>()?;
        let settled = others.iter().all(|other| other.leads_where(&first));
        if !settled {
            return Ok(assessment);
        }
        if others.is_empty() {
            assessment.class = first.class;
            assessment.min_until = first.min_until;
            assessment.max_until = first.max_until;
            assessment.repairable_from = first.repairable_from;
            assessment.reasons.extend(first.reasons);
            assessment.questions.extend(first.question);
        } else {
            agree(&mut assessment, &first, &others);
        }
        assessment.verdict = first.verdict;
        assessment.materials = first.materials;
        if matches!(first.verdict, VerdictKind::RepairableNow | VerdictKind::RepairableLater) {
            self.add_form(&mut assessment, reading, ruleset, &finding.tiers);
        }
        Ok(assessment)
    }

    fn add_form(&self, assessment: &mut Assessment, reading: &Reading, set: &Ruleset, tiers: &[usize]) {
        let Some(form) = set.form.as_ref().filter(|_| reading.has(self.wanted.form)) else { return };
        if !tiers.iter().all(|tier| form.tiers.contains(tier)) {
            return;
        }
        let (field, matched) = reading.evidence(bit(self.wanted.form));
        assessment.reasons.push(Reason {
            rule: form.data.id.clone(),
            field: field.to_owned(),
            matched: matched.to_owned(),
            source: form.data.source.clone(),
            certainty: form.data.certainty,
            note: form.data.note.clone(),
        });
        // Contract order: the form stands behind the proof of performance.
        let proof = assessment.materials.iter().position(|material| *material == Material::PerformanceProof);
        let place = proof.map_or(assessment.materials.len(), |place| place + 1);
        assessment.materials.insert(place, Material::RectificationForm);
    }
}

/// Several classes are possible and lead the same way: only what they share is said.
fn agree(assessment: &mut Assessment, first: &Answer, others: &[Answer]) {
    let same = |other: &&Answer| other.class == first.class;
    if others.iter().all(|other| same(&other)) {
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

fn lane_reason(reading: &Reading, market: u128, lane: &Edition, governing: &Edition) -> Reason {
    let (field, matched) = reading.evidence(market);
    let note = if governing.id == lane.id {
        "市场监管部门的处罚走国家企业信用信息公示系统，向作出处罚的市场监管部门申请，期限按市场监管规则。"
    } else {
        "市场监管部门的处罚走国家企业信用信息公示系统，向作出处罚的市场监管部门申请；期限按所选版本计算。"
    };
    Reason {
        rule: format!("{}.lane", lane.id),
        field: field.to_owned(),
        matched: matched.to_owned(),
        source: "shanxi".to_owned(),
        certainty: Certainty::Found,
        note: note.to_owned(),
    }
}

fn override_reason(edition: &Edition) -> Reason {
    Reason {
        rule: "edition.override".to_owned(),
        field: String::new(),
        matched: edition.id.to_string(),
        source: edition.source.clone(),
        certainty: Certainty::Design,
        note: format!("{}在申请日未施行，系人工指定。", edition.instrument),
    }
}
