//! Hostile files: refused, and refused within a bound of memory. A binary of its own, because the kernel measures
//! a whole process. Time is bounded by what is read: no bound here is a clock.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests lie outside of #[test] functions"
)]

use std::fs::File;
use std::io::{Cursor, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use jiff::civil::date;
use xinxiu_intake::{Options, Refusal, Seen, preview, read_file};
use zip::write::SimpleFileOptions;

/// What a hostile file may cost at most, in KiB, beyond what the process held before.
const BOUND_KIB: u64 = 80 << 10;

fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

const BOOK: &str = "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
     xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">\
     <sheets><sheet name=\"甲\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
const RELATIONS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
     <Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" \
     Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" \
     Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings\" \
     Target=\"sharedStrings.xml\"/></Relationships>";

fn archive(path: &Path, parts: &[(&str, &[u8])]) {
    let mut archive = zip::ZipWriter::new(File::create(path).unwrap());
    for (name, content) in parts {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap();
}

fn sheet(rows: &str) -> String {
    format!(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>"
    )
}

fn xlsx(path: &Path, sheet: &[u8], shared: &[u8]) {
    archive(
        path,
        &[
            ("xl/workbook.xml", BOOK.as_bytes()),
            ("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes()),
            ("xl/worksheets/sheet1.xml", sheet),
            ("xl/sharedStrings.xml", shared),
        ],
    );
}

fn ods(path: &Path, body: &str) {
    let content = format!(
        "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"甲\">{body}</table:table>\
         </office:spreadsheet></office:body></office:document-content>"
    );
    let mime: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";
    archive(path, &[("mimetype", mime), ("content.xml", content.as_bytes())]);
}

/// Deep nesting in a mebibyte or two.
fn nested(tag: &str, depth: usize) -> String {
    format!("{}{}", format!("<{tag}>").repeat(depth), format!("</{tag}>").repeat(depth))
}

/// The first record of a kind in an .xls, at its content.
fn record(bytes: &[u8], kind: u16, length: u16) -> Option<usize> {
    let head = [kind.to_le_bytes(), length.to_le_bytes()].concat();
    bytes.windows(4).position(|window| window == head).map(|at| at + 4)
}

fn read(path: &Path) -> Result<u64, Refusal> {
    let options = Options::new(date(2022, 6, 14));
    let mut rows = 0;
    read_file(path, &options, &mut Seen::new(), &mut |_, _| {
        rows += 1;
        ControlFlow::Continue(())
    })?;
    Ok(rows)
}

struct Trial {
    folder: tempfile::TempDir,
    before: Option<u64>,
}

impl Trial {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Reads a file in both ways and looks at the memory.
    fn read(&self, name: &str) -> Result<u64, Refusal> {
        let path = self.path(name);
        let read = read(&path);
        // The page that maps columns looks at the same file.
        let looked = preview(&path, &Options::new(date(2022, 6, 14)));
        if matches!(&read, Err(refusal) if refusal.code() == "zip_bomb" || refusal.code() == "unsafe_xml") {
            assert_eq!(looked.unwrap_err().code(), read.as_ref().unwrap_err().code(), "{name}");
        }
        if let (Some(before), Some(after)) = (self.before, peak_kib()) {
            let more = after.saturating_sub(before);
            assert!(more < BOUND_KIB, "{name}: {more} KiB more");
        }
        read
    }

    fn refused(&self, name: &str, code: &str) {
        let refusal = self.read(name).expect_err(name);
        assert_eq!(refusal.code(), code, "{name}: {refusal}");
    }
}

/// One test, so that the memory measured is that of these reads.
#[test]
fn hostile_files_are_refused_in_bounded_memory() {
    let folder = tempfile::tempdir().unwrap();
    let sample =
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/repairable-penalty.xls"))
            .unwrap();
    // Written before the memory is measured: the files themselves are large while they are made.
    let trial = Trial { folder, before: None };
    let laughs = "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]><worksheet>&b;</worksheet>";
    xlsx(&trial.path("laughs.xlsx"), laughs.as_bytes(), b"<sst/>");
    let mut wide = laughs.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    wide.splice(0..0, [0xff, 0xfe]);
    xlsx(&trial.path("laughs-utf16.xlsx"), &wide, b"<sst/>");
    let one = "<row r=\"1\"><c r=\"ZZZZ1\" t=\"inlineStr\"><is><t>企业名称</t></is></c></row>";
    xlsx(&trial.path("far.xlsx"), sheet(one).as_bytes(), b"<sst/>");
    let cells: String = (0..1_000_000).map(|n| if n % 2 == 0 { "<c><v>1</v></c>" } else { "<c/>" }).collect();
    xlsx(&trial.path("columns.xlsx"), sheet(&format!("<row r=\"1\">{cells}</row>")).as_bytes(), b"<sst/>");
    xlsx(&trial.path("nested.xlsx"), sheet(&nested("is", 300_000)).as_bytes(), b"<sst/>");
    xlsx(
        &trial.path("counted.xlsx"),
        sheet("").as_bytes(),
        b"<sst count=\"4000000000\" uniqueCount=\"4000000000\"></sst>",
    );
    ods(&trial.path("nested.ods"), &nested("table:table-row", 200_000));
    ods(&trial.path("tables.ods"), &nested("table:table", 100_000));
    ods(
        &trial.path("spaces.ods"),
        &format!(
            "<table:table-row><table:table-cell><text:p>{}</text:p></table:table-cell></table:table-row>",
            "<text:s text:c=\"4000000000\"/>".repeat(20_000)
        ),
    );
    let row = "<table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell table:number-columns-repeated=\"1000\" office:value-type=\"string\"><text:p>企业名称</text:p></table:table-cell></table:table-row>";
    ods(&trial.path("rows.ods"), row);
    old_books(&trial, &sample);
    let quoted = format!("企业名称,处罚文号,处罚决定日期\n\"{}", "甲,\n".repeat(2_000_000));
    std::fs::write(trial.path("quoted.csv"), quoted).unwrap();
    let commas = format!("企业名称,处罚文号,处罚决定日期\n{}\n", "甲,".repeat(200_000));
    std::fs::write(trial.path("commas.csv"), commas).unwrap();
    lying(&trial.path("lying.xlsx"));
    overlapping(&trial.path("overlapping.xlsx"));

    // The making of the files is not to hide what the reading takes; where the kernel does not forget, it may.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let trial = Trial { before: peak_kib(), ..trial };
    trial.refused("laughs.xlsx", "unsafe_xml");
    trial.refused("laughs-utf16.xlsx", "unsafe_xml");
    trial.refused("far.xlsx", "cut_short");
    trial.refused("columns.xlsx", "cut_short");
    trial.refused("quoted.csv", "not_a_spreadsheet");
    trial.refused("commas.csv", "too_large");
    trial.refused("lying.xlsx", "cut_short");
    trial.refused("rows.ods", "too_large");
    trial.refused("dimension.xls", "cut_short");
    trial.refused("far.xls", "too_large");
    trial.refused("columns.xls", "too_large");
    trial.refused("circle.xls", "cut_short");
    trial.refused("table.xls", "cut_short");
    for name in [
        "nested.xlsx",
        "counted.xlsx",
        "nested.ods",
        "tables.ods",
        "spaces.ods",
        "rows.ods",
        "overlapping.xlsx",
    ] {
        // A row or none may come of them: what counts is that the answer comes, and what it costs.
        if let Err(refusal) = trial.read(name) {
            assert!(!refusal.code().is_empty(), "{name}");
        }
    }
}

/// Books of the old format that say they are huge, are huge, or never come to an end.
fn old_books(trial: &Trial, sample: &[u8]) {
    let mut tall = sample.to_vec();
    for (length, at) in [(14, 0), (10, 0)] {
        if let Some(place) = record(&tall, 0x0200, length) {
            tall[place + at..place + at + 8].copy_from_slice(&[0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]);
        }
    }
    std::fs::write(trial.path("dimension.xls"), &tall).unwrap();
    let mut far = sample.to_vec();
    // The first shared string stands in the last cell of the format.
    let place = record(&far, 0x00fd, 10).unwrap();
    far[place..place + 4].copy_from_slice(&[0xff, 0xff, 0xff, 0]);
    std::fs::write(trial.path("far.xls"), &far).unwrap();
    far[place + 2..place + 4].copy_from_slice(&[0xff, 0xff]);
    std::fs::write(trial.path("columns.xls"), &far).unwrap();
    std::fs::write(trial.path("circle.xls"), further(sample, 1)).unwrap();
    std::fs::write(trial.path("table.xls"), further(sample, 2000)).unwrap();
}

/// An .xls with further sectors that name parts of its table of sectors: all of them the same part, and the last
/// of them is followed by the first.
fn further(sample: &[u8], sectors: usize) -> Vec<u8> {
    let mut bytes = sample.to_vec();
    bytes.resize(sample.len().next_multiple_of(512), 0);
    let first = bytes.len() / 512 - 1;
    bytes[68..72].copy_from_slice(&u32::try_from(first).unwrap().to_le_bytes());
    for sector in 0..sectors {
        let next = u32::try_from(first + (sector + 1) % sectors).unwrap();
        bytes.extend([0; 508]);
        bytes.extend(next.to_le_bytes());
    }
    bytes
}

/// An archive that says of a part that it is small, where a mebibyte comes out.
fn lying(path: &Path) {
    let mut content = Cursor::new(Vec::new());
    let mut archive = zip::ZipWriter::new(&mut content);
    for (name, text) in
        [("xl/workbook.xml", BOOK.to_owned()), ("xl/worksheets/sheet1.xml", "甲".repeat(350_000))]
    {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap();
    let mut bytes = content.into_inner();
    let size = u32::try_from("甲".repeat(350_000).len()).unwrap().to_le_bytes();
    let places: Vec<usize> =
        bytes.windows(4).enumerate().filter(|(_, w)| *w == size).map(|(at, _)| at).collect();
    assert!(!places.is_empty());
    for place in places {
        bytes[place..place + 4].copy_from_slice(&10_u32.to_le_bytes());
    }
    std::fs::write(path, bytes).unwrap();
}

/// An archive whose directory names one part a thousand times.
fn overlapping(path: &Path) {
    let mut content = Cursor::new(Vec::new());
    let mut archive = zip::ZipWriter::new(&mut content);
    archive.start_file("xl/workbook.xml", SimpleFileOptions::default()).unwrap();
    archive.write_all(BOOK.as_bytes()).unwrap();
    archive.finish().unwrap();
    let bytes = content.into_inner();
    let entry = bytes.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    let end = bytes.windows(4).position(|w| w == b"PK\x05\x06").unwrap();
    let mut out = bytes[..entry].to_vec();
    for _ in 0..1000 {
        out.extend_from_slice(&bytes[entry..end]);
    }
    let mut last = bytes[end..].to_vec();
    let length = u32::try_from((end - entry) * 1000).unwrap();
    last[8..10].copy_from_slice(&1000_u16.to_le_bytes());
    last[10..12].copy_from_slice(&1000_u16.to_le_bytes());
    last[12..16].copy_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&last);
    std::fs::write(path, out).unwrap();
}
