//! Each generation of the data standard, for organisations and for persons, as another program wrote it: read
//! wholly, every field in its place.

use jiff::civil::date;
use xinxiu_domain::Uscc;
use xinxiu_domain::penalty::SubjectKind;
use xinxiu_intake::{Generation, Outcome, PenaltyRow, RecordStatus, Until};

use crate::support::{notable, read};

const USCC: &str = "91320613MA1T00013G";
const PERSON: &str = "11010519491231002X";
const AUTHORITY: &str = "南通市示例市场监督管理局";

/// The file, read wholly: two records, no column left over. Gives the first.
fn whole(name: &str, generation: Generation) -> PenaltyRow {
    let (outcomes, summary) = read(&format!("programs/{name}"));
    assert_eq!((summary.penalties, summary.rejected), (2, 0), "{name}: {:?}", notable(&outcomes));
    assert_eq!(summary.sheets[0].generation, generation, "{name}");
    assert!(summary.sheets[0].unknown.is_empty(), "{name}: {:?}", summary.sheets[0].unknown);
    let mut rows = outcomes.into_iter().filter_map(|outcome| match outcome {
        Outcome::Penalty(row) => Some(*row),
        _ => None,
    });
    let (first, second) = (rows.next().unwrap(), rows.next().unwrap());
    assert_eq!(
        (first.decision.as_str(), second.decision.as_str()),
        ("示罚〔2022〕001号", "示罚〔2022〕002号"),
        "{name}"
    );
    first
}

/// What all six say of the decision.
fn the_decision(name: &str, row: &PenaltyRow) {
    let facts = &row.facts;
    assert_eq!(facts.decision_date, date(2022, 1, 5), "{name}");
    assert_eq!(facts.kinds, "罚款；没收违法所得", "{name}");
    assert_eq!(facts.content, "罚款人民币2000元", "{name}");
    assert_eq!(facts.facts, "示例事实", "{name}");
    assert_eq!(facts.basis, "《示例条例》第十条", "{name}");
    assert_eq!(facts.authority, AUTHORITY, "{name}");
    assert_eq!(row.remark, "示例备注", "{name}");
}

/// What generations B and C add.
fn the_later_fields(name: &str, row: &PenaltyRow) {
    assert_eq!(row.facts.violation, "示例违法类型", "{name}");
    assert_eq!((row.facts.fine_fen, row.facts.confiscated_fen), (Some(200_000), Some(350_000)), "{name}");
    assert_eq!(row.licence_taken, "示例许可证0012号", "{name}");
    assert_eq!(row.valid_until, Some(Until::NoEnd), "{name}");
    assert_eq!(row.supplied_publicity_end, Some(Until::Day(date(2023, 1, 5))), "{name}");
    assert_eq!(row.authority_code.len(), 18, "{name}");
    assert_eq!(row.source_unit, "示例信息中心", "{name}");
    assert_eq!(row.status, None, "{name}");
}

fn an_organisation(name: &str, row: &PenaltyRow) {
    assert_eq!(row.enterprise, "示例甲零零一科技（虚构）有限公司", "{name}");
    assert_eq!(row.uscc.as_ref().map(Uscc::as_str), Some(USCC), "{name}");
    assert_eq!(row.reg_no, "003206000001234", "{name}: leading zeros stay");
    assert_eq!(row.facts.subject, SubjectKind::LegalPerson, "{name}");
    assert_eq!(row.profile.legal_rep, "示例乙（虚构）", "{name}");
    assert_eq!(row.problems, [], "{name}");
}

fn a_person(name: &str, row: &PenaltyRow) {
    assert_eq!(row.enterprise, "示例某（虚构）", "{name}");
    assert_eq!((&row.uscc, row.reg_no.as_str()), (&None, ""), "{name}");
    assert_eq!(row.facts.subject, SubjectKind::NaturalPerson, "{name}");
    assert_eq!(row.problems.len(), 1, "{name}: that it is a person");
    assert!(row.raw.pairs().any(|(_, cell)| cell == PERSON), "{name}: kept as received");
}

#[test]
fn generation_a() {
    let name = "generation-a-legal.xls";
    let row = whole(name, Generation::A);
    the_decision(name, &row);
    an_organisation(name, &row);
    assert_eq!(row.status, Some(RecordStatus::Normal));

    let name = "generation-a-natural.csv";
    let row = whole(name, Generation::A);
    the_decision(name, &row);
    a_person(name, &row);
}

#[test]
fn generation_b() {
    let name = "generation-b-legal.xlsx";
    let row = whole(name, Generation::B);
    the_decision(name, &row);
    the_later_fields(name, &row);
    an_organisation(name, &row);
    assert_eq!(row.profile.legal_rep_id, PERSON);

    let name = "generation-b-natural.ods";
    let row = whole(name, Generation::B);
    the_decision(name, &row);
    the_later_fields(name, &row);
    a_person(name, &row);
}

#[test]
fn generation_c() {
    let name = "generation-c-legal.ods";
    let row = whole(name, Generation::C);
    the_decision(name, &row);
    the_later_fields(name, &row);
    an_organisation(name, &row);
    assert_eq!(row.profile.legal_rep_id, PERSON);

    let name = "generation-c-natural.xls";
    let row = whole(name, Generation::C);
    the_decision(name, &row);
    the_later_fields(name, &row);
    a_person(name, &row);
}
