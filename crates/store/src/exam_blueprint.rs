//! How the exam of each campaign is put together (组卷方案, N11).

use xinxiu_domain::blueprint::Blueprint;
use xinxiu_domain::id::CampaignId;

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::to_json;

/// A campaign's own blueprint with its version; `None` where it has none.
///
/// # Errors
/// What the engine says.
pub fn of_campaign(tx: &Tx<'_>, campaign: CampaignId) -> Result<Option<(Blueprint, i64)>, StoreError> {
    let sql = "select body, version from exam_blueprint where campaign_id = $1";
    tx.query_opt(sql, params![campaign])?.map(|row| Ok((row.json("body")?, row.get("version")?))).transpose()
}

/// Saves a campaign's blueprint; `version` is the one it was read with, 0 where there was none.
///
/// # Errors
/// [`StoreError::Conflict`] or [`StoreError::Duplicate`] where somebody was faster.
pub fn save(
    tx: &Tx<'_>,
    campaign: CampaignId,
    (blueprint, version): (&Blueprint, i64),
    (by, at): (&str, Moment),
) -> Result<(), StoreError> {
    let body = to_json("body", blueprint)?;
    if version == 0 {
        tx.execute(
            "insert into exam_blueprint (campaign_id, body, changed_by, changed_at, changed_on) \
             values ($1, $2, $3, $4, $5)",
            params![campaign, body, by, at.at, at.on],
        )?;
        return Ok(());
    }
    tx.update_version(
        "组卷方案",
        "update exam_blueprint set body = $1, changed_by = $2, changed_at = $3, changed_on = $4, \
         version = version + 1 where campaign_id = $5 and version = $6",
        params![body, by, at.at, at.on, campaign, version],
    )
}
