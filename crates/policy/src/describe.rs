//! An edition as a table, for people who want to see what the program goes by (`rules show`).

use jiff::civil::Date;
use xinxiu_domain::penalty::Certainty;

use crate::PolicyError;
use crate::data::Value;
use crate::lexicon::SignalData;
use crate::period::Period;
use crate::rules::Rules;

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct TableRow {
    /// 档次, 公示期, 材料 …: the part of the edition.
    pub section: String,
    /// Id of the rule or value.
    pub rule: String,
    /// What it says, in Chinese.
    pub text: String,
    /// The value, or the class that the rule leads to.
    pub value: String,
    /// First day of the value, where the edition has it for a part of its time or says when it began.
    pub from: Option<Date>,
    /// Source key.
    pub source: String,
    /// How certain the source makes it.
    pub certainty: Certainty,
}

/// The part of an edition that a folder of values is, in Chinese; a folder added later stands as itself.
fn section(topic: &str) -> &str {
    match topic {
        "publicity" => "公示期",
        "materials" => "申请材料",
        "time-limits" => "办理时限",
        "training" => "培训",
        "sanctions" => "失信惩戒",
        "listing" => "名单",
        "reporting" => "信息报送",
        "fine-tiers" => "罚款档次",
        other => other,
    }
}

/// A value with its unit, as people say it.
fn said(value: &Value, unit: &str) -> String {
    let period = |text: &str| text.parse::<Period>().map(Period::in_words);
    match (value, unit) {
        (Value::Text(text), "period") => period(text).unwrap_or_else(|_| text.clone()),
        (Value::Number(number), "working_days") => format!("{number}个工作日"),
        (Value::Number(number), "class_hours") => format!("{number}学时"),
        (Value::Number(number), "percent") => format!("{number}%"),
        (Value::Number(number), "fen") => format!("{}元", number / 100),
        (other, _) => other.to_string(),
    }
}

impl TableRow {
    /// The value as people read it, with its first day.
    pub fn dated(&self) -> String {
        self.from.map_or_else(|| self.value.clone(), |from| format!("{}（自{from}起）", self.value))
    }
}

impl Rules {
    /// Everything that an edition holds: its dates, its rules in the order of trial, its values.
    ///
    /// # Errors
    /// [`PolicyError::UnknownEdition`].
    pub fn describe(&self, edition: &str) -> Result<Vec<TableRow>, PolicyError> {
        let found = self.editions().iter().find(|known| known.id.as_str() == edition);
        let found = found.ok_or_else(|| PolicyError::UnknownEdition {
            id: edition.to_owned(),
            known: self.editions().iter().map(|known| known.id.as_str()).collect::<Vec<_>>().join("、"),
        })?;
        let to = found.to.map_or_else(|| "至今".to_owned(), |to| to.to_string());
        let mut rows = vec![TableRow {
            section: "版本".to_owned(),
            rule: found.id.to_string(),
            text: found.instrument.clone(),
            value: format!("{} — {to}", found.from),
            from: None,
            source: found.source.clone(),
            certainty: found.certainty,
        }];
        for (_, file) in self.raw.classify.iter().filter(|(_, file)| file.edition == edition) {
            let title = |id: &str| {
                let tier = file.tiers.iter().find(|tier| tier.id == id);
                tier.map_or_else(|| id.to_owned(), |tier| tier.title.clone())
            };
            rows.extend(file.rules.iter().map(|rule| TableRow {
                section: "分类".to_owned(),
                rule: rule.id.clone(),
                text: rule.note.clone(),
                value: rule.tier.as_deref().map_or_else(|| "需人工认定".to_owned(), title),
                from: None,
                source: rule.source.clone(),
                certainty: rule.certainty,
            }));
        }
        for (topic, value) in self.values_of(edition) {
            rows.extend(value.dated.iter().map(|dated| {
                TableRow {
                    section: section(topic).to_owned(),
                    rule: value.id.clone(),
                    text: value.title.clone(),
                    value: dated
                        .value
                        .as_ref()
                        .map_or_else(|| "尚不清楚".to_owned(), |given| said(given, &value.unit)),
                    from: dated.value.as_ref().map(|_| dated.from),
                    source: dated.source.clone(),
                    certainty: dated.certainty,
                }
            }));
        }
        Ok(rows)
    }

    /// The word list that all editions share, one row for each group of words.
    pub fn vocabulary(&self) -> Vec<TableRow> {
        let signals = self.lexicon.data.signals.iter();
        let row = |signal: &SignalData| TableRow {
            section: "用语".to_owned(),
            rule: signal.id.clone(),
            text: signal.title.clone(),
            value: signal.words.join("、"),
            from: None,
            source: "platform".to_owned(),
            certainty: Certainty::Design,
        };
        signals.map(row).collect()
    }
}
