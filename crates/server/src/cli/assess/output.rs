//! Where the answers go. A file's answers wait aside until it has been read to its end, and an output file
//! appears whole or not at all.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rust_xlsxwriter::{Format as Style, Workbook};
use tempfile::NamedTempFile;

use super::Format;
use super::line::{HEADS, Line};
use crate::table;

/// The answers of all files of the call so far.
pub struct Output {
    format: Format,
    target: Option<PathBuf>,
    whole: BufWriter<File>,
}

/// The answers of one file.
pub struct Part {
    format: Format,
    writer: BufWriter<File>,
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
        Ok(Self { format, target: target.map(Path::to_owned), whole: BufWriter::new(tempfile::tempfile()?) })
    }

    /// The answers of the next file.
    ///
    /// # Errors
    /// What the system says.
    pub fn begin(&self) -> Result<Part> {
        Ok(Part { format: self.format, writer: BufWriter::new(tempfile::tempfile()?) })
    }

    /// Takes the answers of a file that was read to its end.
    ///
    /// # Errors
    /// What the system says.
    pub fn join(&mut self, part: Part) -> Result<()> {
        let mut file = part.writer.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        io::copy(&mut file, &mut self.whole)?;
        Ok(())
    }

    /// Writes everything to its place.
    ///
    /// # Errors
    /// What the system says.
    pub fn finish(self) -> Result<()> {
        let mut file = self.whole.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        let Some(target) = self.target else {
            let done = copy(self.format, file, &mut io::stdout().lock());
            // Whoever reads the output may stop when it has seen enough.
            return match done {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                other => Ok(other?),
            };
        };
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut aside = NamedTempFile::new_in(folder.unwrap_or_else(|| Path::new(".")))
            .with_context(|| target.display().to_string())?;
        if self.format == Format::Xlsx {
            workbook(file, aside.path())?;
        } else {
            copy(self.format, file, &mut aside)?;
        }
        let kept = aside.persist(&target).with_context(|| target.display().to_string())?;
        kept.sync_all()?;
        Ok(())
    }
}

impl Part {
    /// Adds an answer.
    ///
    /// # Errors
    /// What the system says.
    pub fn push(&mut self, line: &Line<'_>) -> Result<()> {
        match self.format {
            Format::Jsonl => serde_json::to_writer(&mut self.writer, line)?,
            Format::Csv => {
                self.writer.write_all(table::csv_line(&line.cells()).as_bytes())?;
                return Ok(());
            }
            Format::Xlsx => serde_json::to_writer(&mut self.writer, &line.cells())?,
        }
        self.writer.write_all(b"\n")?;
        Ok(())
    }
}

fn copy(format: Format, mut from: File, to: &mut impl Write) -> io::Result<()> {
    if format == Format::Csv {
        to.write_all("\u{feff}".as_bytes())?;
        to.write_all(table::csv_line(&HEADS.map(str::to_owned)).as_bytes())?;
    }
    io::copy(&mut from, to)?;
    to.flush()
}

fn workbook(rows: File, path: &Path) -> Result<()> {
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
                book.save(path)?;
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
