//! Sheets of .xlsx, as a stream, and of .xls, in memory.

use std::io::BufReader;
use std::ops::ControlFlow;

use calamine::{Data, DataRef, Dimensions, Range, Reader, SheetType, Xls, XlsError, Xlsx, XlsxError};

use crate::dates::DateSystem;
use crate::gate::Gated;
use crate::meter::Metered;
use crate::number::{self, NOT_COMPUTED};
use crate::refusal::{Refusal, UnknownColumn};
use crate::rows::Rows;
use crate::sheet::{Sheet, Target};
use crate::shield::shielded;

/// What cannot be read further, as it is told.
const CONTENT: &str = "工作簿的内容";

/// Called for each sheet with its name and date system; makes the receiver of its rows.
pub(crate) struct Visit<'v, 'r> {
    pub name: &'v str,
    pub columns: usize,
    pub make: &'v dyn Fn(&str, DateSystem) -> Sheet<'r>,
    /// Columns seen in sheets without a header.
    pub unknown: &'v mut Vec<UnknownColumn>,
    /// Only the first rows of each sheet are wanted: a sheet that breaks off is not the end of the file.
    pub preview: bool,
}

impl Visit<'_, '_> {
    /// Ends a sheet and keeps the columns it named, should no sheet have a header.
    pub(crate) fn end(&mut self, sheet: &mut Sheet<'_>, target: &mut Target<'_>) -> ControlFlow<()> {
        let (flow, columns) = sheet.end(target);
        if columns.len() > self.unknown.len() {
            *self.unknown = columns;
        }
        flow
    }

    fn too_wide(&self) -> Refusal {
        Refusal::too_wide(self.name, self.columns)
    }
}

/// Reads every sheet of an .xlsx, one row in memory at a time.
pub(crate) fn read_xlsx(
    file: Metered<Gated<'_>>,
    merges: bool,
    visit: &mut Visit<'_, '_>,
    target: &mut Target<'_>,
) -> Result<ControlFlow<()>, Refusal> {
    let file_name = visit.name;
    let broken = |error: XlsxError| match error {
        XlsxError::Password => Refusal::Encrypted { file: file_name.to_owned() },
        other => Refusal::damaged(file_name, CONTENT, &other),
    };
    let open = || Xlsx::new(BufReader::with_capacity(64 * 1024, file)).map_err(broken);
    let mut book = shielded(file_name, CONTENT, open)?;
    let dates = if book.has_1904_epoch() { DateSystem::From1904 } else { DateSystem::From1900 };
    let sheets = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let names: Vec<String> = sheets.map(|sheet| sheet.name.clone()).collect();
    for name in names {
        let areas = if merges { book.merge_cells_by_sheet_name(&name).map_err(broken)? } else { Vec::new() };
        let mut sheet = (visit.make)(&name, dates);
        let mut rows = Rows::new(areas);
        let mut cells = match book.worksheet_cells_reader(&name) {
            Ok(cells) => cells,
            // A sheet that the book names and does not have; other programs open such books.
            Err(XlsxError::WorksheetNotFound(_) | XlsxError::NotAWorksheet(_)) => continue,
            Err(error) => return Err(broken(error)),
        };
        while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(broken)? {
            let (row, column) = cell.pos;
            let column = column as usize;
            if column >= visit.columns {
                if matches!(cell.value, DataRef::Empty) {
                    continue;
                }
                return Err(visit.too_wide());
            }
            if let Some(done) = rows.move_to(row)
                && sheet.row(done, target).is_break()
            {
                if visit.preview {
                    break;
                }
                return Ok(ControlFlow::Break(()));
            }
            rows.put(column, |cells| match &cell.value {
                DataRef::Empty if cell.formula.is_some() => cells.push(NOT_COMPUTED),
                value => number::push_ref(cells, value),
            });
        }
        if let Some(last) = rows.finish()
            && sheet.row(last, target).is_break()
            && !visit.preview
        {
            return Ok(ControlFlow::Break(()));
        }
        if visit.end(&mut sheet, target).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// Reads every sheet of an .xls.
pub(crate) fn read_xls(
    file: Metered,
    visit: &mut Visit<'_, '_>,
    target: &mut Target<'_>,
) -> Result<ControlFlow<()>, Refusal> {
    let file_name = visit.name;
    let broken = |error: XlsError| match error {
        XlsError::Password => Refusal::Encrypted { file: file_name.to_owned() },
        other => Refusal::damaged(file_name, CONTENT, &other),
    };
    let mut book = shielded(file_name, CONTENT, || Xls::new(BufReader::new(file)).map_err(broken))?;
    let dates = if book.has_1904_epoch() { DateSystem::From1904 } else { DateSystem::From1900 };
    let sheets = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let names: Vec<String> = sheets.map(|sheet| sheet.name.clone()).collect();
    for name in names {
        let (range, merged) = shielded(file_name, CONTENT, || {
            let range = book.worksheet_range(&name).map_err(broken)?;
            Ok((range, book.merge_cells_by_sheet_name(&name).unwrap_or_default()))
        })?;
        let mut sheet = (visit.make)(&name, dates);
        if (feed_range(&range, merged, &mut sheet, target).is_break() && !visit.preview)
            || visit.end(&mut sheet, target).is_break()
        {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

fn feed_range(
    range: &Range<Data>,
    merged: Vec<Dimensions>,
    sheet: &mut Sheet<'_>,
    target: &mut Target<'_>,
) -> ControlFlow<()> {
    let (first_row, first_column) = range.start().unwrap_or_default();
    let mut rows = Rows::new(merged);
    for (row, cells) in (first_row..).zip(range.rows()) {
        if let Some(done) = rows.move_to(row) {
            sheet.row(done, target)?;
        }
        for (offset, cell) in cells.iter().enumerate().filter(|(_, cell)| **cell != Data::Empty) {
            rows.put(first_column as usize + offset, |cells| number::push(cells, cell));
        }
    }
    rows.finish().map_or(ControlFlow::Continue(()), |last| sheet.row(last, target))
}
