//! What devices noted on a hand-in-hand day without a network (N12): each key once, with the answer that it got.

use xinxiu_domain::clinic::DEVICES;
use xinxiu_domain::id::{ClinicId, EnterpriseId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;

/// A mark that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken<'a> {
    /// Made by the device.
    pub key: &'a str,
    /// The day.
    pub clinic: ClinicId,
    /// Whom it is about.
    pub enterprise: EnterpriseId,
    /// What was done.
    pub kind: &'a str,
    /// Where.
    pub device: &'a str,
    /// The answer.
    pub answer: &'a str,
    /// When it was done.
    pub happened: Moment,
    /// Who did it.
    pub by: &'a str,
}

/// Puts a mark on record.
///
/// # Errors
/// [`StoreError::Duplicate`] where its key is known.
pub fn insert(tx: &Tx<'_>, new: &Taken<'_>, received_at: jiff::Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "insert into clinic_mark (key, clinic_id, enterprise_id, kind, device, answer, happened_at, happened_on, \
         received_at, marked_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            new.key,
            new.clinic,
            new.enterprise,
            new.kind,
            new.device,
            new.answer,
            new.happened.at,
            new.happened.on,
            received_at,
            new.by
        ],
    )?;
    Ok(())
}

/// The answer that a mark of a day got, where it was taken.
///
/// # Errors
/// What the engine says.
pub fn answer(tx: &Tx<'_>, clinic: ClinicId, key: &str) -> Result<Option<String>, StoreError> {
    let sql = "select answer from clinic_mark where clinic_id = $1 and key = $2";
    tx.query_opt(sql, params![clinic, key])?.map(|row| row.get("answer")).transpose()
}

/// The place of a device among those of a day, from 1; a new one gets the next. `None` where there are as many as
/// letters. The caller holds the day's lock.
///
/// # Errors
/// What the engine says.
pub fn position(tx: &Tx<'_>, clinic: ClinicId, device: &str) -> Result<Option<u32>, StoreError> {
    let known = tx.query_opt(
        "select position from clinic_device where clinic_id = $1 and device = $2",
        params![clinic, device],
    )?;
    if let Some(row) = known {
        return row.get("position").map(Some);
    }
    let sql = "select count(*) from clinic_device where clinic_id = $1";
    let next = u32::try_from(tx.number(sql, params![clinic])? + 1).unwrap_or(u32::MAX);
    if next > DEVICES {
        return Ok(None);
    }
    tx.execute(
        "insert into clinic_device (clinic_id, device, position) values ($1, $2, $3)",
        params![clinic, device, next],
    )?;
    Ok(Some(next))
}
