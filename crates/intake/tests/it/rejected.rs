//! Rejected rows go out and come in again.

use calamine::{Data, Reader, Xlsx, open_workbook};
use xinxiu_intake::{ADDED_COLUMNS, Outcome, RejectedWriter, Seen, came_from};

use crate::support::{notable, options, read, read_text, read_with};

fn write(outcomes: &[Outcome], path: &std::path::Path) -> u64 {
    let mut writer = RejectedWriter::new();
    for outcome in outcomes {
        if let Outcome::Rejected(row) = outcome {
            writer.push(row).unwrap();
        }
    }
    let rows = writer.rows();
    writer.save(path).unwrap();
    rows
}

#[test]
fn rejected_rows_keep_everything_and_are_rejected_again() {
    let (mut outcomes, _) = read("generation-c.xlsx");
    outcomes.extend(read_text("企业名称,处罚文号,处罚决定日期\n=1+1,文1,无\n").unwrap().0);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("退回.xlsx");
    assert_eq!(write(&outcomes, &path), 6);

    let mut book: Xlsx<_> = open_workbook(&path).unwrap();
    assert_eq!(book.sheet_names(), ["退回1", "退回2"], "one sheet for each layout");
    let sheet = book.worksheet_range("退回1").unwrap();
    let last = sheet.width() - 1;
    let text = |row: u32, column: usize| {
        sheet.get_value((row, u32::try_from(column).unwrap())).map_or_else(String::new, Data::to_string)
    };
    let added: Vec<_> = (last - 3..=last).map(|column| text(0, column)).collect();
    assert_eq!(added, ADDED_COLUMNS);
    assert_eq!(text(1, last - 3), "generation-c.xlsx");
    assert_eq!((text(1, last - 2), text(1, last - 1)), ("法人".into(), "11".into()));
    assert!(text(1, last).contains("校验位"));
    assert_eq!(text(1, 2), "91320612MA1T00080A");

    let (again, summary) = read_with(&path, &options(), &mut Seen::new()).unwrap();
    assert_eq!((summary.rejected, summary.penalties), (6, 0));
    let from = came_from(again[0].received().1).unwrap();
    assert_eq!((&*from.file, &*from.sheet, from.row), ("generation-c.xlsx", "法人", 11));
    assert_eq!(came_from(outcomes[0].received().1), None);
    let codes = |lines: Vec<String>| -> Vec<String> {
        lines
            .iter()
            .filter(|line| line.contains("rejected"))
            .filter_map(|line| Some(line.rsplit_once(' ')?.1.to_owned()))
            .collect()
    };
    assert_eq!(codes(notable(&again)), codes(notable(&outcomes)));

    let third = folder.path().join("再次退回.xlsx");
    write(&again, &third);
    let mut book: Xlsx<_> = open_workbook(&third).unwrap();
    assert_eq!(
        book.worksheet_range("退回1").unwrap().width(),
        sheet.width(),
        "the added columns do not pile up"
    );
}

#[test]
fn a_corrected_row_is_accepted() {
    let header = "企业名称,统一社会信用代码,处罚文号,处罚决定日期";
    let (outcomes, _) = read_text(format!("{header}\n甲,91320613MA1T00013A,文1,2022-01-05\n")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("退回.xlsx");
    write(&outcomes, &path);
    let (again, _) = read_with(&path, &options(), &mut Seen::new()).unwrap();
    let Outcome::Rejected(row) = &again[0] else { panic!("still rejected") };
    let headers = row.raw.headers().join(",");
    let cells: Vec<_> = row.raw.cells().iter().map(|cell| cell.replace("0013A", "0013G")).collect();
    let (_, summary) = read_text(format!("{headers}\n{}\n", cells.join(","))).unwrap();
    assert_eq!((summary.penalties, summary.with_problems), (1, 0));
}

#[test]
fn nothing_rejected_is_still_a_spreadsheet() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("退回.xlsx");
    assert_eq!(write(&[], &path), 0);
    assert!(open_workbook::<Xlsx<_>, _>(&path).is_ok());
}

#[test]
fn a_cell_longer_than_a_spreadsheet_allows_is_cut_and_says_so() {
    let (outcomes, _) = read_text(format!(
        "企业名称,处罚文号,处罚决定日期,处罚内容\n甲,,2022-01-05,{}\n",
        "长".repeat(40_000)
    ))
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("退回.xlsx");
    write(&outcomes, &path);
    let (again, _) = read_with(&path, &options(), &mut Seen::new()).unwrap();
    let Outcome::Rejected(row) = &again[0] else { panic!("still rejected") };
    assert!(row.raw.pairs().any(|(header, cell)| header == "退回原因" && cell.contains("已截断")));
}
