//! Sheets of .ods, as a stream: a repeated cell or row is never laid out in memory.

use std::io::BufReader;
use std::ops::ControlFlow;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use zip::ZipArchive;

use crate::dates::DateSystem;
use crate::gate::Shared;
use crate::meter::Metered;
use crate::number;
use crate::refusal::Refusal;
use crate::rows::Rows;
use crate::sheet::{Row, Sheet, Target};
use crate::workbook::Visit;

/// Most rows of a sheet, those repeated by a count included.
const MOST_ROWS: u32 = 1_048_576;

/// Most cells for which one row may stand by being repeated.
const MOST_REPEATED: u64 = 1_000_000;

/// The part of an .ods in which its cells are.
const CONTENT: &str = "content.xml";

/// Reads every sheet of an .ods.
pub(crate) fn read(
    file: Metered<Shared>,
    visit: &mut Visit<'_, '_>,
    target: &mut Target<'_>,
) -> Result<ControlFlow<()>, Refusal> {
    let name = visit.name;
    let mut archive =
        ZipArchive::new(BufReader::new(file)).map_err(|error| Refusal::damaged(name, "压缩结构", &error))?;
    if is_encrypted(&mut archive) {
        return Err(Refusal::Encrypted { file: name.to_owned() });
    }
    let content = archive.by_name(CONTENT).map_err(|error| Refusal::damaged(name, CONTENT, &error))?;
    let mut reader = Reader::from_reader(BufReader::new(content));
    reader.config_mut().expand_empty_elements = true;
    let mut buffer = Vec::new();
    let mut dates = DateSystem::From1900;
    loop {
        let event =
            reader.read_event_into(&mut buffer).map_err(|error| Refusal::damaged(name, CONTENT, &error))?;
        match event {
            Event::Start(tag) if tag.name().as_ref() == "table:null-date" => dates = null_date(&tag),
            Event::Start(tag) if tag.name().as_ref() == "table:table" => {
                let title = attribute(&tag, "table:name").unwrap_or_default();
                let mut table = Table::new((visit.make)(&title, dates), visit.columns);
                let flow = table.read(&mut reader, name, target)?;
                if (flow.is_break() && !visit.preview) || visit.end(&mut table.sheet, target).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            Event::Eof => return Ok(ControlFlow::Continue(())),
            _ => {}
        }
        buffer.clear();
    }
}

fn is_encrypted<R: std::io::Read + std::io::Seek>(archive: &mut ZipArchive<R>) -> bool {
    let mut manifest = String::new();
    let read = archive.by_name("META-INF/manifest.xml").ok().map(|mut part| {
        // An unreadable manifest says nothing of encryption.
        let _ = std::io::Read::read_to_string(&mut part, &mut manifest);
    });
    read.is_some() && manifest.contains("encryption-data")
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let value = tag.try_get_attribute(name).ok().flatten()?;
    value.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
}

/// The day from which bare serial numbers count; it stands before the sheets.
fn null_date(tag: &BytesStart<'_>) -> DateSystem {
    match attribute(tag, "table:date-value") {
        Some(day) if day.starts_with("1904") => DateSystem::From1904,
        _ => DateSystem::From1900,
    }
}

fn count(tag: &BytesStart<'_>, name: &str) -> u32 {
    attribute(tag, name).and_then(|count| count.parse().ok()).unwrap_or(1).max(1)
}

/// A cell that has begun and not ended.
#[derive(Default)]
struct OpenCell {
    repeat: u32,
    rows: u32,
    /// The value of a number, date or truth value; text stands in the paragraphs.
    value: Option<String>,
    text: String,
    paragraphs: u32,
}

impl OpenCell {
    fn begin(tag: &BytesStart<'_>) -> Self {
        let number = |value: String| value.parse().map_or(value, number::text_of);
        let value = match attribute(tag, "office:value-type").as_deref() {
            Some("float" | "percentage" | "currency") => attribute(tag, "office:value").map(number),
            Some("date") => attribute(tag, "office:date-value"),
            Some("boolean") => attribute(tag, "office:boolean-value"),
            None if attribute(tag, "table:formula").is_some() => Some(number::NOT_COMPUTED.to_owned()),
            _ => None,
        };
        Self {
            repeat: count(tag, "table:number-columns-repeated"),
            rows: count(tag, "table:number-rows-spanned"),
            value,
            ..Self::default()
        }
    }

    fn content(&self) -> &str {
        self.value.as_deref().unwrap_or(&self.text)
    }
}

struct Table<'r> {
    sheet: Sheet<'r>,
    columns: usize,
    rows: Rows,
    row: u32,
    row_repeat: u32,
    column: u32,
    cell: Option<OpenCell>,
    /// Depth inside a comment, whose text is not the cell's.
    comment: u32,
}

impl<'r> Table<'r> {
    fn new(sheet: Sheet<'r>, columns: usize) -> Self {
        Self {
            sheet,
            columns,
            rows: Rows::new(Vec::new()),
            row: 0,
            row_repeat: 1,
            column: 0,
            cell: None,
            comment: 0,
        }
    }

    fn read<R: std::io::BufRead>(
        &mut self,
        reader: &mut Reader<R>,
        name: &str,
        target: &mut Target<'_>,
    ) -> Result<ControlFlow<()>, Refusal> {
        let mut buffer = Vec::new();
        loop {
            let event = reader.read_event_into(&mut buffer);
            match event.map_err(|error| Refusal::damaged(name, CONTENT, &error))? {
                Event::Start(tag) => self.start(&tag),
                Event::Text(text) if self.comment == 0 => {
                    if let Some(cell) = self.cell.as_mut().filter(|cell| cell.paragraphs > 0) {
                        cell.text.push_str(&text.xml10_content());
                    }
                }
                Event::GeneralRef(reference) if self.comment == 0 => self.reference(&reference),
                Event::End(tag) => match tag.name().as_ref() {
                    "table:table-cell" | "table:covered-table-cell" => self.end_cell(name)?,
                    "table:table-row" => {
                        self.check_repeat(name)?;
                        if self.end_row(target).is_break() {
                            return Ok(ControlFlow::Break(()));
                        }
                    }
                    "office:annotation" => self.comment = self.comment.saturating_sub(1),
                    "table:table" => return Ok(ControlFlow::Continue(())),
                    _ => {}
                },
                Event::Eof => return Err(Refusal::cut_short(name, CONTENT)),
                _ => {}
            }
            buffer.clear();
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>) {
        let name = tag.name();
        match name.as_ref() {
            "table:table-row" => {
                self.column = 0;
                self.row_repeat = count(tag, "table:number-rows-repeated");
                // Nothing is pending: every row is finished at its end.
                let _ = self.rows.move_to(self.row);
            }
            "table:table-cell" | "table:covered-table-cell" => self.cell = Some(OpenCell::begin(tag)),
            "office:annotation" => self.comment += 1,
            _ if self.comment > 0 => {}
            inside => {
                if let Some(cell) = &mut self.cell {
                    cell.start_inside(inside, tag);
                }
            }
        }
    }

    fn reference(&mut self, reference: &BytesRef<'_>) {
        let Some(cell) = &mut self.cell else { return };
        let name = reference.xml10_content();
        let text = format!("&{name};");
        if let Ok(resolved) = quick_xml::escape::unescape(&text) {
            cell.text.push_str(&resolved);
        }
    }

    fn end_cell(&mut self, name: &str) -> Result<(), Refusal> {
        let Some(cell) = self.cell.take() else { return Ok(()) };
        let content = cell.content();
        let past = self.column.saturating_add(cell.repeat);
        if !content.is_empty() {
            if past as usize > self.columns {
                return Err(Refusal::too_wide(name, self.columns));
            }
            for column in self.column..past {
                self.rows.put(column as usize, |cells| cells.push(content));
            }
            if cell.rows > 1 {
                self.rows.span(self.column, self.row.saturating_add(cell.rows - 1));
            }
        }
        self.column = past;
        Ok(())
    }

    /// A filled row that stands for a thousand million cells in a few bytes would take hours.
    fn check_repeat(&self, name: &str) -> Result<(), Refusal> {
        let cells = u64::from(self.row_repeat).saturating_mul(self.rows.width() as u64);
        if cells > MOST_REPEATED {
            return Err(Refusal::too_large(name, format!("同一行重复展开的单元格上限 {MOST_REPEATED}")));
        }
        Ok(())
    }

    fn end_row(&mut self, target: &mut Target<'_>) -> ControlFlow<()> {
        let repeat = self.row_repeat.min(MOST_ROWS.saturating_sub(self.row));
        self.row = self.row.saturating_add(self.row_repeat);
        let Some(first) = self.rows.finish() else { return ControlFlow::Continue(()) };
        for copy in 1..repeat {
            let number = first.number + u64::from(copy) - 1;
            let blank_before = if copy == 1 { first.blank_before } else { 0 };
            self.sheet.row(Row { number, blank_before, cells: first.cells }, target)?;
        }
        let last = first.number + u64::from(repeat.max(1)) - 1;
        let blank_before = if repeat > 1 { 0 } else { first.blank_before };
        let flow = self.sheet.row(Row { number: last, blank_before, cells: first.cells }, target);
        self.rows.skip_to(self.row);
        flow
    }
}

impl OpenCell {
    fn start_inside(&mut self, name: &str, tag: &BytesStart<'_>) {
        match name {
            "text:p" => {
                if self.paragraphs > 0 {
                    self.text.push('\n');
                }
                self.paragraphs += 1;
            }
            // More spaces than a cell can show are an attack on memory.
            "text:s" => (0..count(tag, "text:c").min(1000)).for_each(|_| self.text.push(' ')),
            "text:tab" => self.text.push('\t'),
            "text:line-break" => self.text.push('\n'),
            _ => {}
        }
    }
}
