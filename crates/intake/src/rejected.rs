//! Rejected rows as a spreadsheet that can be corrected and fed in again.

use std::path::Path;
use std::sync::Arc;

use rust_xlsxwriter::{Color, Format, Workbook, Worksheet, XlsxError};
use thiserror::Error;

use crate::cells::RawRow;
use crate::record::{RejectedRow, Source};

/// Columns put behind the original ones; a file that has them already has been through here.
pub const ADDED_COLUMNS: [&str; 4] = ["来源文件", "工作表", "行号", "退回原因"];

/// Where a row stood that a spreadsheet of rejected rows brings back: what its added columns say. `None` for any other row.
pub fn came_from(raw: &RawRow) -> Option<Source> {
    let [file, sheet, row, _] = ADDED_COLUMNS;
    let said = |wanted: &str| raw.pairs().find(|(header, _)| *header == wanted).map(|(_, cell)| cell.trim());
    let (file, row) = (said(file)?, said(row)?.parse().ok()?);
    let sheet = said(sheet)?;
    (!file.is_empty()).then(|| Source { file: file.into(), sheet: sheet.into(), row })
}

const LAST_ROW: u32 = 1_048_575;
/// Most characters of a cell, counted as Excel counts.
const CELL_UNITS: usize = 32_767;
const CELL_FULL: &str = "有单元格超过 32767 字，已截断，请以原文件为准";

/// The spreadsheet of rejected rows cannot be written.
#[derive(Debug, Error)]
#[error("无法写出退回表：{0}。请检查磁盘空间和目录权限")]
pub struct RejectedError(#[from] XlsxError);

struct Page {
    headers: Arc<[String]>,
    /// Columns of the original that are written, by their index there.
    columns: Vec<usize>,
    index: usize,
    next_row: u32,
}

/// Collects rejected rows, one sheet for each layout of columns, row by row on disk.
pub struct RejectedWriter {
    book: Workbook,
    pages: Vec<Page>,
    sheets: usize,
    rows: u64,
}

impl Default for RejectedWriter {
    fn default() -> Self {
        Self::new()
    }
}

impl RejectedWriter {
    /// Nothing rejected yet.
    pub fn new() -> Self {
        Self { book: Workbook::new(), pages: Vec::new(), sheets: 0, rows: 0 }
    }

    /// Rows taken so far.
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// Adds a row to the sheet of its layout: the whole original row as text, where it stood, and why it
    /// was rejected.
    ///
    /// # Errors
    /// [`RejectedError`] where the temporary file cannot be written.
    pub fn push(&mut self, rejected: &RejectedRow) -> Result<(), RejectedError> {
        let page = self.page(rejected)?;
        let page = &mut self.pages[page];
        let sheet = self.book.worksheet_from_index(page.index)?;
        let row = page.next_row;
        page.next_row += 1;
        let mut full = false;
        let mut column = 0;
        for original in &page.columns {
            let (text, cut) = fit(rejected.raw.cells().get(*original));
            full |= cut;
            if !text.is_empty() {
                sheet.write_string(row, column, text)?;
            }
            column += 1;
        }
        write_reasons(sheet, row, column, rejected, full)?;
        self.rows += 1;
        Ok(())
    }

    /// Writes the spreadsheet.
    ///
    /// # Errors
    /// [`RejectedError`] where the file cannot be written.
    pub fn save(mut self, path: &Path) -> Result<(), RejectedError> {
        if self.pages.is_empty() {
            self.book.add_worksheet().set_name("无退回记录")?;
        }
        Ok(self.book.save(path)?)
    }

    /// The page of a row's layout, begun where there is none or the last is full.
    fn page(&mut self, rejected: &RejectedRow) -> Result<usize, RejectedError> {
        let headers = rejected.raw.headers();
        let width = rejected.raw.cells().len();
        let fits = |page: &Page| {
            page.next_row <= LAST_ROW
                && (Arc::ptr_eq(&page.headers, headers) || page.headers == *headers)
                // Cells beyond the header need a sheet with room for them.
                && page.columns.last().map_or(0, |last| last + 1).max(headers.len()) >= width
        };
        if let Some(found) = self.pages.iter().rposition(fits) {
            return Ok(found);
        }
        let wide = headers.len().max(width);
        let is_added = |column: &usize| {
            headers.get(*column).is_some_and(|header| ADDED_COLUMNS.contains(&header.as_str()))
        };
        let columns: Vec<usize> = (0..wide).filter(|column| !is_added(column)).collect();
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        sheet.set_name(format!("退回{}", self.sheets + 1))?;
        write_header(sheet, headers, &columns)?;
        self.pages.push(Page { headers: headers.clone(), columns, index: self.sheets, next_row: 1 });
        self.sheets += 1;
        Ok(self.pages.len() - 1)
    }
}

fn write_header(sheet: &mut Worksheet, headers: &[String], columns: &[usize]) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let marked = Format::new().set_bold().set_font_color(Color::Red);
    let mut place = 0;
    for column in columns {
        let (header, _) = fit(headers.get(*column).map_or("", String::as_str));
        sheet.set_column_format(place, &Format::new().set_num_format("@"))?;
        sheet.write_string_with_format(0, place, header, &bold)?;
        place += 1;
    }
    for added in ADDED_COLUMNS {
        sheet.write_string_with_format(0, place, added, &marked)?;
        place += 1;
    }
    sheet.set_column_width(place - 1, 60)?;
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

fn write_reasons(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    rejected: &RejectedRow,
    full: bool,
) -> Result<(), XlsxError> {
    let Source { file, sheet: from, row: number } = &rejected.source;
    let mut reasons: Vec<&str> = rejected.reasons.iter().map(|reason| reason.message.as_str()).collect();
    if full {
        reasons.push(CELL_FULL);
    }
    sheet.write_string(row, column, fit(file).0)?;
    sheet.write_string(row, column + 1, fit(from).0)?;
    sheet.write_string(row, column + 2, number.to_string())?;
    let reasons = reasons.join("；");
    sheet.write_string(row, column + 3, fit(&reasons).0)?;
    Ok(())
}

/// As much of a text as a cell holds, and whether something was left out.
fn fit(text: &str) -> (&str, bool) {
    if text.len() <= CELL_UNITS {
        return (text, false);
    }
    let mut units = 0;
    for (index, c) in text.char_indices() {
        units += c.len_utf16();
        if units > CELL_UNITS {
            return (&text[..index], true);
        }
    }
    (text, false)
}
