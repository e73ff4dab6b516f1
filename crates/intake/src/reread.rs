//! One row read once more from what was kept of it: what each of its cells came to.

use std::sync::Arc;

use jiff::civil::Date;
use xinxiu_domain::ListKind;
use xinxiu_domain::penalty::{procedure, yuan};

use crate::aliases::field_of;
use crate::cells::Cells;
use crate::dates::{DateSystem, Until};
use crate::field::Field;
use crate::header::Layout;
use crate::mapping::Mapping;
use crate::record::{ListingRow, Outcome, PenaltyRow, Place, Problem, Profile};
use crate::row::{self, Context};
use crate::seen::Seen;

/// What a cell came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// Its column is not understood, or was left out: the cell is kept and not read.
    NotRead,
    /// Its column is understood and nothing on record is made of it.
    NotUsed,
    /// This value; empty where the cell says nothing that can be taken.
    As(String),
}

/// A cell as received with what it came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadCell {
    /// The header as written.
    pub header: String,
    /// What the column means.
    pub field: Option<Field>,
    /// The cell as it came.
    pub received: String,
    /// What it came to.
    pub taken: Taken,
    /// Whether that is the cell as it came, to the letter.
    pub is_unchanged: bool,
}

/// A row read once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reread {
    /// Its cells in their order.
    pub cells: Vec<ReadCell>,
    /// What looks wrong; the reasons where it is sent back.
    pub problems: Vec<Problem>,
    /// Whether it is sent back.
    pub rejected: bool,
}

/// Reads one kept row once more, as it was read on a day for a list. What another row has to do with it, a
/// repeated decision for example, is not seen.
pub fn reread(pairs: &[(String, String)], list: ListKind, as_of: Date, mapping: &Mapping) -> Reread {
    let header: Cells = pairs.iter().map(|(header, _)| header.as_str()).collect();
    let layout = Layout::read(&header, None, mapping);
    let listings = list.holds_listings();
    let fingerprints = Seen::new().fingerprints();
    let dates = DateSystem::default();
    let context = Context { layout: &layout, dates, as_of, listings, fingerprints: &fingerprints };
    let cells: Cells = pairs.iter().map(|(_, cell)| cell.as_str()).collect();
    let nowhere = Arc::from("");
    let place = Place { file: &nowhere, sheet: &nowhere, row: 0 };
    let outcome = row::read(&context, place, &cells).into_outcome(&context);
    let of = |(column, (header, received)): (usize, &(String, String))| {
        let field = layout.field_at(column);
        let taken = field.map_or(Taken::NotRead, |field| taken(&outcome, field));
        let is_unchanged = taken == Taken::As(received.clone());
        ReadCell { header: header.clone(), field, received: received.clone(), taken, is_unchanged }
    };
    let cells = pairs.iter().enumerate().map(of).collect();
    let (problems, rejected) = match outcome {
        Outcome::Penalty(row) => (row.problems, false),
        Outcome::Listing(row) => (row.problems, false),
        Outcome::Rejected(row) => (row.reasons, true),
    };
    Reread { cells, problems, rejected }
}

/// What a column means: what a person says of it, or else the alias table.
pub fn field_in(header: &str, column: usize, mapping: &Mapping) -> Option<Field> {
    mapping.said(header, column).copied().unwrap_or_else(|| field_of(header))
}

fn taken(outcome: &Outcome, field: Field) -> Taken {
    let value = match outcome {
        Outcome::Penalty(row) => of_penalty(row, field),
        Outcome::Listing(row) => of_listing(row, field),
        Outcome::Rejected(_) => None,
    };
    value.map_or(Taken::NotUsed, Taken::As)
}

fn of_penalty(row: &PenaltyRow, field: Field) -> Option<String> {
    let facts = &row.facts;
    Some(match field {
        Field::Name => row.enterprise.clone(),
        Field::Uscc => row.uscc.as_ref().map_or_else(|| row.reg_no.clone(), ToString::to_string),
        Field::RegNo => row.reg_no.clone(),
        Field::Subject => facts.subject.label().to_owned(),
        Field::DecisionNumber => row.decision.to_string(),
        Field::DecisionDate => facts.decision_date.to_string(),
        Field::Kinds | Field::Kinds2 => facts.kinds.clone(),
        Field::Content => facts.content.clone(),
        Field::Violation => facts.violation.clone(),
        Field::Facts => facts.facts.clone(),
        Field::Basis => facts.basis.clone(),
        Field::Authority => facts.authority.clone(),
        Field::Fine => facts.fine_fen.map(yuan).unwrap_or_default(),
        Field::Confiscated => facts.confiscated_fen.map(yuan).unwrap_or_default(),
        Field::Severity => facts.stated_severity.map_or("", |severity| severity.label()).to_owned(),
        Field::Procedure => procedure(facts.summary_procedure).to_owned(),
        Field::ValidUntil => until(row.valid_until),
        Field::PublicityEnd => until(row.supplied_publicity_end),
        Field::Status => row.status.map_or("", |status| status.label()).to_owned(),
        Field::SourceUnit => row.source_unit.clone(),
        Field::Remark => row.remark.clone(),
        _ => return of_profile(&row.profile, field),
    })
}

fn of_listing(row: &ListingRow, field: Field) -> Option<String> {
    Some(match field {
        Field::Name => row.enterprise.clone(),
        Field::Uscc => row.uscc.as_ref().map_or_else(|| row.reg_no.clone(), ToString::to_string),
        Field::RegNo => row.reg_no.clone(),
        Field::Reason => row.reason.clone(),
        Field::ListingBody => row.listing_body.clone(),
        Field::ListingDate => row.listing_date.map(|day| day.to_string()).unwrap_or_default(),
        _ => return of_profile(&row.profile, field),
    })
}

fn of_profile(profile: &Profile, field: Field) -> Option<String> {
    Some(match field {
        Field::Region => profile.region.clone(),
        Field::Township => profile.township.clone(),
        Field::Industry => profile.industry.clone(),
        Field::Address => profile.address.clone(),
        Field::LegalRep => profile.legal_rep.clone(),
        Field::LegalRepId => profile.legal_rep_id.clone(),
        Field::Contact => profile.contact.clone(),
        Field::Phone => profile.phone.clone(),
        _ => return None,
    })
}

fn until(end: Option<Until>) -> String {
    match end {
        Some(Until::Day(day)) => day.to_string(),
        Some(Until::NoEnd) => "长期".to_owned(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Reread {
        let pairs: Vec<_> = pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        reread(&pairs, ListKind::RepairablePenalty, date(2022, 6, 1), &Mapping::new())
    }

    #[test]
    fn each_cell_says_what_it_came_to() {
        let row = read(&[
            ("企业名称", " 示例 公司"),
            ("行政处罚决定书文号", "示罚字[2022]1号"),
            ("处罚决定日期", "2022/1/5"),
            ("罚款金额（万元）", "0.1"),
            ("经办人备忘", "甲"),
            ("序号", "1"),
        ]);
        let taken: Vec<_> = row.cells.iter().map(|cell| &cell.taken).collect();
        assert_eq!(*taken[2], Taken::As("2022-01-05".into()));
        assert_eq!(*taken[3], Taken::As("1000.00元".into()));
        assert_eq!((taken[4], taken[5]), (&Taken::NotRead, &Taken::NotUsed));
        assert!(!row.rejected);
    }

    #[test]
    fn a_row_that_is_sent_back_says_why() {
        let row = read(&[("企业名称", "示例公司"), ("行政处罚决定书文号", ""), ("处罚决定日期", "无")]);
        assert!(row.rejected);
        let codes: Vec<_> = row.problems.iter().map(|problem| problem.code.code()).collect();
        assert!(codes.contains(&"decision_number_missing"), "{codes:?}");
        assert!(row.problems[0].message.contains("重新导入"));
    }
}
