//! What a slice finds on file, by a few statements however many rows it has.

use std::collections::HashSet;

use xinxiu_domain::ListKind;
use xinxiu_domain::id::{CampaignId, EnterpriseId, PenaltyId};
use xinxiu_domain::text::name_key;
use xinxiu_intake::Outcome;
use xinxiu_store::enterprise::{Enterprise, by_ids};
use xinxiu_store::ledger::{enterprise, entry, member, penalty};
use xinxiu_store::list_entry::Entry;
use xinxiu_store::{StoreError, Tx, Vault, penalty_correction};

use super::{Class, Held, Ledger, Namesake, decision, listed_as, reason};

/// What the rows of a slice are matched by.
#[derive(Default)]
pub(in crate::lists) struct Wanted<'a> {
    usccs: HashSet<&'a str>,
    names: HashSet<String>,
    decisions: HashSet<String>,
}

impl<'a> Wanted<'a> {
    /// Gathers it.
    pub fn of(rows: &'a [Outcome]) -> Self {
        let mut wanted = Self::default();
        for row in rows {
            let (uscc, name) = match row {
                Outcome::Penalty(row) => {
                    wanted.decisions.insert(row.decision.key());
                    (&row.uscc, &row.enterprise)
                }
                Outcome::Listing(row) => (&row.uscc, &row.enterprise),
                Outcome::Rejected(_) => continue,
            };
            match uscc {
                Some(uscc) => {
                    wanted.usccs.insert(uscc.as_str());
                }
                None => {
                    wanted.names.insert(name_key(name));
                }
            }
        }
        wanted
    }
}

impl Ledger {
    /// Reads what is on file for these rows.
    ///
    /// # Errors
    /// What the database or the vault says.
    pub fn open(
        (tx, vault): (&Tx<'_>, &Vault),
        (campaign, list): (CampaignId, ListKind),
        wanted: &Wanted<'_>,
    ) -> Result<Self, StoreError> {
        let mut ledger = Self::default();
        ledger.load_enterprises(tx, wanted)?;
        ledger.load_records(tx, wanted, list)?;
        ledger.load_surroundings((tx, vault), campaign)?;
        let entries: Vec<Entry> = ledger
            .penalties
            .keys()
            .map(|id| Entry::Penalty(*id))
            .chain(ledger.listings.keys().map(|id| Entry::Listing(*id)))
            .collect();
        ledger.entries = entry::known(tx, (campaign, list), &entries)?;
        Ok(ledger)
    }

    fn load_enterprises(&mut self, tx: &Tx<'_>, wanted: &Wanted<'_>) -> Result<(), StoreError> {
        let mut found = enterprise::with_usccs(tx, &vec_of(&wanted.usccs))?;
        // A code that stands with a joined record means the enterprise that was kept.
        let joined = enterprise::joined_usccs(tx, &vec_of(&wanted.usccs))?;
        let kept: Vec<EnterpriseId> = joined.iter().map(|(_, kept)| *kept).collect();
        found.retain(|one| {
            !one.uscc.as_ref().is_some_and(|own| joined.iter().any(|(uscc, _)| uscc == own.as_str()))
        });
        found.extend(by_ids(tx, &kept)?);
        if !wanted.names.is_empty() {
            found.extend(self.load_namesakes(tx, &vec_of(&wanted.names))?);
            for (key, person) in enterprise::persons(tx, &vec_of(&wanted.decisions))? {
                self.persons.entry((name_key(&person.name), key)).or_insert(person.id);
                found.push(person);
            }
        }
        for one in found {
            if !self.enterprises.contains_key(&one.id) {
                if let Some(uscc) = &one.uscc {
                    self.by_uscc.insert(uscc.as_str().to_owned(), one.id);
                }
                self.enterprises.insert(one.id, Held::found(one));
            }
        }
        self.by_uscc.extend(joined);
        Ok(())
    }

    /// Takes in who has these names, and reads the enterprises that they stand for.
    fn load_namesakes(&mut self, tx: &Tx<'_>, keys: &[String]) -> Result<Vec<Enterprise>, StoreError> {
        let mut ids = HashSet::new();
        for (key, own, known) in enterprise::namesakes(tx, keys)? {
            ids.insert(known.enterprise);
            let is_joined = own != known.enterprise;
            self.namesakes.entry(key).or_default().push(Namesake { known, is_joined });
        }
        by_ids(tx, &vec_of(&ids))
    }

    fn load_records(&mut self, tx: &Tx<'_>, wanted: &Wanted<'_>, list: ListKind) -> Result<(), StoreError> {
        let keys = vec_of(&wanted.decisions);
        let mut found = penalty::of_decisions(tx, &keys)?;
        found.extend(penalty::of_listed_decisions(tx, &keys)?);
        let ids: Vec<PenaltyId> = found.iter().map(|one| one.id).collect();
        self.corrections = penalty_correction::of_many(tx, &ids)?;
        let mut others = Vec::new();
        for one in found {
            self.decided.insert((one.enterprise, one.decision.key()));
            self.decisions.insert(decision(&one), one.id);
            if let Some(corrections) = self.corrections.get(&one.id) {
                others.extend(listed_as(&one, corrections).into_iter().map(|known| (known, one.id)));
            }
            self.penalties.insert(one.id, Held::found(one));
        }
        for (known, id) in others {
            self.decided.insert((known.0, known.1.clone()));
            // What a record is called now wins over what another is called in a list.
            self.decisions.entry(known).or_insert(id);
        }
        for one in penalty::listings(tx, &self.ids(), list)? {
            self.reasons.insert(reason(&one), one.id);
            self.listings.insert(one.id, Held::found(one));
        }
        Ok(())
    }

    fn load_surroundings(
        &mut self,
        (tx, vault): (&Tx<'_>, &Vault),
        campaign: CampaignId,
    ) -> Result<(), StoreError> {
        let ids = self.ids();
        self.names = enterprise::names(tx, &ids)?;
        self.changes = enterprise::changes(tx, vault, &ids)?;
        self.bound = member::bound(tx, &ids)?;
        let members = member::of(tx, campaign, &ids)?;
        self.members = members.into_iter().map(|(id, class)| (id, Held::found(Class(class)))).collect();
        Ok(())
    }

    fn ids(&self) -> Vec<EnterpriseId> {
        self.enterprises.keys().copied().collect()
    }
}

fn vec_of<T: Clone>(all: &HashSet<T>) -> Vec<T> {
    all.iter().cloned().collect()
}
