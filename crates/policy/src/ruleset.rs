//! One edition's classification, compiled: names resolved to numbers, word groups to bit sets.

use std::borrow::Cow;

use xinxiu_domain::penalty::{Reason, StatedSeverity};

use crate::data::{ClassifyFile, FormData, Parameter, RuleData, StatedData, TierData};
use crate::derived;
use crate::lexicon::Lexicon;
use crate::reading::{Reading, bit};

/// An edition's tiers (档次) and the rules that lead to them.
#[derive(Debug)]
pub(crate) struct Ruleset {
    pub tiers: Vec<Tier>,
    stated: Option<Stated>,
    pub form: Option<Form>,
    pub rules: Vec<Rule>,
    pub fines: Vec<FineTier>,
}

#[derive(Debug)]
pub(crate) struct Tier {
    pub data: TierData,
    pub min: Option<Parameter>,
    pub max: Option<Parameter>,
    pub materials: Option<Parameter>,
}

#[derive(Debug)]
struct Stated {
    data: StatedData,
    map: Vec<(StatedSeverity, usize)>,
}

#[derive(Debug)]
pub(crate) struct Form {
    pub data: FormData,
    pub tiers: Vec<usize>,
}

#[derive(Debug)]
pub(crate) struct Rule {
    pub data: RuleData,
    all: Vec<u128>,
    none: u128,
    outcome: Outcome,
}

/// A fine threshold (罚款档次), for one sector or for all.
#[derive(Debug)]
pub(crate) struct FineTier {
    pub sector: Option<u8>,
    pub parameter: Parameter,
}

#[derive(Debug, Clone)]
enum Outcome {
    Tier([usize; 1]),
    Review(Vec<usize>),
}

/// What the rules say of a record: one tier, or several between which the data do not decide.
pub(crate) struct Finding<'a> {
    pub tiers: Cow<'a, [usize]>,
    pub reasons: Vec<Reason<Cow<'a, str>>>,
    pub question: Option<Cow<'a, str>>,
}

/// Reasons for which there is room from the beginning: the rule's own, the periods', lane and form.
const REASONS: usize = 8;

impl Ruleset {
    pub fn compile(file: &ClassifyFile, lexicon: &Lexicon, values: &[Parameter]) -> Result<Self, String> {
        let tier = |id: &String| {
            let position = file.tiers.iter().position(|tier| tier.id == *id);
            position.ok_or_else(|| format!("没有档次 {id}"))
        };
        let tiers = file.tiers.iter().map(|data| Tier::new(data, values)).collect();
        let rules = file.rules.iter().map(|rule| Rule::compile(rule, file, lexicon, &tier));
        let form = match &file.rectification_form {
            None => None,
            Some(data) => Some(Form {
                tiers: data.tiers.iter().map(&tier).collect::<Result<_, _>>()?,
                data: data.clone(),
            }),
        };
        Ok(Self {
            tiers,
            stated: file.stated.as_ref().map(|data| Stated::compile(data, &tier)).transpose()?,
            form,
            rules: rules.collect::<Result<_, _>>()?,
            fines: fine_tiers(lexicon, values)?,
        })
    }

    /// The first rule that fits; the authority's own mark goes before every reading of the text.
    pub fn classify<'a>(
        &'a self,
        reading: &Reading<'a>,
        severity: Option<StatedSeverity>,
    ) -> Option<Finding<'a>> {
        if let Some(rule) = self.rules.iter().find(|rule| rule.data.before_stated && rule.fits(reading)) {
            return Some(rule.finding(reading));
        }
        let by_text = self.rules.iter().find(|rule| !rule.data.before_stated && rule.fits(reading));
        let by_text = by_text.map(|rule| rule.finding(reading));
        let severity = severity.filter(|severity| *severity != StatedSeverity::Undetermined);
        match (&self.stated, severity) {
            (Some(stated), Some(severity)) => Some(stated.finding(severity, by_text, self)),
            _ => by_text,
        }
    }
}

impl Tier {
    fn new(data: &TierData, values: &[Parameter]) -> Self {
        let find = |key: &str| {
            let of_tier = |value: &&Parameter| value.key == key && value.tier.as_ref() == Some(&data.id);
            values.iter().find(of_tier).cloned()
        };
        Self { data: data.clone(), min: find("min"), max: find("max"), materials: find("materials") }
    }
}

impl Stated {
    fn compile(data: &StatedData, tier: &impl Fn(&String) -> Result<usize, String>) -> Result<Self, String> {
        let map = data.map.iter().map(|(code, id)| {
            let severity = StatedSeverity::from_code(code).ok_or_else(|| format!("没有严重程度 {code}"))?;
            Ok::<_, String>((severity, tier(id)?))
        });
        Ok(Self { map: map.collect::<Result<_, _>>()?, data: data.clone() })
    }

    fn finding<'a>(
        &'a self,
        severity: StatedSeverity,
        by_text: Option<Finding<'a>>,
        set: &Ruleset,
    ) -> Finding<'a> {
        let reason = Reason {
            rule: self.data.id.as_str().into(),
            field: "失信严重程度".into(),
            matched: severity.label().into(),
            source: self.data.source.as_str().into(),
            certainty: self.data.certainty,
            note: self.data.note.as_str().into(),
        };
        let Some((_, tier)) = self.map.iter().find(|(stated, _)| *stated == severity) else {
            let publicised =
                |index: &usize| set.tiers[*index].data.outcome != crate::data::TierOutcome::NotPublicised;
            return Finding {
                tiers: (0..set.tiers.len()).filter(publicised).collect(),
                reasons: vec![reason],
                question: Some(self.data.question.as_str().into()),
            };
        };
        // The mark stands; a graver text is shown to the reader, who may ask.
        let graver = by_text.filter(|text| text.tiers.iter().all(|other| other > tier));
        let question = graver.map(|text| {
            let rules: Vec<_> = text.reasons.iter().map(|reason| &*reason.note).collect();
            let marked = severity.label();
            let rules = rules.concat();
            format!("名单标注为「{marked}」，但决定文字显示更重：{rules}请处罚机关确认。").into()
        });
        Finding { tiers: std::slice::from_ref(tier).into(), reasons: vec![reason], question }
    }
}

impl Rule {
    fn compile(
        data: &RuleData,
        file: &ClassifyFile,
        lexicon: &Lexicon,
        tier: &impl Fn(&String) -> Result<usize, String>,
    ) -> Result<Self, String> {
        let set = |names: &[String]| {
            names.iter().try_fold(0, |set, name| Ok::<_, String>(set | signals(name, file, lexicon)?))
        };
        let outcome = match (&data.tier, data.review.is_empty()) {
            (Some(id), true) => Outcome::Tier([tier(id)?]),
            (None, false) if data.question.is_some() => {
                Outcome::Review(data.review.iter().map(tier).collect::<Result<_, _>>()?)
            }
            _ => return Err(format!("规则 {} 须写 tier，或者写 review 和 question", data.id)),
        };
        Ok(Self {
            all: data.all.iter().map(|names| set(names)).collect::<Result<_, _>>()?,
            none: set(&data.none)?,
            outcome,
            data: data.clone(),
        })
    }

    fn fits(&self, reading: &Reading<'_>) -> bool {
        self.none & reading.set == 0 && self.all.iter().all(|any| any & reading.set != 0)
    }

    fn finding<'a>(&'a self, reading: &Reading<'a>) -> Finding<'a> {
        let reason = |(field, matched): (&'static str, Cow<'a, str>)| Reason {
            rule: self.data.id.as_str().into(),
            field: field.into(),
            matched,
            source: self.data.source.as_str().into(),
            certainty: self.data.certainty,
            note: self.data.note.as_str().into(),
        };
        let mut reasons = Vec::with_capacity(REASONS);
        if self.all.is_empty() {
            reasons.push(reason(("", "".into())));
        } else {
            reasons.extend(self.all.iter().map(|any| reason(reading.evidence(*any))));
        }
        let (tiers, question) = match &self.outcome {
            Outcome::Tier(tier) => (tier.as_slice(), None),
            Outcome::Review(tiers) => (tiers.as_slice(), self.data.question.as_deref()),
        };
        Finding { tiers: tiers.into(), reasons, question: question.map(Cow::Borrowed) }
    }
}

/// The signals that a name stands for: a group of the edition, a word list's signal or a derived one.
fn signals(name: &str, file: &ClassifyFile, lexicon: &Lexicon) -> Result<u128, String> {
    let one = |name: &str| {
        let number = derived::by_id(name).or_else(|| lexicon.signal(name));
        number.map(bit).ok_or_else(|| format!("没有关键词组 {name}"))
    };
    match file.groups.get(name) {
        Some(members) => members.iter().try_fold(0, |set, member| Ok(set | one(member)?)),
        None => one(name),
    }
}

fn fine_tiers(lexicon: &Lexicon, values: &[Parameter]) -> Result<Vec<FineTier>, String> {
    let thresholds = values.iter().filter(|value| value.unit == "fen");
    let compiled = thresholds.map(|parameter| {
        let sector = match &parameter.sector {
            None => None,
            Some(id) => Some(lexicon.signal(id).ok_or_else(|| format!("没有领域 {id}"))?),
        };
        Ok::<_, String>(FineTier { sector, parameter: parameter.clone() })
    });
    compiled.collect()
}
