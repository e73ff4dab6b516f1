//! The results as a spreadsheet: taken along with the names in it, filled in at a desk without a network, and read back
//! into the table, where a person looks at it before anything is entered.

use std::collections::HashMap;
use std::path::Path;

use rust_xlsxwriter::{Format, Workbook, XlsxError};
use xinxiu_domain::id::AttendanceId;
use xinxiu_domain::text::{half_width, name_key};
use xinxiu_intake::{Cells, Heads, Options, preview};

use super::{Sitter, Sitters};
use crate::refusal::Refusal;

/// Most rows that are looked at.
const MOST_ROWS: usize = 20_000;
/// Header of the column that is filled in.
const RIGHT: &str = "答对题数";
/// The columns with their widths.
const HEADS: [(&str, f64); 5] =
    [("企业名称", 36.0), ("统一社会信用代码", 22.0), ("地区", 22.0), (RIGHT, 12.0), ("说明", 40.0)];

/// What a spreadsheet says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FilledIn {
    /// Right answers by enterprise.
    pub scores: HashMap<AttendanceId, u32>,
    /// Rows whose number is blank.
    pub blank: usize,
    /// Rows that cannot be taken.
    pub rejected: Vec<Reject>,
}

/// A row that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Name of the sheet; empty for text files.
    pub sheet: String,
    /// Row, from 1.
    pub row: u64,
    /// Its column.
    pub column: &'static str,
    /// What stands there.
    pub value: String,
    /// What to do.
    pub message: String,
}

/// The spreadsheet to fill in: everybody of whom a result can be entered, and below them the others with the reason.
///
/// # Errors
/// What the writer says.
pub fn workbook(sitters: &Sitters) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    let sheet = book.add_worksheet();
    sheet.set_name("成绩")?.set_freeze_panes(1, 0)?;
    for (column, (head, width)) in (0..).zip(HEADS) {
        sheet.set_column_width(column, width)?.write_string_with_format(0, column, head, &bold)?;
    }
    let others = sitters.lines.iter().filter(|sitter| !sitter.gap.is_empty());
    for (row, Sitter { line, gap, .. }) in (1..).zip(sitters.enterable().chain(others)) {
        let place = format!("{} {}", line.county, line.township);
        for (column, cell) in [(0, &line.name), (1, &line.uscc), (2, &place), (4, gap)] {
            sheet.write_string(row, column, cell)?;
        }
    }
    book.save_to_buffer()
}

/// Where the columns stand.
struct Columns {
    name: Option<usize>,
    uscc: Option<usize>,
    right: usize,
}

impl Columns {
    fn find(cells: &Cells) -> Option<Self> {
        let heads = Heads::of(cells);
        let at = |names: &[&str]| heads.at(names);
        let found = Self {
            name: at(&["企业名称", "单位名称", "企业", "名称"]),
            uscc: at(&["统一社会信用代码", "信用代码"]),
            right: at(&[RIGHT, "答对题数(题)", "正确题数", "答对", "成绩"])?,
        };
        (found.name.is_some() || found.uscc.is_some()).then_some(found)
    }
}

/// Reads a spreadsheet that was filled in.
///
/// # Errors
/// A file that cannot be read or has no such columns, for the field `file`.
pub fn read(path: &Path, options: &Options, sitters: &Sitters) -> Result<FilledIn, Refusal> {
    let mut options = options.clone();
    options.limits.header_rows = MOST_ROWS;
    let sheets = preview(path, &options).map_err(|refusal| Refusal::invalid("file", refusal.to_string()))?;
    let mut reading = Reading::of(sitters);
    for sheet in sheets {
        let mut columns: Option<Columns> = None;
        for (number, cells) in &sheet.rows {
            match (&columns, Columns::find(cells)) {
                (_, Some(found)) => columns = Some(found),
                (Some(columns), None) => reading.take(columns, (&sheet.name, *number), cells),
                (None, None) => {}
            }
        }
        reading.has_header |= columns.is_some();
    }
    if reading.has_header {
        return Ok(reading.found);
    }
    let help = "没有找到表头：要有“企业名称”或“统一社会信用代码”一列和“答对题数”一列；可以先下载成绩表，按同样的列填写";
    Err(Refusal::invalid("file", help))
}

struct Reading<'a> {
    by_code: HashMap<&'a str, &'a Sitter>,
    /// `None` where two enterprises of the session have the name.
    by_name: HashMap<String, Option<&'a Sitter>>,
    most: u32,
    has_header: bool,
    found: FilledIn,
}

impl<'a> Reading<'a> {
    fn of(sitters: &'a Sitters) -> Self {
        let mut by_name = HashMap::new();
        for sitter in &sitters.lines {
            let known = by_name.entry(name_key(&sitter.line.name));
            known.and_modify(|one| *one = None).or_insert(Some(sitter));
        }
        let codes = sitters.lines.iter().filter(|sitter| !sitter.line.uscc.is_empty());
        Self {
            by_code: codes.map(|sitter| (sitter.line.uscc.as_str(), sitter)).collect(),
            by_name,
            most: sitters.blueprint.length(),
            has_header: false,
            found: FilledIn::default(),
        }
    }

    fn take(&mut self, columns: &Columns, (sheet, row): (&str, u64), cells: &Cells) {
        let cell = |column: Option<usize>| {
            column.map_or_else(String::new, |column| half_width(cells.get(column)).trim().to_owned())
        };
        let (name, code, right) = (cell(columns.name), cell(columns.uscc), cell(Some(columns.right)));
        if right.is_empty() {
            self.found.blank += usize::from(!name.is_empty() || !code.is_empty());
            return;
        }
        let judged = self
            .whose(&name, &code)
            .and_then(|sitter| Ok((sitter.line.attendance.id, self.right(&right)?)))
            .and_then(|(id, right)| match self.found.scores.insert(id, right) {
                Some(before) if before != right => {
                    self.found.scores.insert(id, before);
                    Err((RIGHT, right.to_string(), format!("同一企业在前面写的是{before}题，只取前面的")))
                }
                _ => Ok(()),
            });
        if let Err((column, value, message)) = judged {
            let sheet = sheet.to_owned();
            self.found.rejected.push(Reject { sheet, row, column, value, message });
        }
    }

    /// Of whom a row speaks: by its code, and only without one by its name.
    fn whose(&self, name: &str, code: &str) -> Result<&'a Sitter, (&'static str, String, String)> {
        let code = code.to_uppercase();
        let (column, value) = if code.is_empty() {
            ("企业名称", name.to_owned())
        } else {
            ("统一社会信用代码", code.clone())
        };
        let found = if code.is_empty() {
            self.by_name
                .get(&name_key(name))
                .copied()
                .map(|one| one.ok_or_else(|| "本场有同名的企业，请填写统一社会信用代码".to_owned()))
        } else {
            self.by_code.get(code.as_str()).copied().map(Ok)
        };
        let sitter = found.unwrap_or_else(|| Err("不是本场次邀请的企业，请核对".to_owned()));
        match sitter {
            Err(message) => Err((column, value, message)),
            Ok(sitter) if sitter.gap.is_empty() => Ok(sitter),
            Ok(sitter) => Err((column, value, sitter.gap.clone())),
        }
    }

    fn right(&self, written: &str) -> Result<u32, (&'static str, String, String)> {
        // A spreadsheet may keep a number as 8.0.
        let plain = written.trim_end_matches('题').trim_end_matches(".0").trim();
        let number = plain.parse::<u32>().ok().filter(|number| *number <= self.most);
        number.ok_or_else(|| (RIGHT, written.to_owned(), format!("请填写0到{}的整数", self.most)))
    }
}
