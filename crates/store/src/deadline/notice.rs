//! What was said of the clocks (提醒、督办), each notice once a round.

use std::collections::BTreeMap;

use jiff::civil::Date;
use xinxiu_domain::deadline::{Clock, Notice};
use xinxiu_domain::id::CampaignId;

use super::Running;
use crate::db::Tx;
use crate::engine;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::Value;

/// Puts a notice on record and returns whether it is the first of its kind in the round.
///
/// # Errors
/// What the engine says.
pub fn say(
    tx: &Tx<'_>,
    campaign: CampaignId,
    of: &Running,
    (notice, due): (Notice, Date),
    at: Moment,
) -> Result<bool, StoreError> {
    let sql = "insert into deadline_notice (campaign_id, clock, subject_id, round, notice, due_on, at, business_day) \
               values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (clock, subject_id, round, notice) do nothing";
    let values = params![campaign, of.clock.code(), of.subject, &of.round, notice.code(), due, at.at, at.on];
    Ok(tx.execute(sql, values)? > 0)
}

/// What names a round: clock, record, round.
pub type RoundKey = (Clock, i64, String);

/// What was said in each round of a campaign's clocks, with the day, oldest first; of some records, or of all.
///
/// # Errors
/// What the engine says.
pub fn said(
    tx: &Tx<'_>,
    campaign: CampaignId,
    records: Option<&[i64]>,
) -> Result<BTreeMap<RoundKey, Vec<(Notice, Date)>>, StoreError> {
    let mut values = params![campaign].to_vec();
    let these = records.map_or_else(String::new, |records| {
        values.push(Value::Text(serde_json::json!(records).to_string()));
        format!(" and {}", engine::among_ids(tx.kind(), "subject_id", 2))
    });
    let sql = format!(
        "select clock, subject_id, round, notice, business_day from deadline_notice where campaign_id = $1{these} \
         order by id"
    );
    let rows = tx.query(&sql, &values, |row| {
        let key: RoundKey =
            (row.coded("clock", Clock::from_code)?, row.get("subject_id")?, row.get("round")?);
        Ok((key, (row.coded("notice", Notice::from_code)?, row.get("business_day")?)))
    })?;
    let mut said = BTreeMap::new();
    for (key, notice) in rows {
        said.entry(key).or_insert_with(Vec::new).push(notice);
    }
    Ok(said)
}
