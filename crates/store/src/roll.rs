//! The marks of a roll-call, and the minutes spent online (签到记录, N05 N11).

use std::collections::HashMap;

use jiff::Timestamp;
use xinxiu_domain::id::{AttendanceId, SessionId};
use xinxiu_domain::presence::{Mark, Presence, Way};

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::Row;

/// One mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollEvent {
    /// Whose.
    pub attendance: AttendanceId,
    /// In or out.
    pub mark: Mark,
    /// How it came.
    pub way: Way,
    /// Name that a device gave itself; empty where there is none.
    pub device: String,
    /// Made where the mark was made; the same key is taken once.
    pub key: String,
    /// When it was called out.
    pub happened: Moment,
    /// When it reached the server.
    pub received_at: Timestamp,
    /// By whom.
    pub recorded_by: String,
}

fn from_row(row: &Row) -> Result<RollEvent, StoreError> {
    Ok(RollEvent {
        attendance: row.get("attendance_id")?,
        mark: row.coded("mark", Mark::from_code)?,
        way: row.coded("way", Way::from_code)?,
        device: row.get("device")?,
        key: row.get("event_key")?,
        happened: row.moment("happened_at", "happened_on")?,
        received_at: row.get("received_at")?,
        recorded_by: row.get("recorded_by")?,
    })
}

const COLUMNS: &str = "r.attendance_id, r.mark, r.way, r.device, r.event_key, r.happened_at, r.happened_on, \
                       r.received_at, r.recorded_by";

/// Puts a mark on the roll. Returns whether it is new: a key that is known changes nothing.
///
/// # Errors
/// What the engine says.
pub fn insert(tx: &Tx<'_>, new: &RollEvent) -> Result<bool, StoreError> {
    let touched = tx.execute(
        "insert into roll_event (attendance_id, mark, way, device, event_key, happened_at, happened_on, received_at, \
         recorded_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (event_key) do nothing",
        params![
            new.attendance,
            new.mark.code(),
            new.way.code(),
            &new.device,
            &new.key,
            new.happened.at,
            new.happened.on,
            new.received_at,
            &new.recorded_by
        ],
    )?;
    Ok(touched > 0)
}

/// Whether a key is on the roll.
///
/// # Errors
/// What the engine says.
pub fn is_known(tx: &Tx<'_>, key: &str) -> Result<bool, StoreError> {
    Ok(tx.query_opt("select 1 as one from roll_event where event_key = $1", params![key])?.is_some())
}

/// The marks of one enterprise in one session, by their times.
///
/// # Errors
/// What the engine says.
pub fn of_attendance(tx: &Tx<'_>, id: AttendanceId) -> Result<Vec<RollEvent>, StoreError> {
    let sql =
        format!("select {COLUMNS} from roll_event r where r.attendance_id = $1 order by r.happened_at, r.id");
    tx.query(&sql, params![id], from_row)
}

/// The marks of a session, by their times.
///
/// # Errors
/// What the engine says.
pub fn of_session(tx: &Tx<'_>, session: SessionId) -> Result<Vec<RollEvent>, StoreError> {
    let sql = format!(
        "select {COLUMNS} from roll_event r join attendance a on a.id = r.attendance_id \
         where a.session_id = $1 order by r.happened_at, r.id"
    );
    tx.query(&sql, params![session], from_row)
}

/// Notes that the page of an enterprise was open in a minute. Returns whether the minute is new.
///
/// # Errors
/// What the engine says.
pub fn note_minute(tx: &Tx<'_>, id: AttendanceId, at: Timestamp) -> Result<bool, StoreError> {
    let minute = at.as_second().div_euclid(60);
    let touched = tx.execute(
        "insert into online_minute (attendance_id, minute) values ($1, $2) on conflict do nothing",
        params![id, minute],
    )?;
    Ok(touched > 0)
}

/// Minutes that one enterprise spent online.
///
/// # Errors
/// What the engine says.
pub fn online_minutes(tx: &Tx<'_>, id: AttendanceId) -> Result<i64, StoreError> {
    tx.number("select count(*) from online_minute where attendance_id = $1", params![id])
}

/// Minutes online of everybody in a session who spent any.
///
/// # Errors
/// What the engine says.
pub fn online_of_session(tx: &Tx<'_>, session: SessionId) -> Result<HashMap<AttendanceId, i64>, StoreError> {
    let rows = tx.query(
        "select m.attendance_id, count(*) as minutes from online_minute m join attendance a on a.id = m.attendance_id \
         where a.session_id = $1 group by m.attendance_id",
        params![session],
        |row| Ok((row.get::<AttendanceId>("attendance_id")?, row.get::<i64>("minutes")?)),
    )?;
    Ok(rows.into_iter().collect())
}

/// Names of those who signed in to a session, the last to come first.
///
/// # Errors
/// What the engine says.
pub fn arrivals(tx: &Tx<'_>, session: SessionId) -> Result<Vec<(AttendanceId, String)>, StoreError> {
    tx.query(
        "select a.id, e.name from attendance a join enterprise e on e.id = a.enterprise_id \
         where a.session_id = $1 and a.checked_in_at is not null order by a.checked_in_at desc, a.id desc",
        params![session],
        |row| Ok((row.get("id")?, row.get("name")?)),
    )
}

/// How long each enterprise of a session was there.
///
/// # Errors
/// What the engine says.
pub fn presences(
    tx: &Tx<'_>,
    session: SessionId,
    until: Option<Timestamp>,
) -> Result<HashMap<AttendanceId, Presence>, StoreError> {
    let online = online_of_session(tx, session)?;
    let mut marks: HashMap<AttendanceId, Vec<RollEvent>> = HashMap::new();
    for event in of_session(tx, session)? {
        marks.entry(event.attendance).or_default().push(event);
    }
    let of = |id: &AttendanceId| online.get(id).copied().unwrap_or(0);
    Ok(marks.into_iter().map(|(id, events)| (id, presence(&events, of(&id), until))).collect())
}

/// How long one enterprise was there, with the minutes that its page was open.
pub fn presence(events: &[RollEvent], online: i64, until: Option<Timestamp>) -> Presence {
    Presence::of(events.iter().map(|event| (event.mark, event.way, event.happened.at)), online, until)
}
