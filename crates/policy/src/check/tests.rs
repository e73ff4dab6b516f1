//! The lint against files that are wrong in one place each.

use crate::Rules;
use crate::files::RuleFiles;

/// What the lint says after `from` became `to` in one built-in file.
fn lint(file: &str, from: &str, to: &str) -> Vec<String> {
    let rules = Rules::unchecked(&RuleFiles::embedded().with(file, from, to)).unwrap();
    rules.check().iter().map(ToString::to_string).collect()
}

#[test]
fn gaps_overlaps_units_sources_and_dead_names_are_found() {
    let cases = [
        ("editions.yaml", "to: 2023-04-30", "to: 2023-04-29", "空档"),
        ("editions.yaml", "to: 2023-04-30", "to: 2023-05-01", "重叠"),
        ("editions.yaml", "source: zs531", "source: nowhere", "nowhere"),
        ("parameters/publicity/cn-527.yaml", "value: P6M", "value: 6", "单位"),
        ("parameters/publicity/cn-527.yaml", "unit: period", "unit: moons", "moons"),
        ("parameters/publicity/cn-527.yaml", "value: P6M", "value: null", "unknown"),
        ("parameters/publicity/cn-527.yaml", "tier: general", "tier: gone", "gone"),
        ("calendar/2022.yaml", "- 2022-01-29", "- 2022-01-28", "2022-01-28"),
        ("cases/cn-527/dates.yaml", "edition: cn-527", "edition: cn-0", "cn-0"),
    ];
    for (file, from, to, word) in cases {
        let found = lint(file, from, to);
        assert!(found.iter().any(|line| line.starts_with(file) && line.contains(word)), "{found:?}");
    }
}

#[test]
fn a_file_that_cannot_be_used_is_named() {
    for (file, from, to, word) in [
        ("editions.yaml", "role: lane", "role: street", "editions.yaml"),
        ("classify/cn-527.yaml", "tier: serious", "tier: gone", "没有档次 gone"),
        ("classify/cn-527.yaml", "[limb.harm]", "[limb.gone]", "limb.gone"),
    ] {
        let error = Rules::unchecked(&RuleFiles::embedded().with(file, from, to)).unwrap_err();
        let message = error.to_string();
        assert!(message.contains(word) && message.contains(file), "{message}");
    }
}
