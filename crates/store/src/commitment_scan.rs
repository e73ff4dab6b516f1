//! Scans of commitments that were replaced by another (已更换的扫描件, N22 N26): nothing that was signed is
//! lost.

use jiff::civil::Date;
use xinxiu_domain::id::{CommitmentId, EnterpriseId, FileId, PenaltyId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::Row;

/// A replaced scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// Id.
    pub id: i64,
    /// Commitment.
    pub commitment: CommitmentId,
    /// The scan.
    pub file: FileId,
    /// 落款日期 that was recorded with it.
    pub signed_on: Option<Date>,
    /// Who had recorded it.
    pub recorded_by: String,
    /// Who replaced it.
    pub replaced_by: String,
    /// When.
    pub at: Moment,
    /// Why.
    pub reason: String,
}

const SELECT: &str = "select r.id, r.commitment_id, r.file_id, r.signed_on, r.recorded_by, r.replaced_by, \
                      r.replaced_at, r.business_day, r.reason from commitment_scan r";

fn from_row(row: &Row) -> Result<Replaced, StoreError> {
    Ok(Replaced {
        id: row.get("id")?,
        commitment: row.get("commitment_id")?,
        file: row.get("file_id")?,
        signed_on: row.get("signed_on")?,
        recorded_by: row.get("recorded_by")?,
        replaced_by: row.get("replaced_by")?,
        at: row.moment("replaced_at", "business_day")?,
        reason: row.get("reason")?,
    })
}

/// Puts a replaced scan on record; `id` is not read.
///
/// # Errors
/// What the engine says.
pub fn insert(tx: &Tx<'_>, old: &Replaced) -> Result<i64, StoreError> {
    tx.insert(
        "insert into commitment_scan (commitment_id, file_id, signed_on, recorded_by, replaced_by, replaced_at, \
         business_day, reason) values ($1, $2, $3, $4, $5, $6, $7, $8) returning id",
        params![
            old.commitment,
            old.file,
            old.signed_on,
            &old.recorded_by,
            &old.replaced_by,
            old.at.at,
            old.at.on,
            &old.reason
        ],
    )
}

/// The replaced scans of a commitment, oldest first.
///
/// # Errors
/// What the engine says.
pub fn of_commitment(tx: &Tx<'_>, commitment: CommitmentId) -> Result<Vec<Replaced>, StoreError> {
    tx.query(&format!("{SELECT} where r.commitment_id = $1 order by r.id"), params![commitment], from_row)
}

/// The replaced scans of an enterprise, oldest first.
///
/// # Errors
/// What the engine says.
pub fn of_enterprise(tx: &Tx<'_>, enterprise: EnterpriseId) -> Result<Vec<Replaced>, StoreError> {
    let sql = format!(
        "{SELECT} join commitment k on k.id = r.commitment_id where k.enterprise_id = $1 order by r.id"
    );
    tx.query(&sql, params![enterprise], from_row)
}

/// Whether an authority has decided on an application that rests on a commitment: the one about its penalty
/// record, or any of the enterprise where the commitment is about none.
///
/// # Errors
/// What the engine says.
pub fn has_served_a_decision(
    tx: &Tx<'_>,
    enterprise: EnterpriseId,
    penalty: Option<PenaltyId>,
) -> Result<bool, StoreError> {
    let decided = tx.number(
        "select count(*) from application_item i join application a on a.id = i.application_id \
         where a.enterprise_id = $1 and i.state <> 'pending' and a.state <> 'withdrawn' \
         and ($2 = 0 or i.penalty_id = $2)",
        params![enterprise, penalty.map_or(0, |id| id.0)],
    )?;
    Ok(decided > 0)
}

/// Puts a further page of a paper on record, under the file of its first page.
///
/// # Errors
/// What the engine says.
pub fn add_page(
    tx: &Tx<'_>,
    commitment: CommitmentId,
    first: FileId,
    (place, file): (u32, FileId),
) -> Result<(), StoreError> {
    tx.execute(
        "insert into commitment_page (commitment_id, first_file_id, place, file_id) values ($1, $2, $3, $4)",
        params![commitment, first, place, file],
    )?;
    Ok(())
}

/// The pages of a paper after its first, in order.
///
/// # Errors
/// What the engine says.
pub fn pages(tx: &Tx<'_>, first: FileId) -> Result<Vec<FileId>, StoreError> {
    let sql = "select file_id from commitment_page where first_file_id = $1 order by place";
    tx.query(sql, params![first], |row| row.get("file_id"))
}
