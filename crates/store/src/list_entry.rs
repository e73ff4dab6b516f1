//! On which list of which campaign a record stands, and since when it no longer does (N08).

use jiff::civil::Date;
use xinxiu_domain::ListKind;
use xinxiu_domain::id::{BatchId, CampaignId, ListingId, PenaltyId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;

/// What stands on a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Entry {
    /// A penalty record.
    Penalty(PenaltyId),
    /// A listing without a decision.
    Listing(ListingId),
}

/// Marks every entry that no batch since `edition_start` has, and the records and listings that stand on no
/// list any more. Nothing is deleted. Returns how many entries have gone.
///
/// # Errors
/// What the engine says.
pub fn mark_gone(
    tx: &Tx<'_>,
    campaign: CampaignId,
    list: ListKind,
    edition_start: BatchId,
    today: Date,
) -> Result<u64, StoreError> {
    let gone = tx.execute(
        "update list_entry set gone_since = $1 \
         where campaign_id = $2 and list_kind = $3 and batch_id < $4 and gone_since is null",
        params![today, campaign, list.code(), edition_start],
    )?;
    if gone > 0 {
        for (table, column) in [("penalty", "penalty_id"), ("listing", "listing_id")] {
            tx.execute(
                &format!(
                    "update {table} set gone_since = $1, version = version + 1 where gone_since is null and id in \
                     (select l.{column} from list_entry l where l.campaign_id = $2 and l.list_kind = $3 \
                     and l.batch_id < $4 and l.{column} is not null) and not exists \
                     (select 1 from list_entry o where o.{column} = {table}.id and o.gone_since is null)"
                ),
                params![today, campaign, list.code(), edition_start],
            )?;
        }
    }
    Ok(gone)
}

/// How many entries stand on a list now.
///
/// # Errors
/// What the engine says.
pub fn present(tx: &Tx<'_>, campaign: CampaignId, list: ListKind) -> Result<u64, StoreError> {
    let count = tx.number(
        "select count(*) as n from list_entry where campaign_id = $1 and list_kind = $2 and gone_since is null",
        params![campaign, list.code()],
    )?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// What a present entry of a list is known by to people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// The entry.
    pub entry: Entry,
    /// Name of the enterprise.
    pub name: String,
    /// Its USCC; empty where it has none.
    pub uscc: String,
    /// Decision number, or why it is listed.
    pub what: String,
    /// Who decided or listed it.
    pub body: String,
}

/// Hands every entry that stands on a list now to `each`.
///
/// # Errors
/// What `each` returns, or what the engine says.
pub fn each_present<E: From<StoreError>>(
    tx: &Tx<'_>,
    campaign: CampaignId,
    list: ListKind,
    mut each: impl FnMut(Present) -> Result<(), E>,
) -> Result<(), E> {
    tx.for_each(
        "select le.penalty_id, le.listing_id, e.name, coalesce(e.uscc, '') as uscc, \
         coalesce(p.decision_number, l.reason, '') as what, coalesce(p.authority, l.listing_body, '') as body \
         from list_entry le join enterprise e on e.id = le.enterprise_id \
         left join penalty p on p.id = le.penalty_id left join listing l on l.id = le.listing_id \
         where le.campaign_id = $1 and le.list_kind = $2 and le.gone_since is null",
        params![campaign, list.code()],
        |row| {
            let entry = match row.get::<Option<PenaltyId>>("penalty_id")? {
                Some(id) => Entry::Penalty(id),
                None => Entry::Listing(row.get::<ListingId>("listing_id")?),
            };
            each(Present {
                entry,
                name: row.get("name")?,
                uscc: row.get("uscc")?,
                what: row.get("what")?,
                body: row.get("body")?,
            })
        },
    )
}
