//! Rejected rows that wait on the disk until it is known whether their list is taken.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::sync::Arc;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use xinxiu_intake::{Field, Problem, ProblemCode, RawRow, RejectedRow, Source};

use crate::Aside;

/// Rejected rows of one list, in a file that nobody sees: a list of a million rows may be rejected whole, and
/// nothing of a refused list is told.
#[derive(Debug)]
pub struct RejectedAside {
    rows: Aside,
    /// What many rows share, by its place here.
    headers: Vec<Arc<[String]>>,
    sheets: Vec<(Arc<str>, Arc<str>)>,
    line: Vec<u8>,
}

/// A row as it lies in the file.
#[derive(Serialize, Deserialize)]
struct Kept {
    headers: usize,
    sheet: usize,
    row: u64,
    cells: Vec<String>,
    /// Field, value, code and message of each reason.
    reasons: Vec<[String; 4]>,
}

impl RejectedAside {
    /// None yet.
    ///
    /// # Errors
    /// What the system says.
    pub fn new() -> Result<Self> {
        Ok(Self { rows: Aside::new(None)?, headers: Vec::new(), sheets: Vec::new(), line: Vec::new() })
    }

    /// Puts a row aside.
    ///
    /// # Errors
    /// What the system says.
    pub fn push(&mut self, row: &RejectedRow) -> Result<()> {
        let reason = |reason: &Problem| {
            [reason.field, &reason.value, reason.code.code(), &reason.message].map(str::to_owned)
        };
        let Source { file, sheet, row: number } = &row.source;
        let kept = Kept {
            headers: place(&mut self.headers, row.raw.headers(), Arc::ptr_eq),
            sheet: place(&mut self.sheets, &(file.clone(), sheet.clone()), |a, b| {
                Arc::ptr_eq(&a.0, &b.0) && Arc::ptr_eq(&a.1, &b.1)
            }),
            row: *number,
            cells: row.raw.cells().iter().map(str::to_owned).collect(),
            reasons: row.reasons.iter().map(reason).collect(),
        };
        self.line.clear();
        serde_json::to_writer(&mut self.line, &kept)?;
        self.line.push(b'\n');
        Ok(self.rows.write(&self.line)?)
    }

    /// The rows again, one at a time, in the order in which they came.
    ///
    /// # Errors
    /// What the system says, here and of each row.
    pub fn into_rows(self) -> Result<impl Iterator<Item = Result<RejectedRow>>> {
        let file: File = self.rows.finish()?.context("the rejected rows are gone")?;
        let (headers, sheets) = (self.headers, self.sheets);
        Ok(BufReader::new(file).lines().map(move |line| {
            let kept: Kept = serde_json::from_str(&line?)?;
            let headers = headers.get(kept.headers).context("headers")?;
            let (file, sheet) = sheets.get(kept.sheet).context("sheet")?;
            Ok(RejectedRow {
                source: Source { file: file.clone(), sheet: sheet.clone(), row: kept.row },
                raw: RawRow::new(headers, &kept.cells.iter().collect()),
                reasons: kept.reasons.into_iter().map(reason).collect::<Result<_>>()?,
            })
        }))
    }
}

fn reason([field, value, code, message]: [String; 4]) -> Result<Problem> {
    let field = Field::ALL.iter().map(|known| known.label()).find(|known| *known == field);
    let code = ProblemCode::from_code(&code).context("code")?;
    Ok(Problem { field: field.context("field")?, value, code, message })
}

/// Where something shared stands, which nearly always came with the row before.
fn place<T: Clone>(known: &mut Vec<T>, one: &T, is_same: impl Fn(&T, &T) -> bool) -> usize {
    known.iter().rposition(|other| is_same(other, one)).unwrap_or_else(|| {
        known.push(one.clone());
        known.len() - 1
    })
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use jiff::civil::date;
    use xinxiu_intake::{Options, Outcome, Seen, read_file};

    use super::*;

    #[test]
    fn rows_come_back_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("名单.csv");
        let head = "企业名称,统一社会信用代码,处罚文号,处罚决定日期,处罚机关\n";
        let list = format!(
            "{head}示例一,9.13E+17,通罚〔2022〕1号,2022-01-05,局\n\"示例\"\"\n二\",,,明天,局,多一格\n\
             处罚文号,企业名称,统一社会信用代码,处罚决定日期\n,\\\t,91320613MA1T00013A,\n"
        );
        std::fs::write(&path, list).unwrap();
        let mut aside = RejectedAside::new().unwrap();
        let mut rows = Vec::new();
        read_file(&path, &Options::new(date(2022, 6, 14)), &mut Seen::new(), &mut |outcome, _| {
            let Outcome::Rejected(row) = outcome else { panic!("{outcome:?}") };
            aside.push(&row).unwrap();
            rows.push(*row);
            ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(rows.len(), 3);
        let again: Vec<RejectedRow> = aside.into_rows().unwrap().map(Result::unwrap).collect();
        assert_eq!(again, rows);
        assert!(Arc::ptr_eq(again[0].raw.headers(), again[1].raw.headers()), "headers are shared again");
    }
}
