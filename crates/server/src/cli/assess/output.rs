//! Where the answers go. An output file appears whole or not at all, and has nothing of a list that was
//! refused on the way.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rust_xlsxwriter::{Format as Style, Workbook};
use xinxiu_assess::{Aside, HEADS, Line};

use super::Format;
use crate::table;

/// The answers of all files of the call so far.
pub struct Output {
    format: Format,
    target: Option<PathBuf>,
    whole: Aside,
}

impl Output {
    /// An output that writes to a file, or to stdout without one.
    ///
    /// # Errors
    /// What the system says.
    pub fn new(format: Format, target: Option<&Path>) -> Result<Self> {
        if let Some(folder) = target.and_then(Path::parent).filter(|folder| !folder.as_os_str().is_empty()) {
            folder.metadata().with_context(|| format!("输出目录 {}", folder.display()))?;
        }
        // A workbook is made of the lines when all are there.
        let mut whole = Aside::new(target.filter(|_| format != Format::Xlsx))?;
        if format == Format::Csv {
            whole.write("\u{feff}".as_bytes())?;
            whole.write(table::csv_line(&HEADS.map(str::to_owned)).as_bytes())?;
        }
        Ok(Self { format, target: target.map(Path::to_owned), whole })
    }

    /// Writes the line of an answer into a buffer, in any thread.
    pub fn writer(&self) -> impl Fn(&mut Vec<u8>, &Line<'_>) -> Result<()> + Sync + use<> {
        let format = self.format;
        move |out, line| {
            match format {
                Format::Jsonl => line.write_json(out)?,
                Format::Csv => out.extend_from_slice(table::csv_line(&line.cells()).as_bytes()),
                Format::Xlsx => {
                    serde_json::to_writer(&mut *out, &line.cells())?;
                    out.push(b'\n');
                }
            }
            Ok(())
        }
    }

    /// Adds lines.
    ///
    /// # Errors
    /// What the system says.
    pub fn push(&mut self, lines: &[u8]) -> Result<()> {
        Ok(self.whole.write(lines)?)
    }

    /// The end so far.
    ///
    /// # Errors
    /// What the system says.
    pub fn mark(&mut self) -> Result<u64> {
        Ok(self.whole.mark()?)
    }

    /// Forgets the lines of a list that was refused.
    ///
    /// # Errors
    /// What the system says.
    pub fn forget_since(&mut self, mark: u64) -> Result<()> {
        Ok(self.whole.forget_since(mark)?)
    }

    /// Writes everything to its place.
    ///
    /// # Errors
    /// What the system says.
    pub fn finish(self) -> Result<()> {
        let Some(mut file) = self.whole.finish()? else { return Ok(()) };
        let Some(target) = self.target else {
            // Whoever reads the output may stop when it has seen enough.
            return match io::copy(&mut file, &mut io::stdout().lock()) {
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
                _ => Ok(()),
            };
        };
        let mut book = Aside::new(Some(&target))?;
        workbook(file, book.file()?)?;
        book.finish()?;
        Ok(())
    }
}

fn workbook(rows: File, target: &mut File) -> Result<()> {
    let mut book = Workbook::new();
    let bold = Style::new().set_bold();
    let mut lines = BufReader::new(rows).lines();
    let mut number = 0;
    loop {
        number += 1;
        let sheet = book.add_worksheet_with_constant_memory()?;
        sheet.set_name(format!("判定{number}"))?;
        for (column, head) in (0..).zip(HEADS) {
            sheet.write_string_with_format(0, column, head, &bold)?;
        }
        sheet.set_freeze_panes(1, 0)?;
        let mut row = 1;
        while row <= table::LAST_ROW {
            let Some(line) = lines.next().transpose()? else {
                book.save_to_writer(target)?;
                return Ok(());
            };
            let cells: Vec<String> = serde_json::from_str(&line)?;
            for (column, cell) in (0..).zip(&cells) {
                sheet.write_string(row, column, table::fit(cell))?;
            }
            row += 1;
        }
    }
}
