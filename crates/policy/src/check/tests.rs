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
        (
            "cases/cn-527/serious.yaml",
            "rules: [cn-527.serious.circumstance,",
            "rules: [cn-527.gone,",
            "cn-527.gone",
        ),
        ("parameters/publicity/cn-58.yaml", "from: 2023-05-01", "from: 2023-06-01", "2023-06-01"),
        ("parameters/publicity/cn-527.yaml", "source: aaa315", "source: gone", "gone"),
        ("sources.yaml", "https://aaa315gov.net", "aaa315gov.net", "aaa315"),
        ("calendar/2024.yaml", "year: 2024", "year: 2034", "2034"),
    ];
    for (file, from, to, word) in cases {
        let found = lint(file, from, to);
        assert!(found.iter().any(|line| line.starts_with(file) && line.contains(word)), "{found:?}");
    }
}

#[test]
fn what_one_file_lacks_is_found_where_another_asks_for_it() {
    for (file, from, to, at, word) in [
        (
            "editions.yaml",
            "from: 2017-07-31",
            "from: 2017-07-30",
            "parameters/publicity/cn-2017.yaml",
            "2017-07-30",
        ),
        (
            "parameters/materials/cn-527.yaml",
            "key: materials",
            "key: papers",
            "classify/cn-527.yaml",
            "materials",
        ),
        ("parameters/publicity/cn-36.yaml", "key: min", "key: least", "classify/cn-36.yaml", "min"),
        ("calendar/2024.yaml", "year: 2024", "year: 2034", "calendar/", "缺年份"),
        ("sources.yaml", "key: \"zjb\"", "key: \"gone\"", "classify/cn-36.yaml", "zjb"),
    ] {
        let found = lint(file, from, to);
        assert!(found.iter().any(|line| line.starts_with(at) && line.contains(word)), "{found:?}");
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
