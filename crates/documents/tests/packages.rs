//! A package is intact as written, and each kind of damage is named.

#![allow(clippy::unwrap_used, reason = "the lint sees test functions only, not their helpers")]

use std::io::{Cursor, Read, Write};

use jiff::civil::date;
use xinxiu_documents::package::{
    BagInfo, BagItem, BagWriter, PackageError, Report, Sealed, verify, verify_reader,
};
use zip::write::SimpleFileOptions;

const FILES: [(&str, &str); 3] =
    [("甲01", "承诺书.pdf"), ("甲01", "修复表.pdf"), ("乙/../02", "..\\承诺书.pdf")];

fn item(archive: &str, file: &str) -> BagItem {
    BagItem {
        archive_number: archive.into(),
        enterprise: "示例（虚构）有限公司".into(),
        uscc: String::new(),
        kind: "commitment".into(),
        title: "信用修复承诺书".into(),
        file_name: file.into(),
        dated: Some(date(2022, 6, 20)),
    }
}

fn info() -> BagInfo {
    BagInfo {
        identifier: "BAG-2022-0001".into(),
        description: "一企一档\nPayload-Oxum: 0.0".into(),
        source: "示例信用服务（虚构）有限公司".into(),
        receiver: "示例市公共信用信息中心（虚构）".into(),
        bagged_on: date(2022, 9, 30),
    }
}

fn bag() -> (Vec<u8>, Sealed) {
    let mut writer = BagWriter::new(Vec::new(), info()).unwrap();
    for (archive, file) in FILES {
        writer.add(item(archive, file), format!("内容 {archive} {file}").as_bytes()).unwrap();
    }
    writer.finish().unwrap()
}

fn entries(bag: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bag)).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut entry = archive.by_index(index).unwrap();
            let mut content = Vec::new();
            entry.read_to_end(&mut content).unwrap();
            (entry.name().unwrap().into_owned(), content)
        })
        .collect()
}

fn rewrapped(entries: &[(String, Vec<u8>)]) -> Cursor<Vec<u8>> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        writer.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    let mut file = writer.finish().unwrap();
    file.set_position(0);
    file
}

fn damaged(damage: impl FnOnce(&mut Vec<(String, Vec<u8>)>)) -> Report {
    let mut entries = entries(&bag().0);
    damage(&mut entries);
    verify_reader(rewrapped(&entries)).unwrap()
}

#[test]
fn a_fresh_package_is_intact() {
    let (bytes, sealed) = bag();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bag.zip");
    std::fs::write(&path, &bytes).unwrap();
    let report = verify(&path).unwrap();
    assert!(report.is_intact(), "{report:?}");
    assert_eq!((report.verified, report.bytes), (3, sealed.bytes));
    assert_eq!(report.manifest_sha256, sealed.manifest_sha256);
    assert_eq!(bytes, bag().0, "equal input, equal bytes");
}

#[test]
fn names_stay_inside_and_the_lists_are_for_people() {
    let entries = entries(&bag().0);
    let names: Vec<&str> = entries.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "bagit.txt",
            "data/甲01/承诺书.pdf",
            "data/甲01/修复表.pdf",
            "data/乙_.._02/_承诺书.pdf",
            "bag-info.txt",
            "manifest-sha256.txt",
            "metadata/catalogue.csv",
            "交接清单.txt",
            "tagmanifest-sha256.txt",
        ]
    );
    let text = |index: usize| String::from_utf8(entries[index].1.clone()).unwrap();
    assert_eq!(text(4).lines().filter(|line| line.starts_with("Payload-Oxum")).count(), 1);
    assert!(text(6).starts_with("\u{feff}编号,企业名称"));
    assert!(text(7).contains("档案数（户）：2") && text(7).contains("文件数（件）：3"));
}

#[test]
fn each_kind_of_damage_is_named() {
    let changed = damaged(|entries| entries[1].1.push(b'!'));
    assert_eq!(changed.changed, ["data/甲01/承诺书.pdf"]);
    let missing = damaged(|entries| drop(entries.remove(2)));
    assert_eq!(missing.missing, ["data/甲01/修复表.pdf"]);
    let extra = damaged(|entries| entries.push(("data/甲01/夹带.pdf".into(), Vec::new())));
    assert_eq!(extra.extra, ["data/甲01/夹带.pdf"]);
    let outside = damaged(|entries| entries.push(("../夹带.pdf".into(), Vec::new())));
    assert!(outside.problems[0].contains("越出档案包"));
    let list = damaged(|entries| entries[6].1.push(b'x'));
    assert_eq!(list.changed, ["metadata/catalogue.csv"]);
    for report in [changed, missing, extra, outside, list] {
        assert!(!report.is_intact());
    }
}

#[test]
fn what_is_no_package_is_refused() {
    assert!(matches!(verify_reader(Cursor::new(b"no zip".to_vec())), Err(PackageError::Zip(_))));
    let mut entries = entries(&bag().0);
    entries.retain(|(name, _)| name != "manifest-sha256.txt");
    assert!(matches!(verify_reader(rewrapped(&entries)), Err(PackageError::Malformed { .. })));
}

#[test]
fn two_files_cannot_share_a_place() {
    let mut writer = BagWriter::new(Vec::new(), info()).unwrap();
    writer.add(item("甲01", "a.pdf"), &b"1"[..]).unwrap();
    assert!(matches!(writer.add(item("甲01", "A.pdf"), &b"2"[..]), Err(PackageError::Duplicate(_))));
}
