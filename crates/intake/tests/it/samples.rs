//! Every file of `samples/`, with its exact counts and problems.

use jiff::civil::date;
use xinxiu_domain::ListKind;
use xinxiu_domain::penalty::{StatedSeverity, SubjectKind};
use xinxiu_intake::{Generation, Outcome, PenaltyRow, Seen, Skipped, Until};

use crate::support::{notable, options, read, read_list, read_with, sample};

fn penalty(outcomes: &[Outcome], row: u64) -> &PenaltyRow {
    let found = outcomes.iter().find_map(|outcome| match outcome {
        Outcome::Penalty(penalty) if penalty.source.row == row => Some(&**penalty),
        _ => None,
    });
    found.unwrap()
}

#[test]
fn generation_c_with_all_its_mess() {
    let (outcomes, summary) = read("generation-c.xlsx");
    assert_eq!((summary.penalties, summary.listings, summary.rejected), (22, 0, 5));
    assert_eq!(summary.skipped, Skipped { blank: 1, totals: 1, notes: 1, repeated_headers: 1, labels: 2 });
    let sheets: Vec<_> = summary
        .sheets
        .iter()
        .map(|sheet| (sheet.name.as_str(), sheet.header_row, sheet.generation))
        .collect();
    assert_eq!(
        sheets,
        [
            ("法人", Some(3), Generation::C),
            ("补充", Some(1), Generation::C),
            ("说明", None, Generation::Other)
        ]
    );
    assert_eq!(
        notable(&outcomes),
        [
            "法人:8 penalty uscc_missing",
            "法人:9 penalty old_registration_number",
            "法人:10 penalty natural_person,decision_in_future",
            "法人:11 rejected uscc_check",
            "法人:12 rejected uscc_damaged",
            "法人:13 rejected name_missing",
            "法人:15 rejected decision_number_missing",
            "法人:16 rejected decision_date_unreadable",
            "法人:17 penalty amount_mismatch",
            "法人:18 penalty publicity_end_before_decision",
            "法人:19 penalty decision_in_future",
            "法人:23 penalty authority_code_invalid",
            "法人:24 penalty old_registration_number,decision_in_future",
            "法人:25 penalty duplicate_decision",
            "法人:28 penalty decision_in_future",
            "补充:4 penalty decision_in_future",
        ]
    );
}

#[test]
fn generation_c_values() {
    let (outcomes, _) = read("generation-c.xlsx");
    let first = penalty(&outcomes[..1], 4);
    assert_eq!(first.uscc.as_ref().unwrap().as_str(), "91320613MA1T00013G");
    assert_eq!(first.decision.as_str(), "通示罚〔2020〕1号");
    assert_eq!(first.facts.decision_date, date(2020, 2, 2));
    assert_eq!(first.facts.fine_fen, Some(200_000));
    assert_eq!(first.valid_until, Some(Until::NoEnd));
    assert_eq!(first.supplied_publicity_end, Some(Until::Day(date(2021, 2, 2))));
    assert_eq!(penalty(&outcomes, 5).uscc.as_ref().unwrap().as_str(), "91320614MA1T00021R", "full-width");
    assert_eq!(penalty(&outcomes, 6).facts.decision_date, date(2022, 4, 4), "serial number, hidden row");
    assert_eq!(penalty(&outcomes, 7).facts.decision_date, date(2019, 5, 5), "年月日");
    assert_eq!(penalty(&outcomes, 9).reg_no, "320600000012345");
    let person = penalty(&outcomes, 10);
    assert_eq!((person.facts.subject, &person.uscc), (SubjectKind::NaturalPerson, &None));
    assert_eq!(penalty(&outcomes, 20).facts.content, "责令停产停业，并处罚款", "a line break splits no word");
    assert_eq!(penalty(&outcomes, 24).reg_no, "320600000054321", "a number that was a code");
    assert_eq!(penalty(&outcomes, 25).duplicate_of.as_ref().unwrap().row, 4);
    assert!(penalty(&outcomes, 25).problems[0].message.contains("第4行"));
    assert_eq!(penalty(&outcomes, 28).enterprise, penalty(&outcomes, 29).enterprise, "merged cells");
}

#[test]
fn the_second_file_of_a_call_names_the_first() {
    let mut seen = Seen::new();
    read_with(&sample("generation-c.xlsx"), &options(), &mut seen).unwrap();
    let (outcomes, summary) = read_with(&sample("generation-c.xlsx"), &options(), &mut seen).unwrap();
    let duplicates = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Outcome::Penalty(row) if row.duplicate_of.is_some()));
    assert_eq!(duplicates.count() as u64, summary.penalties);
    assert_eq!(penalty(&outcomes, 5).duplicate_of.as_ref().unwrap().row, 5);
}

#[test]
fn both_date_systems_give_the_same_day() {
    let (outcomes, summary) = read("date-system-1904.xlsx");
    assert_eq!((summary.penalties, summary.with_problems), (3, 0));
    for row in 2..=4 {
        assert_eq!(penalty(&outcomes, row).facts.decision_date, date(2022, 1, 5));
    }
    let profile = &penalty(&outcomes, 2).profile;
    assert_eq!((profile.region.as_str(), profile.township.as_str()), ("崇川区", "示例街道"));
    assert_eq!((profile.contact.as_str(), profile.phone.as_str()), ("示例某", "10000000111"));
}

#[test]
fn generation_b_in_gb18030() {
    let (outcomes, summary) = read("generation-b-gb18030.csv");
    assert_eq!((summary.penalties, summary.rejected), (15, 0));
    assert_eq!(summary.skipped, Skipped { blank: 1, totals: 1, ..Skipped::default() });
    assert_eq!(summary.sheets[0].generation, Generation::B);
    assert_eq!(
        notable(&outcomes),
        [
            ":7 penalty publicity_end_before_decision",
            ":8 penalty money_unreadable",
            ":9 penalty kinds_ambiguous",
            ":17 penalty decision_in_future",
        ],
        "lines count on after the cell with a line break"
    );
    assert_eq!(penalty(&outcomes, 4).facts.facts, "第一行，含逗号第二行，含\"引号\"");
    let raw = &penalty(&outcomes, 4).raw;
    assert!(
        raw.pairs().any(|pair| pair == ("违法事实", "第一行，含逗号\n第二行，含\"引号\"")),
        "raw stays raw"
    );
}

#[test]
fn generation_a_with_codes_above_labels() {
    let (outcomes, summary) = read("generation-a-utf8-bom.csv");
    assert_eq!((summary.penalties, summary.rejected, summary.skipped.labels), (8, 0, 1));
    assert_eq!(summary.sheets[0].generation, Generation::A);
    assert_eq!(
        notable(&outcomes),
        [
            ":4 penalty record_withdrawn",
            ":5 penalty record_disputed",
            ":6 penalty status_ambiguous",
            ":8 penalty natural_person",
        ]
    );
    assert_eq!(penalty(&outcomes, 7).facts.kinds, "罚款；没收违法所得");
}

#[test]
fn natural_persons_as_unicode_text() {
    let (outcomes, summary) = read("natural-persons-utf16.txt");
    assert_eq!((summary.penalties, summary.rejected), (2, 0));
    assert_eq!(notable(&outcomes), [":2 penalty natural_person", ":3 penalty natural_person"]);
}

#[test]
fn the_same_list_from_two_formats() {
    for name in ["repairable-penalty.ods", "repairable-penalty.xls"] {
        let (outcomes, summary) = read_list(name, ListKind::RepairablePenalty);
        assert_eq!((summary.penalties, summary.rejected), (12, 0), "{name}");
        assert_eq!(summary.skipped, Skipped { blank: 1, totals: 1, ..Skipped::default() }, "{name}");
        assert_eq!(notable(&outcomes), ["可修复名单:8 penalty severity_unknown"], "{name}");
        let row = penalty(&outcomes, 3);
        assert_eq!(row.facts.fine_fen, Some(270_200), "{name}: the header says 元");
        assert_eq!(row.facts.stated_severity, Some(StatedSeverity::SpecifiedSerious), "{name}");
        assert_eq!(row.facts.summary_procedure, Some(false), "{name}");
        assert_eq!(penalty(&outcomes, 4).facts.subject, SubjectKind::SoleTrader, "{name}");
        assert_eq!(penalty(&outcomes, 6).facts.summary_procedure, Some(true), "{name}");
        assert_eq!(penalty(&outcomes, 6).enterprise, penalty(&outcomes, 5).enterprise, "{name}: merged");
    }
}

#[test]
fn listings_come_only_from_the_lists_that_hold_them() {
    let (outcomes, summary) = read_list("special-governance.xlsx", ListKind::SpecialGovernance);
    assert_eq!((summary.listings, summary.penalties, summary.rejected), (6, 3, 1));
    assert_eq!(summary.skipped, Skipped { blank: 1, labels: 1, ..Skipped::default() });
    assert_eq!(
        notable(&outcomes),
        [
            "专项治理:5 listing uscc_missing",
            "专项治理:6 listing old_registration_number",
            "专项治理:7 rejected uscc_check",
        ]
    );
    let Outcome::Listing(first) = &outcomes[0] else { panic!("a listing") };
    assert_eq!((first.reason.as_str(), first.listing_body.as_str()), ("失信被执行人", "南通市示例法院"));
    assert_eq!(first.listing_date, Some(date(2022, 3, 1)));
    assert_eq!(first.profile.region, "如皋市");

    let (_, as_penalties) = read_list("special-governance.xlsx", ListKind::RepairablePenalty);
    assert_eq!((as_penalties.listings, as_penalties.penalties, as_penalties.rejected), (0, 3, 7));
}

#[test]
fn the_watch_list_with_semicolons() {
    let (outcomes, summary) = read_list("watch-list-semicolon.csv", ListKind::Watch);
    assert_eq!((summary.listings, summary.rejected, summary.skipped.notes), (6, 0, 1));
    assert_eq!(notable(&outcomes), [":4 listing date_unreadable"]);
}
