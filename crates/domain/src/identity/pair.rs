//! Two sheets side by side.

use super::clue::Clue;
use super::name::NameParts;
use crate::Uscc;
use crate::id::OrgId;
use crate::penalty::SubjectKind;
use crate::registration_number::RegistrationNumber;
use crate::text::squeeze;

/// What is known of an enterprise, as far as it identifies it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Name on file.
    pub name: String,
    /// Former names, and names that lists give it.
    pub other_names: Vec<String>,
    /// USCC.
    pub uscc: Option<Uscc>,
    /// Old registration number as received; may be empty or wrong.
    pub registration_number: String,
    /// Kind of the subject.
    pub subject: SubjectKind,
    /// County or park.
    pub county: Option<OrgId>,
    /// Address; may be empty.
    pub address: String,
    /// Legal representative by name; may be empty.
    pub legal_representative: String,
}

/// What only both together can say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shared {
    /// Decisions of one authority and one number that stand with both.
    pub decisions: usize,
    /// Whether the ID numbers of the legal representatives are equal; `None` where one is not held.
    pub same_representative_id: Option<bool>,
}

/// Whether two enterprises are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    /// Surely: they are joined.
    Same,
    /// Likely, with a score from 1 to 99: a person looks at them.
    Likely(u8),
    /// No, or nothing says so.
    Different,
    /// Two codes that differ, and nothing but the name in common: never to be joined.
    Forbidden,
}

/// A judgement with its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opinion {
    /// Whether they are one.
    pub judgement: Judgement,
    /// What speaks for it and against it.
    pub clues: Vec<Clue>,
}

impl Opinion {
    /// From 1, where nothing but a person's word speaks for the two, to 99, where they surely are one.
    pub const fn score(&self) -> u8 {
        match self.judgement {
            Judgement::Same => 99,
            Judgement::Likely(score) => score,
            Judgement::Different | Judgement::Forbidden => 1,
        }
    }

    /// Whether a person may find the two to be one: where something speaks for it, or where a person has put the pair
    /// forward and knows what no list says. Even then never on a word against two codes that differ, never a branch
    /// and its head office, never a natural person.
    pub fn may_be_one(&self, by_hand: bool) -> bool {
        let never = [Clue::UsccDiffers, Clue::BranchAndHeadOffice, Clue::NaturalPerson];
        match self.judgement {
            Judgement::Same | Judgement::Likely(_) => true,
            Judgement::Different => by_hand && !never.iter().any(|clue| self.clues.contains(clue)),
            Judgement::Forbidden => false,
        }
    }
}

/// Score from which a person should look.
const LIKELY: i32 = 35;

/// Says whether two enterprises on record are one, and why.
pub fn compare(one: &Sheet, other: &Sheet, shared: &Shared) -> Opinion {
    let clues = clues(one, other, shared);
    let has = |clue: Clue| clues.contains(&clue);
    let named = [Clue::SameName, Clue::SameNameLoosely, Clue::FormerName];
    let is_named = named.into_iter().any(has);
    // Evidence beside the name that is worth a person's time though the codes differ.
    let beside = has(Clue::SameOrganisationCode)
        || has(Clue::SameRegistrationNumber)
        || (is_named && (has(Clue::SharedDecision) || has(Clue::SameRepresentativeId)));
    let score = score(&clues);
    let judgement = if has(Clue::NaturalPerson) || has(Clue::BranchAndHeadOffice) {
        Judgement::Different
    } else if has(Clue::UsccDiffers) && !beside {
        if is_named { Judgement::Forbidden } else { Judgement::Different }
    } else if is_sure(&clues) {
        Judgement::Same
    } else if (is_named || beside || has(Clue::NearName)) && score >= LIKELY {
        Judgement::Likely(u8::try_from(score.clamp(1, 99)).unwrap_or(99))
    } else {
        Judgement::Different
    };
    Opinion { judgement, clues }
}

fn score(clues: &[Clue]) -> i32 {
    clues.iter().map(|clue| clue.weight()).sum()
}

/// Whether nobody need look: an official number and the name agree, or the name and a decision or person, and
/// nothing speaks against it.
fn is_sure(clues: &[Clue]) -> bool {
    let has = |clue: Clue| clues.contains(&clue);
    if clues.iter().any(|clue| clue.weight() < 0) {
        return false;
    }
    if has(Clue::SameUscc) {
        return true;
    }
    let called = has(Clue::SameName) || has(Clue::FormerName);
    let proof = [Clue::SameRegistrationNumber, Clue::SharedDecision, Clue::SameRepresentativeId];
    called && proof.into_iter().any(has)
}

fn clues(one: &Sheet, other: &Sheet, shared: &Shared) -> Vec<Clue> {
    let mut clues = Vec::new();
    codes(one, other, &mut clues);
    names(one, other, &mut clues);
    if shared.decisions > 0 {
        clues.push(Clue::SharedDecision);
    }
    people(one, other, shared, &mut clues);
    if equal(&one.address, &other.address) == Some(true) {
        clues.push(Clue::SameAddress);
    }
    match (one.county, other.county) {
        (Some(a), Some(b)) if a == b => clues.push(Clue::SameCounty),
        (Some(_), Some(_)) => clues.push(Clue::CountyDiffers),
        _ => {}
    }
    if [one, other].iter().any(|sheet| sheet.subject == SubjectKind::NaturalPerson) {
        clues.push(Clue::NaturalPerson);
    }
    clues
}

fn codes(one: &Sheet, other: &Sheet, clues: &mut Vec<Clue>) {
    match (&one.uscc, &other.uscc) {
        (Some(a), Some(b)) if a == b => clues.push(Clue::SameUscc),
        (Some(a), Some(b)) => {
            clues.push(Clue::UsccDiffers);
            if a.organisation_code() == b.organisation_code() {
                clues.push(Clue::SameOrganisationCode);
            }
        }
        _ => clues.push(Clue::OneWithoutUscc),
    }
    let number = |sheet: &Sheet| RegistrationNumber::parse(&sheet.registration_number).ok();
    match (number(one), number(other)) {
        (Some(a), Some(b)) if a == b => clues.push(Clue::SameRegistrationNumber),
        (Some(_), Some(_)) => clues.push(Clue::RegistrationNumberDiffers),
        // A number with a wrong check digit proves nothing, one way or the other.
        _ => {}
    }
}

fn names(one: &Sheet, other: &Sheet, clues: &mut Vec<Clue>) {
    let (a, b) = (NameParts::of(&one.name), NameParts::of(&other.name));
    if a.is_branch != b.is_branch {
        clues.push(Clue::BranchAndHeadOffice);
    }
    let called =
        |sheet: &Sheet, key: &str| sheet.other_names.iter().any(|name| NameParts::of(name).key == key);
    if a.key == b.key {
        clues.push(Clue::SameName);
    } else if called(one, &b.key) || called(other, &a.key) {
        clues.push(Clue::FormerName);
    } else if a.loose == b.loose {
        clues.push(Clue::SameNameLoosely);
        if a.is_joint_stock != b.is_joint_stock || a.is_company != b.is_company {
            clues.push(Clue::FormDiffers);
        }
    } else if !a.is_branch && !b.is_branch && a.is_near(&b) {
        clues.push(Clue::NearName);
    }
}

fn people(one: &Sheet, other: &Sheet, shared: &Shared, clues: &mut Vec<Clue>) {
    let same_name = equal(&one.legal_representative, &other.legal_representative);
    match (shared.same_representative_id, same_name) {
        (Some(true), _) => clues.push(Clue::SameRepresentativeId),
        // Of two numbers one may belong to the representative before.
        (Some(false), _) | (None, Some(false)) => clues.push(Clue::RepresentativeDiffers),
        (None, Some(true)) => clues.push(Clue::SameRepresentative),
        (None, None) => {}
    }
}

/// Whether two texts say the same; `None` where one says nothing.
fn equal(one: &str, other: &str) -> Option<bool> {
    let (one, other) = (squeeze(one), squeeze(other));
    (!one.is_empty() && !other.is_empty()).then(|| one == other)
}
