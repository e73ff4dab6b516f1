//! Which row names the columns, and what each of them means.

use std::sync::{Arc, LazyLock};

use aho_corasick::{AhoCorasick, MatchKind};
use xinxiu_domain::coded;

use crate::aliases::field_of;
use crate::cells::Cells;
use crate::field::Field;
use crate::mapping::{Mapping, keys};
use crate::money::MoneyUnit;
use crate::rejected::ADDED_COLUMNS;

coded! {
    /// Generation of the 双公示 data standard that a sheet's columns follow.
    pub enum Generation {
        A = "a", "双公示第一代（2015—2018）";
        B = "b", "双公示第二代（2018）";
        C = "c", "双公示第三代（2019起）";
        Other = "other", "其他版式";
    }
}

/// What the columns of a sheet mean.
#[derive(Debug, Clone)]
pub struct Layout {
    headers: Arc<[String]>,
    columns: [Option<usize>; Field::COUNT],
    generation: Generation,
    units: [MoneyUnit; 2],
    unknown: Vec<String>,
}

impl Layout {
    /// Reads a header row; columns that it leaves unnamed are taken from the row of labels below it.
    /// `mapping` holds headers that a person has mapped, and wins over the alias table.
    pub fn read(header: &Cells, labels: Option<&Cells>, mapping: &Mapping) -> Self {
        let width = header.len().max(labels.map_or(0, Cells::len));
        let mut layout = Self {
            headers: Arc::new([]),
            columns: [None; Field::COUNT],
            generation: Generation::Other,
            units: [MoneyUnit::default(); 2],
            unknown: Vec::new(),
        };
        let mut headers = Vec::with_capacity(width);
        for column in 0..width {
            let own = header.get(column).trim();
            let label = labels.map_or("", |labels| labels.get(column)).trim();
            let shown = if own.is_empty() { label } else { own };
            headers.push(shown.to_owned());
            let said = mapping.said(shown, column);
            match said.copied().unwrap_or_else(|| field_of(own).or_else(|| field_of(label))) {
                Some(field) => layout.take(field, column, &format!("{own}{label}")),
                None if said.is_none() && !shown.is_empty() && !ADDED_COLUMNS.contains(&shown) => {
                    layout.unknown.push(shown.to_owned());
                }
                None => {}
            }
        }
        layout.headers = headers.into();
        layout.generation = layout.find_generation();
        layout
    }

    fn take(&mut self, field: Field, column: usize, header: &str) {
        let place = &mut self.columns[field as usize];
        if place.is_some() {
            return;
        }
        *place = Some(column);
        if matches!(field, Field::Fine | Field::Confiscated) {
            let unit = if header.contains('元') && !header.contains('万') {
                MoneyUnit::Yuan
            } else {
                MoneyUnit::TenThousandYuan
            };
            self.units[usize::from(field == Field::Confiscated)] = unit;
        }
    }

    fn find_generation(&self) -> Generation {
        let has = |fields: &[Field]| fields.iter().any(|field| self.has(*field));
        if !has(&[Field::DecisionNumber]) {
            Generation::Other
        } else if has(&[Field::Subject, Field::LegalRepDoc]) {
            Generation::C
        } else if has(&[Field::AuthorityCode, Field::SourceUnitCode, Field::LicenceTaken]) {
            Generation::B
        } else if has(&[Field::CaseName, Field::Kinds2, Field::Status, Field::AreaCode]) {
            Generation::A
        } else {
            Generation::Other
        }
    }

    /// The header of every column, as the file has it.
    pub fn headers(&self) -> &Arc<[String]> {
        &self.headers
    }

    /// The generation that the columns follow.
    pub const fn generation(&self) -> Generation {
        self.generation
    }

    /// A sheet without a header: its columns are known by their places alone.
    pub fn by_places(width: usize, mapping: &Mapping) -> Self {
        let mut layout = Self::read(&Cells::new(), None, mapping);
        for column in 0..width {
            if let Some(Some(field)) = mapping.said("", column) {
                layout.take(*field, column, "");
            }
        }
        layout.headers = keys((0..width).map(|_| "")).into();
        layout.generation = layout.find_generation();
        layout
    }

    /// Headers of the columns that are not understood.
    pub fn unknown(&self) -> &[String] {
        &self.unknown
    }

    /// The field of a column, counted from 0.
    pub fn field_at(&self, column: usize) -> Option<Field> {
        Field::ALL.iter().copied().find(|field| self.column(*field) == Some(column))
    }

    /// Whether a column has this meaning.
    pub const fn has(&self, field: Field) -> bool {
        self.columns[field as usize].is_some()
    }

    /// The column of a field, counted from 0.
    pub const fn column(&self, field: Field) -> Option<usize> {
        self.columns[field as usize]
    }

    /// The cell of a field; empty where no column has it.
    pub fn cell<'a>(&self, cells: &'a Cells, field: Field) -> &'a str {
        self.column(field).map_or("", |column| cells.get(column))
    }

    /// The unit of the fine's or the confiscated amount's column.
    pub fn unit(&self, field: Field) -> MoneyUnit {
        self.units[usize::from(field == Field::Confiscated)]
    }

    /// How many columns are understood.
    pub fn understood(&self) -> usize {
        self.columns.iter().flatten().count()
    }

    /// Whether the columns can carry a list: an enterprise name and one more thing of use.
    pub fn is_usable(&self) -> bool {
        const USEFUL: [Field; 10] = [
            Field::Uscc,
            Field::DecisionNumber,
            Field::DecisionDate,
            Field::Content,
            Field::Kinds,
            Field::Authority,
            Field::Facts,
            Field::Reason,
            Field::ListingBody,
            Field::ListingDate,
        ];
        self.has(Field::Name) && USEFUL.iter().any(|field| self.has(*field))
    }

    /// Whether a row only names the columns once more, in whichever spelling.
    pub fn is_named_by(&self, cells: &Cells) -> bool {
        let mut named = 0;
        let mut filled = 0;
        for (column, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty()) {
            filled += 1;
            if cell == self.headers.get(column).map_or("", String::as_str)
                || field_of(cell).is_some_and(|field| self.column(field) == Some(column))
            {
                named += 1;
            }
        }
        named >= 2 && named * 2 >= filled
    }
}

/// The header among the first rows of a sheet: its index and its layout. The first row that can be one is
/// it, or the best of those directly below it; a table further down has its own turn.
pub fn find(rows: &[&Cells], mapping: &Mapping) -> Option<(usize, Layout)> {
    let mut best: Option<(usize, Layout)> = None;
    for (index, row) in rows.iter().enumerate() {
        let layout = Layout::read(row, None, mapping);
        match &best {
            _ if !layout.is_usable() => {
                if best.is_some() {
                    break;
                }
            }
            Some((_, known)) if layout.understood() <= known.understood() => {}
            _ => best = Some((index, layout)),
        }
    }
    let (index, layout) = best?;
    Some((index, with_labels(rows, index, layout, mapping)))
}

/// The layout of the row that a person named as the header, whatever it holds.
pub fn at(rows: &[&Cells], index: usize, mapping: &Mapping) -> Layout {
    with_labels(rows, index, Layout::read(rows[index], None, mapping), mapping)
}

fn with_labels(rows: &[&Cells], index: usize, layout: Layout, mapping: &Mapping) -> Layout {
    let labels = rows.get(index + 1).filter(|labels| names_more(&layout, labels));
    labels.map_or(layout, |labels| Layout::read(rows[index], Some(labels), mapping))
}

/// The layout of a row in the middle of a sheet that begins another table.
pub fn next_table(layout: &Layout, cells: &Cells, mapping: &Mapping) -> Option<Layout> {
    // A record has a digit in its date; few rows get past this.
    let date = layout.cell(cells, Field::DecisionDate);
    if date.bytes().any(|b| b.is_ascii_digit()) || !cells.iter().any(may_name_columns) {
        return None;
    }
    let next = Layout::read(cells, None, mapping);
    let filled = cells.iter().filter(|cell| !cell.trim().is_empty()).count();
    (next.is_usable() && next.understood() >= 3 && next.understood() * 2 >= filled).then_some(next)
}

/// Whether the row below a header is its second half: a row of labels, no record.
fn names_more(layout: &Layout, labels: &Cells) -> bool {
    let filled = labels.iter().filter(|cell| !cell.trim().is_empty()).count();
    let named = labels.iter().filter(|cell| field_of(cell).is_some()).count();
    layout.is_named_by(labels) || (named >= 2 && named * 2 > filled)
}

/// Whether a row holds nothing but labels: the header again, 必填 marks, or column numbers.
pub fn is_label_row(layout: &Layout, cells: &Cells) -> bool {
    let name = layout.cell(cells, Field::Name).trim();
    // Cheap tests first: this runs on every row of a long list.
    if name.len() > 90 || name.is_empty() {
        return false;
    }
    if is_label_word(name) {
        return cells.iter().map(str::trim).all(|cell| cell.is_empty() || is_label_word(cell));
    }
    // A header that a person mapped may hold any word.
    let is_own = || {
        layout
            .column(Field::Name)
            .and_then(|column| layout.headers.get(column))
            .is_some_and(|own| own == name)
    };
    (may_name_columns(name) || is_own()) && layout.is_named_by(cells)
}

/// Cheap and rarely true of a name: whether a cell may be a header.
fn may_name_columns(cell: &str) -> bool {
    static PARTS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        let parts = ["名称", "当事人", "对人", "被处罚", "主体", "失信", "文号", "文书号", "CF_", "cf_"];
        AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(parts).ok()
    });
    // Without the finder, which is always there, every cell would be looked at in full.
    cell.len() <= 90 && PARTS.as_ref().is_none_or(|parts| parts.is_match(cell))
}

fn is_label_word(cell: &str) -> bool {
    matches!(
        cell,
        "必填"
            | "选填"
            | "必填项"
            | "选填项"
            | "可选"
            | "非必填"
            | "文本"
            | "字符"
            | "字符型"
            | "日期"
            | "日期型"
            | "数值"
            | "数值型"
            | "条件必填"
    ) || (cell.len() <= 3 && cell.bytes().all(|b| b.is_ascii_digit()))
}

/// The labels that a person would look for, for the message about an unknown header.
pub fn expected_labels() -> Vec<&'static str> {
    [Field::Name, Field::Uscc, Field::DecisionNumber, Field::DecisionDate, Field::Content, Field::Authority]
        .map(Field::label)
        .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> Cells {
        cells.iter().collect()
    }

    #[test]
    fn titles_above_and_labels_below_do_not_hide_the_header() {
        let rows = [
            row(&["2022年名单"]),
            row(&["单位：示例单位"]),
            row(&["CF_XDR_MC", "CF_XDR_SHXYM", "CF_WSH", "CF_JDRQ"]),
            row(&["行政相对人名称", "统一社会信用代码", "决定书文号", "处罚决定日期", "联系电话"]),
        ];
        let rows: Vec<&Cells> = rows.iter().collect();
        let (index, layout) = find(&rows, &Mapping::new()).unwrap();
        assert_eq!(index, 3, "the row that names more columns wins");
        assert!(layout.is_named_by(rows[2]));
    }

    #[test]
    fn a_mapping_by_hand_wins() {
        let header = row(&["谁", "何时"]);
        assert!(find(&[&header], &Mapping::new()).is_none());
        let mut mapping = Mapping::new();
        mapping.set("谁", Some(Field::Name));
        mapping.set("何时", Some(Field::DecisionDate));
        let (_, layout) = find(&[&header], &mapping).unwrap();
        assert_eq!(layout.column(Field::DecisionDate), Some(1));
    }

    #[test]
    fn generations_are_told_by_their_columns() {
        let of = |cells: &[&str]| Layout::read(&row(cells), None, &Mapping::new()).generation();
        assert_eq!(of(&["CF_WSH", "CF_CFMC", "CF_XDR_MC"]), Generation::A);
        assert_eq!(of(&["行政相对人名称", "决定书文号", "处罚机关统一社会信用代码"]), Generation::B);
        assert_eq!(
            of(&["行政相对人名称", "行政相对人类别", "决定书文号", "数据来源单位统一社会信用代码"]),
            Generation::C
        );
        assert_eq!(of(&["企业名称", "处罚文号"]), Generation::Other);
    }
}
