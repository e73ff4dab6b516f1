//! Cases (案例): facts and a day in, the expected answer out. They are the rules' own tests, and what a
//! lawyer reads to see whether the program understands the text.

use jiff::civil::Date;
use serde::Deserialize;
use xinxiu_domain::penalty::{
    Assessment, Lane, Material, PenaltyClass, PenaltyFacts, StatedSeverity, SubjectKind, VerdictKind,
};

use crate::rules::{EditionChoice, Rules};

/// `cases/<edition>/<topic>.yaml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseFile {
    /// The edition under which the cases are decided.
    pub edition: String,
    /// The cases.
    pub cases: Vec<Case>,
}

/// One case.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows, in a sentence for a lawyer.
    pub title: String,
    /// Requirements and rules that it shows, for example `N28`.
    pub shows: Vec<String>,
    /// Day of application.
    pub day: Date,
    /// Whether the edition is left to the selector (`auto`); else the file's edition is named.
    #[serde(default)]
    pub auto: bool,
    /// What the list row says.
    pub facts: CaseFacts,
    /// The right answer.
    pub expect: Expected,
}

/// A row with only the columns that matter; the others are empty.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseFacts {
    /// 处罚决定日期.
    pub decided: Date,
    /// 行政相对人类别; a legal person where left out.
    #[serde(default)]
    pub subject: Option<SubjectKind>,
    /// 处罚类别.
    #[serde(default)]
    pub kinds: String,
    /// 处罚内容.
    #[serde(default)]
    pub content: String,
    /// 违法行为类型.
    #[serde(default)]
    pub violation: String,
    /// 违法事实.
    #[serde(default)]
    pub facts: String,
    /// 处罚依据.
    #[serde(default)]
    pub basis: String,
    /// 处罚机关.
    #[serde(default)]
    pub authority: String,
    /// 罚款金额, in 元.
    #[serde(default)]
    pub fine_yuan: Option<i64>,
    /// 没收金额, in 元.
    #[serde(default)]
    pub confiscated_yuan: Option<i64>,
    /// 失信严重程度.
    #[serde(default)]
    pub stated: Option<StatedSeverity>,
    /// 简易程序.
    #[serde(default)]
    pub summary: Option<bool>,
}

impl CaseFacts {
    fn to_facts(&self) -> PenaltyFacts {
        PenaltyFacts {
            decision_date: self.decided,
            subject: self.subject.unwrap_or(SubjectKind::LegalPerson),
            kinds: self.kinds.clone(),
            content: self.content.clone(),
            violation: self.violation.clone(),
            facts: self.facts.clone(),
            basis: self.basis.clone(),
            authority: self.authority.clone(),
            fine_fen: self.fine_yuan.map(|yuan| yuan * 100),
            confiscated_fen: self.confiscated_yuan.map(|yuan| yuan * 100),
            stated_severity: self.stated,
            summary_procedure: self.summary,
        }
    }
}

/// The right answer; what is left out is not compared. Dates are written as dates, or `none`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The edition.
    pub edition: Option<String>,
    /// The lane.
    pub lane: Option<Lane>,
    /// The class.
    pub class: Option<PenaltyClass>,
    /// The verdict.
    pub verdict: Option<VerdictKind>,
    /// 最短公示期 ends.
    pub min_until: Option<String>,
    /// 最长公示期 ends.
    pub max_until: Option<String>,
    /// First day of application.
    pub repairable_from: Option<String>,
    /// The papers, in order.
    pub materials: Option<Vec<Material>>,
    /// Ids that must be among the reasons.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Words that must be in the questions.
    pub asks: Option<String>,
}

impl Case {
    /// Runs the case; each difference is one Chinese line, and none means that it passes.
    pub fn run(&self, edition: &str, rules: &Rules) -> Vec<String> {
        let choice = if self.auto { EditionChoice::Auto } else { EditionChoice::Named(edition.to_owned()) };
        match rules.assess(&self.facts.to_facts(), self.day, &choice) {
            Ok(given) => self.expect.differences(&given),
            Err(error) => vec![error.to_string()],
        }
    }
}

impl Expected {
    fn differences(&self, given: &Assessment) -> Vec<String> {
        let mut list = Vec::new();
        let mut compare = |name: &str, wanted: Option<String>, got: String| {
            if let Some(wanted) = wanted.filter(|wanted| *wanted != got) {
                list.push(format!("{name}应为 {wanted}，得到 {got}"));
            }
        };
        let day = |day: Option<Date>| day.map_or_else(|| "none".to_owned(), |day| day.to_string());
        let codes = |list: &[Material]| list.iter().map(|m| m.code()).collect::<Vec<_>>().join(",");
        compare("版本", self.edition.clone(), given.edition.clone());
        compare("办理渠道", self.lane.map(|lane| lane.code().to_owned()), given.lane.code().to_owned());
        compare("档次", self.class.map(|class| class.code().to_owned()), given.class.code().to_owned());
        compare("结论", self.verdict.map(|kind| kind.code().to_owned()), given.verdict.code().to_owned());
        compare("最短公示期", self.min_until.clone(), day(given.min_until));
        compare("最长公示期", self.max_until.clone(), day(given.max_until));
        compare("可申请日", self.repairable_from.clone(), day(given.repairable_from));
        compare("材料", self.materials.as_deref().map(codes), codes(&given.materials));
        for rule in &self.rules {
            if !given.reasons.iter().any(|reason| reason.rule == *rule) {
                let got: Vec<_> = given.reasons.iter().map(|reason| reason.rule.as_str()).collect();
                list.push(format!("理由中没有 {rule}，只有 {}", got.join("、")));
            }
        }
        if let Some(words) = &self.asks
            && !given.questions.iter().any(|question| question.contains(words.as_str()))
        {
            list.push(format!("问题中没有「{words}」：{}", given.questions.join("；")));
        }
        list
    }
}
