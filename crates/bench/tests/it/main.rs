//! The reader against the generator, which shares nothing with it. Small lists; nothing is timed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests lie outside of #[test] functions")]

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

use jiff::civil::{Date, date};
use xinxiu_assess::{Answers, Line, Question, Receiver, assess_file};
use xinxiu_generator::{Expected, List, Truth, write_csv, write_workbook};
use xinxiu_intake::{Mapping, Options, Outcome, Progress, RejectedRow, Seen, read_file};
use xinxiu_policy::{EditionChoice, Rules};

const DAY: Date = date(2022, 6, 14);
const ROWS: u64 = 2_000;
const SEED: u64 = 7;

fn write_json(out: &mut Vec<u8>, line: &Line<'_>) -> anyhow::Result<()> {
    line.write_json(out)
}

/// Reads a list row by row and holds each row against how it was made.
fn agrees(path: &Path, expected: &Expected) {
    let rules = Rules::embedded().unwrap();
    let (mut duplicates, mut classes, mut open) = (0, BTreeMap::new(), 0);
    let mut made = List::new(SEED, ROWS);
    let summary = read_file(path, &Options::new(DAY), &mut Seen::new(), &mut |outcome, _| {
        let truth = made.next().unwrap().truth;
        match outcome {
            Outcome::Penalty(row) => {
                duplicates += u64::from(row.duplicate_of.is_some());
                let answer = rules.assess(&row.facts, DAY, &EditionChoice::Auto).unwrap();
                match truth {
                    Truth::Class(class) => {
                        assert_eq!(answer.class.code(), class, "{:?}", row.facts);
                        *classes.entry(class).or_default() += 1;
                    }
                    Truth::Open => open += 1,
                    Truth::Rejected => panic!("accepted: {:?}", row.raw),
                }
            }
            Outcome::Rejected(row) => assert_eq!(truth, Truth::Rejected, "{:?}", row.reasons),
            Outcome::Listing(row) => panic!("{row:?}"),
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(summary.rejected, expected.rejected);
    assert_eq!(summary.penalties + summary.rejected, expected.rows);
    assert_eq!((duplicates, classes, open), (expected.duplicates, expected.classes.clone(), expected.open));
}

#[test]
fn a_generated_text_list_is_read_whole_and_classified_as_it_was_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.csv");
    let expected = write_csv(&path, SEED, ROWS).unwrap();
    assert!(expected.rejected > 0 && expected.duplicates > 0 && expected.classes.len() == 3, "{expected:?}");
    agrees(&path, &expected);
}

#[test]
fn a_generated_workbook_is_read_whole_and_classified_as_it_was_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.xlsx");
    let expected = write_workbook(&path, SEED, ROWS).unwrap();
    agrees(&path, &expected);
}

#[test]
fn parts_read_by_several_threads_are_the_rows_read_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.csv");
    write_csv(&path, SEED, ROWS).unwrap();
    let rules = Rules::embedded().unwrap();
    let choice = EditionChoice::Auto;
    let (mut lines, mut rejected) = (Vec::new(), Vec::new());
    let summary = read_file(&path, &Options::new(DAY), &mut Seen::new(), &mut |outcome, _| {
        match outcome {
            Outcome::Penalty(row) => {
                let answer = rules.assess(&row.facts, DAY, &choice).unwrap();
                serde_json::to_writer(&mut lines, &Line::kept(&row, &answer)).unwrap();
                lines.push(b'\n');
            }
            Outcome::Rejected(row) => rejected.push(*row),
            Outcome::Listing(row) => panic!("{row:?}"),
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    let question = Question { rules: &rules, choice: &choice, day: DAY, mapping: &Mapping::new() };
    let mut received = Received::default();
    let again = assess_file(&path, question, &mut Seen::new(), &write_json, &mut received);
    assert_eq!(again.unwrap().unwrap(), summary);
    assert!(received.lines == lines, "the lines differ");
    assert_eq!((received.rejected, received.rows), (rejected, ROWS));
}

/// Everything that was received of a list.
#[derive(Default)]
struct Received {
    lines: Vec<u8>,
    rejected: Vec<RejectedRow>,
    rows: u64,
    parts: usize,
    is_full: bool,
}

impl Receiver for Received {
    fn receive(&mut self, answers: &mut Answers, at: Progress) -> anyhow::Result<()> {
        self.parts += 1;
        anyhow::ensure!(!self.is_full, "the disk is full");
        self.lines.extend_from_slice(&answers.lines);
        self.rejected.append(&mut answers.rejected);
        self.rows = at.rows;
        Ok(())
    }

    fn begin_again(&mut self) -> anyhow::Result<()> {
        *self = Self::default();
        Ok(())
    }
}

#[test]
fn a_fault_ends_the_reading_and_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.csv");
    write_csv(&path, SEED, ROWS).unwrap();
    let rules = Rules::embedded().unwrap();
    let question =
        Question { rules: &rules, choice: &EditionChoice::Auto, day: DAY, mapping: &Mapping::new() };
    let mut received = Received { is_full: true, ..Received::default() };
    let fault = assess_file(&path, question, &mut Seen::new(), &write_json, &mut received);
    assert_eq!((fault.unwrap_err().to_string(), received.parts), ("the disk is full".to_owned(), 1));
    let missing = folder.path().join("no.csv");
    let missing = assess_file(&missing, question, &mut Seen::new(), &write_json, &mut Received::default());
    assert_eq!(missing.unwrap().unwrap_err().code(), "unreadable");
}
