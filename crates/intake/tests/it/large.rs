//! Workbooks whose sheets are looked into and read at the same time.

use std::collections::hash_map::RandomState;
use std::fs::File;
use std::hash::BuildHasher;
use std::io::{Read, Write};
use std::ops::ControlFlow;
use std::path::Path;

use rust_xlsxwriter::{Format, Workbook};
use xinxiu_intake::{Limits, Options, Outcome, Seen, read_file};
use zip::write::SimpleFileOptions;

use crate::support::{options, read_with};

const ROWS: u32 = 24_000;
const PACKED: u64 = 1024 * 1024;

/// A list that hardly packs; the cells of each two rows below another are merged where `merges`.
fn list(path: &Path, merges: bool) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, head) in ["企业名称", "处罚文号", "处罚决定日期", "处罚内容"].into_iter().enumerate()
    {
        sheet.write(0, u16::try_from(column).unwrap(), head).unwrap();
    }
    let noise = RandomState::new();
    for row in 1..=ROWS {
        let name = format!("示例{}（虚构）有限公司", row.div_ceil(2));
        if !merges || row % 2 == 1 {
            sheet.write(row, 0, name.as_str()).unwrap();
        }
        if merges && row % 2 == 1 {
            sheet.merge_range(row, 0, row + 1, 0, &name, &Format::new()).unwrap();
        }
        sheet.write(row, 1, format!("示罚〔2022〕{row}号")).unwrap();
        sheet.write(row, 2, "2022-01-05").unwrap();
        let words: Vec<_> = (0..4).map(|word| format!("{:x}", noise.hash_one((row, word)))).collect();
        sheet.write(row, 3, words.concat()).unwrap();
    }
    book.save(path).unwrap();
    assert!(path.metadata().unwrap().len() > PACKED, "large enough for two threads");
}

fn names(path: &Path) -> Vec<(u64, String)> {
    let (outcomes, summary) = read_with(path, &options(), &mut Seen::new()).unwrap();
    assert_eq!(summary.sheets.len(), 1, "a second reading counts once");
    assert_eq!((summary.penalties, summary.rejected), (u64::from(ROWS), 0));
    let name = |outcome| match outcome {
        Outcome::Penalty(row) => Some((row.source.row, row.enterprise)),
        _ => None,
    };
    outcomes.into_iter().filter_map(name).collect()
}

#[test]
fn merges_at_the_end_of_a_large_sheet_count_from_its_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let (plain, merged) = (folder.path().join("一.xlsx"), folder.path().join("二.xlsx"));
    list(&plain, false);
    list(&merged, true);
    let names_of_plain = names(&plain);
    assert_eq!(names_of_plain, names(&merged));
    let wanted = (0..ROWS).map(|row| (u64::from(row) + 2, format!("示例{}（虚构）有限公司", row / 2 + 1)));
    assert!(names_of_plain.into_iter().eq(wanted));
}

/// Copies a workbook with other text in its sheet.
fn rewritten(from: &Path, to: &Path, change: impl Fn(String) -> String) {
    let mut book = zip::ZipArchive::new(File::open(from).unwrap()).unwrap();
    let mut out = zip::ZipWriter::new(File::create(to).unwrap());
    for index in 0..book.len() {
        let mut part = book.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        out.start_file(&*name, SimpleFileOptions::default()).unwrap();
        let mut text = Vec::new();
        part.read_to_end(&mut text).unwrap();
        if name.starts_with("xl/worksheets/sheet") {
            text = change(String::from_utf8(text).unwrap()).into_bytes();
        }
        out.write_all(&text).unwrap();
    }
    out.finish().unwrap();
}

#[test]
fn nothing_is_given_of_a_large_workbook_whose_end_is_hostile_or_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("好.xlsx");
    list(&whole, false);
    let path = folder.path().join("坏.xlsx");
    let refusal = |limits: Limits| {
        let mut given = 0;
        let options = Options { limits, ..options() };
        let read = read_file(&path, &options, &mut Seen::new(), &mut |_, _| {
            given += 1;
            ControlFlow::Continue(())
        });
        assert_eq!(given, 0);
        read.unwrap_err().code()
    };
    let usual = Limits::default();
    rewritten(&whole, &path, |sheet| sheet + "<!DOCTYPE a [<!ENTITY b 'c'>]>");
    assert_eq!(refusal(usual), "unsafe_xml");
    rewritten(&whole, &path, |sheet| sheet + &" ".repeat(2 << 20));
    assert_eq!(refusal(usual), "too_large", "one value without end");
    rewritten(&whole, &path, |sheet| sheet + &"<a/>".repeat(32 << 20 >> 2));
    assert_eq!(refusal(Limits { unpacked_bytes: 16 << 20, ..usual }), "too_large");
    assert_eq!(refusal(Limits { compression_ratio: 8, ..usual }), "zip_bomb");
    let mut bytes = std::fs::read(&whole).unwrap();
    let place = bytes.len() * 3 / 4;
    bytes[place] ^= 0x55;
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(refusal(usual), "cut_short", "the checksum tells");
}

#[test]
fn a_reader_that_has_enough_of_a_large_workbook_stops() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("名单.xlsx");
    list(&path, false);
    let mut given = 0;
    let summary = read_file(&path, &options(), &mut Seen::new(), &mut |_, _| {
        given += 1;
        if given == 10 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert!(summary.unwrap().stopped);
    assert_eq!(given, 10);
}
