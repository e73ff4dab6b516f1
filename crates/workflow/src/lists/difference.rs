//! What an edition of a list has new, changed and no longer (新增、变化、不再列名, N08), as rows to be looked at
//! before anything is taken.

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use serde::{Deserialize, Serialize};
use xinxiu_domain::coded;
use xinxiu_domain::penalty::{StatedSeverity, procedure, yuan};
use xinxiu_store::penalty::Penalty;

/// So many of each kind are shown on the page; the spreadsheet has them all.
const SHOWN: usize = 50;
const HEADS: [&str; 7] =
    ["企业名称", "统一社会信用代码", "决定书文号或列名事由", "机关", "工作表", "行号", "变化"];

const PLACE_HEADS: [&str; 6] = ["企业名称", "统一社会信用代码", "工作表", "行号", "属地（原值）", "处理"];

coded! {
    /// How a record differs from what is on file.
    pub enum Fate {
        New = "new", "新增";
        Changed = "changed", "变化";
        Gone = "gone", "不再列名";
    }
}

/// A record that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// How, by its code.
    pub fate: String,
    /// Name of the enterprise.
    pub name: String,
    /// Its USCC; empty where it has none.
    pub uscc: String,
    /// Decision number, or why it is listed.
    pub what: String,
    /// Who decided or listed it.
    pub body: String,
    /// Sheet; empty for text files and for what has gone.
    pub sheet: String,
    /// Row; 0 for what has gone.
    pub row: u64,
    /// Each field that says something else: its name, the value on file, the value of the list.
    pub changes: Vec<(String, String, String)>,
}

impl Difference {
    /// The changes in one line.
    pub fn said(&self) -> String {
        let one = |(field, old, new): &(String, String, String)| format!("{field}：「{old}」→「{new}」");
        self.changes.iter().map(one).collect::<Vec<_>>().join("；")
    }
}

/// Collects differences: the first for the page, all for the spreadsheet, row by row on disk.
pub(super) struct Differences {
    book: Workbook,
    written: [u32; Fate::ALL.len()],
    unplaceable: u32,
    first: Vec<Difference>,
}

impl Differences {
    /// # Errors
    /// Where the spreadsheet cannot be begun.
    pub fn new() -> Result<Self, XlsxError> {
        let mut book = Workbook::new();
        let bold = Format::new().set_bold();
        for fate in Fate::ALL {
            begin_sheet(&mut book, &bold, fate.label(), &HEADS)?;
        }
        begin_sheet(&mut book, &bold, "属地不能识别", &PLACE_HEADS)?;
        Ok(Self { book, written: [0; Fate::ALL.len()], unplaceable: 0, first: Vec::new() })
    }

    /// Takes one more.
    ///
    /// # Errors
    /// Where the spreadsheet cannot be written, or a sheet is full.
    pub fn push(&mut self, fate: Fate, found: Difference) -> Result<(), XlsxError> {
        let index = Fate::ALL.iter().position(|one| *one == fate).unwrap_or_default();
        self.written[index] += 1;
        let row = self.written[index];
        write(self.book.worksheet_from_index(index)?, row, &found)?;
        if usize::try_from(row).is_ok_and(|row| row <= SHOWN) {
            self.first.push(found);
        }
        Ok(())
    }

    /// Takes one more row whose region is no county's name: who it is, where it stands, the region, what becomes of it.
    ///
    /// # Errors
    /// Where the spreadsheet cannot be written, or the sheet is full.
    pub fn push_unplaceable(&mut self, cells: [&str; PLACE_HEADS.len()]) -> Result<(), XlsxError> {
        self.unplaceable += 1;
        put(self.book.worksheet_from_index(Fate::ALL.len())?, self.unplaceable, &cells)
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.unplaceable == 0 && self.written.iter().all(|rows| *rows == 0)
    }

    /// The spreadsheet, and the first differences of each kind.
    pub fn into_parts(self) -> (Workbook, Vec<Difference>) {
        (self.book, self.first)
    }
}

fn write(sheet: &mut Worksheet, row: u32, found: &Difference) -> Result<(), XlsxError> {
    let number = if found.row == 0 { String::new() } else { found.row.to_string() };
    let said = found.said();
    let cells = [&found.name, &found.uscc, &found.what, &found.body, &found.sheet, &number, &said];
    put(sheet, row, &cells.map(String::as_str))
}

/// Begins a sheet with its heads.
fn begin_sheet(book: &mut Workbook, bold: &Format, name: &str, heads: &[&str]) -> Result<(), XlsxError> {
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_name(name)?;
    for (column, head) in (0..).zip(heads) {
        sheet.write_string_with_format(0, column, *head, bold)?;
        sheet.set_column_width(column, 24)?;
    }
    Ok(())
}

/// Writes a row; what is longer than a cell may be is cut, as in the spreadsheet of rejected rows.
fn put(sheet: &mut Worksheet, row: u32, cells: &[&str]) -> Result<(), XlsxError> {
    for (column, cell) in (0..).zip(cells) {
        sheet.write_string(row, column, cell.chars().take(16_000).collect::<String>())?;
    }
    Ok(())
}

type Show = fn(&Penalty) -> String;

/// What of a record is held against what is on file, each by its column in the data standard.
const FIELDS: [(&str, Show); 16] = [
    ("处罚决定日期", |one| one.facts.decision_date.to_string()),
    ("相对人类别", |one| one.facts.subject.label().to_owned()),
    ("处罚类别", |one| one.facts.kinds.clone()),
    ("处罚内容", |one| one.facts.content.clone()),
    ("违法行为类型", |one| one.facts.violation.clone()),
    ("违法事实", |one| one.facts.facts.clone()),
    ("处罚依据", |one| one.facts.basis.clone()),
    ("罚款金额", |one| one.facts.fine_fen.map(yuan).unwrap_or_default()),
    ("没收金额", |one| one.facts.confiscated_fen.map(yuan).unwrap_or_default()),
    ("失信严重程度", |one| one.facts.stated_severity.map_or("", StatedSeverity::label).to_owned()),
    ("处罚程序", |one| procedure(one.facts.summary_procedure).to_owned()),
    ("处罚有效期", |one| one.valid_until.map(|day| day.to_string()).unwrap_or_default()),
    ("公示截止期", |one| one.stated_publicity_end.map(|day| day.to_string()).unwrap_or_default()),
    ("数据来源单位", |one| one.source_unit.clone()),
    ("备注", |one| one.remark.clone()),
    ("状态", |one| one.state.label().to_owned()),
];

/// Each field in which a list says something else than is on file.
pub(super) fn compare(old: &Penalty, new: &Penalty) -> Vec<(String, String, String)> {
    let pairs = FIELDS.iter().map(|(name, show)| (*name, show(old), show(new)));
    pairs.filter(|(_, old, new)| old != new).map(|(name, old, new)| (name.to_owned(), old, new)).collect()
}
