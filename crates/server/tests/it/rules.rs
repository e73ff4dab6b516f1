//! `xinxiu rules diff`: two editions side by side, and the records that a change of edition would touch.

use std::path::Path;
use std::process::{Command, Output};

use xinxiu_store::both_engines;

use crate::houses::{House, PLANS};
use crate::support::Site;

fn rules(args: &[&str]) -> Output {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
    let mut program = Command::new(env!("CARGO_BIN_EXE_xinxiu"));
    program.current_dir(samples).arg("rules").args(args).output().unwrap()
}

fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn two_editions_stand_side_by_side() {
    let output = rules(&["diff", "cn-527", "cn-58"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let text = printed(&output);
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split('\t').collect()).collect();
    assert!(lines.iter().all(|cells| cells.len() == 7), "{text}");
    assert_eq!(lines[0][3..5], ["cn-527", "cn-58"]);
    let of = |rule: &str| lines.iter().find(|cells| cells[2] == rule).expect(rule);
    let gone = of("min.serious");
    assert_eq!(gone[..2], ["取消", "公示期"]);
    assert!(gone[3].contains("6个月（自2019-07-01起）") && gone[4] == "—" && gone[5].contains("aaa315"));
    let fresh = of("min.key_field");
    assert!(fresh[0] == "新增" && fresh[4].contains("1年") && fresh[6].contains("见于公开来源"));
    assert_eq!(of("materials.serious")[..2], ["取消", "申请材料"]);
    assert!(said(&output).contains(&format!("{}处不同", lines.len() - 1)), "{}", said(&output));
    // An edition is the same as itself, and an unknown one is wrong usage that names the known.
    assert_eq!(printed(&rules(&["diff", "cn-58", "cn-58"])).lines().count(), 1);
    let unknown = rules(&["diff", "cn-527", "cn-99"]);
    assert_eq!((unknown.status.code(), unknown.stdout.len()), (Some(2), 0));
    assert!(said(&unknown).contains("cn-99") && said(&unknown).contains("cn-36"), "{}", said(&unknown));
    // So it is where one edition is asked for.
    let unknown = rules(&["show", "cn-99"]);
    assert_eq!((unknown.status.code(), unknown.stdout.len()), (Some(2), 0));
    assert!(said(&unknown).contains("cn-99") && said(&unknown).contains("cn-36"), "{}", said(&unknown));
}

#[test]
fn a_list_shows_the_records_whose_answer_changes() {
    let list = "generation-b-gb18030.csv";
    let args = ["diff", "cn-527", "cn-58", "--file", list, "--as-of", "2023-04-15"];
    let output = rules(&args);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", said(&output));
    let lines: Vec<serde_json::Value> =
        printed(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(!lines.is_empty());
    for line in &lines {
        assert_eq!(line["source"]["file"], list);
        assert_eq!((&line["old"]["edition"], &line["new"]["edition"]), (&"cn-527".into(), &"cn-58".into()));
        let changed: Vec<&str> =
            line["changed"].as_array().unwrap().iter().map(|part| part.as_str().unwrap()).collect();
        for part in ["class", "min_until", "max_until", "verdict", "repairable_from", "materials"] {
            assert_eq!(line["old"][part] != line["new"][part], changed.contains(&part), "{line}");
        }
        assert!(!changed.is_empty());
    }
    // A licence is asked for under the older edition alone.
    let materials = |line: &serde_json::Value, side: &str| line[side]["materials"].to_string();
    assert!(lines.iter().any(|line| {
        materials(line, "old").contains("licence") && !materials(line, "new").contains("licence")
    }));
    assert!(said(&output).contains(&format!("结论不同的{}条", lines.len())), "{}", said(&output));
    let same = rules(&["diff", "cn-58", "cn-58", "--file", list]);
    assert_eq!(same.stdout.len(), 0, "{}", said(&same));
    let background = rules(&["diff", "cn-527", "cn-22", "--file", list]);
    assert_eq!(background.status.code(), Some(2));
    let refused = rules(&["diff", "cn-527", "cn-58", "--file", "broken/truncated.xlsx"]);
    assert_eq!((refused.status.code(), refused.stdout.len()), (Some(3), 0), "{}", said(&refused));
}

#[test]
fn a_folder_with_several_faults_is_told_all_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules");
    copy(&from, folder.path());
    let path = folder.path().join("editions.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    let broken = text.replace("to: 2023-04-30", "to: 2023-04-29").replace("source: zs531", "source: nowhere");
    std::fs::write(&path, broken).unwrap();
    let output = rules(&["check", "--rules", folder.path().to_str().unwrap()]);
    let found = printed(&output);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(found.contains("空档") && found.contains("nowhere"), "{found}");
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            std::fs::create_dir(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

both_engines! {
    a_database_shows_its_records_whose_answer_changes => |test| {
        let site = Site::over(test);
        House::open(&site, 1, PLANS[0]);
        let diff = |campaign: &str| {
            let args = ["diff", "cn-527", "cn-36", "--database", &test.address, "--campaign", campaign];
            rules(&[&args[..], &["--as-of", "2022-09-15"]].concat())
        };
        let output = diff("nantong-2022");
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        let line: serde_json::Value = serde_json::from_str(printed(&output).trim()).unwrap();
        assert!(line["penalty"].is_i64() && line["source"].is_null(), "{line}");
        assert_eq!((&line["old"]["edition"], &line["new"]["edition"]), (&"cn-527".into(), &"cn-36".into()));
        assert!(said(&output).contains("处罚记录1条"), "{}", said(&output));
        assert_eq!(diff("gone-2000").status.code(), Some(3));
    };
}
