//! All rule data, loaded and checked, and the choice of the edition.

use std::path::Path;

use jiff::civil::Date;

use crate::PolicyError;
use crate::calendar::{Calendar, CalendarYear};
use crate::cases::CaseFile;
use crate::check::{Finding, findings};
use crate::data::{
    ClassifyFile, Edition, EditionFile, EditionRole, Parameter, ParameterFile, Selector, Source, SourceFile,
};
use crate::files::RuleFiles;
use crate::lexicon::{Column, Findings, Lexicon, fold};
use crate::reading::Wanted;
use crate::ruleset::Ruleset;

/// Which edition decides a case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum EditionChoice {
    /// The edition in force on the day of application.
    #[default]
    Auto,
    /// The edition with this id, whatever the day; the caller records why.
    Named(String),
}

/// A word of the rectification rule (信用修复表) in a penalty's content (N24).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The word: 整改, 整顿 or 停止违法行为.
    pub matched: String,
    /// Column in which it stands, in Chinese.
    pub field: &'static str,
}

/// The rules of every edition, ready to assess records; immutable and shareable between threads.
#[derive(Debug)]
pub struct Rules {
    pub(crate) raw: RawRules,
    pub(crate) calendar: Calendar,
    pub(crate) lexicon: Lexicon,
    pub(crate) wanted: Wanted,
    pub(crate) rulesets: Vec<Option<Ruleset>>,
}

/// The files as read, for checks and tables.
#[derive(Debug)]
pub(crate) struct RawRules {
    pub selector: Selector,
    pub editions: Vec<Edition>,
    pub sources: Vec<Source>,
    pub parameters: Vec<(String, ParameterFile)>,
    pub calendar: Vec<(String, CalendarYear)>,
    pub classify: Vec<(String, ClassifyFile)>,
    pub cases: Vec<(String, CaseFile)>,
}

const LEXICON: &str = "classify/lexicon.yaml";

impl Rules {
    /// The rules built into the program.
    ///
    /// # Errors
    /// [`PolicyError`] where the built-in files are at fault; the tests hold that they are not.
    pub fn embedded() -> Result<Self, PolicyError> {
        Self::from_files(&RuleFiles::embedded())
    }

    /// The rules of a folder, which has the layout of the repository's `rules/`.
    ///
    /// # Errors
    /// [`PolicyError`] names the file that cannot be read or the first thing that [`Rules::check`] finds.
    pub fn load(folder: &Path) -> Result<Self, PolicyError> {
        Self::from_files(&RuleFiles::in_folder(folder)?)
    }

    /// The rules of a folder with whatever [`Rules::check`] finds in them; for looking, not for deciding.
    ///
    /// # Errors
    /// [`PolicyError`] where a file cannot be read at all.
    pub fn load_with_findings(folder: &Path) -> Result<Self, PolicyError> {
        Self::unchecked(&RuleFiles::in_folder(folder)?)
    }

    fn from_files(files: &RuleFiles) -> Result<Self, PolicyError> {
        let rules = Self::unchecked(files)?;
        let findings = rules.check();
        match findings.first() {
            None => Ok(rules),
            Some(first) => Err(PolicyError::Findings { count: findings.len(), first: first.to_string() }),
        }
    }

    pub(crate) fn unchecked(files: &RuleFiles) -> Result<Self, PolicyError> {
        let editions: EditionFile = files.one("editions.yaml")?;
        let sources: SourceFile = files.one("sources.yaml")?;
        let lexicon = Lexicon::new(LEXICON, files.one(LEXICON)?)?;
        let wanted = Wanted::new(&lexicon).map_err(|reason| PolicyError::malformed(LEXICON, &reason))?;
        let raw = RawRules {
            selector: editions.selector,
            editions: editions.editions,
            sources: sources.sources,
            parameters: files.below("parameters/")?,
            calendar: files.below("calendar/")?,
            classify: files
                .below("classify/cn-")?
                .into_iter()
                .chain(files.below("classify/samr-")?)
                .collect(),
            cases: files.below("cases/")?,
        };
        let rulesets = raw.editions.iter().map(|edition| compile(&raw, edition, &lexicon));
        Ok(Self {
            rulesets: rulesets.collect::<Result<_, _>>()?,
            calendar: Calendar::new(raw.calendar.iter().map(|(_, year)| year.clone()).collect()),
            raw,
            lexicon,
            wanted,
        })
    }

    /// Every contradiction in the data; empty for rules that can be trusted.
    pub fn check(&self) -> Vec<Finding> {
        findings(self)
    }

    /// All editions, background included, in the order of the file.
    pub fn editions(&self) -> &[Edition] {
        &self.raw.editions
    }

    /// How the edition is chosen when nobody names one.
    pub const fn selector(&self) -> Selector {
        self.raw.selector
    }

    /// The source with this key.
    pub fn source(&self, key: &str) -> Option<&Source> {
        self.raw.sources.iter().find(|source| source.key == key)
    }

    /// The cases that come with the rules, by file.
    pub fn cases(&self) -> &[(String, CaseFile)] {
        &self.raw.cases
    }

    /// The working-day calendar.
    pub const fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The edition for an application on `application_day`; `named` overrides the selector.
    ///
    /// # Errors
    /// [`PolicyError`] where the id is unknown or background only, or no filing edition is in force.
    pub fn select(&self, application_day: Date, named: Option<&str>) -> Result<&Edition, PolicyError> {
        self.select_index(application_day, named).map(|index| &self.raw.editions[index])
    }

    pub(crate) fn select_index(&self, day: Date, named: Option<&str>) -> Result<usize, PolicyError> {
        let editions = &self.raw.editions;
        let Some(id) = named else {
            let Selector::ByApplicationDate = self.raw.selector;
            let fits = |edition: &Edition| edition.role == EditionRole::Filing && edition.in_force(day);
            return editions.iter().position(fits).ok_or(PolicyError::NoEdition(day));
        };
        let index = editions.iter().position(|edition| edition.id.as_str() == id).ok_or_else(|| {
            let usable = editions.iter().filter(|edition| edition.role != EditionRole::Background);
            let known: Vec<_> = usable.map(|edition| edition.id.as_str()).collect();
            PolicyError::UnknownEdition { id: id.to_owned(), known: known.join("、") }
        })?;
        match editions[index].role {
            EditionRole::Background => Err(PolicyError::NotOperative(id.to_owned())),
            EditionRole::Filing | EditionRole::Lane => Ok(index),
        }
    }

    /// The lane edition that takes market-supervision penalties on `day`, with its place.
    pub(crate) fn lane_on(&self, day: Date) -> Option<(usize, &Edition)> {
        let lane = |edition: &Edition| edition.role == EditionRole::Lane && edition.in_force(day);
        self.raw.editions.iter().enumerate().find(|(_, edition)| lane(edition))
    }

    /// The word that makes the rectification form (信用修复表) necessary, where 处罚内容 has one (N24).
    pub fn requires_rectification_form(&self, content: &str) -> Option<Match> {
        let text = fold(content);
        let mut found = Findings::default();
        self.lexicon.scan(Column::Content, &text, &mut found);
        let hit = found.hits.iter().find(|hit| hit.signal == self.wanted.form)?;
        Some(Match { matched: text[hit.start..hit.end].to_owned(), field: Column::Content.label() })
    }

    /// Every value of an edition.
    pub(crate) fn values_of<'r>(&'r self, id: &'r str) -> impl Iterator<Item = (&'r str, &'r Parameter)> {
        let files = self.raw.parameters.iter().filter(move |(_, file)| file.edition == id);
        files.flat_map(|(_, file)| file.values.iter().map(|value| (file.topic.as_str(), value)))
    }
}

fn compile(raw: &RawRules, edition: &Edition, lexicon: &Lexicon) -> Result<Option<Ruleset>, PolicyError> {
    let id = edition.id.as_str();
    let Some((path, file)) = raw.classify.iter().find(|(_, file)| file.edition == id) else {
        return Ok(None);
    };
    let files = raw.parameters.iter().filter(|(_, file)| file.edition == id);
    let values: Vec<Parameter> = files.flat_map(|(_, file)| file.values.iter().cloned()).collect();
    let ruleset = Ruleset::compile(file, lexicon, &values);
    ruleset.map(Some).map_err(|reason| PolicyError::malformed(path, &reason))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_edition_follows_the_day_of_application() {
        let rules = Rules::embedded().unwrap();
        for (day, id) in [
            (date(2017, 7, 31), "cn-2017"),
            (date(2019, 6, 30), "cn-2017"),
            (date(2019, 7, 1), "cn-527"),
            (date(2023, 4, 30), "cn-527"),
            (date(2023, 5, 1), "cn-58"),
            (date(2026, 3, 31), "cn-58"),
            (date(2026, 4, 1), "cn-36"),
        ] {
            assert_eq!(rules.select(day, None).unwrap().id.as_str(), id, "{day}");
        }
    }

    #[test]
    fn a_choice_that_cannot_decide_is_refused_with_the_reason() {
        let rules = Rules::embedded().unwrap();
        let day = date(2017, 7, 30);
        assert_eq!(rules.select(day, None).unwrap_err(), PolicyError::NoEdition(day));
        let background = rules.select(day, Some("cn-22")).unwrap_err();
        assert_eq!(background, PolicyError::NotOperative("cn-22".into()));
        let unknown = rules.select(day, Some("cn-99")).unwrap_err().to_string();
        assert!(unknown.contains("cn-99") && unknown.contains("cn-527"), "{unknown}");
        assert_eq!(rules.select(day, Some("cn-527")).unwrap().id.as_str(), "cn-527");
    }

    #[test]
    fn three_words_ask_for_the_rectification_form() {
        let rules = Rules::embedded().unwrap();
        for (content, word) in
            [("责令限期整改", "整改"), ("停业整顿", "整顿"), ("责令停止违法 行为", "停止违法行为")]
        {
            assert_eq!(rules.requires_rectification_form(content).unwrap().matched, word);
        }
        assert_eq!(rules.requires_rectification_form("责令改正"), None);
        assert_eq!(rules.requires_rectification_form("无需整改"), None);
    }

    #[test]
    fn an_edition_can_be_shown_as_a_table() {
        let rules = Rules::embedded().unwrap();
        let rows = rules.describe("cn-36").unwrap();
        assert!(rows.iter().any(|row| row.rule == "cn-36.min.general" && row.value == "3个月"));
        assert!(rows.iter().any(|row| row.value == "尚不清楚"));
        assert!(rules.vocabulary().iter().any(|row| row.value.contains("停产停业")));
    }
}
