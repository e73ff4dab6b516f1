//! The ledger of a slice (台账): what its rows find on file, read at once, and what they leave, kept apart until
//! it is written at once. Rows are matched in memory; a trial reading matches them just so and writes nothing.

mod held;
mod load;
mod write;

use std::collections::hash_map::Entry as MapEntry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use xinxiu_domain::correction::{FieldCorrection, PenaltyField};
use xinxiu_domain::id::{EnterpriseId, ListingId, PenaltyId, PlanItemId};
use xinxiu_domain::identity::Known;
use xinxiu_domain::penalty::SubjectKind;
use xinxiu_domain::text::name_key;
use xinxiu_domain::{DecisionNumber, Uscc};
use xinxiu_store::enterprise::Enterprise;
use xinxiu_store::enterprise_change::Change;
use xinxiu_store::list_entry::Entry;
use xinxiu_store::listing::Listing;
use xinxiu_store::penalty::Penalty;
use xinxiu_store::penalty_version::Version;

pub(super) use held::Held;
pub(super) use load::Wanted;

use super::place::Class;

/// An enterprise that a row without a code may mean by its name.
struct Namesake {
    known: Known,
    /// Whether it was joined to another, which it stands for.
    is_joined: bool,
}

/// What a slice of rows works on. Records that are not on file yet have ids below zero until they are written.
#[derive(Default)]
pub(super) struct Ledger {
    enterprises: BTreeMap<EnterpriseId, Held<Enterprise>>,
    by_uscc: HashMap<String, EnterpriseId>,
    /// Who has a name, on file or among its other names, by its key; no natural persons.
    namesakes: HashMap<String, Vec<Namesake>>,
    /// Enterprises with the keys of their decisions.
    decided: HashSet<(EnterpriseId, String)>,
    /// Natural persons by the key of their name and of a decision.
    persons: HashMap<(String, String), EnterpriseId>,
    names: HashSet<(EnterpriseId, String)>,
    new_names: Vec<(EnterpriseId, String)>,
    changes: HashMap<EnterpriseId, Vec<Change>>,
    new_changes: Vec<(EnterpriseId, Change)>,
    penalties: BTreeMap<PenaltyId, Held<Penalty>>,
    decisions: HashMap<(EnterpriseId, String, String), PenaltyId>,
    /// What people put right in these records.
    corrections: HashMap<PenaltyId, Vec<FieldCorrection>>,
    /// Records of which a row says something new against a correction.
    weighed: BTreeSet<PenaltyId>,
    new_versions: Vec<(PenaltyId, Version)>,
    listings: BTreeMap<ListingId, Held<Listing>>,
    reasons: HashMap<(EnterpriseId, String, String), ListingId>,
    members: BTreeMap<EnterpriseId, Held<Class>>,
    bound: HashSet<(EnterpriseId, PlanItemId)>,
    /// Entries of the list, with whether they stood on it when the slice was read.
    entries: HashMap<Entry, bool>,
    seen_entries: Vec<Entry>,
    new_entries: Vec<(EnterpriseId, Entry)>,
    new_ids: i64,
}

impl Ledger {
    fn new_id(&mut self) -> i64 {
        self.new_ids -= 1;
        self.new_ids
    }

    /// The enterprise with this code.
    pub fn with_uscc(&self, uscc: &Uscc) -> Option<EnterpriseId> {
        self.by_uscc.get(uscc.as_str()).copied()
    }

    /// Enterprises of this name, oldest first, as they stand now; no natural persons.
    pub fn named(&self, name: &str, decision_key: Option<&str>) -> Vec<Known> {
        let namesakes = self.namesakes.get(&name_key(name)).map_or(&[][..], Vec::as_slice);
        let now = |one: &Namesake| {
            let id = one.known.enterprise;
            let has_record = decision_key.is_some_and(|key| self.decided.contains(&(id, key.to_owned())));
            let known = Known { has_record, ..one.known.clone() };
            match self.enterprises.get(&id).filter(|_| !one.is_joined) {
                Some(held) => Known {
                    registration_number: held.now.registration_number.clone(),
                    county: held.now.county,
                    ..known
                },
                None => known,
            }
        };
        namesakes.iter().map(now).collect()
    }

    /// The natural person of this name under whom the decision is on record.
    pub fn person(&self, name: &str, decision_key: &str) -> Option<EnterpriseId> {
        self.persons.get(&(name_key(name), decision_key.to_owned())).copied()
    }

    /// An enterprise of the slice.
    pub fn enterprise(&self, id: EnterpriseId) -> Option<&Enterprise> {
        self.enterprises.get(&id).map(|held| &held.now)
    }

    /// Takes in an enterprise that is not on file, and gives it its id.
    pub fn add_enterprise(&mut self, mut new: Enterprise, decision_key: Option<&str>) -> EnterpriseId {
        new.id = EnterpriseId(self.new_id());
        self.index(&new);
        if let Some(key) = decision_key {
            self.persons.insert((name_key(&new.name), key.to_owned()), new.id);
        }
        let id = new.id;
        self.enterprises.insert(id, Held::new(new));
        id
    }

    /// Takes what rows say of an enterprise.
    pub fn put_enterprise(&mut self, changed: Enterprise) {
        if let Some(held) = self.enterprises.get_mut(&changed.id) {
            held.now = changed;
        }
    }

    /// Keeps another name of an enterprise; one that is known already stays as it was received first.
    pub fn keep_name(&mut self, id: EnterpriseId, name: &str) {
        if self.names.insert((id, name_key(name))) {
            if let Some(one) = self.enterprises.get(&id).map(|held| held.now.clone()) {
                self.name(&one, name, false);
            }
            self.new_names.push((id, name.to_owned()));
        }
    }

    /// What was changed in an enterprise, or noted of it, oldest first.
    pub fn changes(&self, id: EnterpriseId) -> &[Change] {
        self.changes.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Notes a change.
    pub fn note(&mut self, id: EnterpriseId, change: Change) {
        self.changes.entry(id).or_default().push(change.clone());
        self.new_changes.push((id, change));
    }

    /// The record of a decision of an authority against an enterprise, with what people put right in it.
    pub fn penalty(
        &mut self,
        key: &(EnterpriseId, String, String),
    ) -> Option<(&mut Held<Penalty>, &mut [FieldCorrection])> {
        let id = self.decisions.get(key)?;
        let corrections = self.corrections.get_mut(id).map_or(&mut [][..], Vec::as_mut_slice);
        Some((self.penalties.get_mut(id)?, corrections))
    }

    /// Notes that a row says something new against a correction of a record.
    pub fn weighed(&mut self, id: PenaltyId) {
        self.weighed.insert(id);
    }

    /// Notes what a row changed in a record.
    pub fn note_version(&mut self, id: PenaltyId, version: Version) {
        self.new_versions.push((id, version));
    }

    /// Takes in a record that is not on file, and gives it its id.
    pub fn add_penalty(&mut self, mut new: Penalty) -> PenaltyId {
        new.id = PenaltyId(self.new_id());
        self.decided.insert((new.enterprise, new.decision.key()));
        self.decisions.insert(decision(&new), new.id);
        let id = new.id;
        self.penalties.insert(id, Held::new(new));
        id
    }

    /// The listing of an enterprise by a body for a reason.
    pub fn listing(&mut self, key: &(EnterpriseId, String, String)) -> Option<&mut Held<Listing>> {
        self.reasons.get(key).and_then(|id| self.listings.get_mut(id))
    }

    /// Takes in a listing that is not on file, and gives it its id.
    pub fn add_listing(&mut self, mut new: Listing) -> ListingId {
        new.id = ListingId(self.new_id());
        self.reasons.insert(reason(&new), new.id);
        let id = new.id;
        self.listings.insert(id, Held::new(new));
        id
    }

    /// Notes that the list has an entry.
    pub fn enter(&mut self, enterprise: EnterpriseId, entry: Entry) {
        match self.entries.entry(entry) {
            MapEntry::Occupied(_) => self.seen_entries.push(entry),
            MapEntry::Vacant(free) => {
                free.insert(false);
                self.new_entries.push((enterprise, entry));
            }
        }
    }

    /// Whether an entry stood on the list when the slice was read.
    pub fn stands(&self, entry: Entry) -> bool {
        self.entries.get(&entry).copied().unwrap_or_default()
    }

    /// The class of an enterprise in the campaign, where it is a member.
    pub fn member(&self, id: EnterpriseId) -> Option<Class> {
        self.members.get(&id).map(|held| held.now)
    }

    /// Whether an enterprise is bound to a class by an invitation to one of its sessions.
    pub fn is_bound(&self, id: EnterpriseId, class: PlanItemId) -> bool {
        self.bound.contains(&(id, class))
    }

    /// Puts an enterprise into the campaign, or moves it to another class.
    pub fn join(&mut self, id: EnterpriseId, class: Class) {
        match self.members.get_mut(&id) {
            Some(held) => held.now = class,
            None => {
                self.members.insert(id, Held::new(class));
            }
        }
    }

    fn index(&mut self, one: &Enterprise) {
        if let Some(uscc) = &one.uscc {
            self.by_uscc.insert(uscc.as_str().to_owned(), one.id);
        }
        self.name(one, &one.name, true);
    }

    fn name(&mut self, one: &Enterprise, name: &str, is_name_on_file: bool) {
        if one.subject == SubjectKind::NaturalPerson {
            return;
        }
        let known = Known {
            enterprise: one.id,
            is_name_on_file,
            has_uscc: one.uscc.is_some(),
            registration_number: one.registration_number.clone(),
            county: one.county,
            has_record: false,
        };
        self.namesakes.entry(name_key(name)).or_default().push(Namesake { known, is_joined: false });
    }
}

/// What a record is known by: enterprise, decision in any bracket style, authority.
pub(super) fn decision(penalty: &Penalty) -> (EnterpriseId, String, String) {
    (penalty.enterprise, penalty.decision.key(), penalty.facts.authority.clone())
}

/// What lists may still call a record in which a person put number or authority right.
pub(super) fn listed_as(
    penalty: &Penalty,
    corrections: &[FieldCorrection],
) -> Vec<(EnterpriseId, String, String)> {
    let listed = |field| {
        let found = corrections.iter().find(|one| one.field == field);
        found.map(|one| one.listed.clone())
    };
    let number = listed(PenaltyField::DecisionNumber).and_then(|text| DecisionNumber::parse(&text));
    let authority = listed(PenaltyField::Authority);
    let numbers = [Some(penalty.decision.key()), number.map(|number| number.key())];
    let authorities = [Some(penalty.facts.authority.clone()), authority];
    let mut all = Vec::new();
    for number in numbers.iter().flatten() {
        all.extend(
            authorities.iter().flatten().map(|body| (penalty.enterprise, number.clone(), body.clone())),
        );
    }
    all
}

/// What a listing is known by: enterprise, body, reason.
pub(super) fn reason(listing: &Listing) -> (EnterpriseId, String, String) {
    (listing.enterprise, listing.listing_body.clone(), listing.reason.clone())
}
