//! The same list out of several programs and formats reads the same; what they differ in makes no difference.

use std::io::Write;

use jiff::civil::date;
use xinxiu_intake::{Outcome, PenaltyRow, ProblemCode, RejectedRow, Seen, Skipped, Summary};

use crate::support::{notable, options, read, read_with};

const AUTHORITY: &str = "南通市示例市场监督管理局";

fn penalty<'a>(outcomes: &'a [Outcome], sheet: &str, row: u64) -> &'a PenaltyRow {
    let found = outcomes.iter().find_map(|outcome| match outcome {
        Outcome::Penalty(found) if &*found.source.sheet == sheet && found.source.row == row => Some(&**found),
        _ => None,
    });
    found.unwrap()
}

fn rejected(outcomes: &[Outcome], row: u64) -> &RejectedRow {
    let found = outcomes.iter().find_map(|outcome| match outcome {
        Outcome::Rejected(found) if found.source.row == row => Some(&**found),
        _ => None,
    });
    found.unwrap()
}

#[test]
fn every_encoding_of_text() {
    for name in [
        "text-utf8.csv",
        "text-utf8-bom.csv",
        "text-gb18030.csv",
        "text-utf16.tsv",
        "text-utf16-le.csv",
        "text-utf16-be.csv",
        "text-utf16-le-unmarked.csv",
        "text-utf16-be-unmarked.csv",
    ] {
        let (outcomes, summary) = read(&format!("programs/{name}"));
        assert_eq!((summary.penalties, summary.with_problems, summary.rejected), (2, 0, 0), "{name}");
        let first = penalty(&outcomes, "", 2);
        assert_eq!(first.enterprise, "示例甲零零一科技（虚构）有限公司", "{name}");
        assert_eq!(first.decision.as_str(), "示罚〔2022〕001号", "{name}");
        assert_eq!(first.reg_no, "003206000001234", "{name}: leading zeros stay");
        assert_eq!(first.facts.decision_date, date(2022, 1, 5), "{name}");
        assert_eq!(first.facts.content, "责令改正罚款2000元", "{name}: a line break in the cell");
        // A character of four bytes, in every one of these encodings.
        let second = penalty(&outcomes, "", 4);
        assert_eq!(second.enterprise, "示例乙𠮷记商行（虚构）", "{name}");
        assert_eq!(second.decision.as_str(), "00123", "{name}: leading zeros stay");
        assert_eq!(second.facts.content, "警告，“限期”整改", "{name}");
    }
}

/// Three title rows, a row and a column and a sheet hidden, formulas, a repeated header, a damaged code, merged
/// cells, a total, a note.
fn check_shapes(name: &str, outcomes: &[Outcome], summary: &Summary) {
    assert_eq!((summary.penalties, summary.rejected), (6, 1), "{name}: {:?}", notable(outcomes));
    assert_eq!(notable(outcomes), ["名单:9 rejected uscc_damaged"], "{name}");
    assert_eq!(
        summary.skipped,
        Skipped { totals: 1, notes: 1, repeated_headers: 1, labels: 3, ..Skipped::default() },
        "{name}"
    );
    let sheets: Vec<_> = summary.sheets.iter().map(|sheet| (sheet.name.as_str(), sheet.header_row)).collect();
    assert_eq!(sheets, [("名单", Some(4)), ("隐藏的表", Some(1)), ("说明", None)], "{name}");
    for outcome in outcomes {
        if let Outcome::Penalty(row) = outcome {
            assert_eq!(row.facts.decision_date, date(2022, 1, 5), "{name}: row {}", row.source.row);
            assert_eq!(row.facts.authority, AUTHORITY, "{name}: row {}", row.source.row);
        }
    }
    let code = penalty(outcomes, "名单", 5);
    assert_eq!((code.decision.as_str(), code.reg_no.as_str()), ("00123", "003206000001234"), "{name}");
    let hidden = penalty(outcomes, "名单", 6);
    assert_eq!(hidden.facts.content, "责令停产停业，并处罚款", "{name}: line break, bare serial date");
    let formula = penalty(outcomes, "名单", 7);
    assert_eq!(formula.enterprise, "示例丙（虚构）厂", "{name}: the value of a formula");
    assert_eq!(formula.decision.as_str(), "示罚〔2022〕003号", "{name}: the value of a formula");
    let damaged = rejected(outcomes, 9);
    assert_eq!(damaged.reasons[0].code, ProblemCode::UsccDamaged, "{name}");
    assert_eq!(damaged.reasons[0].value, "9.132E+17", "{name}: as a person sees it");
    let (merged, below) = (penalty(outcomes, "名单", 10), penalty(outcomes, "名单", 11));
    assert_eq!((&below.enterprise, &below.uscc), (&merged.enterprise, &merged.uscc), "{name}: merged");
    assert_eq!(merged.facts.fine_fen, Some(199_950), "{name}: the header says 元");
    assert_eq!(penalty(outcomes, "隐藏的表", 2).problems, [], "{name}");
}

#[test]
fn one_workbook_in_three_formats_and_both_date_systems() {
    for book in ["shapes", "shapes-1904"] {
        for format in ["xlsx", "ods", "xls"] {
            let name = format!("{book}.{format}");
            let (outcomes, summary) = read(&format!("programs/{name}"));
            check_shapes(&name, &outcomes, &summary);
        }
    }
}

#[test]
fn a_formula_that_nobody_computed_says_so() {
    let (outcomes, summary) = read("programs/formulas-without-values.xlsx");
    assert_eq!((summary.penalties, summary.rejected), (2, 4));
    assert_eq!(
        notable(&outcomes),
        [
            "Sheet:3 rejected name_missing",
            "Sheet:4 rejected uscc_damaged",
            "Sheet:5 rejected decision_number_missing",
            "Sheet:6 rejected decision_date_unreadable",
        ]
    );
    for row in 3..=6 {
        let reason = &rejected(&outcomes, row).reasons[0];
        assert!(reason.message.contains("没有计算结果的公式"), "row {row}: {}", reason.message);
        assert_eq!(reason.value, "#公式未计算", "row {row}");
    }
    // A cell that rejects no row shows it too.
    assert_eq!(penalty(&outcomes, "Sheet", 7).facts.content, "#公式未计算");
}

/// No office program leaves a formula uncomputed in this format; libraries do.
#[test]
fn an_ods_formula_that_nobody_computed_says_so() {
    let cell = |attributes: &str, text: &str| {
        let text = if text.is_empty() { String::new() } else { format!("<text:p>{text}</text:p>") };
        format!("<table:table-cell {attributes}>{text}</table:table-cell>")
    };
    let row = |cells: [String; 4]| format!("<table:table-row>{}</table:table-row>", cells.concat());
    let word = |text: &str| cell("office:value-type=\"string\"", text);
    let header = row(["企业名称", "统一社会信用代码", "处罚文号", "处罚决定日期"].map(word));
    let formula = cell("table:formula=\"of:=[.A9]\"", "");
    let computed = cell("table:formula=\"of:=[.A9]\" office:value-type=\"string\"", "示例甲（虚构）厂");
    let code = || word("91320613MA1T00013G");
    let first = row([formula, code(), word("文1"), word("2022-01-05")]);
    let second = row([computed, code(), word("文2"), word("2022-01-05")]);
    let content = format!(
        "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"甲\">{header}{first}{second}\
         </table:table></office:spreadsheet></office:body></office:document-content>"
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("名单.ods");
    let mut archive = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    for (part, text) in
        [("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", &content)]
    {
        archive.start_file(part, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap();
    let (outcomes, _) = read_with(&path, &options(), &mut Seen::new()).unwrap();
    assert_eq!(notable(&outcomes), ["甲:2 rejected name_missing"]);
    assert!(rejected(&outcomes, 2).reasons[0].message.contains("没有计算结果的公式"));
    assert_eq!(penalty(&outcomes, "甲", 3).enterprise, "示例甲（虚构）厂");
}
