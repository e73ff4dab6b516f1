//! The words with which a campaign calls enterprises (短信模板, N08).

use jiff::Timestamp;
use xinxiu_domain::calling::{Purpose, Text};
use xinxiu_domain::id::CampaignId;

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;

/// A campaign's own words, with their version; `None` where it uses the standard ones.
///
/// # Errors
/// What the engine says.
pub fn find(
    tx: &Tx<'_>,
    campaign: CampaignId,
    purpose: Purpose,
) -> Result<Option<(String, i64)>, StoreError> {
    let sql = "select text, version from message_text where campaign_id = $1 and purpose = $2";
    let row = tx.query_opt(sql, params![campaign, purpose.code()])?;
    row.map(|row| Ok((row.get("text")?, row.get("version")?))).transpose()
}

/// Gives a campaign its own words. `version` is the one that the form was filled from, 0 where there were none.
///
/// # Errors
/// [`StoreError::Conflict`] where somebody else changed them meanwhile.
pub fn save(
    tx: &Tx<'_>,
    (campaign, purpose): (CampaignId, Purpose),
    text: &Text,
    version: i64,
    (by, at): (&str, Timestamp),
) -> Result<(), StoreError> {
    if version == 0 {
        if find(tx, campaign, purpose)?.is_some() {
            return Err(StoreError::Conflict("短信模板"));
        }
        tx.execute(
            "insert into message_text (campaign_id, purpose, text, changed_by, changed_at) values ($1, $2, $3, $4, $5)",
            params![campaign, purpose.code(), text.as_str(), by, at],
        )?;
        return Ok(());
    }
    tx.update_version(
        "短信模板",
        "update message_text set text = $1, changed_by = $2, changed_at = $3, version = version + 1 \
         where campaign_id = $4 and purpose = $5 and version = $6",
        params![text.as_str(), by, at, campaign, purpose.code(), version],
    )
}
