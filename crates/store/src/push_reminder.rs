//! Reminders of pushes that wait for their county (未签收提醒, N15).

use std::collections::BTreeMap;

use jiff::civil::Date;
use xinxiu_domain::id::{CampaignId, PushId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;

/// How often a county was reminded of a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reminded {
    /// So many times.
    pub times: u32,
    /// The last time.
    pub last_on: Date,
}

/// Reminders of a campaign's pushes.
///
/// # Errors
/// What the engine says.
pub fn of_campaign(tx: &Tx<'_>, campaign: CampaignId) -> Result<BTreeMap<PushId, Reminded>, StoreError> {
    let sql = "select r.push_id, count(*) as times, max(r.business_day) as last_on from push_reminder r \
               join push p on p.id = r.push_id where p.campaign_id = $1 group by r.push_id";
    let rows = tx.query(sql, params![campaign], |row| {
        Ok((row.get("push_id")?, Reminded { times: row.get("times")?, last_on: row.get("last_on")? }))
    })?;
    Ok(rows.into_iter().collect())
}

/// Puts a reminder on record and returns whether it is the first of its day.
///
/// # Errors
/// What the engine says.
pub fn insert(tx: &Tx<'_>, push: PushId, by: &str, at: Moment) -> Result<bool, StoreError> {
    let sql = "insert into push_reminder (push_id, sent_by, at, business_day) values ($1, $2, $3, $4) \
               on conflict (push_id, business_day) do nothing";
    Ok(tx.execute(sql, params![push, by, at.at, at.on])? > 0)
}

/// After how many working days a campaign reminds.
///
/// # Errors
/// What the engine says.
pub fn days(tx: &Tx<'_>, campaign: CampaignId) -> Result<u32, StoreError> {
    tx.query_one("select reminder_days from campaign where id = $1", params![campaign])?.get("reminder_days")
}

/// Sets after how many working days a campaign reminds.
///
/// # Errors
/// What the engine says.
pub fn set_days(tx: &Tx<'_>, campaign: CampaignId, days: u32) -> Result<(), StoreError> {
    tx.execute("update campaign set reminder_days = $1 where id = $2", params![days, campaign])?;
    Ok(())
}
