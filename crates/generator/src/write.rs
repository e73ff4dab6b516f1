//! Lists as files.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use rust_xlsxwriter::{Workbook, XlsxError};

use crate::expected::Expected;
use crate::list::{HEADERS, List};

/// Writes a list as comma-separated text (UTF-8) and says what a reader should find in it.
///
/// # Errors
/// What the system says.
pub fn write_csv(path: &Path, seed: u64, rows: u64) -> io::Result<Expected> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let mut expected = Expected::default();
    write_line(&mut file, HEADERS.iter().copied())?;
    for row in List::new(seed, rows) {
        expected.add(&row);
        write_line(&mut file, row.cells.iter().map(String::as_str))?;
    }
    file.flush()?;
    Ok(expected)
}

fn write_line<'a>(file: &mut impl Write, cells: impl Iterator<Item = &'a str>) -> io::Result<()> {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            file.write_all(b",")?;
        }
        if cell.contains([',', '"', '\n', '\r']) {
            write!(file, "\"{}\"", cell.replace('"', "\"\""))?;
        } else {
            file.write_all(cell.as_bytes())?;
        }
    }
    file.write_all(b"\r\n")
}

/// Writes a list as a workbook of one sheet and says what a reader should find in it.
///
/// # Errors
/// A file that cannot be written, or more rows than a sheet has.
pub fn write_workbook(path: &Path, seed: u64, rows: u64) -> Result<Expected, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_name("行政处罚")?;
    for (column, header) in (0..).zip(HEADERS) {
        sheet.write_string(0, column, header)?;
    }
    let mut expected = Expected::default();
    for (number, row) in (1..).zip(List::new(seed, rows)) {
        expected.add(&row);
        for (column, cell) in (0..).zip(&row.cells).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write_string(number, column, cell)?;
        }
    }
    book.save(path)?;
    Ok(expected)
}
