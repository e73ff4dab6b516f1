//! Slots of on-site matching (现场对接, N06, N14).

use jiff::civil::Date;
use xinxiu_domain::id::{AttendanceId, EnterpriseId, MatchingSlotId, OrgId, SessionId};
use xinxiu_domain::matching::Wish;

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;

/// How the matching of a session is arranged, and whether its organiser has accepted it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrangement {
    /// Minutes of a slot.
    pub slot_minutes: u32,
    /// Tables of one authority, at most.
    pub tables: u32,
    /// Who had it proposed.
    pub proposed_by: String,
    /// When.
    pub proposed_on: Date,
    /// Who accepted it; empty while nobody has.
    pub accepted_by: String,
    /// When.
    pub accepted_on: Option<Date>,
    /// Version for optimistic locking.
    pub version: i64,
}

impl Arrangement {
    /// Whether enterprises see it.
    pub const fn is_accepted(&self) -> bool {
        self.accepted_on.is_some()
    }
}

/// One meeting of an enterprise with an authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Id.
    pub id: MatchingSlotId,
    /// The enterprise's seat in the session.
    pub attendance: AttendanceId,
    /// The enterprise.
    pub enterprise: EnterpriseId,
    /// Its name.
    pub name: String,
    /// Who comes for it.
    pub attendee: String,
    /// The authority.
    pub authority: OrgId,
    /// Its name.
    pub authority_name: String,
    /// Number of the authority's table.
    pub table: u32,
    /// Room; empty where it is the session's.
    pub room: String,
    /// Begin, in minutes after midnight.
    pub starts_at: u32,
}

/// The arrangement of a session, where one was proposed.
///
/// # Errors
/// What the engine says.
pub fn arrangement(tx: &Tx<'_>, session: SessionId) -> Result<Option<Arrangement>, StoreError> {
    let sql = "select slot_minutes, tables, proposed_by, proposed_on, accepted_by, accepted_on, version \
               from session_matching where session_id = $1";
    let Some(row) = tx.query_opt(sql, params![session])? else { return Ok(None) };
    Ok(Some(Arrangement {
        slot_minutes: row.get("slot_minutes")?,
        tables: row.get("tables")?,
        proposed_by: row.get("proposed_by")?,
        proposed_on: row.get("proposed_on")?,
        accepted_by: row.get("accepted_by")?,
        accepted_on: row.get("accepted_on")?,
        version: row.get("version")?,
    }))
}

/// Saves an arrangement that has not changed since it was loaded; version 0 is a first one.
///
/// # Errors
/// [`StoreError::Conflict`].
pub fn save(tx: &Tx<'_>, session: SessionId, new: &Arrangement) -> Result<(), StoreError> {
    if new.version == 0 {
        if arrangement(tx, session)?.is_some() {
            return Err(StoreError::Conflict("现场对接安排"));
        }
        tx.execute(
            "insert into session_matching (session_id, slot_minutes, tables, state, proposed_by, proposed_on, version) \
             values ($1, 1, 1, 'proposed', '', $2, 0)",
            params![session, new.proposed_on],
        )?;
    }
    tx.update_version(
        "现场对接安排",
        "update session_matching set slot_minutes = $1, tables = $2, state = $3, proposed_by = $4, proposed_on = $5, \
         accepted_by = $6, accepted_on = $7, version = version + 1 where session_id = $8 and version = $9",
        params![
            new.slot_minutes,
            new.tables,
            if new.is_accepted() { "accepted" } else { "proposed" },
            &new.proposed_by,
            new.proposed_on,
            &new.accepted_by,
            new.accepted_on,
            session,
            new.version
        ],
    )
}

/// An enterprise that said that it comes, or came.
const COMING: &str = "a.state in ('accepted', 'present', 'failed', 'passed')";

/// Whom to bring together: every enterprise that comes, with each authority that has a decision against it in public or
/// has it on a list.
///
/// # Errors
/// What the engine says.
pub fn wishes(tx: &Tx<'_>, session: SessionId) -> Result<Vec<(Wish, String, String)>, StoreError> {
    let sql = format!(
        "select a.id, o.id as authority, e.name, o.name as authority_name \
         from attendance a join enterprise e on e.id = a.enterprise_id join organisation o on o.id in ( \
         select p.authority_id from penalty p where p.enterprise_id = a.enterprise_id and p.state = 'public' \
         union select l.authority_id from listing l where l.enterprise_id = a.enterprise_id and l.gone_since is null) \
         where a.session_id = $1 and {COMING} order by o.id, e.name, a.id"
    );
    tx.query(&sql, params![session], |row| {
        let wish = (row.get("id")?, row.get("authority")?);
        Ok((wish, row.get("name")?, row.get("authority_name")?))
    })
}

/// Enterprises that come and have no authority on record to meet.
///
/// # Errors
/// What the engine says.
pub fn without_authority(tx: &Tx<'_>, session: SessionId) -> Result<Vec<String>, StoreError> {
    let sql = format!(
        "select e.name from attendance a join enterprise e on e.id = a.enterprise_id \
         where a.session_id = $1 and {COMING} \
         and not exists (select 1 from penalty p where p.enterprise_id = a.enterprise_id and p.state = 'public' \
         and p.authority_id is not null) \
         and not exists (select 1 from listing l where l.enterprise_id = a.enterprise_id and l.gone_since is null \
         and l.authority_id is not null) order by e.name, a.id"
    );
    tx.query(&sql, params![session], |row| row.get("name"))
}

fn read(tx: &Tx<'_>, condition: &str, params: &[crate::Value]) -> Result<Vec<Slot>, StoreError> {
    let sql = format!(
        "select m.id, m.attendance_id, a.enterprise_id, e.name, a.attendee, m.authority_id, o.name as authority_name, \
         m.table_number, m.room, m.starts_at from matching_slot m join attendance a on a.id = m.attendance_id \
         join enterprise e on e.id = a.enterprise_id join organisation o on o.id = m.authority_id \
         where {condition} and {COMING} order by o.name, o.id, m.table_number, m.starts_at, m.id"
    );
    tx.query(&sql, params, |row| {
        Ok(Slot {
            id: row.get("id")?,
            attendance: row.get("attendance_id")?,
            enterprise: row.get("enterprise_id")?,
            name: row.get("name")?,
            attendee: row.get("attendee")?,
            authority: row.get("authority_id")?,
            authority_name: row.get("authority_name")?,
            table: row.get("table_number")?,
            room: row.get("room")?,
            starts_at: row.get("starts_at")?,
        })
    })
}

/// The slots of a session, by authority, table and time. Those of enterprises that no longer come are left out.
///
/// # Errors
/// What the engine says.
pub fn slots(tx: &Tx<'_>, session: SessionId) -> Result<Vec<Slot>, StoreError> {
    read(tx, "m.session_id = $1", params![session])
}

/// The slots of one enterprise in a session.
///
/// # Errors
/// What the engine says.
pub fn of_attendance(tx: &Tx<'_>, id: AttendanceId) -> Result<Vec<Slot>, StoreError> {
    let mut own = read(tx, "m.attendance_id = $1", params![id])?;
    own.sort_by_key(|slot| slot.starts_at);
    Ok(own)
}

/// Puts a slot on record; `id` and the names are not read.
///
/// # Errors
/// [`StoreError::Duplicate`] where the enterprise or the table is taken at that time.
pub fn insert(tx: &Tx<'_>, session: SessionId, new: &Slot) -> Result<MatchingSlotId, StoreError> {
    tx.insert(
        "insert into matching_slot (session_id, attendance_id, authority_id, table_number, room, starts_at) \
         values ($1, $2, $3, $4, $5, $6) returning id",
        params![session, new.attendance, new.authority, new.table, &new.room, new.starts_at],
    )
}

/// Moves a slot of a session to another time, table or room.
///
/// # Errors
/// [`StoreError::NotFound`] where the session has no such slot.
pub fn change(tx: &Tx<'_>, session: SessionId, slot: &Slot) -> Result<(), StoreError> {
    let changed = tx.execute(
        "update matching_slot set table_number = $1, room = $2, starts_at = $3 where id = $4 and session_id = $5",
        params![slot.table, &slot.room, slot.starts_at, slot.id, session],
    )?;
    if changed == 1 { Ok(()) } else { Err(StoreError::NotFound("对接时段", slot.id.to_string())) }
}

/// Moves every slot of a session by so many minutes.
///
/// # Errors
/// What the engine says.
pub fn shift(tx: &Tx<'_>, session: SessionId, minutes: i64) -> Result<u64, StoreError> {
    // In two steps: on the way no two slots of one enterprise may begin together, not even for a moment.
    let move_by = "update matching_slot set starts_at = starts_at + $1 where session_id = $2";
    tx.execute(move_by, params![AWAY + minutes, session])?;
    tx.execute(move_by, params![-AWAY, session])
}

/// More minutes than any day has.
const AWAY: i64 = 100_000;

/// Takes a slot away.
///
/// # Errors
/// [`StoreError::NotFound`] where the session has no such slot.
pub fn remove(tx: &Tx<'_>, session: SessionId, id: MatchingSlotId) -> Result<(), StoreError> {
    let gone =
        tx.execute("delete from matching_slot where id = $1 and session_id = $2", params![id, session])?;
    if gone == 1 { Ok(()) } else { Err(StoreError::NotFound("对接时段", id.to_string())) }
}

/// Takes every slot of a session away, or only those of enterprises that no longer come.
///
/// # Errors
/// What the engine says.
pub fn clear(tx: &Tx<'_>, session: SessionId, all: bool) -> Result<u64, StoreError> {
    let which = if all {
        "1 = 1".to_owned()
    } else {
        format!("attendance_id in (select a.id from attendance a where a.session_id = $1 and not ({COMING}))")
    };
    tx.execute(&format!("delete from matching_slot where session_id = $1 and {which}"), params![session])
}
