//! What is refused, and that the refusal says why.

use std::io::Write;

use xinxiu_intake::{Limits, Refusal, Seen};

use crate::support::{options, read_text, read_with, sample};

fn refused(name: &str) -> Refusal {
    read_with(&sample(name), &options(), &mut Seen::new()).unwrap_err()
}

#[test]
fn every_broken_sample_is_refused_for_its_own_reason() {
    for (name, code) in [
        ("empty.xlsx", "empty"),
        ("document.xlsx", "not_a_spreadsheet"),
        ("truncated.xlsx", "cut_short"),
        ("zip-bomb.xlsx", "zip_bomb"),
        ("entities.xlsx", "unsafe_xml"),
        ("encrypted.xlsx", "encrypted"),
        ("unknown-header.csv", "unknown_header"),
        ("binary.csv", "not_a_spreadsheet"),
        ("page.xls", "not_a_spreadsheet"),
        ("does-not-exist.xlsx", "unreadable"),
        ("", "not_a_spreadsheet"),
    ] {
        let refusal = refused(&format!("broken/{name}"));
        assert_eq!(refusal.code(), code, "{name}");
        let file = if name.is_empty() { "broken" } else { name };
        assert_eq!(refusal.file(), file);
        assert!(refusal.to_string().contains(file), "{refusal}");
    }
}

#[test]
fn an_unknown_header_shows_what_was_seen_and_what_is_needed() {
    let Refusal::UnknownHeader { columns, expected, .. } = refused("broken/unknown-header.csv") else {
        panic!("an unknown header");
    };
    let headers: Vec<_> = columns.iter().map(|column| column.header.as_str()).collect();
    assert_eq!(headers, ["甲列", "乙列", "丙列"]);
    assert_eq!(columns[1].samples, ["二", "五"]);
    assert!(expected.contains(&"行政相对人名称"));
}

#[test]
fn a_spreadsheet_cut_anywhere_is_never_half_read() {
    let whole = std::fs::read(sample("generation-c.xlsx")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.xlsx");
    for length in (4..whole.len()).step_by(97) {
        std::fs::write(&path, &whole[..length]).unwrap();
        let refusal = read_with(&path, &options(), &mut Seen::new()).unwrap_err();
        assert!(["cut_short", "not_a_spreadsheet"].contains(&refusal.code()), "{length}: {refusal}");
        // What the libraries say is for the log.
        let said = refusal.to_string();
        assert!(
            !["invalid", "Zip", "EOCD", "rror"].iter().any(|word| said.contains(word)),
            "{length}: {said}"
        );
    }
}

#[test]
fn damaged_bytes_end_in_an_answer() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["generation-c.xlsx", "repairable-penalty.ods", "repairable-penalty.xls"] {
        let whole = std::fs::read(sample(name)).unwrap();
        let path = folder.path().join(name);
        for place in (0..whole.len()).step_by(311) {
            let mut damaged = whole.clone();
            damaged[place] ^= 0x5a;
            std::fs::write(&path, &damaged).unwrap();
            // Either answer will do: a byte of padding changes nothing.
            let _ = read_with(&path, &options(), &mut Seen::new());
        }
    }
}

#[test]
fn text_that_is_no_text() {
    let header = "企业名称,处罚文号,处罚决定日期\n";
    for (content, reason) in [
        (format!("{header}甲\0,1,2022-01-01\n").into_bytes(), "二进制"),
        (format!("{header}{}\n", "甲".repeat(400_000)).into_bytes(), "过长"),
        (format!("{header}\"{}", "甲,\n".repeat(300_000)).into_bytes(), "过长"),
        ([header.as_bytes(), &[0xff, 0xff, 0xff]].concat(), "编码"),
    ] {
        let refusal = read_text(content).unwrap_err();
        assert_eq!(refusal.code(), "not_a_spreadsheet");
        assert!(refusal.to_string().contains(reason), "{refusal}");
    }
    assert_eq!(read_text("\n\n\n").unwrap_err().code(), "unknown_header");
    assert_eq!(read_text("%PDF-1.7 企业名称").unwrap_err().code(), "not_a_spreadsheet");
}

#[test]
fn bounds_are_the_callers() {
    let mut options = options();
    options.limits = Limits { file_bytes: 100, ..Limits::default() };
    let refusal = read_with(&sample("generation-c.xlsx"), &options, &mut Seen::new()).unwrap_err();
    assert_eq!(refusal.code(), "too_large");
    options.limits = Limits { columns: 20, ..Limits::default() };
    for name in ["generation-c.xlsx", "generation-b-gb18030.csv"] {
        assert_eq!(read_with(&sample(name), &options, &mut Seen::new()).unwrap_err().code(), "too_large");
    }
    options.limits = Limits { zip_entries: 2, ..Limits::default() };
    assert_eq!(
        read_with(&sample("repairable-penalty.ods"), &options, &mut Seen::new()).unwrap_err().code(),
        "too_large"
    );
}

#[test]
fn a_million_repeated_cells_are_never_laid_out() {
    let content = |row: &str| {
        format!(
            "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"甲\">{row}</table:table>\
             </office:spreadsheet></office:body></office:document-content>"
        )
    };
    let cell = |attributes: &str| {
        content(&format!(
            "<table:table-row {attributes}><table:table-cell table:number-columns-repeated=\"2000000000\" \
             office:value-type=\"string\"><text:p>甲</text:p></table:table-cell></table:table-row>"
        ))
    };
    let long = content(&(0..300_000).map(|number| number.to_string()).collect::<String>());
    for (xml, code) in
        [(cell(""), "too_large"), (long, "too_large"), (content("<table:table-row"), "cut_short")]
    {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("名单.ods");
        let mut archive = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
        let plain = zip::write::SimpleFileOptions::default();
        for (part, text) in
            [("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", &xml)]
        {
            archive.start_file(part, plain).unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        }
        archive.finish().unwrap();
        assert_eq!(read_with(&path, &options(), &mut Seen::new()).unwrap_err().code(), code);
    }
}
