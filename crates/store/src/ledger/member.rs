//! The places in a campaign of a slice's enterprises.

use std::collections::HashSet;

use jiff::Timestamp;
use xinxiu_domain::id::{CampaignId, EnterpriseId, PlanItemId};

use super::enterprise::numbers;
use crate::db::Tx;
use crate::error::StoreError;
use crate::params;

/// The members of a campaign among these enterprises, each with its class.
///
/// # Errors
/// What the engine says.
pub fn of(
    tx: &Tx<'_>,
    campaign: CampaignId,
    ids: &[EnterpriseId],
) -> Result<Vec<(EnterpriseId, Option<PlanItemId>)>, StoreError> {
    let sql = format!(
        "select enterprise_id, plan_item_id from member where campaign_id = $2 and {}",
        tx.among_ids("enterprise_id")
    );
    tx.query_for(&sql, &numbers(ids), params![campaign], |row| {
        Ok((row.get("enterprise_id")?, row.get("plan_item_id")?))
    })
}

/// The classes to which these enterprises are bound by an invitation to one of their sessions.
///
/// # Errors
/// What the engine says.
pub fn bound(tx: &Tx<'_>, ids: &[EnterpriseId]) -> Result<HashSet<(EnterpriseId, PlanItemId)>, StoreError> {
    let sql = format!(
        "select distinct a.enterprise_id, s.plan_item_id from attendance a join session s on s.id = a.session_id \
         where {}",
        tx.among_ids("a.enterprise_id")
    );
    let found = tx.query_for(&sql, &numbers(ids), &[], |row| {
        Ok((row.get("enterprise_id")?, row.get("plan_item_id")?))
    })?;
    Ok(found.into_iter().collect())
}

/// Puts enterprises into a campaign of which none is a member yet.
///
/// # Errors
/// [`StoreError::Duplicate`] where one is.
pub fn insert(
    tx: &Tx<'_>,
    campaign: CampaignId,
    new: Vec<(EnterpriseId, Option<PlanItemId>)>,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let rows = new.into_iter().map(|(id, item)| params![campaign, id, item, at].to_vec());
    tx.bulk_insert("member", &["campaign_id", "enterprise_id", "plan_item_id", "joined_at"], rows)
}
