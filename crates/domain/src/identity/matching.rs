//! Which enterprise on record a row of a list means that gives no code.

use crate::id::{EnterpriseId, OrgId};
use crate::registration_number::RegistrationNumber;

/// What a row without a code says of its enterprise. Its name has been compared already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row<'a> {
    /// Old registration number; may be empty or wrong.
    pub registration_number: &'a str,
    /// County or park, where the row names one.
    pub county: Option<OrgId>,
}

/// An enterprise on record, not a natural person, that has the name of the row on file or among its other names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The enterprise; of one that was joined to another, that other.
    pub enterprise: EnterpriseId,
    /// Whether the row's name is the one on file, in whatever spelling.
    pub is_name_on_file: bool,
    /// Whether it has a USCC.
    pub has_uscc: bool,
    /// Old registration number; may be empty.
    pub registration_number: String,
    /// County or park.
    pub county: Option<OrgId>,
    /// Whether it already has the decision, or the listing, that the row is about.
    pub has_record: bool,
}

/// The enterprise that a row without a code means; `None` where it must be put on record as another, which people may then find to be the same. A name alone never leads to an enterprise
/// that has a code, nor to one of several namesakes.
pub fn without_code(row: Row<'_>, known: &[Known]) -> Option<EnterpriseId> {
    by_record(known).or_else(|| by_number(row, known)).or_else(|| by_name(row, known))
}

/// Name and decision together.
fn by_record(known: &[Known]) -> Option<EnterpriseId> {
    only(known, |one| one.has_record && one.is_name_on_file).or_else(|| only(known, |one| one.has_record))
}

/// Name and a registration number with a right check digit.
fn by_number(row: Row<'_>, known: &[Known]) -> Option<EnterpriseId> {
    let number = RegistrationNumber::parse(row.registration_number).ok()?;
    only(known, |one| one.registration_number == number.as_str())
}

/// Name alone, among those without a code and with nothing against them: first who fits in everything the row
/// says and leaves open, for such a one was made of a row like this; else the only one there is.
fn by_name(row: Row<'_>, known: &[Known]) -> Option<EnterpriseId> {
    let open = |one: &Known| one.is_name_on_file && !one.has_uscc;
    let exact = known.iter().find(|one| {
        open(one) && one.registration_number == row.registration_number && one.county == row.county
    });
    let agrees = |one: &Known| {
        let number = one.registration_number.is_empty()
            || row.registration_number.is_empty()
            || one.registration_number == row.registration_number;
        let county = one.county.is_none() || row.county.is_none() || one.county == row.county;
        number && county
    };
    exact.map(|one| one.enterprise).or_else(|| only(known, |one| open(one) && agrees(one)))
}

fn only(known: &[Known], fits: impl Fn(&Known) -> bool) -> Option<EnterpriseId> {
    let mut fitting = known.iter().filter(|one| fits(one)).map(|one| one.enterprise);
    let first = fitting.next()?;
    fitting.all(|other| other == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBER: &str = "110108000000016";

    fn known(id: i64) -> Known {
        Known {
            enterprise: EnterpriseId(id),
            is_name_on_file: true,
            has_uscc: false,
            registration_number: String::new(),
            county: None,
            has_record: false,
        }
    }

    fn of(id: i64, county: i64) -> Known {
        Known { county: Some(OrgId(county)), ..known(id) }
    }

    fn found(number: &str, county: Option<i64>, known: &[Known]) -> Option<i64> {
        without_code(Row { registration_number: number, county: county.map(OrgId) }, known).map(|id| id.0)
    }

    #[test]
    fn a_name_alone_leads_to_no_code_and_to_none_of_two_namesakes() {
        let coded = Known { has_uscc: true, ..known(9) };
        assert_eq!(found("", None, &[coded]), None);
        assert_eq!(found("", None, &[of(1, 1), of(2, 2)]), None);
        assert_eq!(found("", Some(2), &[of(1, 1), of(2, 2)]), Some(2));
        assert_eq!(found("", Some(3), &[of(1, 1), of(2, 2)]), None);
        assert_eq!(found("", Some(1), &[known(5)]), Some(5));
    }

    #[test]
    fn a_row_finds_again_what_was_made_of_it() {
        // The third was made of a row without county, since it fitted two namesakes.
        assert_eq!(found("", None, &[of(1, 1), of(2, 2), known(3)]), Some(3));
        let moved = Known { has_record: true, ..of(4, 2) };
        assert_eq!(found("", Some(1), &[moved]), Some(4));
    }

    #[test]
    fn a_number_or_a_decision_leads_to_the_code_that_is_known_with_it() {
        let coded = Known { has_uscc: true, registration_number: NUMBER.into(), ..known(2) };
        assert_eq!(found(NUMBER, None, &[known(1), coded.clone()]), Some(2));
        // A number with a wrong check digit proves nothing.
        let wrong = Known { registration_number: "110108000000017".into(), ..coded };
        assert_eq!(found("110108000000017", None, &[wrong]), None);
        let decided = Known { has_uscc: true, has_record: true, ..known(2) };
        assert_eq!(found("", None, &[known(1), decided]), Some(2));
    }

    #[test]
    fn one_that_was_joined_leads_to_the_one_that_is_kept() {
        let kept = Known { has_uscc: true, is_name_on_file: false, ..known(7) };
        assert_eq!(found("", None, &[kept, known(7)]), Some(7));
    }
}
