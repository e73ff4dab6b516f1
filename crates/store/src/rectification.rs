//! An authority's follow-up of its own listed enterprises (整改督促, N16).

use jiff::civil::Date;
use xinxiu_domain::id::{CampaignId, EnterpriseId, FileId, OrgId, RectificationId};
use xinxiu_domain::rectification::RectificationState;

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::Row;

/// A follow-up on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rectification {
    /// Id.
    pub id: RectificationId,
    /// Campaign.
    pub campaign: CampaignId,
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// Authority.
    pub authority: OrgId,
    /// State.
    pub state: RectificationState,
    /// Deadline, where one is set.
    pub due_on: Option<Date>,
    /// What was asked or found last.
    pub note: String,
    /// Version for optimistic locking.
    pub version: i64,
}

fn from_row(row: &Row) -> Result<Rectification, StoreError> {
    Ok(Rectification {
        id: row.get("id")?,
        campaign: row.get("campaign_id")?,
        enterprise: row.get("enterprise_id")?,
        authority: row.get("authority_id")?,
        state: row.coded("state", RectificationState::from_code)?,
        due_on: row.get("due_on")?,
        note: row.get("note")?,
        version: row.get("version")?,
    })
}

/// The follow-up of one enterprise by one authority, begun now where there is none.
///
/// # Errors
/// What the engine says.
pub fn open(
    tx: &Tx<'_>,
    campaign: CampaignId,
    enterprise: EnterpriseId,
    authority: OrgId,
) -> Result<Rectification, StoreError> {
    tx.execute(
        "insert into rectification (campaign_id, enterprise_id, authority_id, state) values ($1, $2, $3, $4) \
         on conflict (campaign_id, enterprise_id, authority_id) do nothing",
        params![campaign, enterprise, authority, RectificationState::INITIAL.code()],
    )?;
    find(tx, campaign, enterprise, authority)?
        .ok_or_else(|| StoreError::NotFound("整改督促", enterprise.to_string()))
}

/// The follow-up of one enterprise by one authority, where it has begun.
///
/// # Errors
/// What the engine says.
pub fn find(
    tx: &Tx<'_>,
    campaign: CampaignId,
    enterprise: EnterpriseId,
    authority: OrgId,
) -> Result<Option<Rectification>, StoreError> {
    let row = tx.query_opt(
        "select id, campaign_id, enterprise_id, authority_id, state, due_on, note, version from rectification \
         where campaign_id = $1 and enterprise_id = $2 and authority_id = $3",
        params![campaign, enterprise, authority],
    )?;
    row.map(|row| from_row(&row)).transpose()
}

/// The follow-ups of an enterprise by every authority, newest first.
///
/// # Errors
/// What the engine says.
pub fn of_enterprise(tx: &Tx<'_>, enterprise: EnterpriseId) -> Result<Vec<Rectification>, StoreError> {
    tx.query(
        "select id, campaign_id, enterprise_id, authority_id, state, due_on, note, version from rectification \
         where enterprise_id = $1 order by id desc",
        params![enterprise],
        from_row,
    )
}

/// How far an authority's last follow-up of an enterprise came, in whichever campaign.
///
/// # Errors
/// What the engine says.
pub fn latest_state(
    tx: &Tx<'_>,
    enterprise: EnterpriseId,
    authority: OrgId,
) -> Result<Option<RectificationState>, StoreError> {
    let row = tx.query_opt(
        "select state from rectification where enterprise_id = $1 and authority_id = $2 order by id desc limit 1",
        params![enterprise, authority],
    )?;
    row.map(|row| row.coded("state", RectificationState::from_code)).transpose()
}

/// Saves a follow-up that has not changed since it was loaded.
///
/// # Errors
/// [`StoreError::Conflict`].
pub fn save(tx: &Tx<'_>, found: &Rectification) -> Result<(), StoreError> {
    tx.update_version(
        "整改督促",
        "update rectification set state = $1, due_on = $2, note = $3, version = version + 1 \
         where id = $4 and version = $5",
        params![found.state.code(), found.due_on, &found.note, found.id, found.version],
    )
}

/// Something that happened in a follow-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Id; not read when it is put on record.
    pub id: i64,
    /// Code of the step.
    pub action: String,
    /// Reason, findings or record, in words.
    pub note: String,
    /// Deadline that the step set.
    pub due_on: Option<Date>,
    /// Files that go with it.
    pub files: Vec<FileId>,
    /// What a meeting says beside its words, as JSON; empty where it is none.
    pub detail: String,
    /// Who.
    pub actor: String,
    /// When.
    pub at: Moment,
}

/// Puts an event on record.
///
/// # Errors
/// What the engine says.
pub fn add_event(tx: &Tx<'_>, id: RectificationId, event: &Event) -> Result<(), StoreError> {
    let new: i64 = tx.insert(
        "insert into rectification_event (rectification_id, action, note, due_on, detail, actor, at, \
         business_day) values ($1, $2, $3, $4, $5, $6, $7, $8) returning id",
        params![
            id,
            &event.action,
            &event.note,
            event.due_on,
            &event.detail,
            &event.actor,
            event.at.at,
            event.at.on
        ],
    )?;
    for file in &event.files {
        let sql = "insert into rectification_file (event_id, file_id) values ($1, $2) on conflict do nothing";
        tx.execute(sql, params![new, *file])?;
    }
    Ok(())
}

/// What happened in a follow-up, oldest first.
///
/// # Errors
/// What the engine says.
pub fn events(tx: &Tx<'_>, id: RectificationId) -> Result<Vec<Event>, StoreError> {
    let mut found = tx.query(
        "select id, action, note, due_on, file_id, detail, actor, at, business_day from rectification_event \
         where rectification_id = $1 order by id",
        params![id],
        |row| {
            Ok(Event {
                id: row.get("id")?,
                action: row.get("action")?,
                note: row.get("note")?,
                due_on: row.get("due_on")?,
                files: row.get::<Option<FileId>>("file_id")?.into_iter().collect(),
                detail: row.get("detail")?,
                actor: row.get("actor")?,
                at: row.moment("at", "business_day")?,
            })
        },
    )?;
    let files = tx.query(
        "select f.event_id, f.file_id from rectification_file f join rectification_event v on v.id = f.event_id \
         where v.rectification_id = $1 order by f.file_id",
        params![id],
        |row| Ok((row.get::<i64>("event_id")?, row.get::<FileId>("file_id")?)),
    )?;
    for (event, file) in files {
        if let Some(event) = found.iter_mut().find(|one| one.id == event) {
            event.files.push(file);
        }
    }
    Ok(found)
}

/// One of an authority's own enterprises, with the state of its follow-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// Name.
    pub name: String,
    /// County, by its short name.
    pub county: String,
    /// Township.
    pub township: String,
    /// Decisions of this authority that are still public.
    pub penalties: u32,
    /// Listings of this authority that still stand.
    pub listings: u32,
    /// State of the follow-up; the first state where it has not begun.
    pub state: RectificationState,
    /// Deadline.
    pub due_on: Option<Date>,
    /// Whether the enterprise has signed in at a session.
    pub trained: bool,
}

impl Followed {
    /// Whether the deadline has passed without a check.
    pub fn overdue(&self, today: Date) -> bool {
        self.state == RectificationState::DeadlineSet && self.due_on.is_some_and(|due| due < today)
    }
}

/// Members of a campaign with a record or listing of an authority, the most pressing deadline first.
///
/// # Errors
/// What the engine says.
pub fn own_enterprises(
    tx: &Tx<'_>,
    campaign: CampaignId,
    authority: OrgId,
) -> Result<Vec<Followed>, StoreError> {
    let sql = "with own as (\
        select enterprise_id, 1 as penalties, 0 as listings from penalty where authority_id = $2 and state = 'public' \
        union all select enterprise_id, 0, 1 from listing where authority_id = $2 and gone_since is null \
        union all select enterprise_id, 0, 0 from rectification where authority_id = $2 and campaign_id = $1\
      ), counted as (\
        select enterprise_id, cast(sum(penalties) as bigint) as penalties, cast(sum(listings) as bigint) as listings \
        from own group by enterprise_id\
      ), came as (\
        select distinct a.enterprise_id from attendance a join session s on s.id = a.session_id \
        join plan_item i on i.id = s.plan_item_id \
        where i.campaign_id = $1 and a.state in ('present', 'passed', 'failed')\
      ) select e.id, e.name, coalesce(nullif(c.short_name, ''), c.name, '') as county, e.township, k.penalties, \
        k.listings, coalesce(r.state, 'open') as state, r.due_on, \
        case when came.enterprise_id is null then 0 else 1 end as trained \
        from counted k join member m on m.enterprise_id = k.enterprise_id and m.campaign_id = $1 \
        join enterprise e on e.id = k.enterprise_id left join organisation c on c.id = e.county_id \
        left join came on came.enterprise_id = e.id \
        left join rectification r on r.enterprise_id = e.id and r.authority_id = $2 and r.campaign_id = $1 \
        order by coalesce(r.due_on, '9999-12-31'), coalesce(c.id, 0), e.township, e.name, e.id";
    tx.query(sql, params![campaign, authority], |row| {
        Ok(Followed {
            enterprise: row.get("id")?,
            name: row.get("name")?,
            county: row.get("county")?,
            township: row.get("township")?,
            penalties: row.get("penalties")?,
            listings: row.get("listings")?,
            state: row.coded("state", RectificationState::from_code)?,
            due_on: row.get("due_on")?,
            trained: row.get("trained")?,
        })
    })
}
