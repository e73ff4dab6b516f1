//! A campaign as a file (annex 1 as data, N25): read, and its sums checked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use xinxiu_domain::Missing;
use xinxiu_domain::actor::OrganisationKind;
use xinxiu_domain::campaign::{PlanItemKind, PlannedClass, Targets, plan_gaps, quota_fault};

/// A campaign file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CampaignFile {
    /// Code in addresses and files.
    pub code: String,
    /// Title.
    pub title: String,
    /// City.
    pub city: String,
    /// Year.
    pub year: u32,
    /// Number of the notice.
    #[serde(default)]
    pub document_number: String,
    /// Targets.
    pub targets: Targets,
    /// Organisations that take part; those already on record are used as they are.
    #[serde(default)]
    pub organisations: Vec<FileOrganisation>,
    /// The plan table.
    pub plan: Vec<FileClass>,
}

/// An organisation of a campaign file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileOrganisation {
    /// Kind.
    pub kind: OrganisationKind,
    /// Full name.
    pub name: String,
    /// Short name for tables.
    #[serde(default)]
    pub short: String,
    /// Area code of a county or park.
    #[serde(default)]
    pub area: String,
}

/// A class of a campaign file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileClass {
    /// Name.
    pub name: String,
    /// Region or sector.
    pub kind: PlanItemKind,
    /// Planned number of enterprises.
    pub planned: u32,
    /// Agency by name; empty means the agency above, as in the annex.
    #[serde(default)]
    pub agency: String,
    /// Organiser by name.
    pub organiser: String,
    /// Counties by name.
    #[serde(default)]
    pub counties: Vec<String>,
    /// How many of the planned number each county has, by name; counties may be left out.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub quotas: BTreeMap<String, u32>,
    /// Authorities by name, for a sector.
    #[serde(default)]
    pub authorities: Vec<String>,
}

/// A file that is no campaign.
#[derive(Debug, Error)]
#[error("行动文件{0}")]
pub struct CampaignFileError(String);

/// What the reader of the file says in English, in the words of those who write such files.
fn in_words(text: &str) -> String {
    let digits = text.split("line ").nth(1).and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next());
    let place = digits.filter(|line| !line.is_empty()).map_or_else(String::new, |line| format!("第{line}行"));
    let named = |what: &str| text.split(what).nth(1).and_then(|rest| rest.split('`').next());
    match (named("missing field `"), named("unknown field `")) {
        (Some(field), _) => format!("{place}缺少“{field}”，请对照样例补上"),
        (_, Some(field)) => format!("{place}有不认识的“{field}”，请对照样例改正或删去"),
        _ => format!("{place}读不懂，请对照样例检查缩进、冒号和引号"),
    }
}

impl CampaignFile {
    /// Reads a file's text and fills blank agencies from the row above.
    ///
    /// # Errors
    /// [`CampaignFileError`] with the place in the file.
    pub fn parse(text: &str) -> Result<Self, CampaignFileError> {
        let mut file: Self =
            serde_saphyr::from_str(text).map_err(|error| CampaignFileError(in_words(&error.to_string())))?;
        let mut above = String::new();
        for class in &mut file.plan {
            if class.agency.is_empty() {
                class.agency.clone_from(&above);
            } else {
                above.clone_from(&class.agency);
            }
        }
        Ok(file)
    }

    /// What is wrong with the plan: sums, blanks, names that no organisation of the file has.
    pub fn gaps(&self) -> Vec<Missing> {
        let classes: Vec<_> = self.plan.iter().map(FileClass::planned_class).collect();
        let mut gaps = plan_gaps(&self.targets, &classes);
        for class in &self.plan {
            for (county, _) in class.quotas.iter().filter(|(county, _)| !class.counties.contains(county)) {
                let message = format!("「{}」给「{county}」分配了名额，而它不在 counties 里", class.name);
                gaps.push(Missing::new("quota", message, "N04"));
            }
            let (shared, covered) =
                (class.quotas.values().copied().collect::<Vec<_>>(), class.counties.len());
            if let Some(message) = quota_fault(class.planned, covered, &shared) {
                gaps.push(Missing::new("quota", format!("「{}」{message}", class.name), "N04"));
            }
            let named =
                class.counties.iter().chain(&class.authorities).chain([&class.organiser, &class.agency]);
            for name in named.filter(|name| !name.is_empty() && !self.knows(name)) {
                gaps.push(Missing::new(
                    "unknown_organisation",
                    format!("「{}」提到的单位「{name}」不在 organisations 里", class.name),
                    "N25",
                ));
            }
        }
        gaps
    }

    /// Planned numbers by agency, in the order of the plan.
    pub fn by_agency(&self) -> Vec<(&str, u32)> {
        let mut sums: Vec<(&str, u32)> = Vec::new();
        for class in &self.plan {
            match sums.iter_mut().find(|(name, _)| *name == class.agency) {
                Some((_, sum)) => *sum += class.planned,
                None => sums.push((&class.agency, class.planned)),
            }
        }
        sums
    }

    fn knows(&self, name: &str) -> bool {
        self.organisations.iter().any(|org| org.name == name)
    }
}

impl FileClass {
    fn planned_class(&self) -> PlannedClass<'_> {
        PlannedClass {
            name: &self.name,
            planned: self.planned,
            agency: &self.agency,
            covers: self.counties.len() + self.authorities.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nantong() -> CampaignFile {
        CampaignFile::parse(include_str!("../../../campaigns/nantong-2022.yaml")).unwrap()
    }

    #[test]
    fn annex_1_adds_up() {
        let file = nantong();
        assert_eq!(file.gaps(), []);
        assert_eq!(file.plan.len(), 10);
        assert_eq!(file.plan.iter().map(|class| class.planned).sum::<u32>(), 1500);
        assert_eq!(file.by_agency().iter().map(|(_, sum)| *sum).collect::<Vec<_>>(), [660, 540, 300]);
    }

    #[test]
    fn a_misspelt_organisation_is_named() {
        let mut file = nantong();
        file.plan[0].organiser = "海安市信用辦".into();
        assert!(file.gaps()[0].message.contains("海安市信用辦"));
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said_in_chinese_with_its_line() {
        let said = |text: &str| CampaignFile::parse(text).unwrap_err().to_string();
        assert!(said("hello").starts_with("行动文件第1行读不懂"), "{}", said("hello"));
        assert!(
            said("code: a\ncolour: b\n").contains("不认识的“colour”"),
            "{}",
            said("code: a\ncolour: b\n")
        );
        assert!(said("code: a\n").contains("缺少“title”"), "{}", said("code: a\n"));
    }
}
