//! An administrative penalty on the public record (行政处罚信息) and what a rule edition says of it.

use std::borrow::Cow;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

coded! {
    /// Severity class; which classes exist depends on the rule edition.
    pub enum PenaltyClass {
        Minor = "minor", "轻微失信";
        General = "general", "一般失信";
        Serious = "serious", "严重失信";
        SpecifiedSerious = "specified_serious", "特定严重失信";
        NotPublicised = "not_publicised", "不公示";
        Unclassified = "unclassified", "未分类";
    }
}

coded! {
    /// Who handles the repair of a record.
    pub enum Lane {
        CreditChina = "credit_china", "信用中国";
        MarketSupervision = "market_supervision", "市场监管";
        Other = "other", "其他主管部门";
    }
}

coded! {
    /// What can be done about a record on a given day.
    pub enum VerdictKind {
        RepairableNow = "repairable_now", "现在可修复";
        RepairableLater = "repairable_later", "到期后可修复";
        NotRepairable = "not_repairable", "不可修复";
        NotPublicised = "not_publicised", "不公示";
        Ended = "ended", "公示已届满";
        NeedsReview = "needs_review", "需人工认定";
    }
}

coded! {
    /// A document that goes with an application (申请材料).
    pub enum Material {
        Commitment = "commitment", "信用修复承诺书";
        Licence = "licence", "主要登记证照";
        PerformanceProof = "performance_proof", "已履行行政处罚证明";
        RectificationForm = "rectification_form", "行政处罚信息信用修复表";
        TrainingCertificate = "training_certificate", "信用修复培训证明";
        CreditReport = "credit_report", "信用报告";
        RepairApplication = "repair_application", "信用修复申请书";
    }
}

impl Material {
    /// What people call it in a note.
    pub const fn short_names(self) -> &'static [&'static str] {
        match self {
            Self::Commitment => &["承诺书"],
            Self::Licence => &["证照", "执照"],
            Self::PerformanceProof => &["履行证明", "缴款凭证", "凭证", "整改"],
            Self::RectificationForm => &["修复表"],
            Self::TrainingCertificate => &["培训证明"],
            Self::CreditReport => &["信用报告", "查询报告"],
            Self::RepairApplication => &["申请书"],
        }
    }
}

coded! {
    /// How certain a value taken from a source is.
    pub enum Certainty {
        Found = "found", "见于公开来源";
        High = "high", "把握较大";
        Medium = "medium", "把握一般";
        Low = "low", "把握较小";
        Design = "design", "平台约定";
        Unknown = "unknown", "尚不清楚";
    }
}

coded! {
    /// Kind of the person or body that was penalised (行政相对人类别).
    pub enum SubjectKind {
        LegalPerson = "legal_person", "法人及非法人组织";
        NaturalPerson = "natural_person", "自然人";
        SoleTrader = "sole_trader", "个体工商户";
    }
}

coded! {
    /// The authority's own severity mark, where the list carries one (失信严重程度).
    pub enum StatedSeverity {
        Undetermined = "undetermined", "未定";
        General = "general", "一般";
        Heavier = "heavier", "较重";
        Serious = "serious", "严重";
        SpecifiedSerious = "specified_serious", "特定严重";
    }
}

/// What a list row says of one decision, read and folded but not yet judged. Money in 元 × 10⁻² (分).
///
/// The texts are its own where it is kept, and borrowed from the row (`T` a `Cow`) where rows by the million
/// are judged and forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PenaltyFacts<T = String> {
    /// 行政决定日期: the day of the penalty decision; every period starts here.
    pub decision_date: Date,
    /// 行政相对人类别.
    pub subject: SubjectKind,
    /// 处罚类别 as given, several joined by the source's own separators.
    pub kinds: T,
    /// 处罚内容 or 处罚结果.
    pub content: T,
    /// 违法行为类型.
    pub violation: T,
    /// 违法事实 or 处罚事由.
    pub facts: T,
    /// 处罚依据.
    pub basis: T,
    /// 处罚机关, by name.
    pub authority: T,
    /// 罚款金额 in 分; `None` where the list leaves it blank.
    pub fine_fen: Option<i64>,
    /// 没收金额 in 分; `None` where the list leaves it blank.
    pub confiscated_fen: Option<i64>,
    /// The authority's own severity, which wins over any reading of the text.
    pub stated_severity: Option<StatedSeverity>,
    /// 简易程序, where the list or a reviewer says so.
    pub summary_procedure: Option<bool>,
}

/// One rule that fired, with the text that made it fire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason<T = String> {
    /// Id of the rule in the edition's data.
    pub rule: T,
    /// Column in which the text was found, in Chinese; empty for a rule that needs no text.
    pub field: T,
    /// The text that matched.
    pub matched: T,
    /// Source of the rule, as the edition's data names it.
    pub source: T,
    /// How certain that source makes the rule.
    pub certainty: Certainty,
    /// The rule in one Chinese sentence, for a reader.
    #[serde(default)]
    pub note: T,
}

/// The answer of one edition on one record: class, dates, materials, each with its reasons (N24, N28).
///
/// Its texts are its own where it is kept, and borrowed from rules and row (`T` a `Cow`) where it is written
/// out at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de> + Default"))]
pub struct Assessment<T = String> {
    /// Edition id, for example `cn-527`.
    pub edition: T,
    /// Who handles the repair.
    pub lane: Lane,
    /// Severity class under the edition.
    pub class: PenaltyClass,
    /// 最短公示期 ends on this day; `None` where the edition knows none.
    pub min_until: Option<Date>,
    /// 最长公示期 ends on this day; `None` where the edition knows none.
    pub max_until: Option<Date>,
    /// What can be done on the day of assessment.
    pub verdict: VerdictKind,
    /// First day on which an application is admissible; `None` where there is none.
    pub repairable_from: Option<Date>,
    /// Documents that the application needs.
    pub materials: Vec<Material>,
    /// Every rule that fired.
    pub reasons: Vec<Reason<T>>,
    /// Facts that the data do not settle, as questions to the authority, in Chinese.
    pub questions: Vec<T>,
}

impl PenaltyClass {
    /// The authority's mark that stands for a class found by a person; `None` where no mark does.
    pub const fn as_stated(self) -> Option<StatedSeverity> {
        match self {
            Self::General => Some(StatedSeverity::General),
            Self::Serious => Some(StatedSeverity::Serious),
            Self::SpecifiedSerious => Some(StatedSeverity::SpecifiedSerious),
            Self::Minor | Self::NotPublicised | Self::Unclassified => None,
        }
    }
}

impl VerdictKind {
    /// One of an answer's days for people: 未知 where such a record has the day and the rules leave it open,
    /// nothing where it has none (不公示, 已届满, 不可修复).
    pub fn day_text(self, day: Option<Date>) -> String {
        match (day, self) {
            (Some(day), _) => day.to_string(),
            (None, Self::RepairableNow | Self::RepairableLater | Self::NeedsReview) => "未知".to_owned(),
            (None, Self::NotRepairable | Self::NotPublicised | Self::Ended) => String::new(),
        }
    }
}

impl<T> Assessment<T> {
    /// The verdict as it stands on another day than that of the assessment: periods run on, classes stay.
    pub fn verdict_on(&self, day: Date) -> VerdictKind {
        let ended = self.max_until.is_some_and(|last| day > last);
        match (self.verdict, self.repairable_from) {
            (VerdictKind::NotPublicised, _) => VerdictKind::NotPublicised,
            (VerdictKind::Ended, _) if self.max_until.is_none() => VerdictKind::Ended,
            _ if ended => VerdictKind::Ended,
            (VerdictKind::RepairableNow | VerdictKind::RepairableLater, Some(from)) => {
                if day >= from {
                    VerdictKind::RepairableNow
                } else {
                    VerdictKind::RepairableLater
                }
            }
            (verdict, _) => verdict,
        }
    }
}

impl Reason<Cow<'_, str>> {
    /// The reason with texts of its own.
    pub fn into_owned(self) -> Reason {
        Reason {
            rule: self.rule.into_owned(),
            field: self.field.into_owned(),
            matched: self.matched.into_owned(),
            source: self.source.into_owned(),
            certainty: self.certainty,
            note: self.note.into_owned(),
        }
    }
}

impl Assessment<Cow<'_, str>> {
    /// The answer with texts of its own.
    pub fn into_owned(self) -> Assessment {
        Assessment {
            edition: self.edition.into_owned(),
            lane: self.lane,
            class: self.class,
            min_until: self.min_until,
            max_until: self.max_until,
            verdict: self.verdict,
            repairable_from: self.repairable_from,
            materials: self.materials,
            reasons: self.reasons.into_iter().map(Reason::into_owned).collect(),
            questions: self.questions.into_iter().map(Cow::into_owned).collect(),
        }
    }
}

/// An amount in 分, in words.
pub fn yuan(fen: i64) -> String {
    format!("{}.{:02}元", fen / 100, fen % 100)
}

/// The procedure (处罚程序) in words; empty where nobody has said.
pub const fn procedure(is_summary: Option<bool>) -> &'static str {
    match is_summary {
        Some(true) => "简易程序",
        Some(false) => "普通程序",
        None => "",
    }
}

impl PenaltyFacts<Cow<'_, str>> {
    /// The facts with texts of their own.
    pub fn into_owned(self) -> PenaltyFacts {
        PenaltyFacts {
            decision_date: self.decision_date,
            subject: self.subject,
            kinds: self.kinds.into_owned(),
            content: self.content.into_owned(),
            violation: self.violation.into_owned(),
            facts: self.facts.into_owned(),
            basis: self.basis.into_owned(),
            authority: self.authority.into_owned(),
            fine_fen: self.fine_fen,
            confiscated_fen: self.confiscated_fen,
            stated_severity: self.stated_severity,
            summary_procedure: self.summary_procedure,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_verdict_moves_on_with_the_days() {
        let assessment: Assessment = Assessment {
            edition: "cn-527".into(),
            lane: Lane::CreditChina,
            class: PenaltyClass::General,
            min_until: Some(date(2022, 4, 5)),
            max_until: Some(date(2023, 1, 5)),
            verdict: VerdictKind::RepairableLater,
            repairable_from: Some(date(2022, 4, 5)),
            materials: Vec::new(),
            reasons: Vec::new(),
            questions: Vec::new(),
        };
        assert_eq!(assessment.verdict_on(date(2022, 4, 4)), VerdictKind::RepairableLater);
        assert_eq!(assessment.verdict_on(date(2022, 4, 5)), VerdictKind::RepairableNow);
        assert_eq!(assessment.verdict_on(date(2023, 1, 6)), VerdictKind::Ended);
        let never = Assessment { verdict: VerdictKind::NotRepairable, ..assessment };
        assert_eq!(never.verdict_on(date(2022, 5, 1)), VerdictKind::NotRepairable);
    }
}
