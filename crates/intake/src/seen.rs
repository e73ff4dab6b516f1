//! Which decisions have been read before, across the files of a call.

use std::borrow::Cow;
use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::quality::RandomState;
use xinxiu_domain::text::name_key;
use xinxiu_domain::{DecisionNumber, Uscc};

use crate::fold::squeezed;
use crate::record::{Place, Source};

/// Tables, each of which grows by itself: growing copies one of them and never doubles the whole.
const TABLES: usize = 256;

/// By what a decision is known again: 128 bits drawn from its number in any bracket style, the enterprise by
/// code or else by name, and the authority.
///
/// Two different decisions with one fingerprint would be told to be the same, and nobody would see why. 96 of the
/// bits are compared, so among a million decisions that happens once in 10^17 lists; with 64 it would be once in
/// 4 × 10^7. The bits are drawn with keys that each process makes anew, so that no list can be made to collide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    /// Where the search begins.
    place: u32,
    kept: Kept,
}

/// The part that is kept and compared.
type Kept = [u32; 3];

/// The keys by which fingerprints are made.
#[derive(Debug, Clone)]
pub(crate) struct Fingerprints([RandomState; 2]);

impl Fingerprints {
    /// The fingerprint of a decision on an enterprise by an authority.
    pub(crate) fn of(
        &self,
        decision: &DecisionNumber,
        (uscc, name): (Option<&Uscc>, &str),
        authority: &str,
    ) -> Fingerprint {
        let (number, authority) = (decision.key(), squeezed(authority));
        let who = uscc.map_or_else(|| Cow::Owned(name_key(name)), |uscc| Cow::Borrowed(uscc.as_str()));
        let whole = (&*number, uscc.is_some(), &*who, &*authority);
        let [one, other] = self.0.each_ref().map(|key| key.hash_one(whole));
        #[expect(clippy::cast_possible_truncation, reason = "the other half is kept beside it")]
        let halves = |bits: u64| [(bits >> 32) as u32, bits as u32];
        let ([place, first], [second, third]) = (halves(one), halves(other));
        Fingerprint { place, kept: [first, second, third] }
    }
}

/// A decision that was seen; without a place it is a free slot.
#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    kept: Kept,
    at: u32,
}

/// An open table that is never more than four fifths full and grows by a half: 16 bytes an entry make at most 30 with
/// its free slots. Growing by less would save a few of them and move every entry twice as often.
#[derive(Debug, Default)]
struct Table {
    slots: Vec<Entry>,
    used: usize,
}

impl Table {
    /// The place where this decision was seen first; it is `at` where that is now.
    fn first(&mut self, fingerprint: Fingerprint, at: u32) -> u32 {
        if self.used * 5 >= self.slots.len() * 4 {
            self.grow();
        }
        let slot = Self::slot(&mut self.slots, fingerprint.kept);
        if slot.at == 0 {
            *slot = Entry { kept: fingerprint.kept, at };
            self.used += 1;
        }
        slot.at
    }

    /// Where the search for an entry begins.
    fn begin(slots: &[Entry], kept: Kept) -> usize {
        let from = (u64::from(kept[0]) * slots.len() as u64) >> 32;
        usize::try_from(from).unwrap_or_default()
    }

    /// The slot of an entry, or the free one where it belongs.
    fn slot(slots: &mut [Entry], kept: Kept) -> &mut Entry {
        let from = Self::begin(slots, kept);
        let fits = |slot: &Entry| slot.at == 0 || slot.kept == kept;
        let found = slots[from..].iter().position(fits).map(|found| from + found);
        // A fifth of the slots is free, so that one fits.
        let found = found.or_else(|| slots[..from].iter().position(fits)).unwrap_or_default();
        &mut slots[found]
    }

    fn grow(&mut self) {
        let room = (self.slots.len() + self.slots.len() / 2).max(8);
        self.move_to(room, |_| true);
    }

    /// Forgets all but the decisions that were seen at certain places.
    fn keep(&mut self, keeps: impl Fn(u32) -> bool) {
        self.move_to(self.slots.len(), keeps);
        self.used = self.slots.iter().filter(|entry| entry.at != 0).count();
    }

    fn move_to(&mut self, room: usize, keeps: impl Fn(u32) -> bool) {
        let before = std::mem::replace(&mut self.slots, vec![Entry::default(); room]);
        for entry in before.into_iter().filter(|entry| entry.at != 0 && keeps(entry.at)) {
            *Self::slot(&mut self.slots, entry.kept) = entry;
        }
    }
}

/// Rows are counted on from sheet to sheet, so that a place is one number.
#[derive(Debug)]
struct SheetRows {
    file: Arc<str>,
    sheet: Arc<str>,
    /// What is added to the row's own number.
    offset: u32,
    /// The highest place so far.
    last: u32,
}

/// How far decisions had been seen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    sheets: usize,
    last: u32,
}

/// The decisions seen so far, in at most 30 bytes each (a test measures them).
#[derive(Debug)]
pub struct Seen {
    fingerprints: Fingerprints,
    tables: Vec<Table>,
    sheets: Vec<SheetRows>,
}

impl Default for Seen {
    fn default() -> Self {
        Self::new()
    }
}

impl Seen {
    /// Nothing seen yet.
    pub fn new() -> Self {
        Self {
            fingerprints: Fingerprints([RandomState::default(), RandomState::default()]),
            tables: (0..TABLES).map(|_| Table::default()).collect(),
            sheets: Vec::new(),
        }
    }

    /// Number of different decisions.
    pub fn len(&self) -> usize {
        self.tables.iter().map(|table| table.used).sum()
    }

    /// Whether nothing has been seen.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Notes a decision on an enterprise, known by code or else by name, by an authority; the earlier row where it
    /// has been seen before.
    pub fn note_decision(
        &mut self,
        decision: &DecisionNumber,
        enterprise: (Option<&Uscc>, &str),
        authority: &str,
        place: Place<'_>,
    ) -> Option<Source> {
        self.note(self.fingerprints.of(decision, enterprise, authority), place)
    }

    /// How far it has seen.
    pub(crate) fn mark(&self) -> Mark {
        Mark { sheets: self.sheets.len(), last: self.sheets.last().map_or(0, |sheet| sheet.last) }
    }

    /// Forgets the decisions that were noted since.
    pub(crate) fn forget_since(&mut self, mark: Mark) {
        self.sheets.truncate(mark.sheets);
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.last = mark.last;
        }
        self.tables.iter_mut().for_each(|table| table.keep(|at| at <= mark.last));
    }

    /// The keys by which its fingerprints are made.
    pub(crate) fn fingerprints(&self) -> Fingerprints {
        self.fingerprints.clone()
    }

    /// Looks at the places where decisions are about to be noted. They lie all over the memory, which gives many at once
    /// as fast as one: whoever notes one after the other waits for each.
    pub(crate) fn expect(&self, fingerprints: impl Iterator<Item = Fingerprint>) {
        let looked = fingerprints.fold(0, |looked, fingerprint| {
            let slots = &self.tables[fingerprint.place as usize % TABLES].slots;
            slots.get(Table::begin(slots, fingerprint.kept)).map_or(looked, |slot| looked ^ slot.at)
        });
        std::hint::black_box(looked);
    }

    /// Notes a decision; the earlier row where it has been seen before.
    pub(crate) fn note(&mut self, fingerprint: Fingerprint, place: Place<'_>) -> Option<Source> {
        let at = self.count(place);
        let sheets = &self.sheets;
        let table = &mut self.tables[fingerprint.place as usize % TABLES];
        let used = table.used;
        let first = table.first(fingerprint, at);
        if table.used > used {
            return None;
        }
        let sheet = sheets.partition_point(|sheet| sheet.last < first);
        let SheetRows { file, sheet, offset, .. } = sheets.get(sheet)?;
        let row = u64::from(first.saturating_sub(*offset));
        Some(Source { file: file.clone(), sheet: sheet.clone(), row })
    }

    /// The row's number among those of all sheets, from 1.
    fn count(&mut self, place: Place<'_>) -> u32 {
        let is_current = self
            .sheets
            .last()
            .is_some_and(|last| Arc::ptr_eq(&last.file, place.file) && Arc::ptr_eq(&last.sheet, place.sheet));
        if !is_current {
            let offset = self.sheets.last().map_or(0, |last| last.last);
            let (file, sheet) = (place.file.clone(), place.sheet.clone());
            self.sheets.push(SheetRows { file, sheet, offset, last: offset });
        }
        let Some(current) = self.sheets.last_mut() else { return 1 };
        let row = u32::try_from(place.row).unwrap_or(u32::MAX).max(1);
        let at = current.offset.saturating_add(row);
        current.last = current.last.max(at);
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(file: &str, sheet: &str, row: u64) -> Source {
        Source { file: file.into(), sheet: sheet.into(), row }
    }

    #[test]
    fn the_second_one_names_the_first() {
        let mut seen = Seen::new();
        let keys = seen.fingerprints();
        let of = |number| {
            let number = DecisionNumber::parse(number).unwrap();
            keys.of(&number, (None, "示例（虚构）有限公司"), "示例局")
        };
        let mut note = |number, row| seen.note(of(number), source("甲.csv", "", row).place());
        assert_eq!(note("通环罚字〔2022〕12号", 2), None);
        assert_eq!(note("通环罚字[2022]13号", 3), None);
        assert_eq!(note("通环罚字（2022） 12号", 9).unwrap().row, 2);
        assert_eq!(seen.len(), 2);
    }

    #[test]
    fn code_name_and_authority_make_a_difference_and_spelling_does_not() {
        let keys = Seen::new().fingerprints();
        let number = DecisionNumber::parse("通环罚字〔2022〕12号").unwrap();
        let code = Uscc::parse("91320613MA1T00013G").unwrap();
        let of = |code: Option<&Uscc>, name: &str, authority: &str| keys.of(&number, (code, name), authority);
        assert_eq!(of(Some(&code), "甲", "示例局"), of(Some(&code), "乙", "示 例局"));
        assert_eq!(of(None, "示例有限责任公司", "局"), of(None, "示例有限公司", "局"));
        assert_ne!(of(Some(&code), "甲", "示例局"), of(Some(&code), "甲", "另一局"));
        assert_ne!(of(None, "甲", "局"), of(None, "乙", "局"));
        assert_ne!(of(None, code.as_str(), "局"), of(Some(&code), "", "局"));
    }

    #[test]
    fn an_earlier_row_of_another_sheet_is_named_with_it() {
        let mut seen = Seen::new();
        let sheets = ["一", "二", "三"].map(|sheet| source("甲.xlsx", sheet, 0));
        let prints = |sheet: usize, row: u64| {
            let kept = u32::try_from(sheet as u64 * 100 + row).unwrap();
            Fingerprint { place: kept, kept: [kept, 0, 0] }
        };
        for (number, sheet) in sheets.iter().enumerate() {
            for row in [2, 5, 9] {
                assert_eq!(seen.note(prints(number, row), Place { row, ..sheet.place() }), None);
            }
        }
        let now = source("乙.csv", "", 2);
        for (number, sheet) in sheets.iter().enumerate() {
            for row in [2, 5, 9] {
                let earlier = seen.note(prints(number, row), now.place()).unwrap();
                assert_eq!((&earlier.sheet, earlier.row), (&sheet.sheet, row));
            }
        }
    }

    #[test]
    fn every_one_of_many_is_found_again_at_its_place() {
        let mut seen = Seen::new();
        let keys = seen.fingerprints();
        let of = |number: u64| {
            keys.of(&DecisionNumber::parse(&format!("示罚〔2022〕{number}号")).unwrap(), (None, "甲"), "局")
        };
        let file = source("甲.csv", "", 0);
        for row in 1..=100_000 {
            assert_eq!(seen.note(of(row), Place { row, ..file.place() }), None);
        }
        for row in 1..=100_000 {
            assert_eq!(seen.note(of(row), Place { row: 1, ..file.place() }).unwrap().row, row);
        }
        assert_eq!(seen.len(), 100_000);
    }

    #[test]
    fn an_entry_stays_within_sixteen_bytes() {
        assert_eq!(size_of::<Entry>(), 16);
    }
}
