//! A county's part of the lists, as the center pushed it (名单推送, N15).

use xinxiu_domain::id::{CampaignId, EnterpriseId, OrgId, PushId};
use xinxiu_domain::push::PushState;

use crate::db::Tx;
use crate::enterprise::{self, Enterprise};
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::Row;

/// A push on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// Id.
    pub id: PushId,
    /// Campaign.
    pub campaign: CampaignId,
    /// County or park that receives it.
    pub county: OrgId,
    /// Its name.
    pub county_name: String,
    /// State.
    pub state: PushState,
    /// How many enterprises it holds.
    pub enterprises: u32,
    /// Who pushed.
    pub sent_by: String,
    /// When.
    pub sent_at: Moment,
    /// Who acknowledged; empty while nobody has.
    pub acknowledged_by: String,
    /// When.
    pub acknowledged_at: Option<Moment>,
    /// Version for optimistic locking.
    pub version: i64,
}

const SELECT: &str = "select p.id, p.campaign_id, p.county_id, \
                      coalesce(nullif(c.short_name, ''), c.name) as county_name, p.state, \
                      p.enterprises, p.sent_by, p.sent_at, p.sent_on, p.acknowledged_by, p.acknowledged_at, \
                      p.acknowledged_on, p.version \
                      from push p join organisation c on c.id = p.county_id";

fn from_row(row: &Row) -> Result<Push, StoreError> {
    Ok(Push {
        id: row.get("id")?,
        campaign: row.get("campaign_id")?,
        county: row.get("county_id")?,
        county_name: row.get("county_name")?,
        state: row.coded("state", PushState::from_code)?,
        enterprises: row.get("enterprises")?,
        sent_by: row.get("sent_by")?,
        sent_at: row.moment("sent_at", "sent_on")?,
        acknowledged_by: row.get("acknowledged_by")?,
        acknowledged_at: row.moment_opt("acknowledged_at", "acknowledged_on")?,
        version: row.get("version")?,
    })
}

/// A member that no push holds yet, over `m` and `e`.
const WAITING: &str = "not exists (select 1 from push_entry w join push wp on wp.id = w.push_id \
                       where w.enterprise_id = m.enterprise_id and wp.campaign_id = m.campaign_id)";

/// Pushes to a county every member of the campaign there that no push holds yet. `None` where there is
/// none: an empty list is no list.
///
/// # Errors
/// What the engine says.
pub fn send(
    tx: &Tx<'_>,
    campaign: CampaignId,
    county: OrgId,
    by: &str,
    at: Moment,
) -> Result<Option<(PushId, u32)>, StoreError> {
    // Two clerks pressing at once must not push one enterprise twice.
    tx.lock("push")?;
    let from = format!(
        "from member m join enterprise e on e.id = m.enterprise_id \
         where m.campaign_id = $1 and e.county_id = $2 and {WAITING}"
    );
    let members = tx.query(&format!("select e.id {from}"), params![campaign, county], |row| {
        row.get::<EnterpriseId>("id")
    })?;
    if members.is_empty() {
        return Ok(None);
    }
    let waiting = u32::try_from(members.len()).unwrap_or(u32::MAX);
    let id: PushId = tx.insert(
        "insert into push (campaign_id, county_id, state, enterprises, sent_by, sent_at, sent_on) \
         values ($1, $2, $3, $4, $5, $6, $7) returning id",
        params![campaign, county, PushState::INITIAL.code(), waiting, by, at.at, at.on],
    )?;
    let rows = members.into_iter().map(|member| vec![crate::Value::Int(id.0), crate::Value::Int(member.0)]);
    tx.bulk_insert("push_entry", &["push_id", "enterprise_id"], rows)?;
    Ok(Some((id, waiting)))
}

/// Saves the state of a push that has not changed since it was loaded.
///
/// # Errors
/// [`StoreError::Conflict`].
pub fn save(tx: &Tx<'_>, push: &Push) -> Result<(), StoreError> {
    tx.update_version(
        "名单推送",
        "update push set state = $1, acknowledged_by = $2, acknowledged_at = $3, acknowledged_on = $4, \
         version = version + 1 where id = $5 and version = $6",
        params![
            push.state.code(),
            &push.acknowledged_by,
            push.acknowledged_at.map(|moment| moment.at),
            push.acknowledged_at.map(|moment| moment.on),
            push.id,
            push.version
        ],
    )
}

/// One push.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load(tx: &Tx<'_>, id: PushId) -> Result<Push, StoreError> {
    let row = tx
        .query_opt(&format!("{SELECT} where p.id = $1"), params![id])?
        .ok_or_else(|| StoreError::NotFound("名单推送", id.to_string()))?;
    from_row(&row)
}

/// Pushes of a campaign, newest first; of one county where it is given.
///
/// # Errors
/// What the engine says.
pub fn list(tx: &Tx<'_>, campaign: CampaignId, county: Option<OrgId>) -> Result<Vec<Push>, StoreError> {
    let only = county.map_or_else(String::new, |county| format!(" and p.county_id = {}", county.0));
    tx.query(
        &format!("{SELECT} where p.campaign_id = $1{only} order by p.id desc"),
        params![campaign],
        from_row,
    )
}

/// Where the pushing of one county stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountyPushes {
    /// County or park; `None` for members whose county is not known.
    pub county: Option<OrgId>,
    /// Its name.
    pub name: String,
    /// Members of the campaign there.
    pub members: u32,
    /// Of these, in pushes.
    pub pushed: u32,
    /// Of these, in acknowledged pushes.
    pub acknowledged: u32,
    /// Not pushed yet.
    pub waiting: u32,
}

/// Every county and park with its numbers; members without a county come last.
///
/// # Errors
/// What the engine says.
pub fn overview(tx: &Tx<'_>, campaign: CampaignId) -> Result<Vec<CountyPushes>, StoreError> {
    let sql = "with sent as (\
        select w.enterprise_id, max(case when p.state = 'acknowledged' then 1 else 0 end) as acknowledged \
        from push_entry w join push p on p.id = w.push_id where p.campaign_id = $1 group by w.enterprise_id\
      ), counted as (\
        select e.county_id, count(*) as members, count(sent.enterprise_id) as pushed, \
        cast(coalesce(sum(sent.acknowledged), 0) as bigint) as acknowledged \
        from member m join enterprise e on e.id = m.enterprise_id \
        left join sent on sent.enterprise_id = m.enterprise_id where m.campaign_id = $1 group by e.county_id\
      ) select c.id as county_id, coalesce(nullif(c.short_name, ''), c.name) as name, \
        coalesce(k.members, 0) as members, coalesce(k.pushed, 0) as pushed, \
        coalesce(k.acknowledged, 0) as acknowledged, 0 as place \
        from organisation c left join counted k on k.county_id = c.id \
        where c.kind in ('county_office', 'park_committee') \
      union all select null, '属地不明', members, pushed, acknowledged, 1 from counted where county_id is null \
      order by place, county_id";
    tx.query(sql, params![campaign], |row| {
        let (members, pushed): (u32, u32) = (row.get("members")?, row.get("pushed")?);
        Ok(CountyPushes {
            county: row.get("county_id")?,
            name: row.get("name")?,
            members,
            pushed,
            acknowledged: row.get("acknowledged")?,
            waiting: members.saturating_sub(pushed),
        })
    })
}

/// The enterprises of a push, by township and name.
///
/// # Errors
/// What the engine says.
pub fn enterprises(tx: &Tx<'_>, id: PushId) -> Result<Vec<Enterprise>, StoreError> {
    let sql = format!(
        "{} join push_entry w on w.enterprise_id = e.id where w.push_id = $1 order by e.township, e.name, e.id",
        enterprise::select()
    );
    tx.query(&sql, params![id], enterprise::from_row)
}

/// Why each enterprise of a push is on it: its decisions and listings, in numbers.
///
/// # Errors
/// What the engine says.
pub fn reasons(tx: &Tx<'_>, id: PushId) -> Result<Vec<PushReason>, StoreError> {
    let sql = "select w.enterprise_id, \
        (select count(*) from penalty p where p.enterprise_id = w.enterprise_id and p.state = 'public') as penalties, \
        (select count(*) from penalty p where p.enterprise_id = w.enterprise_id and p.state = 'public' \
         and p.verdict in ('repairable_now', 'repairable_later')) as repairable, \
        (select count(*) from listing l where l.enterprise_id = w.enterprise_id and l.gone_since is null) as listings \
        from push_entry w where w.push_id = $1";
    tx.query(sql, params![id], |row| {
        Ok(PushReason {
            enterprise: row.get("enterprise_id")?,
            penalties: row.get("penalties")?,
            repairable: row.get("repairable")?,
            listings: row.get("listings")?,
        })
    })
}

/// Why an enterprise is on a pushed list, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PushReason {
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// Decisions that are still public.
    pub penalties: u32,
    /// Of these, repairable now or later.
    pub repairable: u32,
    /// Listings that still stand.
    pub listings: u32,
}
