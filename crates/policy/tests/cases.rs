//! Every case of `rules/cases/` is decided as its author says.

use std::path::Path;

use xinxiu_policy::{PolicyError, Rules};

fn from_folder() -> Result<Rules, PolicyError> {
    Rules::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules"))
}

#[test]
fn every_case_is_decided_as_written() {
    let rules = from_folder().unwrap();
    let mut count = 0;
    let mut failures = Vec::new();
    for (path, file) in rules.cases() {
        for case in &file.cases {
            count += 1;
            for difference in case.run(&file.edition, &rules) {
                failures.push(format!("{path}「{}」：{difference}", case.title));
            }
        }
    }
    assert!(count >= 150, "{count}");
    assert!(failures.is_empty(), "{} / {count}\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn the_rules_have_no_contradictions() {
    assert_eq!(from_folder().unwrap().check(), []);
    assert_eq!(Rules::embedded().unwrap().check(), []);
}
