//! A record read once: every signal it gives, with the text behind it.

use std::borrow::Cow;

use xinxiu_domain::penalty::{PenaltyFacts, SubjectKind};

use crate::derived;
use crate::lexicon::{Column, Findings, Hit, Lexicon};
use crate::memo::Memory;

/// Numbers of the signals that the program itself asks for.
#[derive(Debug)]
pub(crate) struct Wanted {
    circumstance: u8,
    pub market: u8,
    pub form: u8,
    fine: u8,
    confiscate: u8,
    admonition: u128,
    unspecific: u128,
    fields: u128,
    law: u8,
}

impl Wanted {
    /// The ids that a word list must have, or the first one that it lacks.
    pub fn new(lexicon: &Lexicon) -> Result<Self, String> {
        let one = |id: &str| lexicon.signal(id).ok_or_else(|| format!("缺少关键词组 {id}"));
        let fields = lexicon
            .data
            .signals
            .iter()
            .filter(|signal| signal.id.starts_with("field."))
            .filter_map(|signal| lexicon.signal(&signal.id))
            .fold(0, |set, signal| set | bit(signal));
        Ok(Self {
            circumstance: one("limb.circumstance")?,
            market: one("authority.market")?,
            form: one("form.rectification")?,
            fine: one("kind.fine")?,
            confiscate: one("kind.confiscate")?,
            admonition: bit(one("kind.warning")?) | bit(one("kind.criticism")?),
            unspecific: bit(one("kind.other")?) | bit(one("kind.withhold_or_revoke")?),
            fields,
            law: one("basis.law")?,
        })
    }
}

/// The set that holds one signal.
pub(crate) const fn bit(signal: u8) -> u128 {
    1 << signal
}

/// What a record says.
pub(crate) struct Reading<'t> {
    texts: [Cow<'t, str>; 6],
    found: Findings,
    circumstance: u8,
    pub set: u128,
}

impl<'t> Reading<'t> {
    /// Reads a record. `found` lends its room, which [`Self::into_findings`] gives back.
    pub fn of<T: AsRef<str>>(
        facts: &'t PenaltyFacts<T>,
        (lexicon, wanted): (&Lexicon, &Wanted),
        memory: &mut Memory,
        mut found: Findings,
    ) -> Self {
        found.clear();
        let texts = Column::ALL.map(|column| {
            let text = column.of(facts);
            memory.recall(column, text, &mut found, |folded, found| lexicon.scan(column, folded, found))
        });
        let set = found.hits.iter().fold(0, |set, hit| set | bit(hit.signal));
        let mut reading = Self { texts, found, circumstance: wanted.circumstance, set };
        reading.derive_subject(facts);
        reading.derive_kinds(facts, lexicon, wanted);
        reading.derive_field(wanted);
        reading.derive_circumstance(lexicon, wanted);
        reading
    }

    /// Whether the record gives `signal`.
    pub const fn has(&self, signal: u8) -> bool {
        self.set & bit(signal) != 0
    }

    pub const fn insert(&mut self, signal: u8) {
        self.set |= bit(signal);
    }

    /// The room for findings, to be used for another record.
    pub fn into_findings(self) -> Findings {
        self.found
    }

    /// Column and text of the first evidence among `signals` that the record gives.
    pub fn evidence(&self, signals: u128) -> (&'static str, Cow<'t, str>) {
        let present = signals & self.set;
        if let Some(hit) = self.found.hits.iter().find(|hit| present & bit(hit.signal) != 0) {
            return (hit.column.label(), self.text(*hit));
        }
        let tiers = bit(derived::CIRCUMSTANCE_APPLIED) | bit(derived::CIRCUMSTANCE_UNCLEAR);
        if present & tiers != 0
            && let Some(hit) = self.found.hits.iter().find(|hit| hit.signal == self.circumstance)
        {
            return (hit.column.label(), self.text(*hit));
        }
        let signal = u8::try_from(present.trailing_zeros()).unwrap_or(u8::MAX);
        let (column, words) = derived::evidence(signal);
        (column, Cow::Borrowed(words))
    }

    fn text(&self, hit: Hit) -> Cow<'t, str> {
        match &self.texts[hit.column as usize] {
            Cow::Borrowed(text) => Cow::Borrowed(&text[hit.start..hit.end]),
            Cow::Owned(folded) => Cow::Owned(folded[hit.start..hit.end].to_owned()),
        }
    }

    fn derive_subject<T>(&mut self, facts: &PenaltyFacts<T>) {
        if facts.summary_procedure == Some(true) {
            self.insert(derived::SUMMARY);
        }
        if facts.subject == SubjectKind::NaturalPerson {
            self.insert(derived::NATURAL_PERSON);
        }
    }

    fn derive_kinds<T>(&mut self, facts: &PenaltyFacts<T>, lexicon: &Lexicon, wanted: &Wanted) {
        if facts.fine_fen.is_some_and(|fen| fen > 0) {
            self.insert(wanted.fine);
        }
        if facts.confiscated_fen.is_some_and(|fen| fen > 0) {
            self.insert(wanted.confiscate);
        }
        let kinds = self.set & lexicon.kinds();
        let specific = lexicon.kinds() & !wanted.unspecific;
        let in_column = |hit: &&Hit| hit.column == Column::Kinds && bit(hit.signal) & specific != 0;
        if self.found.hits.iter().any(|hit| in_column(&hit)) {
            self.insert(derived::KINDS_NAMED);
        }
        let fine = bit(wanted.fine);
        if kinds & specific == 0 {
            self.insert(derived::KINDS_UNKNOWN);
        } else if kinds & !wanted.admonition == 0 {
            self.insert(derived::ONLY_ADMONITION);
        } else if kinds & !wanted.admonition == fine {
            self.insert(derived::ONLY_FINE);
        }
        if kinds & fine != 0 {
            self.insert(derived::HAS_FINE);
        }
    }

    /// The field of law is open only where neither the authority nor any named law tells it.
    fn derive_field(&mut self, wanted: &Wanted) {
        if self.set & wanted.fields == 0 && !self.has(wanted.law) {
            self.insert(derived::FIELD_UNKNOWN);
        }
    }

    fn derive_circumstance(&mut self, lexicon: &Lexicon, wanted: &Wanted) {
        for index in 0..self.found.hits.len() {
            let hit = self.found.hits[index];
            if hit.signal == wanted.circumstance
                && let Some(signal) = self.circumstance(hit, lexicon)
            {
                self.insert(signal);
            }
        }
    }

    /// 情节严重的，吊销… is the text of a law with several tiers; the tier counts only where its penalty
    /// was imposed, and is open where another tier is quoted before it.
    fn circumstance(&self, hit: Hit, lexicon: &Lexicon) -> Option<u8> {
        let text = &self.texts[hit.column as usize];
        let quoted = text[hit.end..].starts_with(['的', '者']);
        if !quoted && hit.column != Column::Basis {
            return Some(derived::CIRCUMSTANCE_APPLIED);
        }
        let end = lexicon.tier_end(text, hit.end);
        let kinds = || {
            let all = self.found.hits.iter().chain(&self.found.mentions);
            all.filter(|kind| kind.column == hit.column && lexicon.kinds() & bit(kind.signal) != 0)
        };
        let tier = kinds()
            .filter(|kind| (hit.end..end).contains(&kind.start))
            .fold(0, |set, kind| set | bit(kind.signal));
        if tier != 0 && tier & self.set == 0 {
            return None;
        }
        let other_tier = kinds().any(|kind| kind.end <= hit.start);
        let open = other_tier || (tier == 0 && hit.column != Column::Basis);
        Some(if open { derived::CIRCUMSTANCE_UNCLEAR } else { derived::CIRCUMSTANCE_APPLIED })
    }
}
