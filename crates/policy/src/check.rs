//! The lint of the rule data (`rules check`): everything in which files contradict or miss each other.

use std::collections::BTreeSet;
use std::fmt;

use jiff::civil::Date;
use xinxiu_domain::penalty::Certainty;

use crate::data::{Edition, EditionRole, Parameter, TierOutcome, UNITS, Value};
use crate::period::Period;
use crate::rules::Rules;

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Path below the rules folder.
    pub file: String,
    /// What is wrong, in Chinese.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}：{}", self.file, self.message)
    }
}

/// Collects findings of one file.
struct Report<'r> {
    rules: &'r Rules,
    findings: Vec<Finding>,
}

impl Report<'_> {
    fn add(&mut self, file: &str, message: impl Into<String>) {
        self.findings.push(Finding { file: file.to_owned(), message: message.into() });
    }

    fn source(&mut self, file: &str, place: &str, key: &str) {
        if self.rules.source(key).is_none() {
            self.add(file, format!("{place} 的来源 {key} 不在 sources.yaml 中"));
        }
    }

    fn edition(&mut self, file: &str, id: &str) {
        if !self.rules.editions().iter().any(|edition| edition.id.as_str() == id) {
            self.add(file, format!("版本 {id} 不在 editions.yaml 中"));
        }
    }
}

pub(crate) fn findings(rules: &Rules) -> Vec<Finding> {
    let mut report = Report { rules, findings: Vec::new() };
    sources(&mut report);
    editions(&mut report);
    succession(&mut report);
    parameters(&mut report);
    classification(&mut report);
    calendar(&mut report);
    cases(&mut report);
    unreached(&mut report);
    report.findings
}

fn sources(report: &mut Report) {
    let mut seen = BTreeSet::new();
    for source in &report.rules.raw.sources {
        if !seen.insert(source.key.as_str()) {
            report.add("sources.yaml", format!("来源 {} 重复", source.key));
        }
    }
}

const EDITIONS: &str = "editions.yaml";

fn editions(report: &mut Report) {
    let rules = report.rules;
    let mut seen = BTreeSet::new();
    for (index, edition) in rules.editions().iter().enumerate() {
        let id = edition.id.as_str();
        report.source(EDITIONS, id, &edition.source);
        if let Some(reached) = &edition.reached_on {
            report.source(EDITIONS, id, &reached.source);
        }
        if !seen.insert(id) {
            report.add(EDITIONS, format!("版本 {id} 重复"));
        }
        if edition.to.is_some_and(|to| to < edition.from) {
            report.add(EDITIONS, format!("版本 {id} 的截止日早于施行日"));
        }
        let operative = edition.role != EditionRole::Background;
        if operative != rules.rulesets[index].is_some() {
            report.add(
                EDITIONS,
                format!("版本 {id} 与 classify/ 不一致：可用版本须有分类文件，背景版本不得有"),
            );
        }
        if operative != edition.reached_on.is_some() {
            report.add(EDITIONS, format!("版本 {id}：可用版本须写 reached_on，背景版本不得写"));
        }
        if !operative && rules.values_of(id).next().is_some() {
            report.add(EDITIONS, format!("背景版本 {id} 不得有数值"));
        }
    }
}

fn succession(report: &mut Report) {
    let mut filing: Vec<&Edition> =
        report.rules.editions().iter().filter(|edition| edition.role == EditionRole::Filing).collect();
    filing.sort_by_key(|edition| edition.from);
    for pair in filing.windows(2) {
        let (earlier, later) = (pair[0], pair[1]);
        let expected = earlier.to.and_then(|to| to.tomorrow().ok());
        let message = match expected {
            Some(day) if day == later.from => continue,
            Some(day) if day < later.from => "之间有空档",
            _ => "的施行期间重叠",
        };
        report.add(EDITIONS, format!("版本 {} 与 {} {message}", earlier.id, later.id));
    }
}

fn parameters(report: &mut Report) {
    let rules = report.rules;
    let mut seen = BTreeSet::new();
    for (path, file) in &rules.raw.parameters {
        report.edition(path, &file.edition);
        if !path.starts_with(&format!("parameters/{}/", file.topic)) {
            report.add(path, format!("主题 {} 与所在文件夹不符", file.topic));
        }
        for value in &file.values {
            if !seen.insert(value.id.as_str()) {
                report.add(path, format!("参数 {} 重复", value.id));
            }
            if !value.id.starts_with(&format!("{}.", file.edition)) {
                report.add(path, format!("参数 {} 应以版本号 {} 开头", value.id, file.edition));
            }
            parameter(report, path, value);
            tier_exists(report, path, &file.edition, value);
        }
    }
}

fn tier_exists(report: &mut Report, path: &str, edition: &str, value: &Parameter) {
    let Some(tier) = &value.tier else { return };
    let mut files = report.rules.raw.classify.iter().filter(|(_, file)| file.edition == edition);
    if !files.any(|(_, file)| file.tiers.iter().any(|known| known.id == *tier)) {
        report.add(path, format!("参数 {} 的档次 {tier} 不存在", value.id));
    }
}

fn parameter(report: &mut Report, path: &str, value: &Parameter) {
    let id = &value.id;
    if !UNITS.contains(&value.unit.as_str()) {
        report.add(path, format!("参数 {id} 的单位 {} 未知", value.unit));
    }
    if value.dated.is_empty() {
        report.add(path, format!("参数 {id} 没有值"));
    }
    if value.dated.windows(2).any(|pair| pair[0].from >= pair[1].from) {
        report.add(path, format!("参数 {id} 的日期没有递增"));
    }
    for dated in &value.dated {
        report.source(path, id, &dated.source);
        if dated.value.is_none() != (dated.certainty == Certainty::Unknown) {
            report.add(path, format!("参数 {id}：不知道的值须为 null 且 certainty 为 unknown，反之亦然"));
        }
        if dated.value.as_ref().is_some_and(|given| !has_unit(given, &value.unit)) {
            report.add(path, format!("参数 {id} 的值与单位 {} 不符", value.unit));
        }
    }
}

fn has_unit(value: &Value, unit: &str) -> bool {
    match value {
        Value::Number(number) => !matches!(unit, "period" | "materials" | "text") && *number >= 0,
        Value::Text(text) => match unit {
            "period" => text.parse::<Period>().is_ok(),
            other => other == "text",
        },
        Value::Materials(_) => unit == "materials",
    }
}

fn classification(report: &mut Report) {
    let rules = report.rules;
    let mut seen = BTreeSet::new();
    for (path, file) in &rules.raw.classify {
        report.edition(path, &file.edition);
        for rule in &file.rules {
            report.source(path, &rule.id, &rule.source);
            if !seen.insert(rule.id.as_str()) {
                report.add(path, format!("规则 {} 重复", rule.id));
            }
        }
        if file.rules.last().is_none_or(|rule| !rule.all.is_empty() || !rule.none.is_empty()) {
            report.add(path, "最后一条规则须无条件，作为兜底");
        }
        for (id, source) in [
            file.stated.as_ref().map(|stated| (&stated.id, &stated.source)),
            file.rectification_form.as_ref().map(|form| (&form.id, &form.source)),
        ]
        .into_iter()
        .flatten()
        {
            report.source(path, id, source);
        }
    }
}

fn calendar(report: &mut Report) {
    let rules = report.rules;
    for (path, year) in &rules.raw.calendar {
        report.source(path, "日历", &year.source);
        if *path != format!("calendar/{}.yaml", year.year) {
            report.add(path, format!("文件名与年份 {} 不符", year.year));
        }
        if year.off.iter().any(|range| range.to < range.from) {
            report.add(path, "放假区间首尾颠倒");
        }
        let is_off = |day: Date| year.off.iter().any(|range| (range.from..=range.to).contains(&day));
        for day in &year.work {
            let weekend =
                matches!(day.weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday);
            if !weekend || is_off(*day) || day.year() != year.year {
                report.add(path, format!("调休上班日 {day} 须是本年的周末，且不在放假区间内"));
            }
        }
    }
    let gap = rules.calendar().years().windows(2).find(|pair| pair[0].year + 1 != pair[1].year);
    if let Some(pair) = gap {
        report.add("calendar/", format!("{}年与{}年之间缺年份或重复", pair[0].year, pair[1].year));
    }
}

/// Links that lead nowhere: tiers without periods or materials, values before their edition, sectors without
/// words, sources without an address that is one.
fn unreached(report: &mut Report) {
    let rules = report.rules;
    for (path, file) in &rules.raw.classify {
        let values: Vec<&Parameter> = rules.values_of(&file.edition).map(|(_, value)| value).collect();
        let repairable = |outcome| matches!(outcome, TierOutcome::Repairable | TierOutcome::SeldomPublicised);
        for tier in file.tiers.iter().filter(|tier| repairable(tier.outcome)) {
            for key in ["min", "max", "materials"] {
                if !values.iter().any(|value| value.key == key && value.tier.as_ref() == Some(&tier.id)) {
                    report.add(path, format!("档次 {} 没有参数 {key}；不知道的值写 null", tier.id));
                }
            }
        }
    }
    for (path, file) in &rules.raw.parameters {
        let Some(edition) = rules.editions().iter().find(|one| one.id.as_str() == file.edition) else {
            continue;
        };
        for value in &file.values {
            if value.dated.first().is_some_and(|first| first.from > edition.from) {
                report.add(
                    path,
                    format!(
                        "参数 {} 从 {} 起才有值，版本从 {} 施行",
                        value.id, value.dated[0].from, edition.from
                    ),
                );
            }
            if value.sector.as_ref().is_some_and(|sector| rules.lexicon.signal(sector).is_none()) {
                report.add(path, format!("参数 {} 的领域不在用语表中", value.id));
            }
        }
    }
    for source in &rules.raw.sources {
        if source
            .link
            .as_ref()
            .is_some_and(|link| !link.starts_with("http://") && !link.starts_with("https://"))
        {
            report.add("sources.yaml", format!("来源 {} 的网址须以 http:// 或 https:// 开头", source.key));
        }
    }
}

fn cases(report: &mut Report) {
    let rules = report.rules;
    let mut titles = BTreeSet::new();
    for (path, file) in rules.cases() {
        report.edition(path, &file.edition);
        for case in &file.cases {
            if !titles.insert(case.title.as_str()) {
                report.add(path, format!("案例标题重复：{}", case.title));
            }
            for rule in case.expect.rules.iter().filter(|rule| !rules.knows_rule(rule)) {
                report.add(path, format!("案例「{}」引用的规则 {rule} 不存在", case.title));
            }
        }
    }
}

impl Rules {
    /// Whether any file defines a rule or value with this id.
    fn knows_rule(&self, id: &str) -> bool {
        let rules = self.raw.classify.iter().flat_map(|(_, file)| {
            let named = file.stated.iter().map(|stated| &stated.id);
            let form = file.rectification_form.iter().map(|form| &form.id);
            file.rules.iter().map(|rule| &rule.id).chain(named).chain(form)
        });
        let values =
            self.raw.parameters.iter().flat_map(|(_, file)| file.values.iter().map(|value| &value.id));
        rules.chain(values).any(|known| known == id)
            || id == "edition.override"
            || id.strip_suffix(".lane").is_some_and(|id| self.editions().iter().any(|e| e.id.as_str() == id))
    }
}

#[cfg(test)]
mod tests;
