//! How far the plan table is filled (计划执行, N04): seats, invitations and trained enterprises beside what was planned.

use xinxiu_domain::id::{CampaignId, OrgId, PlanItemId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;

/// What there is of one class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filled {
    /// Enterprises on its lists.
    pub members: u32,
    /// Sessions that are not cancelled.
    pub sessions: u32,
    /// Their seats.
    pub seats: u32,
    /// Different enterprises invited to them.
    pub invited: u32,
    /// Different enterprises that came.
    pub trained: u32,
}

/// Every class of a campaign, in the order of the table.
///
/// # Errors
/// What the engine says.
pub fn of_campaign(tx: &Tx<'_>, campaign: CampaignId) -> Result<Vec<(PlanItemId, Filled)>, StoreError> {
    let held = "from session s where s.plan_item_id = p.id and s.state <> 'cancelled'";
    let enterprises = "from attendance a join session s on s.id = a.session_id \
                       where s.plan_item_id = p.id and s.state <> 'cancelled'";
    let sql = format!(
        "select p.id, (select count(*) from member m where m.plan_item_id = p.id) as members, \
         (select count(*) {held}) as sessions, \
         cast((select coalesce(sum(s.capacity), 0) {held}) as bigint) as seats, \
         (select count(distinct a.enterprise_id) {enterprises}) as invited, \
         (select count(distinct a.enterprise_id) {enterprises} and a.checked_in_at is not null) as trained \
         from plan_item p where p.campaign_id = $1 order by p.position, p.id"
    );
    tx.query(&sql, params![campaign], |row| {
        let filled = Filled {
            members: row.get("members")?,
            sessions: row.get("sessions")?,
            seats: row.get("seats")?,
            invited: row.get("invited")?,
            trained: row.get("trained")?,
        };
        Ok((row.get("id")?, filled))
    })
}

/// How far each county has filled its part of each class.
///
/// # Errors
/// What the engine says.
pub fn by_county(
    tx: &Tx<'_>,
    campaign: CampaignId,
) -> Result<Vec<(PlanItemId, Option<OrgId>, Filled)>, StoreError> {
    let came = "a.checked_in_at is not null";
    let sql = format!(
        "select m.plan_item_id, e.county_id, count(*) as members, \
         cast(coalesce(sum(case when x.invited > 0 then 1 else 0 end), 0) as bigint) as invited, \
         cast(coalesce(sum(case when x.came > 0 then 1 else 0 end), 0) as bigint) as trained \
         from member m join enterprise e on e.id = m.enterprise_id \
         left join (select s.plan_item_id, a.enterprise_id, count(*) as invited, \
           sum(case when {came} then 1 else 0 end) as came \
           from attendance a join session s on s.id = a.session_id \
           where s.state <> 'cancelled' group by s.plan_item_id, a.enterprise_id) x \
         on x.plan_item_id = m.plan_item_id and x.enterprise_id = m.enterprise_id \
         where m.campaign_id = $1 and m.plan_item_id is not null group by m.plan_item_id, e.county_id"
    );
    tx.query(&sql, params![campaign], |row| {
        let filled = Filled {
            members: row.get("members")?,
            invited: row.get("invited")?,
            trained: row.get("trained")?,
            ..Filled::default()
        };
        Ok((row.get("plan_item_id")?, row.get("county_id")?, filled))
    })
}
