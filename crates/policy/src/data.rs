//! The shape of the rule files (规则数据). Field names are the keys of the YAML files.

use jiff::civil::Date;
use serde::Deserialize;
use xinxiu_domain::penalty::{Certainty, Material, PenaltyClass};

/// `editions.yaml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EditionFile {
    pub selector: Selector,
    pub editions: Vec<Edition>,
}

/// How the edition of a case is chosen when nobody names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selector {
    /// The edition in force on the day of application (申请日期).
    ByApplicationDate,
}

/// What an edition is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EditionRole {
    /// Decides cases; exactly one is in force on any day.
    Filing,
    /// Decides the cases of one lane, beside the filing edition.
    Lane,
    /// Recorded for the reader; carries no numbers.
    Background,
}

/// Whether the corresponding day itself counts as reached (期满当日是否算满).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReachedOn {
    /// An application is admissible on the corresponding day.
    Day,
    /// An application is admissible on the day after it.
    DayAfter,
}

/// [`ReachedOn`] with its source.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReachedOnRule {
    /// The rule.
    pub value: ReachedOn,
    /// Source key.
    pub source: String,
    /// How certain the source makes it.
    pub certainty: Certainty,
}

/// Whose periods apply to penalties of market-supervision authorities (市场监管).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LaneRules {
    /// Those of the edition itself.
    #[default]
    National,
    /// Those of the lane's own edition (`samr-2021`).
    Lane,
}

/// One rule edition (规则版本).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    /// Stable id, for example `cn-527`.
    pub id: EditionId,
    /// What it is for.
    pub role: EditionRole,
    /// Short Chinese name.
    pub title: String,
    /// The legal instrument.
    pub instrument: String,
    /// First day in force.
    pub from: Date,
    /// Last day in force; `None` where no end is known.
    pub to: Option<Date>,
    /// Source key of the instrument.
    pub source: String,
    /// How certain the start is.
    pub certainty: Certainty,
    /// How certain the end is, where it differs from the start.
    pub to_certainty: Option<Certainty>,
    /// When a minimum period counts as reached; background editions have none.
    pub reached_on: Option<ReachedOnRule>,
    /// Whose periods apply in the market-supervision lane.
    #[serde(default)]
    pub market_supervision: LaneRules,
}

impl Edition {
    /// Whether the edition is in force on `day`.
    pub fn in_force(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// Id of an edition, for example `cn-527`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize, serde::Serialize)]
#[serde(transparent)]
pub struct EditionId(String);

impl EditionId {
    /// The id as written in files and answers.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for EditionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceFile {
    pub sources: Vec<Source>,
}

/// Where a value comes from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Key by which values name it.
    pub key: String,
    /// What it is, in Chinese.
    pub title: String,
    /// Address, where it has one.
    pub link: Option<String>,
}

/// `parameters/<topic>/<edition>.yaml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ParameterFile {
    pub topic: String,
    pub edition: String,
    pub values: Vec<Parameter>,
}

/// One value of an edition, by date.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Stable id, for example `cn-527.min.general`.
    pub id: String,
    /// What it is, in Chinese.
    pub title: String,
    /// What the program asks for it by: `min`, `max`, `materials`, `minor_below`, `serious_from`, or a name
    /// of its own where it is only shown.
    pub key: String,
    /// The tier (档次) it belongs to, where it belongs to one.
    pub tier: Option<String>,
    /// The sector (a `field.*` signal) it is limited to; `None` for all.
    pub sector: Option<String>,
    /// Unit of the value; see [`UNITS`].
    pub unit: String,
    /// The values, each from its first day on.
    pub dated: Vec<Dated>,
}

/// Units that a parameter may have: ISO period, 工作日, 学时, 分, percent, a count, materials, words.
pub const UNITS: [&str; 8] =
    ["period", "working_days", "class_hours", "fen", "percent", "count", "materials", "text"];

impl Parameter {
    /// The value on `day`; before the first one, the first.
    pub fn on(&self, day: Date) -> Option<&Dated> {
        self.dated.iter().rev().find(|dated| dated.from <= day).or_else(|| self.dated.first())
    }
}

/// A value from a day on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dated {
    /// First day of the value.
    pub from: Date,
    /// The value; `None` where it is not known.
    pub value: Option<Value>,
    /// Source key.
    pub source: String,
    /// How certain the source makes it.
    pub certainty: Certainty,
}

/// A parameter's value, in the parameter's unit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A number of the unit.
    Number(i64),
    /// An ISO period or words.
    Text(String),
    /// Application materials (申请材料).
    Materials(Vec<Material>),
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
            Self::Materials(materials) => {
                let labels: Vec<_> = materials.iter().map(|material| material.label()).collect();
                f.write_str(&labels.join("、"))
            }
        }
    }
}

/// `classify/<edition>.yaml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClassifyFile {
    pub edition: String,
    pub tiers: Vec<TierData>,
    pub stated: Option<StatedData>,
    #[serde(default)]
    pub groups: std::collections::BTreeMap<String, Vec<String>>,
    pub rectification_form: Option<FormData>,
    pub rules: Vec<RuleData>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TierData {
    pub id: String,
    pub title: String,
    pub class: PenaltyClass,
    pub outcome: TierOutcome,
}

/// What a tier means for an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TierOutcome {
    /// Open to repair after the minimum period.
    Repairable,
    /// Never before the maximum period ends.
    NotRepairable,
    /// Not shown at all.
    NotPublicised,
    /// Not shown in principle; where it is shown, the dates hold.
    SeldomPublicised,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatedData {
    pub id: String,
    pub source: String,
    pub certainty: Certainty,
    pub note: String,
    pub map: std::collections::BTreeMap<String, String>,
    pub question: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FormData {
    pub id: String,
    pub tiers: Vec<String>,
    pub source: String,
    pub certainty: Certainty,
    pub note: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleData {
    pub id: String,
    #[serde(default)]
    pub before_stated: bool,
    #[serde(default)]
    pub all: Vec<Vec<String>>,
    #[serde(default)]
    pub none: Vec<String>,
    pub tier: Option<String>,
    #[serde(default)]
    pub review: Vec<String>,
    pub question: Option<String>,
    pub source: String,
    pub certainty: Certainty,
    pub note: String,
}
