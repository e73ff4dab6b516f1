//! `xinxiu assess` as people run it: the real binary over the samples.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use calamine::{Data, Reader, open_workbook_auto};
use serde_json::Value;

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples")
}

fn assess(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xinxiu"))
        .arg("assess")
        .args(arguments)
        .current_dir(samples())
        .output()
        .unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn columns_that_are_not_understood_are_named_in_the_closing_line() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("名单.csv");
    let text = "行政相对人名称,行政处罚决定书文号,处罚决定日期,神秘列\n示例甲（虚构）有限公司,示环罚字〔2022〕1号,2022-01-05,甲\n";
    std::fs::write(&list, text).unwrap();
    let output = assess(&[list.to_str().unwrap(), "--as-of", "2022-06-14"]);
    assert!(said(&output).contains("1列不能识别，没有读取：神秘列（需要的请用 --map"), "{}", said(&output));
}

#[test]
fn every_record_has_what_the_contract_names() {
    let output = assess(&["generation-c.xlsx", "--edition", "cn-527", "--as-of", "2022-06-14"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    let lines = lines(&output);
    assert!(!lines.is_empty());
    for line in &lines {
        for key in [
            "source",
            "uscc",
            "enterprise",
            "decision_number",
            "decision_date",
            "edition",
            "lane",
            "class",
            "min_until",
            "max_until",
            "verdict",
            "repairable_from",
            "materials",
            "reasons",
            "problems",
        ] {
            assert!(line.get(key).is_some(), "{key}: {line}");
        }
        assert_eq!(line["edition"], "cn-527");
        assert_eq!(line["source"]["file"], "generation-c.xlsx");
        if line["verdict"] == "needs_review" {
            assert!(!line["questions"].as_array().unwrap().is_empty(), "{line}");
        }
    }
    let rows: Vec<_> = lines.iter().map(|line| line["source"]["row"].as_u64().unwrap()).collect();
    assert!(rows[0] > 3, "title rows stand above the header");
}

#[test]
fn every_readable_sample_is_done_and_the_day_chooses_the_edition() {
    for (day, edition) in [
        ("2018-01-01", "cn-2017"),
        ("2022-06-14", "cn-527"),
        ("2024-01-01", "cn-58"),
        ("2026-05-01", "cn-36"),
    ] {
        let output = assess(&[
            "generation-b-gb18030.csv",
            "repairable-penalty.ods",
            "repairable-penalty.xls",
            "--as-of",
            day,
        ]);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{}", said(&output));
        assert!(lines(&output).iter().all(|line| line["edition"] == edition), "{day}");
    }
}

#[test]
fn rejected_rows_come_back_whole_and_can_be_fed_in_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("退回.xlsx");
    let target = path.to_str().unwrap();
    let first = assess(&["generation-c.xlsx", "--as-of", "2022-06-14", "--rejected", target]);
    assert_eq!(first.status.code(), Some(1));
    let mut book = open_workbook_auto(&path).unwrap();
    let (_, sheet) = book.worksheets().remove(0);
    let text = |cell: &Data| cell.to_string();
    let heads: Vec<_> = sheet.rows().next().unwrap().iter().map(text).collect();
    assert!(heads.ends_with(&["来源文件".into(), "工作表".into(), "行号".into(), "退回原因".into()]));
    assert!(sheet.rows().skip(1).all(|row| !row.last().unwrap().to_string().is_empty()));
    let rejected = sheet.height() - 1;
    let again = assess(&[target, "--as-of", "2022-06-14"]);
    assert_eq!(again.status.code(), Some(1), "{}", said(&again));
    assert!(said(&again).contains(&format!("退回{rejected}行")), "{}", said(&again));
}

#[test]
fn a_refused_file_is_named_and_the_others_are_done() {
    let output = assess(&[
        "broken/truncated.xlsx",
        "watch-list-semicolon.csv",
        "generation-b-gb18030.csv",
        "broken/empty.xlsx",
        "--as-of",
        "2022-06-14",
    ]);
    assert_eq!(output.status.code(), Some(3));
    assert!(said(&output).contains("truncated.xlsx") && said(&output).contains("empty.xlsx"));
    assert!(lines(&output).iter().any(|line| line["source"]["file"] == "generation-b-gb18030.csv"));
    for name in [
        "binary.csv",
        "document.xlsx",
        "encrypted.xlsx",
        "entities.xlsx",
        "page.xls",
        "unknown-header.csv",
        "zip-bomb.xlsx",
    ] {
        let output = assess(&[&format!("broken/{name}")]);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(3), 0), "{name}: {}", said(&output));
        assert!(said(&output).contains(name), "{}", said(&output));
    }
}

#[test]
fn tables_hold_the_same_records_as_lines() {
    let folder = tempfile::tempdir().unwrap();
    let files = ["generation-b-gb18030.csv", "--as-of", "2022-06-14"];
    let expected = lines(&assess(&files)).len();
    for format in ["csv", "xlsx"] {
        let path = folder.path().join(format!("结果.{format}"));
        let output = assess(&[&files[..], &["--format", format, "-o", path.to_str().unwrap()]].concat());
        assert!(output.stdout.is_empty(), "{}", said(&output));
        if format == "csv" {
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(text.starts_with("\u{feff}来源文件,"));
            assert_eq!(text.matches("generation-b-gb18030.csv").count(), expected);
        } else {
            let mut book = open_workbook_auto(&path).unwrap();
            assert_eq!(book.worksheets().remove(0).1.height(), expected + 1);
        }
    }
}

#[test]
fn a_day_that_the_rules_leave_open_is_called_unknown_in_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let (list, table) = (folder.path().join("清单.csv"), folder.path().join("结果.csv"));
    let heads = "企业名称,统一社会信用代码,行政处罚决定书文号,处罚决定日期,处罚类别,处罚内容";
    let row =
        "示例甲（虚构）有限公司,91320613MA1T00013G,示环罚字〔2022〕1号,2022-01-05,吊销许可证件,吊销许可证";
    std::fs::write(&list, format!("{heads}\n{row}\n")).unwrap();
    let (list, output) = (list.to_str().unwrap(), table.to_str().unwrap());
    let done = assess(&[list, "--as-of", "2022-06-14", "--format", "csv", "-o", output]);
    let text = std::fs::read_to_string(&table).unwrap();
    assert!(text.contains("需人工认定") && text.contains(",未知,"), "{text}{}", said(&done));
}

#[test]
fn wrong_usage_is_two_and_a_duplicate_names_the_earlier_row() {
    assert_eq!(assess(&[]).status.code(), Some(2));
    assert_eq!(assess(&["generation-c.xlsx", "--edition", "cn-99"]).status.code(), Some(2));
    assert_eq!(assess(&["generation-c.xlsx", "--format", "xlsx"]).status.code(), Some(2));
    assert_eq!(assess(&["generation-c.xlsx", "--as-of", "昨天"]).status.code(), Some(2));
    let twice = assess(&["generation-b-gb18030.csv", "generation-b-gb18030.csv", "--as-of", "2022-06-14"]);
    let lines = lines(&twice);
    let later = &lines[lines.len() / 2];
    assert!(later["problems"].to_string().contains("duplicate_decision"), "{later}");
}

#[test]
fn a_header_never_seen_is_explained_and_can_be_mapped_by_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("清单.csv");
    std::fs::write(&list, "谁家,哪个代号,哪一号,哪一天\n示例甲（虚构）有限公司,91320613MA1T00013G,示环罚字〔2022〕1号,2022-01-05\n").unwrap();
    let list = list.to_str().unwrap();
    let refused = assess(&[list, "--as-of", "2022-06-14"]);
    let message = said(&refused);
    assert_eq!(refused.status.code(), Some(3), "{message}");
    assert!(message.contains("谁家、哪个代号") && message.contains("--map"), "{message}");
    // What it suggests can be used as it stands.
    let map = folder.path().join("map.toml");
    std::fs::write(
        &map,
        message.split_once("[columns]").map(|(_, rest)| format!("[columns]{rest}")).unwrap(),
    )
    .unwrap();
    let read = assess(&[list, "--as-of", "2022-06-14", "--map", map.to_str().unwrap()]);
    assert_eq!(read.status.code(), Some(0), "{}", said(&read));
    assert_eq!(lines(&read)[0]["uscc"], "91320613MA1T00013G");
    std::fs::write(&map, "[columns]\n\"谁家\" = \"nobody\"\n").unwrap();
    let wrong = assess(&[list, "--map", map.to_str().unwrap()]);
    assert!(wrong.status.code() == Some(3) && said(&wrong).contains("nobody"), "{}", said(&wrong));
}
