//! What a person says of the columns of a file whose header nobody has seen before.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::aliases::normal;
use crate::field::Field;

/// Name under which a header row counts for every sheet.
const EVERY_SHEET: &str = "*";

/// The meaning of columns by their keys, and where the header stands. It wins over the alias table.
///
/// The key of a column is its header as the file has it. A column without a header is `第3列`, and one whose
/// header has stood further left is `备注（第5列）`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mapping {
    /// Field of each column; `None` where the column is not to be read.
    columns: BTreeMap<String, Option<Field>>,
    /// Row of the header by sheet, from 1; 0 where the sheet has no header.
    header_rows: BTreeMap<String, u64>,
}

impl Mapping {
    /// Nothing said: the alias table alone counts.
    pub const fn new() -> Self {
        Self { columns: BTreeMap::new(), header_rows: BTreeMap::new() }
    }

    /// Gives a column its meaning; `None` leaves it out.
    pub fn set(&mut self, key: impl Into<String>, field: Option<Field>) {
        self.columns.insert(key.into(), field);
    }

    /// Says in which row of a sheet the header stands, from 1; 0 where there is none.
    pub fn set_header_row(&mut self, sheet: &str, row: u64) {
        self.header_rows.insert(sheet.to_owned(), row);
    }

    /// Says it for every sheet for which nothing else is said.
    pub fn set_header_row_everywhere(&mut self, row: u64) {
        self.set_header_row(EVERY_SHEET, row);
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty() && self.header_rows.is_empty()
    }

    /// The columns with their fields.
    pub const fn columns(&self) -> &BTreeMap<String, Option<Field>> {
        &self.columns
    }

    /// The columns alone, as they are remembered for later files: in those the header may stand elsewhere.
    #[must_use]
    pub fn without_rows(&self) -> Self {
        Self { columns: self.columns.clone(), header_rows: BTreeMap::new() }
    }

    /// Row of the header of a sheet, from 1; 0 where it has none; `None` where it is to be sought.
    pub fn header_row(&self, sheet: &str) -> Option<u64> {
        self.header_rows.get(sheet).or_else(|| self.header_rows.get(EVERY_SHEET)).copied()
    }

    /// What is said of a column: its field, or that it is left out; `None` where nothing is said.
    pub(crate) fn said(&self, header: &str, column: usize) -> Option<&Option<Field>> {
        if self.columns.is_empty() {
            return None;
        }
        let place = place(column);
        if header.is_empty() {
            return self.columns.get(&place);
        }
        let exact = self.columns.get(&beside(header, &place)).or_else(|| self.columns.get(header));
        exact.or_else(|| {
            // A file of mappings is written by hand, without the line breaks of the header.
            let wanted = normal(header);
            self.columns.iter().find(|(key, _)| normal(key) == wanted).map(|(_, field)| field)
        })
    }
}

fn place(column: usize) -> String {
    format!("第{}列", column + 1)
}

fn beside(header: &str, place: &str) -> String {
    format!("{header}（{place}）")
}

/// The key of each column of a header row.
pub(crate) fn keys<'a>(headers: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut seen: Vec<&str> = Vec::new();
    let key = |(column, header): (usize, &'a str)| {
        let header = header.trim();
        if header.is_empty() {
            return place(column);
        }
        if seen.contains(&header) {
            return beside(header, &place(column));
        }
        seen.push(header);
        header.to_owned()
    };
    headers.enumerate().map(key).collect()
}

/// By what a header row is known again: its words without width, white space, marks, and the columns that a
/// spreadsheet of rejected rows adds; empty where it has none.
pub fn signature<'a>(headers: impl Iterator<Item = &'a str>) -> String {
    let added = crate::rejected::ADDED_COLUMNS;
    let mut words: Vec<String> =
        headers.map(str::trim).filter(|header| !added.contains(header)).map(normal).collect();
    while words.last().is_some_and(String::is_empty) {
        words.pop();
    }
    words.join("\u{1f}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_without_a_name_and_with_the_same_name_have_keys_of_their_own() {
        assert_eq!(keys(["备注", "", " 备注 "].into_iter()), ["备注", "第2列", "备注（第3列）"]);
        let mut mapping = Mapping::new();
        mapping.set("备注", None);
        mapping.set("第2列", Some(Field::Name));
        mapping.set("备注（第3列）", Some(Field::Reason));
        assert_eq!(mapping.said("备注", 0), Some(&None));
        assert_eq!(mapping.said("", 1), Some(&Some(Field::Name)));
        assert_eq!(mapping.said("备注", 2), Some(&Some(Field::Reason)));
        assert_eq!(mapping.said(" 备 注", 0), Some(&None));
        assert_eq!(mapping.said("别的", 0), None);
    }

    #[test]
    fn a_file_of_rejected_rows_has_the_signature_of_its_original() {
        let original = signature(["谁", "何 时", "", ""].into_iter());
        assert_eq!(original, signature(["谁", "何时", "来源文件", "工作表", "行号", "退回原因"].into_iter()));
        assert_ne!(original, signature(["何时", "谁"].into_iter()));
        assert_eq!(signature(["", " "].into_iter()), "");
    }
}
