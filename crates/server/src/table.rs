//! Tables that leave the platform, as CSV and as spreadsheets.

use rust_xlsxwriter::{Format, Workbook, XlsxError};

/// Media type of a spreadsheet.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Last row of a sheet, from 0.
pub const LAST_ROW: u32 = 1_048_575;
/// Most characters of a cell, counted as spreadsheets count.
const CELL_UNITS: usize = 32_767;

/// One line of CSV with its end (CRLF, as spreadsheets write it).
pub fn csv_line(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| csv_cell(cell)).collect();
    format!("{}\r\n", cells.join(","))
}

fn csv_cell(cell: &str) -> String {
    // A cell that begins like a formula would be run by the spreadsheet that opens it.
    let guarded = match cell.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{cell}"),
        _ => cell.to_owned(),
    };
    if guarded.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}

/// As much of a text as a cell holds.
pub fn fit(text: &str) -> &str {
    let mut units = 0;
    for (index, c) in text.char_indices() {
        units += c.len_utf16();
        if units > CELL_UNITS {
            return &text[..index];
        }
    }
    text
}

/// A whole table as CSV with the mark that spreadsheets look for.
pub fn csv(heads: &[&str], rows: &[Vec<String>]) -> Vec<u8> {
    let heads: Vec<String> = heads.iter().map(|head| (*head).to_owned()).collect();
    let lines = std::iter::once(csv_line(&heads)).chain(rows.iter().map(|row| csv_line(row)));
    std::iter::once("\u{feff}".to_owned()).chain(lines).collect::<String>().into_bytes()
}

/// A whole table as a spreadsheet.
///
/// # Errors
/// More rows than a sheet has.
pub fn xlsx(name: &str, heads: &[&str], rows: &[Vec<String>]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    let sheet = book.add_worksheet();
    sheet.set_name(name)?;
    for (column, head) in (0..).zip(heads) {
        sheet.write_string_with_format(0, column, *head, &bold)?;
    }
    for (row, cells) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string(row, column, fit(cell))?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.autofit();
    book.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula_and_keeps_its_commas() {
        assert_eq!(csv_line(&["=1+1".into(), "甲,\"乙\"".into()]), "'=1+1,\"甲,\"\"乙\"\"\"\r\n");
    }
}
