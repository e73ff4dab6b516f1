//! What is fuzzed. Used by the coverage-guided program here and by the short run in the tests of `intake`.

use std::io::{Cursor, Write};
use std::ops::ControlFlow;

use jiff::civil::date;
use xinxiu_domain::{DecisionNumber, ListKind, Uscc};
use xinxiu_intake::{
    DateSystem, Limits, Mapping, MoneyUnit, Options, Outcome, Part, Progress, Record, Seen, Taker, field_of,
    parse_date, parse_money, parse_until, preview, read_file, read_in_parts, suggest,
};

/// One thing that is fuzzed.
#[derive(Clone, Copy)]
pub struct Target {
    /// Its name, which is that of its folder of inputs.
    pub name: &'static str,
    /// Takes one input; panics where a defect shows.
    pub run: fn(&[u8]),
}

/// Every target.
pub const TARGETS: [Target; 12] = [
    Target { name: "text", run: |data| read("名单.csv", data) },
    Target {
        name: "paste", run: |data| read("粘贴的表格.tsv", String::from_utf8_lossy(data).as_bytes())
    },
    Target { name: "pieces", run: pieces },
    Target { name: "xlsx", run: |data| read("名单.xlsx", data) },
    Target { name: "xlsx_sheet", run: |data| read("名单.xlsx", &xlsx(data)) },
    Target { name: "xls", run: |data| read("名单.xls", data) },
    Target { name: "ods", run: |data| read("名单.ods", data) },
    Target { name: "ods_content", run: |data| read("名单.ods", &ods(data)) },
    Target { name: "mapping", run: |data| mapped(data) },
    Target { name: "uscc", run: |data| uscc(&text(data)) },
    Target { name: "decision", run: |data| decision(&text(data)) },
    Target { name: "values", run: |data| values(&text(data)) },
];

/// The target of a name.
#[allow(dead_code, reason = "the short run takes them all")]
pub fn by_name(name: &str) -> Option<Target> {
    TARGETS.into_iter().find(|target| target.name == name)
}

fn text(data: &[u8]) -> String {
    String::from_utf8_lossy(data).into_owned()
}

/// Bounds so small that an input which runs away is seen at once.
fn options(name: &str) -> Options {
    let mib = 1 << 20;
    let limits = Limits {
        file_bytes: 4 * mib,
        xls_bytes: 4 * mib,
        unpacked_bytes: 8 * mib,
        shared_strings_bytes: 4 * mib,
        columns: 256,
        ..Limits::default()
    };
    Options { file_name: Some(name.to_owned()), limits, ..Options::new(date(2022, 6, 14)) }
}

/// Most rows of an input that are taken; a repeated row is cheap to write.
const ROWS: usize = 2_000;

fn read(name: &str, data: &[u8]) {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(data).expect("room for it");
    for options in [options(name), options(name).for_list(ListKind::Watch)] {
        let mut rows = 0;
        let read = read_file(file.path(), &options, &mut Seen::new(), &mut |_, at| {
            rows += 1;
            assert!(at.bytes <= at.total_bytes, "more was read than there is");
            if rows < ROWS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        if let Ok(summary) = read {
            let all = summary.penalties + summary.listings + summary.rejected;
            assert_eq!(all, rows as u64, "every row has one outcome");
        }
    }
    let _ = preview(file.path(), &options(name));
}

/// The line of each row, and what it became.
#[derive(Default)]
struct Rows(Vec<(u64, char)>);

impl Part for Rows {
    fn clear(&mut self) {
        self.0.clear();
    }
}

impl Taker<Rows> for Rows {
    fn take(&mut self, rows: &mut Rows, _: Progress) -> ControlFlow<()> {
        self.0.append(&mut rows.0);
        ControlFlow::Continue(())
    }

    fn begin_again(&mut self) {
        self.0.clear();
    }
}

/// A text in pieces, as short as its first byte says, beside the same text from beginning to end.
fn pieces(data: &[u8]) {
    let Some((first, data)) = data.split_first() else { return };
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(data).expect("room for it");
    let mut options = options("名单.csv");
    options.limits.piece_bytes = 1 + u64::from(first / 4);
    options.limits.header_rows = 1 + usize::from(first % 4);
    let mut taken = Rows::default();
    let hands = || {
        |rows: &mut Rows, record: &Record<'_>| {
            rows.0.push(match record {
                Record::Penalty(row) => (row.place.row, if row.duplicate_of.is_some() { 'd' } else { 'p' }),
                Record::Listing(row) => (row.source.row, 'l'),
                Record::Rejected(row) => (row.source.row, 'r'),
            });
        }
    };
    let pieces = read_in_parts(file.path(), &options, &mut Seen::new(), &hands, &mut taken);
    let mut rows = Rows::default();
    let whole = read_file(file.path(), &options, &mut Seen::new(), &mut |outcome, _| {
        rows.0.push(match outcome {
            Outcome::Penalty(row) => (row.source.row, if row.duplicate_of.is_some() { 'd' } else { 'p' }),
            Outcome::Listing(row) => (row.source.row, 'l'),
            Outcome::Rejected(row) => (row.source.row, 'r'),
        });
        ControlFlow::Continue(())
    });
    match (pieces, whole) {
        (Ok(pieces), Ok(whole)) => {
            assert_eq!(pieces, whole, "one text, one summary");
            assert_eq!(taken.0, rows.0, "the same rows");
        }
        (pieces, whole) => assert_eq!(
            pieces.map_err(|refusal| refusal.to_string()),
            whole.map_err(|refusal| refusal.to_string()),
            "refused for one reason"
        ),
    }
}

/// A file read by the columns that are suggested for it.
fn mapped(data: &[u8]) {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(data).expect("room for it");
    let mut options = options("名单.csv");
    let Ok(sheets) = preview(file.path(), &options) else { return };
    let mut mapping = Mapping::new();
    for sheet in &sheets {
        let row = u64::from(data.first().copied().unwrap_or(0) % 4);
        mapping.set_header_row(&sheet.name, row);
        for column in sheet.columns(row, &Mapping::new()) {
            mapping.set(column.key, column.field.or(column.suggestion));
        }
    }
    options.mapping = mapping;
    let _ = read_file(file.path(), &options, &mut Seen::new(), &mut |_, _| ControlFlow::Continue(()));
}

fn uscc(text: &str) {
    if let Ok(code) = Uscc::parse(text) {
        assert_eq!(code.as_str().len(), 18);
        assert_eq!(Uscc::parse(code.as_str()).ok().as_ref(), Some(&code), "a code reads as itself");
    }
}

fn decision(text: &str) {
    if let Some(number) = DecisionNumber::parse(text) {
        let again = DecisionNumber::parse(number.as_str()).expect("a number reads as itself");
        assert_eq!(again.key(), number.key(), "and is the same decision");
    }
}

fn values(text: &str) {
    for dates in [DateSystem::From1900, DateSystem::From1904] {
        if let Some(day) = parse_date(text, dates) {
            assert_eq!(parse_date(&day.to_string(), dates), Some(day), "a date reads as itself");
        }
        let _ = parse_until(text, dates);
    }
    for unit in [MoneyUnit::Yuan, MoneyUnit::TenThousandYuan] {
        let _ = parse_money(text, unit);
    }
    let _ = (field_of(text), suggest(text));
}

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in parts {
        archive.start_file(*name, stored).expect("a part");
        archive.write_all(content).expect("its content");
    }
    archive.finish().expect("an archive").into_inner()
}

/// A workbook around the XML of a sheet: the archive itself is whole.
fn xlsx(sheet: &[u8]) -> Vec<u8> {
    let book = "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
        xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">\
        <sheets><sheet name=\"甲\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
    let relations = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
        <Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\" \
        Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\"/></Relationships>";
    archive(&[
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
    ])
}

fn ods(content: &[u8]) -> Vec<u8> {
    archive(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", content)])
}
