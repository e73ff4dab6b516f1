//! A text read in pieces says what it says when it is read from beginning to end.

use std::fmt::Display;
use std::ops::ControlFlow;
use std::path::Path;

use xinxiu_domain::DecisionNumber;
use xinxiu_domain::penalty::PenaltyFacts;
use xinxiu_intake::{
    Options, Outcome, Part, Problem, Progress, Record, Refusal, Seen, Source, Summary, Taker, read_in_parts,
};

use crate::support::{options, read_with};

/// `SplitMix64`: the same soup for the same seed.
struct Soup(u64);

impl Soup {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(bound).unwrap()).unwrap()
    }

    /// A list with everything that makes it hard to say where a record ends.
    fn list(&mut self) -> String {
        const HEADS: [&str; 3] = [
            "企业名称,处罚文号,处罚决定日期,处罚内容\n",
            "处罚文号,处罚内容,企业名称,处罚决定日期\r\n",
            "企业名称,决定书文号,处罚决定日期\r",
        ];
        const CRUMBS: [&str; 16] = [
            "\"",
            "\"\"",
            "\",\"",
            ",\"",
            "\n",
            "\r",
            "\r\n",
            "\n\n",
            ",",
            "甲",
            "x\"",
            "合计,3\n",
            " ",
            "\u{feff}",
            "\"\r\n\"",
            "备注：无\n",
        ];
        let mut list = String::new();
        if self.below(4) == 0 {
            list.push('\u{feff}');
        }
        list.push_str(HEADS[self.below(3)]);
        for _ in 0..self.below(40) {
            match self.below(8) {
                0 => list.push_str(HEADS[self.below(3)]),
                1..4 => {
                    let number = self.below(6);
                    let name = if number < 3 { "甲厂" } else { "\"乙\"\"厂\r\n二部\"" };
                    list.push_str(&format!("{name},示罚〔2022〕{number}号,2022-01-05,罚款\n"));
                }
                _ => (0..self.below(9)).for_each(|_| list.push_str(CRUMBS[self.below(CRUMBS.len())])),
            }
        }
        list
    }
}

/// All that is said of each row.
#[derive(Default)]
struct Rows(Vec<String>);

impl Part for Rows {
    fn clear(&mut self) {
        self.0.clear();
    }
}

fn penalty<T: Display>(
    (row, enterprise, decision): (u64, &str, &DecisionNumber),
    facts: &PenaltyFacts<T>,
    problems: &[Problem],
    earlier: Option<&Source>,
) -> String {
    let (day, content, earlier) = (facts.decision_date, &facts.content, earlier.map(|source| source.row));
    format!("{row} {enterprise} {decision} {day} {content} {problems:?} {earlier:?}")
}

/// Everything that was taken of a list.
#[derive(Default)]
struct Taken {
    rows: Vec<String>,
    parts: usize,
    began_again: usize,
}

impl Taker<Rows> for Taken {
    fn take(&mut self, rows: &mut Rows, _: Progress) -> ControlFlow<()> {
        self.rows.append(&mut rows.0);
        self.parts += 1;
        ControlFlow::Continue(())
    }

    fn begin_again(&mut self) {
        self.rows.clear();
        self.began_again += 1;
    }
}

fn in_pieces(path: &Path, options: &Options) -> Result<(Taken, Summary), Refusal> {
    let hands = || {
        |rows: &mut Rows, record: &Record<'_>| {
            rows.0.push(match record {
                Record::Penalty(row) => penalty(
                    (row.place.row, &row.enterprise, &row.decision),
                    &row.facts,
                    &row.problems,
                    row.duplicate_of.as_ref(),
                ),
                Record::Listing(row) => format!("{row:?}"),
                Record::Rejected(row) => format!("{row:?}"),
            });
        }
    };
    let mut taken = Taken::default();
    let summary = read_in_parts(path, options, &mut Seen::new(), &hands, &mut taken)?;
    Ok((taken, summary))
}

fn from_beginning_to_end(path: &Path, options: &Options) -> Result<(Vec<String>, Summary), Refusal> {
    let (outcomes, summary) = read_with(path, options, &mut Seen::new())?;
    let said = |outcome| match outcome {
        Outcome::Penalty(row) => penalty(
            (row.source.row, &row.enterprise, &row.decision),
            &row.facts,
            &row.problems,
            row.duplicate_of.as_ref(),
        ),
        Outcome::Listing(row) => format!("{row:?}"),
        Outcome::Rejected(row) => format!("{row:?}"),
    };
    Ok((outcomes.into_iter().map(said).collect(), summary))
}

#[test]
fn pieces_say_what_the_whole_says() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("名单.csv");
    let mut soup = Soup(2022);
    let (mut parts, mut began_again) = (0, 0);
    for case in 0..2000 {
        let list = soup.list();
        std::fs::write(&path, &list).unwrap();
        let mut options = options();
        options.limits.piece_bytes = 1 + u64::try_from(soup.below(120)).unwrap();
        options.limits.header_rows = 1 + soup.below(3);
        let whole = from_beginning_to_end(&path, &options).map_err(|refusal| refusal.to_string());
        let pieces = in_pieces(&path, &options).map_err(|refusal| refusal.to_string());
        let pieces = pieces.map(|(taken, summary)| {
            parts += taken.parts;
            began_again += taken.began_again;
            (taken.rows, summary)
        });
        assert_eq!(pieces, whole, "case {case}: {list:?}");
    }
    assert!(parts > 8_000 && began_again > 200, "{parts} parts, {began_again} times anew");
}

#[test]
fn a_text_that_turns_out_to_be_none_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("名单.csv");
    let mut list = "企业名称,处罚文号,处罚决定日期,处罚内容\n".to_owned();
    for row in 0..4000 {
        list.push_str(&format!("甲厂,示罚〔2022〕{row}号,2022-01-05,罚款\n"));
    }
    let mut options = options();
    (options.limits.piece_bytes, options.limits.header_rows) = (1024, 3);
    // Broken characters, zeros, and a quote that never closes: all of them behind rows that are in order.
    for end in [&b"\xff\n"[..], b"\0\n", b"\"\n"] {
        std::fs::write(&path, [list.as_bytes(), end].concat()).unwrap();
        let mut taken = Taken::default();
        let hands = || |rows: &mut Rows, _: &Record<'_>| rows.0.push(String::new());
        let mut seen = Seen::new();
        let pieces = read_in_parts(&path, &options, &mut seen, &hands, &mut taken);
        assert_eq!(taken.began_again, 1, "{end:?}");
        let whole = read_with(&path, &options, &mut Seen::new());
        match (pieces, whole) {
            (Ok(pieces), Ok((outcomes, whole))) => {
                assert_eq!((pieces, taken.rows.len()), (whole, outcomes.len()), "{end:?}");
                assert_eq!(seen.len(), 4000, "no decision is a duplicate of itself");
            }
            (pieces, whole) => assert_eq!(
                pieces.unwrap_err().to_string(),
                whole.unwrap_err().to_string(),
                "{end:?}: refused for one reason"
            ),
        }
    }
}
