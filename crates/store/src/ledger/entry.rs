//! The places on a list of a slice's records.

use std::collections::HashMap;

use xinxiu_domain::ListKind;
use xinxiu_domain::id::{BatchId, CampaignId, EnterpriseId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::list_entry::Entry;
use crate::params;

/// Where entries stand: campaign, list, and the batch that has them.
pub type Place = (CampaignId, ListKind, BatchId);

/// Which of these have an entry on the list, each with whether it still stands there.
///
/// # Errors
/// What the engine says.
pub fn known(
    tx: &Tx<'_>,
    (campaign, list): (CampaignId, ListKind),
    entries: &[Entry],
) -> Result<HashMap<Entry, bool>, StoreError> {
    let mut known = HashMap::new();
    for (column, ids, entry) in columns(entries) {
        let sql = format!(
            "select {column} as id, case when gone_since is null then 1 else 0 end as present from list_entry \
             where {} and {}",
            on_list(2),
            tx.among_ids(column)
        );
        known.extend(tx.query_for(&sql, &ids, params![campaign, list.code()], |row| {
            Ok((entry(row.get("id")?), row.get("present")?))
        })?);
    }
    Ok(known)
}

/// Notes that a batch has entries again; those that had gone are back.
///
/// # Errors
/// What the engine says.
pub fn seen_again(tx: &Tx<'_>, (campaign, list, batch): Place, entries: &[Entry]) -> Result<(), StoreError> {
    for (column, ids, _) in columns(entries) {
        let sql = format!(
            "update list_entry set batch_id = $2, gone_since = null \
             where {} and {}",
            on_list(3),
            tx.among_ids(column)
        );
        tx.execute_for(&sql, &ids, params![batch, campaign, list.code()])?;
    }
    Ok(())
}

/// Puts entries on a list that does not have them yet.
///
/// # Errors
/// What the engine says.
pub fn insert(
    tx: &Tx<'_>,
    (campaign, list, batch): Place,
    new: Vec<(EnterpriseId, Entry)>,
) -> Result<u64, StoreError> {
    let rows = new.into_iter().map(|(enterprise, entry)| {
        let (penalty, listing) = match entry {
            Entry::Penalty(id) => (Some(id), None),
            Entry::Listing(id) => (None, Some(id)),
        };
        params![campaign, list.code(), enterprise, penalty, listing, batch].to_vec()
    });
    let columns = ["campaign_id", "list_kind", "enterprise_id", "penalty_id", "listing_id", "batch_id"];
    tx.bulk_insert("list_entry", &columns, rows)
}

/// The condition that an entry is on the list of two parameters. Written so that no index serves it: SQLite, which
/// takes the entries of one list for few, would read all of them for each slice instead of looking up the records.
fn on_list(campaign: usize) -> String {
    format!("campaign_id + 0 = ${campaign} and list_kind || '' = ${}", campaign + 1)
}

type Column = (&'static str, Vec<i64>, fn(i64) -> Entry);

fn columns(entries: &[Entry]) -> Vec<Column> {
    let ids = |of: fn(&Entry) -> Option<i64>| entries.iter().filter_map(of).collect::<Vec<_>>();
    let penalties = ids(|entry| match entry {
        Entry::Penalty(id) => Some(id.0),
        Entry::Listing(_) => None,
    });
    let listings = ids(|entry| match entry {
        Entry::Listing(id) => Some(id.0),
        Entry::Penalty(_) => None,
    });
    let all: [Column; 2] = [
        ("penalty_id", penalties, |id| Entry::Penalty(xinxiu_domain::id::PenaltyId(id))),
        ("listing_id", listings, |id| Entry::Listing(xinxiu_domain::id::ListingId(id))),
    ];
    all.into_iter().filter(|(_, ids, _)| !ids.is_empty()).collect()
}
