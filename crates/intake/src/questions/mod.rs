//! Questions of the exam (题库, N11) in and out: GIFT, the text format of Moodle, and spreadsheets. What cannot
//! be taken comes back with its place, the column, the value and what to do; the rest is taken.

mod gift_answers;
mod gift_read;
mod gift_write;
mod sheet_read;
mod sheet_write;

use std::collections::HashMap;
use std::path::Path;

use xinxiu_domain::exam::Question;
use xinxiu_domain::question::{Fault, faults};

use crate::read::Options;
use crate::refusal::Refusal;

pub use gift_read::read as read_gift;
pub use gift_write::write as write_gift;
pub use sheet_read::chosen;
pub use sheet_write::write as write_sheet;

/// A question that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Line of a text, or row of a sheet.
    pub line: u64,
    /// Column, or part of the question.
    pub column: String,
    /// What stands there.
    pub value: String,
    /// What is wrong and what to do.
    pub message: String,
}

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadQuestions {
    /// The questions that can be taken, each with its line or row.
    pub taken: Vec<(u64, Question)>,
    /// Why the others cannot.
    pub rejected: Vec<Rejected>,
}

impl ReadQuestions {
    fn reject(&mut self, line: u64, faults: Vec<Fault>) {
        self.rejected.extend(faults.into_iter().map(|fault| Rejected {
            line,
            column: fault.part.to_owned(),
            value: fault.value,
            message: fault.message,
        }));
    }

    /// Takes a question unless something is wrong with it.
    fn take(&mut self, line: u64, read: Result<Question, Vec<Fault>>, editions: &[&str]) {
        match read {
            Ok(question) => {
                let wrong = faults(&question, editions);
                if wrong.is_empty() { self.taken.push((line, question)) } else { self.reject(line, wrong) }
            }
            Err(wrong) => self.reject(line, wrong),
        }
    }

    /// Of several questions with one id the first is taken.
    fn settle(mut self) -> Self {
        let mut first: HashMap<String, u64> = HashMap::new();
        let mut again = Vec::new();
        self.taken.retain(|(line, question)| {
            let before = *first.entry(question.id.clone()).or_insert(*line);
            if before != *line {
                again.push((*line, question.id.clone(), before));
            }
            before == *line
        });
        for (line, id, before) in again {
            let message = format!("和第{before}行的编号相同，请改成不同的编号");
            self.reject(line, vec![Fault::new("编号", id, message)]);
        }
        self.rejected.sort_by_key(|one| one.line);
        self
    }
}

/// Reads a file of questions: GIFT where its name ends in .gift or .txt, or else a spreadsheet.
///
/// # Errors
/// [`Refusal`] where it can be read as neither.
pub fn read_questions(path: &Path, options: &Options, editions: &[&str]) -> Result<ReadQuestions, Refusal> {
    let name = options
        .file_name
        .clone()
        .or_else(|| path.file_name().map(|name| name.to_string_lossy().into_owned()))
        .unwrap_or_default();
    let is_gift = Path::new(&name)
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("gift") || ending.eq_ignore_ascii_case("txt"));
    if is_gift {
        return gift_read::read_file(path, &name, editions);
    }
    sheet_read::read(path, options, editions)
}

#[cfg(test)]
mod tests;
