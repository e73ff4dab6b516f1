//! `xinxiu rules diff`: what changes between two editions, and for which records of a list.

use std::io::Write;
use std::path::Path;

use anyhow::Result;
use jiff::civil::Date;
use serde::Serialize;
use xinxiu_domain::penalty::{Assessment, Material, PenaltyClass, VerdictKind};
use xinxiu_domain::{DecisionNumber, Uscc};
use xinxiu_intake::{Options, Outcome, PenaltyRow, Seen, Source};
use xinxiu_policy::{EditionChoice, Rules, TableRow};

use crate::cli::reading::read_rows;
use crate::cli::{DONE, FINDINGS, REFUSED, USAGE};

/// Prints the table of differences, with the two editions as the heads of their columns.
///
/// # Errors
/// An output that cannot be written.
pub(super) fn table(rules: &Rules, old: &str, new: &str) -> Result<u8> {
    let found = match rules.diff(old, new) {
        Ok(found) => found,
        Err(error) => {
            eprintln!("{error}");
            return Ok(USAGE);
        }
    };
    let mut out = std::io::stdout().lock();
    writeln!(out, "变化\t部分\t规则\t{old}\t{new}\t{old} 依据\t{new} 依据")?;
    for one in &found {
        let said = |row: &Option<TableRow>| {
            row.as_ref().map_or_else(|| "—".to_owned(), |row| format!("{}：{}", row.text, row.dated()))
        };
        let source = |row: &Option<TableRow>| {
            row.as_ref().map_or_else(|| "—".to_owned(), |row| format!("{}（{}）", row.source, row.certainty))
        };
        writeln!(
            out,
            "{}\t{}\t{}\t{}\t{}\t{}\t{}",
            one.change,
            one.section,
            one.rule,
            said(&one.old),
            said(&one.new),
            source(&one.old),
            source(&one.new)
        )?;
    }
    eprintln!("{old} 与 {new}：{}处不同", found.len());
    Ok(DONE)
}

/// What an edition says of a record, as far as it can differ.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Answer<'a> {
    edition: &'a str,
    class: PenaltyClass,
    min_until: Option<Date>,
    max_until: Option<Date>,
    verdict: VerdictKind,
    repairable_from: Option<Date>,
    materials: &'a [Material],
}

impl<'a> Answer<'a> {
    fn new(given: &'a Assessment) -> Self {
        Self {
            edition: &given.edition,
            class: given.class,
            min_until: given.min_until,
            max_until: given.max_until,
            verdict: given.verdict,
            repairable_from: given.repairable_from,
            materials: &given.materials,
        }
    }

    /// Names of the parts that are not the same.
    fn changed(&self, other: &Self) -> Vec<&'static str> {
        let parts = [
            ("class", self.class != other.class),
            ("min_until", self.min_until != other.min_until),
            ("max_until", self.max_until != other.max_until),
            ("verdict", self.verdict != other.verdict),
            ("repairable_from", self.repairable_from != other.repairable_from),
            ("materials", self.materials != other.materials),
        ];
        parts.into_iter().filter(|(_, differs)| *differs).map(|(part, _)| part).collect()
    }
}

/// A record whose answer is not the same under both editions.
#[derive(Debug, Serialize)]
struct Line<'a> {
    source: &'a Source,
    uscc: Option<&'a Uscc>,
    enterprise: &'a str,
    decision_number: &'a DecisionNumber,
    changed: &'a [&'static str],
    old: Answer<'a>,
    new: Answer<'a>,
}

/// Counts of a list under two editions.
#[derive(Debug, Default)]
struct Counts {
    records: usize,
    changed: usize,
    class: usize,
    dates: usize,
    materials: usize,
}

impl Counts {
    fn add(&mut self, parts: &[&str]) {
        let has = |names: &[&str]| usize::from(names.iter().any(|name| parts.contains(name)));
        self.records += 1;
        self.changed += usize::from(!parts.is_empty());
        self.class += has(&["class"]);
        self.dates += has(&["min_until", "max_until", "repairable_from"]);
        self.materials += has(&["materials"]);
    }
}

/// Prints every record of a list whose class, dates, verdict or materials differ between two editions, both
/// applied as on the day of application.
///
/// # Errors
/// An output that cannot be written.
pub(super) fn records(rules: &Rules, (old, new): (&str, &str), file: &Path, day: Date) -> Result<u8> {
    for edition in [old, new] {
        if let Err(error) = rules.select(day, Some(edition)) {
            eprintln!("{edition}：{error}");
            return Ok(USAGE);
        }
    }
    let choices = [old, new].map(|id| EditionChoice::Named(id.to_owned()));
    let (mut counts, mut rejected) = (Counts::default(), 0);
    // Nothing is given out before the file has been read to its end.
    let mut lines = Vec::new();
    let read = read_rows(file, &Options::new(day), &mut Seen::new(), |outcome, _| match outcome {
        Outcome::Penalty(row) => compare(rules, &row, day, &choices, &mut counts, &mut lines),
        Outcome::Rejected(_) => {
            rejected += 1;
            Ok(())
        }
        // Without a list kind a row without a decision is rejected, so there are none.
        Outcome::Listing(_) => Ok(()),
    })?;
    if let Err(refusal) = read {
        eprintln!("{refusal}");
        return Ok(REFUSED);
    }
    std::io::stdout().lock().write_all(&lines)?;
    let Counts { records, changed, class, dates, materials } = counts;
    eprintln!(
        "处罚记录{records}条，{old} 与 {new} 结论不同的{changed}条：类别{class}条，日期{dates}条，材料{materials}条；退回{rejected}行"
    );
    Ok(if rejected > 0 { FINDINGS } else { DONE })
}

fn compare(
    rules: &Rules,
    row: &PenaltyRow,
    day: Date,
    [old, new]: &[EditionChoice; 2],
    counts: &mut Counts,
    lines: &mut Vec<u8>,
) -> Result<()> {
    let (before, after) = (rules.assess(&row.facts, day, old)?, rules.assess(&row.facts, day, new)?);
    let (old, new) = (Answer::new(&before), Answer::new(&after));
    let changed = old.changed(&new);
    counts.add(&changed);
    if !changed.is_empty() {
        let line = Line {
            source: &row.source,
            uscc: row.uscc.as_ref(),
            enterprise: &row.enterprise,
            decision_number: &row.decision,
            changed: &changed,
            old,
            new,
        };
        serde_json::to_writer(&mut *lines, &line)?;
        lines.push(b'\n');
    }
    Ok(())
}
