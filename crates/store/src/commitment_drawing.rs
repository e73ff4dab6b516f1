//! Signatures drawn in the browser, and whether the city allows them (手写签名, N10 N26).

use jiff::Timestamp;
use xinxiu_domain::id::{CampaignId, CommitmentId, FileId};
use xinxiu_domain::session::Capacity;

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;

/// Whether a campaign's commitments may be signed in the browser.
///
/// # Errors
/// What the engine says.
pub fn is_allowed(tx: &Tx<'_>, campaign: CampaignId) -> Result<bool, StoreError> {
    let row =
        tx.query_opt("select drawn from commitment_setting where campaign_id = $1", params![campaign])?;
    Ok(row.map(|row| row.get::<bool>("drawn")).transpose()?.unwrap_or(false))
}

/// Allows it, or not.
///
/// # Errors
/// What the engine says.
pub fn allow(
    tx: &Tx<'_>,
    campaign: CampaignId,
    drawn: bool,
    by: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "insert into commitment_setting (campaign_id, drawn, set_by, set_at) values ($1, $2, $3, $4) \
         on conflict (campaign_id) do update set drawn = excluded.drawn, set_by = excluded.set_by, \
         set_at = excluded.set_at",
        params![campaign, drawn, by, at],
    )?;
    Ok(())
}

/// A drawn signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// The picture.
    pub file: FileId,
    /// Who signed.
    pub signer: String,
    /// In which capacity.
    pub capacity: Capacity,
    /// When.
    pub at: Moment,
}

/// Puts a drawn signature on record.
///
/// # Errors
/// [`StoreError::Duplicate`] where the commitment has one.
pub fn insert(tx: &Tx<'_>, commitment: CommitmentId, new: &Drawing) -> Result<i64, StoreError> {
    tx.insert(
        "insert into commitment_drawing (commitment_id, file_id, signer, capacity, drawn_at, drawn_on) \
         values ($1, $2, $3, $4, $5, $6) returning id",
        params![commitment, new.file, &new.signer, new.capacity.code(), new.at.at, new.at.on],
    )
}

/// The drawn signature of a commitment, where it has one.
///
/// # Errors
/// What the engine says.
pub fn find(tx: &Tx<'_>, commitment: CommitmentId) -> Result<Option<Drawing>, StoreError> {
    let row = tx.query_opt(
        "select file_id, signer, capacity, drawn_at, drawn_on from commitment_drawing where commitment_id = $1",
        params![commitment],
    )?;
    row.map(|row| {
        Ok(Drawing {
            file: row.get("file_id")?,
            signer: row.get("signer")?,
            capacity: row.coded("capacity", Capacity::from_code)?,
            at: row.moment("drawn_at", "drawn_on")?,
        })
    })
    .transpose()
}
