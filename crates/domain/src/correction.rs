//! What a person put right in a penalty record against its lists (更正处罚信息, N08): it stands over later lists until
//! it is taken back, and a list that says something new again is weighed by a person.

use jiff::civil::Date;

use crate::decision_number::DecisionNumber;
use crate::penalty::{PenaltyFacts, StatedSeverity, procedure, yuan};

coded! {
    /// A field of a penalty record that can be put right.
    pub enum PenaltyField {
        DecisionNumber = "decision_number", "行政处罚决定书文号";
        DecisionDate = "decision_date", "处罚决定日期";
        Authority = "authority", "处罚机关";
        Kinds = "kinds", "处罚类别";
        Content = "content", "处罚内容";
        Violation = "violation", "违法行为类型";
        Facts = "facts", "违法事实";
        Basis = "basis", "处罚依据";
        Fine = "fine", "罚款金额";
        Confiscated = "confiscated", "没收金额";
        Severity = "severity", "失信严重程度";
        Procedure = "procedure", "处罚程序";
        ValidUntil = "valid_until", "处罚有效期";
        PublicityEnd = "publicity_end", "名单所载公示截止期";
    }
}

coded! {
    /// How a version of a record's facts came about.
    pub enum VersionKind {
        Corrected = "corrected", "更正";
        TakenBack = "taken_back", "撤回更正";
        Adopted = "adopted", "采用名单";
        Kept = "kept", "保留更正";
        Listed = "listed", "名单变化";
        Withdrawn = "withdrawn", "决定撤销";
    }
}

/// What of a penalty record can be put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// Decision number.
    pub decision: DecisionNumber,
    /// What the decision says.
    pub facts: PenaltyFacts,
    /// 处罚有效期.
    pub valid_until: Option<Date>,
    /// 公示截止期 as the list states it.
    pub publicity_end: Option<Date>,
}

/// Words of the procedure, as they are kept.
const SUMMARY: &str = "summary";
const ORDINARY: &str = "ordinary";

impl Stated {
    /// The value of a field, as it is kept: days in ISO, money in 分, codes; empty where there is none.
    pub fn get(&self, field: PenaltyField) -> String {
        let facts = &self.facts;
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let fen = |fen: Option<i64>| fen.map(|fen| fen.to_string()).unwrap_or_default();
        match field {
            PenaltyField::DecisionNumber => self.decision.to_string(),
            PenaltyField::DecisionDate => facts.decision_date.to_string(),
            PenaltyField::Authority => facts.authority.clone(),
            PenaltyField::Kinds => facts.kinds.clone(),
            PenaltyField::Content => facts.content.clone(),
            PenaltyField::Violation => facts.violation.clone(),
            PenaltyField::Facts => facts.facts.clone(),
            PenaltyField::Basis => facts.basis.clone(),
            PenaltyField::Fine => fen(facts.fine_fen),
            PenaltyField::Confiscated => fen(facts.confiscated_fen),
            PenaltyField::Severity => facts.stated_severity.map_or("", StatedSeverity::code).to_owned(),
            PenaltyField::Procedure => match facts.summary_procedure {
                Some(true) => SUMMARY.to_owned(),
                Some(false) => ORDINARY.to_owned(),
                None => String::new(),
            },
            PenaltyField::ValidUntil => day(self.valid_until),
            PenaltyField::PublicityEnd => day(self.publicity_end),
        }
    }

    /// Takes a value as it is kept; says whether it is one of the field.
    pub fn set(&mut self, field: PenaltyField, value: &str) -> bool {
        if let Some(place) = self.words(field) {
            value.clone_into(place);
            return true;
        }
        let taken = match field {
            PenaltyField::DecisionNumber => DecisionNumber::parse(value).map(|number| self.decision = number),
            PenaltyField::DecisionDate => value.parse().ok().map(|day| self.facts.decision_date = day),
            PenaltyField::Authority => {
                (!value.is_empty()).then(|| value.clone_into(&mut self.facts.authority))
            }
            PenaltyField::Fine => read(value, &mut self.facts.fine_fen, |text| text.parse().ok()),
            PenaltyField::Confiscated => {
                read(value, &mut self.facts.confiscated_fen, |text| text.parse().ok())
            }
            PenaltyField::Severity => read(value, &mut self.facts.stated_severity, StatedSeverity::from_code),
            PenaltyField::Procedure => read(value, &mut self.facts.summary_procedure, |text| match text {
                SUMMARY => Some(true),
                ORDINARY => Some(false),
                _ => None,
            }),
            PenaltyField::ValidUntil => read(value, &mut self.valid_until, |text| text.parse().ok()),
            PenaltyField::PublicityEnd => read(value, &mut self.publicity_end, |text| text.parse().ok()),
            _ => None,
        };
        taken.is_some()
    }

    /// The place of a field that may hold any words.
    const fn words(&mut self, field: PenaltyField) -> Option<&mut String> {
        Some(match field {
            PenaltyField::Kinds => &mut self.facts.kinds,
            PenaltyField::Content => &mut self.facts.content,
            PenaltyField::Violation => &mut self.facts.violation,
            PenaltyField::Facts => &mut self.facts.facts,
            PenaltyField::Basis => &mut self.facts.basis,
            _ => return None,
        })
    }

    /// Puts every correction over what a list says.
    pub fn correct(&mut self, corrections: &[FieldCorrection]) {
        for one in corrections {
            self.set(one.field, &one.corrected);
        }
    }

    /// The fields in which another says something else, with both values.
    pub fn differences(&self, other: &Self) -> Vec<(PenaltyField, String, String)> {
        let of = |field: &PenaltyField| (*field, self.get(*field), other.get(*field));
        PenaltyField::ALL.iter().map(of).filter(|(_, one, other)| one != other).collect()
    }
}

fn read<T>(value: &str, place: &mut Option<T>, parse: impl Fn(&str) -> Option<T>) -> Option<()> {
    let read = parse(value);
    (read.is_some() || value.is_empty()).then(|| *place = read)
}

impl PenaltyField {
    /// A value as it is kept, for people.
    pub fn shown(self, value: &str) -> String {
        match self {
            Self::Fine | Self::Confiscated => value.parse().map_or_else(|_| value.to_owned(), yuan),
            Self::Severity => {
                StatedSeverity::from_code(value).map_or_else(|| value.to_owned(), |found| found.to_string())
            }
            Self::Procedure => {
                let known = PROCEDURES.iter().find(|(code, _)| *code == value);
                known.map_or(value, |(_, words)| words).to_owned()
            }
            _ => value.to_owned(),
        }
    }

    /// Whether a reviewer's judgement of the class stands on it.
    pub const fn bears_on_class(self) -> bool {
        !matches!(self, Self::DecisionNumber | Self::ValidUntil | Self::PublicityEnd)
    }

    fn same(self, one: &str, other: &str) -> bool {
        let key = |text: &str| DecisionNumber::parse(text).map(|number| number.key());
        match self {
            Self::DecisionNumber => key(one) == key(other),
            _ => one == other,
        }
    }
}

/// The choices of 处罚程序: value as it is kept, and for people.
pub const PROCEDURES: [(&str, &str); 2] =
    [(ORDINARY, procedure(Some(false))), (SUMMARY, procedure(Some(true)))];

/// A field that was put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldCorrection {
    /// Field.
    pub field: PenaltyField,
    /// What the list says, which counts again when the correction is taken back.
    pub listed: String,
    /// Values of lists that do not undo it.
    pub known: Vec<String>,
    /// What counts.
    pub corrected: String,
    /// A newer value of a list that nobody has weighed yet.
    pub conflict: Option<String>,
}

impl FieldCorrection {
    /// A correction of what the list says.
    pub fn new(field: PenaltyField, listed: String, corrected: String) -> Self {
        Self { field, known: vec![listed.clone()], listed, corrected, conflict: None }
    }

    /// Takes note of what a list says now. Returns whether it is new, so that a person has to weigh it.
    pub fn weigh(&mut self, says: &str) -> bool {
        let field = self.field;
        if field.same(says, &self.corrected) {
            self.conflict = None;
            return false;
        }
        let is_known = self.known.iter().any(|known| field.same(known, says));
        if is_known || self.conflict.as_ref().is_some_and(|known| field.same(known, says)) {
            return false;
        }
        self.conflict = Some(says.to_owned());
        true
    }

    /// Keeps the correction against what the list says now; that value does not come up again.
    pub fn keep(&mut self) -> Option<String> {
        let weighed = self.conflict.take()?;
        self.known.push(weighed.clone());
        self.listed.clone_from(&weighed);
        Some(weighed)
    }

    /// What counts without the correction: the newest value of the lists.
    pub fn uncorrected(&self) -> &str {
        self.conflict.as_ref().unwrap_or(&self.listed)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::penalty::SubjectKind;

    fn stated() -> Stated {
        Stated {
            decision: DecisionNumber::parse("示罚字〔2022〕1号").unwrap(),
            facts: PenaltyFacts {
                decision_date: date(2022, 1, 5),
                subject: SubjectKind::LegalPerson,
                kinds: "罚款".into(),
                content: "罚款1000元".into(),
                violation: String::new(),
                facts: String::new(),
                basis: String::new(),
                authority: "示例局".into(),
                fine_fen: Some(100_000),
                confiscated_fen: None,
                stated_severity: None,
                summary_procedure: None,
            },
            valid_until: None,
            publicity_end: None,
        }
    }

    #[test]
    fn every_field_takes_what_it_gives() {
        let mut other = stated();
        for (field, value) in [
            (PenaltyField::DecisionNumber, "示罚字〔2022〕2号"),
            (PenaltyField::DecisionDate, "2022-02-05"),
            (PenaltyField::Authority, "另一局"),
            (PenaltyField::Kinds, "警告"),
            (PenaltyField::Content, "警告"),
            (PenaltyField::Violation, "示例"),
            (PenaltyField::Facts, "示例"),
            (PenaltyField::Basis, "示例"),
            (PenaltyField::Fine, "200"),
            (PenaltyField::Confiscated, "300"),
            (PenaltyField::Severity, "serious"),
            (PenaltyField::Procedure, "summary"),
            (PenaltyField::ValidUntil, "2023-01-05"),
            (PenaltyField::PublicityEnd, "2023-01-06"),
        ] {
            assert!(other.set(field, value), "{field}");
            assert_eq!(other.get(field), value, "{field}");
        }
        assert_eq!(stated().differences(&other).len(), PenaltyField::ALL.len());
        assert!(stated().differences(&stated()).is_empty());
        assert!(!other.set(PenaltyField::DecisionDate, "无") && !other.set(PenaltyField::Fine, "多"));
        assert!(!other.set(PenaltyField::Authority, "") && other.set(PenaltyField::Fine, ""));
        assert_eq!(other.facts.fine_fen, None);
    }

    #[test]
    fn only_what_a_list_says_newly_is_to_be_weighed() {
        let mut one = FieldCorrection::new(PenaltyField::Fine, "100".into(), "200".into());
        assert!(!one.weigh("100") && !one.weigh("200"));
        assert!(one.weigh("300"));
        assert!(!one.weigh("300"), "it waits already");
        assert!(!one.weigh("100"));
        assert_eq!((one.conflict.as_deref(), one.uncorrected()), (Some("300"), "300"));
        assert_eq!(one.keep().as_deref(), Some("300"));
        assert!(!one.weigh("300") && one.conflict.is_none());
        assert!(one.weigh("400"));
        one.weigh("200");
        assert_eq!(one.conflict, None, "the list has come round");
    }

    #[test]
    fn a_decision_number_is_the_same_in_any_brackets() {
        let (listed, right) = ("示罚字〔2022〕1号", "示罚字〔2022〕2号");
        let mut one = FieldCorrection::new(PenaltyField::DecisionNumber, listed.into(), right.into());
        assert!(!one.weigh("示罚字[2022]1号") && !one.weigh("示罚[2022]2号"));
    }
}
