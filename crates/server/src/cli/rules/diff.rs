//! `xinxiu rules diff`: what changes between two editions, and for which records of a list.

use std::io::Write;
use std::path::Path;

use anyhow::{Result, bail};
use jiff::civil::Date;
use serde::Serialize;
use xinxiu_domain::id::{CampaignId, PenaltyId};
use xinxiu_domain::penalty::{Assessment, Material, PenaltyClass, PenaltyFacts, VerdictKind};
use xinxiu_domain::{DecisionNumber, Uscc};
use xinxiu_intake::{Options, Outcome, PenaltyRow, Seen, Source};
use xinxiu_policy::{EditionChoice, Rules, TableRow};
use xinxiu_store::{Db, campaign, penalty};

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
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a Source>,
    #[serde(skip_serializing_if = "Option::is_none")]
    penalty: Option<PenaltyId>,
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
    fn tell(&self, (old, new): (&str, &str), rest: &str) {
        let Self { records, changed, class, dates, materials } = self;
        eprintln!(
            "处罚记录{records}条，{old} 与 {new} 结论不同的{changed}条：类别{class}条，日期{dates}条，材料{materials}条{rest}"
        );
    }

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
    let Some(choices) = choices(rules, (old, new), day) else { return Ok(USAGE) };
    let (mut counts, mut rejected) = (Counts::default(), 0);
    // Nothing is given out before the file has been read to its end.
    let mut lines = Vec::new();
    let read = read_rows(file, &Options::new(day), &mut Seen::new(), |outcome, _| match outcome {
        Outcome::Penalty(row) => {
            compare(rules, (&Record::of(&row), &row.facts), day, &choices, &mut counts, &mut lines)
        }
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
    counts.tell((old, new), &format!("；退回{rejected}行"));
    Ok(if rejected > 0 { FINDINGS } else { DONE })
}

/// As [`records`], of the public records of a database; a reviewer's class counts as the authority's own.
///
/// # Errors
/// A database that cannot be opened, an unknown campaign, an output that cannot be written.
pub(super) fn database(
    rules: &Rules,
    (old, new): (&str, &str),
    (address, campaign): (&str, Option<&str>),
    day: Date,
) -> Result<u8> {
    let Some(choices) = choices(rules, (old, new), day) else { return Ok(USAGE) };
    if let Some(path) = address.strip_prefix("sqlite:")
        && !Path::new(path).exists()
    {
        bail!("没有找到数据库 {path}");
    }
    let (mut counts, mut lines) = (Counts::default(), Vec::new());
    Db::open(address)?.read(|tx| {
        let of_campaign = match campaign {
            None => "1 = 1".to_owned(),
            Some(text) => {
                let found = match text.parse::<CampaignId>() {
                    Ok(id) => Some(campaign::load(tx, id)?),
                    Err(_) => campaign::by_code(tx, text)?,
                };
                let Some(found) = found else { bail!("没有年度行动「{text}」") };
                format!(
                    "exists (select 1 from member m where m.enterprise_id = p.enterprise_id and m.campaign_id = {})",
                    found.id
                )
            }
        };
        // The whole records, with name and code of their enterprises.
        let sql = format!(
            "select q.*, e.name as enterprise_name, e.uscc as enterprise_uscc from ({} where p.state = 'public' \
             and {of_campaign}) q join enterprise e on e.id = q.enterprise_id order by q.id",
            penalty::select()
        );
        tx.for_each(&sql, &[], |row| {
            let found = penalty::from_row(&row)?;
            let name: String = row.get("enterprise_name")?;
            let uscc = row.get::<Option<String>>("enterprise_uscc")?.and_then(|text| Uscc::parse(&text).ok());
            let stated = found.review_class.and_then(PenaltyClass::as_stated);
            let facts = PenaltyFacts { stated_severity: stated.or(found.facts.stated_severity), ..found.facts };
            let record = Record {
                source: None,
                penalty: Some(found.id),
                uscc: uscc.as_ref(),
                enterprise: &name,
                decision: &found.decision,
            };
            compare(rules, (&record, &facts), day, &choices, &mut counts, &mut lines)
        })
    })?;
    std::io::stdout().lock().write_all(&lines)?;
    counts.tell((old, new), "");
    Ok(DONE)
}

/// The two editions as choices; says what is wrong with one that cannot decide.
fn choices(rules: &Rules, (old, new): (&str, &str), day: Date) -> Option<[EditionChoice; 2]> {
    for edition in [old, new] {
        if let Err(error) = rules.select(day, Some(edition)) {
            eprintln!("{edition}：{error}");
            return None;
        }
    }
    Some([old, new].map(|id| EditionChoice::Named(id.to_owned())))
}

/// Which record a line is about.
struct Record<'a> {
    source: Option<&'a Source>,
    penalty: Option<PenaltyId>,
    uscc: Option<&'a Uscc>,
    enterprise: &'a str,
    decision: &'a DecisionNumber,
}

impl<'a> Record<'a> {
    fn of(row: &'a PenaltyRow) -> Self {
        Self {
            source: Some(&row.source),
            penalty: None,
            uscc: row.uscc.as_ref(),
            enterprise: &row.enterprise,
            decision: &row.decision,
        }
    }
}

fn compare(
    rules: &Rules,
    (record, facts): (&Record<'_>, &PenaltyFacts),
    day: Date,
    [old, new]: &[EditionChoice; 2],
    counts: &mut Counts,
    lines: &mut Vec<u8>,
) -> Result<()> {
    let (before, after) = (rules.assess(facts, day, old)?, rules.assess(facts, day, new)?);
    let (old, new) = (Answer::new(&before), Answer::new(&after));
    let changed = old.changed(&new);
    counts.add(&changed);
    if !changed.is_empty() {
        let line = Line {
            source: record.source,
            penalty: record.penalty,
            uscc: record.uscc,
            enterprise: record.enterprise,
            decision_number: record.decision,
            changed: &changed,
            old,
            new,
        };
        serde_json::to_writer(&mut *lines, &line)?;
        lines.push(b'\n');
    }
    Ok(())
}
