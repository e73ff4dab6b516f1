//! One sheet: seek the header, pass over what is no record, read the rest.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::cells::Cells;
use crate::dates::DateSystem;
use crate::field::Field;
use crate::fold::is_blank;
use crate::guess::suggest_all;
use crate::header::{self, Generation, Layout};
use crate::mapping::{Mapping, keys};
use crate::preview::{PreviewSheet, samples};
use crate::record::{Place, SheetSummary, Summary};
use crate::refusal::UnknownColumn;

/// A row as a reader of some format hands it over.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    /// The spreadsheet's own number, from 1, or the line on which the record starts.
    pub number: u64,
    /// Blank rows passed over since the row before.
    pub blank_before: u64,
    pub cells: &'a Cells,
}

/// A row that waits for the header to be found.
struct Waiting {
    number: u64,
    blank_before: u64,
    cells: Cells,
}

impl Waiting {
    const fn row(&self) -> Row<'_> {
        Row { number: self.number, blank_before: self.blank_before, cells: &self.cells }
    }
}

/// What is the same for all sheets of a file.
pub(crate) struct Rules<'a> {
    pub file: Arc<str>,
    pub header_rows: usize,
    pub mapping: &'a Mapping,
    /// Where the first rows of each sheet go, when nothing more is wanted of them.
    pub preview: Option<&'a RefCell<Vec<PreviewSheet>>>,
}

/// The header of a sheet.
#[derive(Clone)]
pub(crate) struct Header {
    /// Its row; that of the first one where another table began further down.
    row: u64,
    layout: Arc<Layout>,
}

impl Header {
    /// Whether it is this one, not just alike.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.layout, &other.layout)
    }

    /// What is said of a sheet that has it.
    pub(crate) fn summary(&self, sheet: &str) -> SheetSummary {
        SheetSummary {
            name: sheet.to_owned(),
            header_row: Some(self.row),
            generation: self.layout.generation(),
            unknown: self.layout.unknown().to_vec(),
        }
    }
}

/// Receives the rows of one sheet.
pub(crate) struct Sheet<'a> {
    rules: &'a Rules<'a>,
    name: Arc<str>,
    dates: DateSystem,
    waiting: Vec<Waiting>,
    header: Option<Header>,
    /// The most header-like row of a sheet without a header, for the message.
    columns: Vec<UnknownColumn>,
}

/// A row that is to be read, with what the reading depends on.
#[derive(Clone, Copy)]
pub(crate) struct Ready<'a> {
    pub layout: &'a Arc<Layout>,
    pub dates: DateSystem,
    pub place: Place<'a>,
    pub cells: &'a Cells,
}

/// Where a person says that the header is.
enum Named {
    Nowhere(Layout),
    At(usize, Layout),
}

/// Where rows go.
pub(crate) struct Target<'a> {
    /// Counts of what is no record, and the sheets.
    pub summary: &'a mut Summary,
    pub take: &'a mut dyn FnMut(Ready<'_>) -> ControlFlow<()>,
}

impl<'a> Sheet<'a> {
    pub(crate) fn new(rules: &'a Rules<'a>, name: &str, dates: DateSystem) -> Self {
        Self::going_on(rules, name.into(), dates, None)
    }

    /// Receives the rows that stand below others under a header, or is to find one.
    pub(crate) const fn going_on(
        rules: &'a Rules<'a>,
        name: Arc<str>,
        dates: DateSystem,
        header: Option<Header>,
    ) -> Self {
        Self { rules, name, dates, waiting: Vec::new(), header, columns: Vec::new() }
    }

    /// The header in force, once it has been found.
    pub(crate) const fn header(&self) -> Option<&Header> {
        self.header.as_ref()
    }

    /// Takes the next row.
    pub(crate) fn row(&mut self, row: Row<'_>, target: &mut Target<'_>) -> ControlFlow<()> {
        if self.header.is_some() {
            return self.body_row(row, target);
        }
        // A sheet without a header is passed over, but not kept in memory.
        if self.waiting.len() >= self.rules.header_rows {
            return ControlFlow::Continue(());
        }
        let Row { number, blank_before, cells } = row;
        self.waiting.push(Waiting { number, blank_before, cells: cells.clone() });
        if self.waiting.len() == self.rules.header_rows {
            if self.rules.preview.is_some() {
                return ControlFlow::Break(());
            }
            self.settle(target)
        } else {
            ControlFlow::Continue(())
        }
    }

    /// Ends the sheet; the columns seen where it had no header.
    pub(crate) fn end(&mut self, target: &mut Target<'_>) -> (ControlFlow<()>, Vec<UnknownColumn>) {
        if let Some(sheets) = self.rules.preview {
            let rows =
                std::mem::take(&mut self.waiting).into_iter().map(|row| (row.number, row.cells)).collect();
            sheets.borrow_mut().push(PreviewSheet::new(&self.name, rows, self.rules.mapping));
            return (ControlFlow::Continue(()), Vec::new());
        }
        let flow = if self.header.is_none() { self.settle(target) } else { ControlFlow::Continue(()) };
        target.summary.sheets.push(self.header.as_ref().map_or_else(
            || SheetSummary {
                name: self.name.to_string(),
                header_row: None,
                generation: Generation::Other,
                unknown: Vec::new(),
            },
            |header| header.summary(&self.name),
        ));
        (flow, std::mem::take(&mut self.columns))
    }

    /// Finds the header among the waiting rows, then reads those below it.
    fn settle(&mut self, target: &mut Target<'_>) -> ControlFlow<()> {
        let candidates: Vec<&Cells> = self.waiting.iter().map(|row| &row.cells).collect();
        let (index, layout) = match self.named_header(&candidates) {
            Some(Named::Nowhere(layout)) => return self.settle_without(layout, target),
            Some(Named::At(index, layout)) => (index, layout),
            None => {
                let Some(found) = header::find(&candidates, self.rules.mapping) else {
                    self.columns = unknown_columns(&candidates);
                    return ControlFlow::Continue(());
                };
                found
            }
        };
        let rows = std::mem::take(&mut self.waiting);
        self.header = Some(Header { row: rows[index].number, layout: Arc::new(layout) });
        for (position, row) in rows.iter().map(Waiting::row).enumerate() {
            if position < index {
                target.summary.skipped.labels += 1;
            } else if position > index {
                self.body_row_or_label(row, position == index + 1, target)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// The header that a person named, where one did and the sheet has that row.
    fn named_header(&self, candidates: &[&Cells]) -> Option<Named> {
        let mapping = self.rules.mapping;
        let row = mapping.header_row(&self.name)?;
        if row == 0 {
            let width = candidates.iter().map(|cells| cells.len()).max().unwrap_or(0);
            return Some(Named::Nowhere(Layout::by_places(width, mapping)));
        }
        let index = self.waiting.iter().position(|waiting| waiting.number == row)?;
        Some(Named::At(index, header::at(candidates, index, mapping)))
    }

    /// Every row is a record where there is no header.
    fn settle_without(&mut self, layout: Layout, target: &mut Target<'_>) -> ControlFlow<()> {
        self.header = Some(Header { row: 0, layout: Arc::new(layout) });
        std::mem::take(&mut self.waiting).iter().try_for_each(|row| self.body_row(row.row(), target))
    }

    fn body_row_or_label(
        &mut self,
        row: Row<'_>,
        below_header: bool,
        target: &mut Target<'_>,
    ) -> ControlFlow<()> {
        let is_label =
            below_header && self.header.as_ref().is_some_and(|header| header.layout.is_named_by(row.cells));
        if is_label {
            target.summary.skipped.labels += 1;
            return ControlFlow::Continue(());
        }
        self.body_row(row, target)
    }

    fn body_row(&mut self, row: Row<'_>, target: &mut Target<'_>) -> ControlFlow<()> {
        let Some(Header { layout, .. }) = &self.header else { return ControlFlow::Continue(()) };
        target.summary.skipped.blank += row.blank_before;
        if let Some(kind) = no_record(layout, row.cells) {
            let skipped = &mut target.summary.skipped;
            *match kind {
                NoRecord::Blank => &mut skipped.blank,
                NoRecord::Total => &mut skipped.totals,
                NoRecord::Note => &mut skipped.notes,
                NoRecord::RepeatedHeader => &mut skipped.repeated_headers,
                NoRecord::Label => &mut skipped.labels,
            } += 1;
            return ControlFlow::Continue(());
        }
        if let Some(next) = header::next_table(layout, row.cells, self.rules.mapping) {
            target.summary.skipped.repeated_headers += 1;
            if let Some(header) = &mut self.header {
                header.layout = Arc::new(next);
            }
            return ControlFlow::Continue(());
        }
        let place = Place { file: &self.rules.file, sheet: &self.name, row: row.number };
        (target.take)(Ready { layout, dates: self.dates, place, cells: row.cells })
    }
}

/// The row with the most cells, taken for a header, with the first values below it.
fn unknown_columns(rows: &[&Cells]) -> Vec<UnknownColumn> {
    let filled = |row: &Cells| row.iter().filter(|cell| !cell.trim().is_empty()).count();
    let Some((index, header)) = rows.iter().enumerate().rev().max_by_key(|(_, row)| filled(row)) else {
        return Vec::new();
    };
    let below = &rows[index + 1..];
    let samples: Vec<Vec<String>> = (0..header.len()).map(|column| samples(below, column)).collect();
    let seen: Vec<(&str, &[String])> = header
        .iter()
        .map(str::trim)
        .zip(&samples)
        .map(|(header, samples)| (header, samples.as_slice()))
        .collect();
    let suggestions = suggest_all(&seen);
    let columns = keys(header.iter()).into_iter().zip(suggestions).zip(samples).zip(header.iter());
    let named = columns.filter(|(_, cell)| !cell.trim().is_empty()).take(60);
    named.map(|(((header, suggestion), samples), _)| UnknownColumn { header, suggestion, samples }).collect()
}

enum NoRecord {
    Blank,
    Total,
    Note,
    RepeatedHeader,
    Label,
}

/// Rows that are no records: blank ones, totals, notes, labels.
fn no_record(layout: &Layout, cells: &Cells) -> Option<NoRecord> {
    let sequence = layout.column(Field::Sequence);
    let mut filled = cells.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty());
    let Some((first_column, first)) = filled.next() else { return Some(NoRecord::Blank) };
    // Forms come with their numbers printed beforehand.
    if Some(first_column) == sequence && filled.clone().next().is_none() && first.len() <= 6 {
        return Some(NoRecord::Blank);
    }
    if header::is_label_row(layout, cells) {
        let repeated = layout.is_named_by(cells);
        return Some(if repeated { NoRecord::RepeatedHeader } else { NoRecord::Label });
    }
    let is_identified = [Field::DecisionNumber, Field::Uscc].iter().any(|field| {
        let column = layout.column(*field);
        column != Some(first_column) && column.is_some_and(|column| !is_blank(cells.get(column)))
    });
    if is_identified {
        return None;
    }
    let words = xinxiu_domain::text::squeeze(first);
    if is_total(&words)
        || filled.clone().take(1).any(|(_, cell)| is_total(&xinxiu_domain::text::squeeze(cell)))
    {
        return Some(NoRecord::Total);
    }
    (is_note(&words) && filled.count() <= 2).then_some(NoRecord::Note)
}

fn is_total(words: &str) -> bool {
    ["合计", "总计", "小计", "共计", "累计"].iter().any(|total| {
        words
            .strip_prefix(total)
            .is_some_and(|rest| rest.chars().all(|c| !c.is_alphabetic() || "数条家户件笔个共".contains(c)))
    })
}

fn is_note(words: &str) -> bool {
    const NOTES: [&str; 19] = [
        "表格说明",
        "填表说明",
        "填报说明",
        "填写说明",
        "说明:",
        "说明",
        "备注:",
        "备注",
        "注:",
        "注释",
        "注1",
        "注意",
        "制表",
        "填报",
        "填表",
        "审核",
        "联系人:",
        "数据来源:",
        "数据截至",
    ];
    NOTES.iter().any(|note| words.starts_with(note))
}
