//! What changes between two editions, as a table (`rules diff`).

use std::collections::BTreeSet;

use xinxiu_domain::coded;

use crate::PolicyError;
use crate::describe::TableRow;
use crate::rules::Rules;

coded! {
    /// How a part of the rules changes.
    pub enum Change {
        Added = "added", "新增";
        Removed = "removed", "取消";
        Value = "value", "数值改变";
        Wording = "wording", "表述改变";
        Source = "source", "依据改变";
    }
}

/// One part of the rules that is not the same in two editions.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Difference {
    /// How it changes.
    pub change: Change,
    /// The part of the edition.
    pub section: String,
    /// Id of the rule or value without the edition before it.
    pub rule: String,
    /// What the older edition says.
    pub old: Option<TableRow>,
    /// What the newer edition says.
    pub new: Option<TableRow>,
}

/// The order in which people ask: what are the thresholds and periods, then the rest.
const SECTIONS: &[&str] = &["版本", "公示期", "分类", "申请材料"];

impl Rules {
    /// Every part in which two editions differ: thresholds and classes, periods, materials, time limits, and on
    /// which source each rests. A value that only began on another day is the same value.
    ///
    /// # Errors
    /// [`PolicyError::UnknownEdition`].
    pub fn diff(&self, old: &str, new: &str) -> Result<Vec<Difference>, PolicyError> {
        let (before, after) = (keyed(old, self.describe(old)?), keyed(new, self.describe(new)?));
        let known = before.iter().chain(&after).map(|(key, _)| key);
        let keys: BTreeSet<&Key> = known.collect();
        let of = |rows: &[(Key, TableRow)], key: &Key| {
            rows.iter().find(|(known, _)| known == key).map(|(_, row)| row.clone())
        };
        let mut found: Vec<Difference> = keys
            .into_iter()
            .filter_map(|key| {
                let (old, new) = (of(&before, key), of(&after, key));
                let change = change(old.as_ref(), new.as_ref())?;
                Some(Difference { change, section: key.0.clone(), rule: key.1.clone(), old, new })
            })
            .collect();
        found.sort_by_key(|one| {
            SECTIONS.iter().position(|section| *section == one.section).unwrap_or(SECTIONS.len())
        });
        Ok(found)
    }
}

/// Section, rule without its edition, and its place among the values of that rule.
type Key = (String, String, usize);

fn keyed(edition: &str, rows: Vec<TableRow>) -> Vec<(Key, TableRow)> {
    let mut found: Vec<(Key, TableRow)> = Vec::new();
    for row in rows {
        let rule =
            row.rule.strip_prefix(edition).map_or(row.rule.as_str(), |rest| rest.trim_start_matches('.'));
        let same = found.iter().filter(|((section, known, _), _)| *section == row.section && known == rule);
        let key = (row.section.clone(), rule.to_owned(), same.count());
        found.push((key, row));
    }
    found
}

fn change(old: Option<&TableRow>, new: Option<&TableRow>) -> Option<Change> {
    match (old, new) {
        (None, Some(_)) => Some(Change::Added),
        (Some(_), None) => Some(Change::Removed),
        (Some(old), Some(new)) if old.value != new.value => Some(Change::Value),
        (Some(old), Some(new)) if old.text != new.text => Some(Change::Wording),
        (Some(old), Some(new)) if old.source != new.source || old.certainty != new.certainty => {
            Some(Change::Source)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(old: &str, new: &str) -> Vec<Difference> {
        Rules::embedded().unwrap().diff(old, new).unwrap()
    }

    #[test]
    fn what_weighs_most_of_several_changes_is_named() {
        let old = Rules::embedded().unwrap().describe("cn-527").unwrap().remove(0);
        let changed = |edit: fn(&mut TableRow)| {
            let mut new = old.clone();
            edit(&mut new);
            change(Some(&old), Some(&new))
        };
        assert_eq!(changed(|_| {}), None);
        assert_eq!(changed(|row| row.source.push('x')), Some(Change::Source));
        assert_eq!(changed(|row| (row.source.push('x'), row.text.push('x')).0), Some(Change::Wording));
        assert_eq!(changed(|row| (row.text.push('x'), row.value.push('x')).0), Some(Change::Value));
    }

    #[test]
    fn an_edition_does_not_differ_from_itself() {
        for edition in Rules::embedded().unwrap().editions() {
            assert_eq!(between(edition.id.as_str(), edition.id.as_str()), []);
        }
    }

    #[test]
    fn classes_periods_and_materials_of_another_edition_are_named() {
        let found = between("cn-527", "cn-58");
        let of = |section: &str, rule: &str| {
            found.iter().find(|one| one.section == section && one.rule == rule).expect(rule)
        };
        assert_eq!(of("公示期", "min.general").change, Change::Removed);
        assert_eq!(of("公示期", "min.key_field").new.as_ref().unwrap().value, "1年");
        assert_eq!(of("申请材料", "materials.ordinary").change, Change::Added);
        // The same outcome under another name.
        assert_eq!(of("分类", "summary").change, Change::Value);
        assert_eq!(found[0].section, "版本");
        // The same number of days, said of other applications.
        assert_eq!(of("办理时限", "time.whole").change, Change::Wording);
        assert!(Rules::embedded().unwrap().diff("cn-527", "cn-99").is_err());
    }
}
