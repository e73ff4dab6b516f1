//! One list, from the file to the lines of its answers.

use std::ops::ControlFlow;
use std::path::Path;

use anyhow::Result;
use jiff::civil::Date;
use xinxiu_intake::{
    Mapping, Options, Part, Progress, Record, Refusal, RejectedRow, Seen, Summary, Taker, read_in_parts,
};
use xinxiu_policy::{Assessor, EditionChoice, PolicyError, Rules};

use crate::line::Line;

/// What is asked of every record.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The rules.
    pub rules: &'a Rules,
    /// The edition.
    pub choice: &'a EditionChoice,
    /// Day of application.
    pub day: Date,
    /// What a person says of the columns.
    pub mapping: &'a Mapping,
}

impl<'a> Question<'a> {
    /// The rules made ready for this question.
    ///
    /// # Errors
    /// Rules that cannot answer it.
    fn assessor(self) -> Result<Assessor<'a>, PolicyError> {
        self.rules.assessor(self.day, self.choice)
    }
}

/// What came of some rows of a list.
#[derive(Debug, Default)]
pub struct Answers {
    /// The answers, as the caller's format writes them.
    pub lines: Vec<u8>,
    /// The rows that are no records as they stand.
    pub rejected: Vec<RejectedRow>,
    fault: Option<anyhow::Error>,
}

impl Part for Answers {
    fn clear(&mut self) {
        self.lines.clear();
        self.rejected.clear();
        self.fault = None;
    }
}

/// Who receives the answers on a list.
pub trait Receiver {
    /// The next answers, in the order of the file.
    ///
    /// # Errors
    /// Whatever makes it pointless to go on.
    fn receive(&mut self, answers: &mut Answers, at: Progress) -> Result<()>;

    /// Forgets the answers on this file, which is read anew in another way.
    ///
    /// # Errors
    /// Whatever makes it pointless to go on.
    fn begin_again(&mut self) -> Result<()>;
}

/// A receiver among the parts of a file.
struct Receiving<'r> {
    receiver: &'r mut dyn Receiver,
    fault: Option<anyhow::Error>,
}

impl Taker<Answers> for Receiving<'_> {
    fn take(&mut self, answers: &mut Answers, at: Progress) -> ControlFlow<()> {
        let fault = self.fault.take().or_else(|| answers.fault.take());
        self.fault = fault.or_else(|| self.receiver.receive(answers, at).err());
        if self.fault.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn begin_again(&mut self) {
        self.fault = self.receiver.begin_again().err();
    }
}

/// Assesses a list. `write` puts the line of an answer at the end of the buffer, in some thread. What is wrong with the
/// file itself is the inner result.
///
/// # Errors
/// What `write` or the receiver returned, or rules that cannot answer.
pub fn assess_file(
    path: &Path,
    question: Question<'_>,
    seen: &mut Seen,
    write: &(impl Fn(&mut Vec<u8>, &Line<'_>) -> Result<()> + Sync),
    receiver: &mut dyn Receiver,
) -> Result<Result<Summary, Refusal>> {
    // Each worker makes its own, which can fail for the same reasons only.
    question.assessor()?;
    let hands = || {
        let mut assessor = question.assessor();
        move |answers: &mut Answers, record: &Record<'_>| {
            if answers.fault.is_none() {
                answers.fault = answer(answers, record, &mut assessor, write).err();
            }
        }
    };
    let mut receiving = Receiving { receiver, fault: None };
    let options = Options { mapping: question.mapping.clone(), ..Options::new(question.day) };
    let read = read_in_parts(path, &options, seen, &hands, &mut receiving);
    receiving.fault.map_or(Ok(read), Err)
}

fn answer(
    answers: &mut Answers,
    record: &Record<'_>,
    assessor: &mut Result<Assessor<'_>, PolicyError>,
    write: &impl Fn(&mut Vec<u8>, &Line<'_>) -> Result<()>,
) -> Result<()> {
    match record {
        Record::Penalty(row) => {
            let assessor = assessor.as_mut().map_err(|error| error.clone())?;
            let answer = assessor.assess(&row.facts)?;
            write(&mut answers.lines, &Line::new(row, &answer))
        }
        Record::Rejected(row) => {
            answers.rejected.push(RejectedRow::clone(row));
            Ok(())
        }
        // Without a list kind a row without a decision is rejected, so there are none.
        Record::Listing(_) => Ok(()),
    }
}
