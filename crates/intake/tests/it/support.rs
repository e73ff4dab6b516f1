//! Reading a file to its end, and outcomes as short lines.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use jiff::civil::date;
use xinxiu_domain::ListKind;
use xinxiu_intake::{Options, Outcome, Problem, Refusal, Seen, Summary, read_file};

pub fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples").join(name)
}

pub fn options() -> Options {
    Options::new(date(2022, 6, 14))
}

pub fn read_with(
    path: &Path,
    options: &Options,
    seen: &mut Seen,
) -> Result<(Vec<Outcome>, Summary), Refusal> {
    let mut outcomes = Vec::new();
    let summary = read_file(path, options, seen, &mut |outcome, _| {
        outcomes.push(outcome);
        ControlFlow::Continue(())
    })?;
    Ok((outcomes, summary))
}

pub fn read(name: &str) -> (Vec<Outcome>, Summary) {
    read_with(&sample(name), &options(), &mut Seen::new()).unwrap()
}

pub fn read_list(name: &str, list: ListKind) -> (Vec<Outcome>, Summary) {
    read_with(&sample(name), &options().for_list(list), &mut Seen::new()).unwrap()
}

/// Reads text as if it were a file of its own.
pub fn read_text(text: impl AsRef<[u8]>) -> Result<(Vec<Outcome>, Summary), Refusal> {
    read_text_with(text, &options())
}

pub fn read_text_with(text: impl AsRef<[u8]>, options: &Options) -> Result<(Vec<Outcome>, Summary), Refusal> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("名单.csv");
    std::fs::write(&path, text).unwrap();
    read_with(&path, options, &mut Seen::new())
}

fn codes(problems: &[Problem]) -> String {
    problems.iter().map(|problem| problem.code.code()).collect::<Vec<_>>().join(",")
}

/// `sheet:row kind codes` for every outcome with a problem or without acceptance.
pub fn notable(outcomes: &[Outcome]) -> Vec<String> {
    let lines = outcomes.iter().map(|outcome| match outcome {
        Outcome::Penalty(row) => (&row.source, "penalty", codes(&row.problems)),
        Outcome::Listing(row) => (&row.source, "listing", codes(&row.problems)),
        Outcome::Rejected(row) => (&row.source, "rejected", codes(&row.reasons)),
    });
    let notable = lines.filter(|(_, _, codes)| !codes.is_empty());
    notable.map(|(source, kind, codes)| format!("{}:{} {kind} {codes}", source.sheet, source.row)).collect()
}
