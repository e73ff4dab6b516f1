//! What a slice leaves: everything new in bulk, everything unchanged by one statement, and each change by itself.

use std::collections::HashMap;

use xinxiu_domain::id::{BatchId, CampaignId, EnterpriseId, ListingId, PenaltyId};
use xinxiu_store::batch::Batch;
use xinxiu_store::batch_row::{self, NewRow};
use xinxiu_store::ledger::{self, entry, member};
use xinxiu_store::list_entry::Entry;
use xinxiu_store::{StoreError, Tx, enterprise, listing, penalty, penalty_correction, penalty_version};

use super::{Held, Ledger};
use crate::app::Step;

/// The ids under which new records are written, by those that they had in memory.
struct Ids(HashMap<i64, i64>);

impl Ids {
    fn reserve(tx: &Tx<'_>, table: &str, held: impl Iterator<Item = i64>) -> Result<Self, StoreError> {
        let mut given: Vec<i64> = held.filter(|id| *id < 0).collect();
        if given.is_empty() {
            return Ok(Self(HashMap::new()));
        }
        // Ids in memory count down from the first row.
        given.sort_unstable_by(|a, b| b.cmp(a));
        let free = tx.reserve_ids(table, given.len())?;
        Ok(Self(given.into_iter().zip(free).collect()))
    }

    fn real(&self, id: i64) -> i64 {
        self.0.get(&id).copied().unwrap_or(id)
    }
}

/// The ids of everything that is written.
struct AllIds {
    enterprises: Ids,
    penalties: Ids,
    listings: Ids,
}

impl AllIds {
    fn enterprise(&self, id: EnterpriseId) -> EnterpriseId {
        EnterpriseId(self.enterprises.real(id.0))
    }

    fn penalty(&self, id: PenaltyId) -> PenaltyId {
        PenaltyId(self.penalties.real(id.0))
    }

    fn listing(&self, id: ListingId) -> ListingId {
        ListingId(self.listings.real(id.0))
    }

    fn entry(&self, entry: Entry) -> Entry {
        match entry {
            Entry::Penalty(id) => Entry::Penalty(self.penalty(id)),
            Entry::Listing(id) => Entry::Listing(self.listing(id)),
        }
    }
}

impl Ledger {
    /// Writes everything that the rows of a batch have left, and the rows as they were received.
    ///
    /// # Errors
    /// What the database says.
    pub fn write(mut self, step: &Step<'_>, batch: &Batch, rows: Vec<NewRow>) -> Result<(), StoreError> {
        let tx = step.tx;
        let ids = AllIds {
            enterprises: Ids::reserve(tx, "enterprise", self.enterprises.keys().map(|id| id.0))?,
            penalties: Ids::reserve(tx, "penalty", self.penalties.keys().map(|id| id.0))?,
            listings: Ids::reserve(tx, "listing", self.listings.keys().map(|id| id.0))?,
        };
        self.write_enterprises(step, batch.id, &ids)?;
        self.write_penalties(tx, batch.id, &ids)?;
        self.write_listings(tx, batch.id, &ids)?;
        self.write_members(step, batch.campaign, &ids)?;
        let place = (batch.campaign, batch.list, batch.id);
        let known: Vec<Entry> = self.seen_entries.iter().map(|entry| ids.entry(*entry)).collect();
        let new = self.new_entries.iter().map(|(id, entry)| (ids.enterprise(*id), ids.entry(*entry)));
        entry::seen_again(tx, place, &known)?;
        entry::insert(tx, place, new.collect())?;
        let rows = rows.into_iter().map(|row| NewRow {
            enterprise: row.enterprise.map(|id| ids.enterprise(id)),
            penalty: row.penalty.map(|id| ids.penalty(id)),
            listing: row.listing.map(|id| ids.listing(id)),
            ..row
        });
        batch_row::insert_all(tx, batch.id, rows.collect())?;
        Ok(())
    }

    fn write_enterprises(&mut self, step: &Step<'_>, batch: BatchId, ids: &AllIds) -> Result<(), StoreError> {
        let (tx, vault) = (step.tx, &step.app.store.vault);
        for held in self.enterprises.values_mut() {
            held.now.id = ids.enterprise(held.now.id);
        }
        ledger::enterprise::insert(tx, &new(self.enterprises.values()), step.now)?;
        for changed in self.enterprises.values().filter(|held| held.is_changed()) {
            enterprise::save(tx, &changed.now)?;
        }
        let names = std::mem::take(&mut self.new_names).into_iter();
        ledger::enterprise::insert_names(
            tx,
            batch,
            names.map(|(id, name)| (ids.enterprise(id), name)).collect(),
        )?;
        for (id, _) in &mut self.new_changes {
            *id = ids.enterprise(*id);
        }
        ledger::enterprise::insert_changes(tx, vault, &self.new_changes)?;
        Ok(())
    }

    fn write_penalties(&mut self, tx: &Tx<'_>, batch: BatchId, ids: &AllIds) -> Result<(), StoreError> {
        for held in self.penalties.values_mut() {
            held.now.id = ids.penalty(held.now.id);
            held.now.enterprise = ids.enterprise(held.now.enterprise);
        }
        ledger::penalty::insert(tx, &new(self.penalties.values()))?;
        for changed in self.penalties.values().filter(|held| held.is_changed()) {
            penalty::save(tx, &changed.now)?;
        }
        let same: Vec<PenaltyId> = unchanged(self.penalties.values()).map(|one| one.id).collect();
        if !same.is_empty() {
            ledger::penalty::seen_again(tx, &same, batch)?;
        }
        for id in &self.weighed {
            let corrections = self.corrections.get(id).map_or(&[][..], Vec::as_slice);
            penalty_correction::replace(tx, *id, corrections)?;
        }
        for (id, _) in &mut self.new_versions {
            *id = ids.penalty(*id);
        }
        if !self.new_versions.is_empty() {
            penalty_version::insert(tx, &self.new_versions)?;
        }
        Ok(())
    }

    fn write_listings(&mut self, tx: &Tx<'_>, batch: BatchId, ids: &AllIds) -> Result<(), StoreError> {
        for held in self.listings.values_mut() {
            held.now.id = ids.listing(held.now.id);
            held.now.enterprise = ids.enterprise(held.now.enterprise);
        }
        ledger::penalty::insert_listings(tx, &new(self.listings.values()), batch)?;
        for changed in self.listings.values().filter(|held| held.is_changed()) {
            listing::save(tx, &changed.now, batch)?;
        }
        let same: Vec<ListingId> = unchanged(self.listings.values()).map(|one| one.id).collect();
        if !same.is_empty() {
            ledger::penalty::listed_again(tx, &same, batch)?;
        }
        Ok(())
    }

    fn write_members(&self, step: &Step<'_>, campaign: CampaignId, ids: &AllIds) -> Result<(), StoreError> {
        let new = self.members.iter().filter(|(_, held)| held.is_new());
        let new = new.map(|(id, held)| (ids.enterprise(*id), held.now.0));
        member::insert(step.tx, campaign, new.collect(), step.now)?;
        for (id, held) in self.members.iter().filter(|(_, held)| held.is_changed()) {
            enterprise::join(step.tx, campaign, *id, held.now.0, step.now)?;
        }
        Ok(())
    }
}

fn new<'a, T: Clone + PartialEq + 'a>(all: impl Iterator<Item = &'a Held<T>>) -> Vec<&'a T> {
    all.filter(|held| held.is_new()).map(|held| &held.now).collect()
}

fn unchanged<'a, T: Clone + PartialEq + 'a>(
    all: impl Iterator<Item = &'a Held<T>>,
) -> impl Iterator<Item = &'a T> {
    all.filter(|held| held.is_unchanged()).map(|held| &held.now)
}
