//! The first rows of each sheet, for a person who says where the header is and what its columns mean.

use std::cell::RefCell;
use std::path::Path;

use crate::cells::Cells;
use crate::field::Field;
use crate::guess::suggest_all;
use crate::header::{self, Layout};
use crate::mapping::{Mapping, keys, signature};
use crate::read::{self, Options};
use crate::refusal::Refusal;

/// Values shown of each column.
const SAMPLES: usize = 3;
/// Characters shown of each value.
const LONGEST: usize = 60;

/// The first rows of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewSheet {
    /// Name of the sheet; empty for text files.
    pub name: String,
    /// The rows with their numbers in the sheet; blank ones are left out.
    pub rows: Vec<(u64, Cells)>,
    /// Row of the header that would be taken; `None` where none is found.
    pub header_row: Option<u64>,
}

/// A column as a person sees it who says what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Key of the column in a [`Mapping`].
    pub key: String,
    /// What it means as things stand, by the mapping or by the alias table.
    pub field: Option<Field>,
    /// Whether the mapping says something of it.
    pub is_mapped: bool,
    /// What it may mean.
    pub suggestion: Option<Field>,
    /// The first values below the header.
    pub samples: Vec<String>,
}

/// Reads the first rows of each sheet.
///
/// # Errors
/// [`Refusal`] where the file cannot be read at all. A file without a known header is no reason.
pub fn preview(path: &Path, options: &Options) -> Result<Vec<PreviewSheet>, Refusal> {
    let sheets = RefCell::new(Vec::new());
    read::preview_file(path, options, &sheets)?;
    Ok(sheets.into_inner())
}

impl PreviewSheet {
    pub(crate) fn new(name: &str, rows: Vec<(u64, Cells)>, mapping: &Mapping) -> Self {
        let cells: Vec<&Cells> = rows.iter().map(|(_, cells)| cells).collect();
        let found = header::find(&cells, mapping).map(|(index, _)| rows[index].0);
        let header_row = mapping.header_row(name).or(found);
        Self { name: name.to_owned(), rows, header_row }
    }

    /// The row that is most like a header, where none is known: the one with the most cells.
    pub fn likely_header_row(&self) -> Option<u64> {
        let filled = |cells: &Cells| cells.iter().filter(|cell| !cell.trim().is_empty()).count();
        let fullest = self.rows.iter().rev().max_by_key(|(_, cells)| filled(cells));
        fullest.filter(|(_, cells)| filled(cells) > 1).map(|(number, _)| *number)
    }

    /// By what the header in a row is known again; empty where there is no such row.
    pub fn signature(&self, row: u64) -> String {
        self.cells(row).map_or_else(String::new, |cells| signature(cells.iter()))
    }

    fn cells(&self, row: u64) -> Option<&Cells> {
        self.rows.iter().find(|(number, _)| *number == row).map(|(_, cells)| cells)
    }

    /// The columns under the header in a row, 0 where the sheet has none.
    pub fn columns(&self, header_row: u64, mapping: &Mapping) -> Vec<Column> {
        let below: Vec<&Cells> =
            self.rows.iter().filter(|(number, _)| *number > header_row).map(|(_, cells)| cells).collect();
        let empty = Cells::new();
        let header = self.cells(header_row).unwrap_or(&empty);
        let width = below.iter().map(|cells| cells.len()).max().unwrap_or(0).max(header.len());
        let headers = (0..width).map(|column| header.get(column));
        let keys = keys(headers.clone());
        let samples: Vec<Vec<String>> = (0..width).map(|column| samples(&below, column)).collect();
        let seen: Vec<(&str, &[String])> = headers
            .clone()
            .zip(&samples)
            .map(|(header, samples)| (header.trim(), samples.as_slice()))
            .collect();
        let suggestions = suggest_all(&seen);
        let layout = Layout::read(header, None, mapping);
        let columns = keys.into_iter().zip(headers).zip(suggestions).zip(samples.clone()).enumerate();
        columns
            .map(|(column, (((key, header), suggestion), samples))| {
                let said = mapping.said(header.trim(), column);
                let read = || layout.field_at(column);
                let field = said.copied().unwrap_or_else(read);
                Column { key, field, is_mapped: said.is_some(), suggestion, samples }
            })
            .filter(|column| !(column.samples.is_empty() && column.key.starts_with('第')))
            .filter(|column| !crate::rejected::ADDED_COLUMNS.contains(&column.key.as_str()))
            .collect()
    }
}

pub(crate) fn samples(below: &[&Cells], column: usize) -> Vec<String> {
    let cells = below.iter().map(|row| row.get(column).trim());
    let shown = |cell: &str| cell.chars().take(LONGEST).collect();
    cells.filter(|cell| !cell.is_empty()).take(SAMPLES).map(shown).collect()
}
