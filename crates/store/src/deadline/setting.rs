//! How long each clock runs in a campaign (期限设置), where it differs from the default.

use std::collections::BTreeMap;

use jiff::civil::Date;
use xinxiu_domain::deadline::{Clock, Terms};
use xinxiu_domain::id::CampaignId;

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;

/// A clock's own length in a campaign, and who set it when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The length.
    pub terms: Terms,
    /// Who set it.
    pub by: String,
    /// When.
    pub on: Date,
}

/// The clocks of a campaign that run differently from the default.
///
/// # Errors
/// What the engine says.
pub fn settings(tx: &Tx<'_>, campaign: CampaignId) -> Result<BTreeMap<Clock, Setting>, StoreError> {
    let rows = tx.query(
        "select clock, days, remind, escalate, further, set_by, set_on from clock_setting where campaign_id = $1",
        params![campaign],
        |row| {
            let terms = Terms {
                days: row.get("days")?,
                remind: row.get("remind")?,
                escalate: row.get("escalate")?,
                further: row.get("further")?,
            };
            let setting = Setting { terms, by: row.get("set_by")?, on: row.get("set_on")? };
            Ok((row.coded("clock", Clock::from_code)?, setting))
        },
    )?;
    Ok(rows.into_iter().collect())
}

/// Sets how long a clock runs in a campaign.
///
/// # Errors
/// What the engine says.
pub fn set(tx: &Tx<'_>, campaign: CampaignId, clock: Clock, setting: &Setting) -> Result<(), StoreError> {
    let Terms { days, remind, escalate, further } = setting.terms;
    tx.execute(
        "insert into clock_setting (campaign_id, clock, days, remind, escalate, further, set_by, set_on) \
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (campaign_id, clock) do update set days = excluded.days, \
         remind = excluded.remind, escalate = excluded.escalate, further = excluded.further, set_by = excluded.set_by, set_on = excluded.set_on",
        params![campaign, clock.code(), days, remind, escalate, further, &setting.by, setting.on],
    )?;
    Ok(())
}
