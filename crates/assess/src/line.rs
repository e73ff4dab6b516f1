//! One accepted record with its answer, as the contract names its parts.

use std::borrow::Cow;

use jiff::civil::Date;
use serde::Serialize;
use xinxiu_domain::penalty::{Assessment, Lane, Material, PenaltyClass, Reason, VerdictKind};
use xinxiu_domain::{DecisionNumber, Uscc};
use xinxiu_intake::{Penalty, PenaltyRow, Place, Problem};

/// One line of the output. The texts of the answer are its own (`T` a `String`) where it was kept.
#[derive(Debug, Serialize)]
pub struct Line<'a, T = Cow<'a, str>> {
    pub(crate) source: Place<'a>,
    pub(crate) uscc: Option<&'a Uscc>,
    pub(crate) enterprise: &'a str,
    pub(crate) decision_number: &'a DecisionNumber,
    pub(crate) decision_date: Date,
    pub(crate) edition: &'a str,
    pub(crate) lane: Lane,
    pub(crate) class: PenaltyClass,
    pub(crate) min_until: Option<Date>,
    pub(crate) max_until: Option<Date>,
    pub(crate) verdict: VerdictKind,
    pub(crate) repairable_from: Option<Date>,
    pub(crate) materials: &'a [Material],
    pub(crate) reasons: &'a [Reason<T>],
    pub(crate) questions: &'a [T],
    pub(crate) problems: &'a [Problem],
}

/// Heads of the table formats.
pub const HEADS: [&str; 18] = [
    "来源文件",
    "工作表",
    "行号",
    "统一社会信用代码",
    "企业名称",
    "行政处罚决定书文号",
    "处罚决定日期",
    "规则版本",
    "修复渠道",
    "失信类别",
    "最短公示期至",
    "最长公示期至",
    "判定",
    "可修复起始日",
    "申请材料",
    "判定理由",
    "待确认事项",
    "提示",
];

impl<'a> Line<'a> {
    /// A row that is at hand, with its answer.
    pub fn new(row: &'a Penalty<'_>, answer: &'a Assessment<Cow<'a, str>>) -> Self {
        let who = (row.uscc.as_ref(), &*row.enterprise);
        Self::of(row.place, who, (&row.decision, row.facts.decision_date), answer, &row.problems)
    }
}

impl<'a> Line<'a, String> {
    /// A row that was kept, with its answer.
    pub fn kept(row: &'a PenaltyRow, answer: &'a Assessment) -> Self {
        let who = (row.uscc.as_ref(), &*row.enterprise);
        Self::of(row.source.place(), who, (&row.decision, row.facts.decision_date), answer, &row.problems)
    }
}

impl<'a, T: AsRef<str>> Line<'a, T> {
    fn of(
        source: Place<'a>,
        (uscc, enterprise): (Option<&'a Uscc>, &'a str),
        (decision_number, decision_date): (&'a DecisionNumber, Date),
        answer: &'a Assessment<T>,
        problems: &'a [Problem],
    ) -> Self {
        Self {
            source,
            uscc,
            enterprise,
            decision_number,
            decision_date,
            edition: answer.edition.as_ref(),
            lane: answer.lane,
            class: answer.class,
            min_until: answer.min_until,
            max_until: answer.max_until,
            verdict: answer.verdict,
            repairable_from: answer.repairable_from,
            materials: &answer.materials,
            reasons: &answer.reasons,
            questions: &answer.questions,
            problems,
        }
    }

    /// The cells below [`HEADS`], in words for people.
    pub fn cells(&self) -> Vec<String> {
        let day = |day| self.verdict.day_text(day);
        let reason = |reason: &Reason<T>| {
            let [note, field, matched, rule] =
                [&reason.note, &reason.field, &reason.matched, &reason.rule].map(AsRef::as_ref);
            let found = if matched.is_empty() { String::new() } else { format!("（{field}：{matched}）") };
            format!("{note}{found}〔{rule}，{}〕", reason.certainty)
        };
        let materials: Vec<_> = self.materials.iter().map(|material| material.label()).collect();
        let reasons: Vec<_> = self.reasons.iter().map(reason).collect();
        let questions: Vec<_> = self.questions.iter().map(AsRef::as_ref).collect();
        let problems: Vec<_> = self.problems.iter().map(|problem| problem.message.as_str()).collect();
        vec![
            self.source.file.to_string(),
            self.source.sheet.to_string(),
            self.source.row.to_string(),
            self.uscc.map_or_else(String::new, |uscc| uscc.as_str().to_owned()),
            self.enterprise.to_owned(),
            self.decision_number.to_string(),
            self.decision_date.to_string(),
            self.edition.to_owned(),
            self.lane.to_string(),
            self.class.to_string(),
            day(self.min_until),
            day(self.max_until),
            self.verdict.to_string(),
            day(self.repairable_from),
            materials.join("、"),
            reasons.join("；"),
            questions.join("；"),
            problems.join("；"),
        ]
    }
}
