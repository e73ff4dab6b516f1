//! What changed in sessions after they were published (场次变更): day, hours, place, or that they were cancelled.

use jiff::civil::Date;
use xinxiu_domain::id::SessionId;

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::Row;

/// A change, in the words that people read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionChange {
    /// Id.
    pub id: i64,
    /// The session.
    pub session: SessionId,
    /// Whether it was cancelled.
    pub is_cancelled: bool,
    /// Day before.
    pub old_held_on: Date,
    /// Day and hours before.
    pub old_time: String,
    /// Place before.
    pub old_place: String,
    /// Day now.
    pub new_held_on: Date,
    /// Day and hours now.
    pub new_time: String,
    /// Place now.
    pub new_place: String,
    /// Why.
    pub reason: String,
    /// Who changed it.
    pub by: String,
    /// When.
    pub at: Moment,
}

const COLUMNS: &str = "h.id, h.session_id, h.cancelled, h.old_held_on, h.old_time, h.old_place, h.new_held_on, h.new_time, \
                       h.new_place, h.reason, h.made_by, h.made_at, h.made_on";

fn from_row(row: &Row) -> Result<SessionChange, StoreError> {
    Ok(SessionChange {
        id: row.get("id")?,
        session: row.get("session_id")?,
        is_cancelled: row.get("cancelled")?,
        old_held_on: row.get("old_held_on")?,
        old_time: row.get("old_time")?,
        old_place: row.get("old_place")?,
        new_held_on: row.get("new_held_on")?,
        new_time: row.get("new_time")?,
        new_place: row.get("new_place")?,
        reason: row.get("reason")?,
        by: row.get("made_by")?,
        at: row.moment("made_at", "made_on")?,
    })
}

/// Puts a change on record; `id` is not read.
///
/// # Errors
/// What the engine says.
pub fn insert(tx: &Tx<'_>, new: &SessionChange) -> Result<i64, StoreError> {
    tx.insert(
        "insert into session_change (session_id, cancelled, old_held_on, old_time, old_place, new_held_on, new_time, \
         new_place, reason, made_by, made_at, made_on) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id",
        params![
            new.session,
            new.is_cancelled,
            new.old_held_on,
            &new.old_time,
            &new.old_place,
            new.new_held_on,
            &new.new_time,
            &new.new_place,
            &new.reason,
            &new.by,
            new.at.at,
            new.at.on
        ],
    )
}

/// The changes of a session, newest first.
///
/// # Errors
/// What the engine says.
pub fn of_session(tx: &Tx<'_>, session: SessionId) -> Result<Vec<SessionChange>, StoreError> {
    let sql = format!("select {COLUMNS} from session_change h where h.session_id = $1 order by h.id desc");
    tx.query(&sql, params![session], from_row)
}

/// A change in a list, with what one asks next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The change.
    pub change: SessionChange,
    /// Title of the session.
    pub title: String,
    /// Agency.
    pub agency: String,
    /// Lecturer of module 1, who has no account to learn of it.
    pub lecturer: String,
}

/// The last change of each session that changed from a day on and is still ahead on `today`, kept to those that `filter`
/// (SQL over `s`) admits; newest first.
///
/// # Errors
/// What the engine says.
pub fn recent(tx: &Tx<'_>, (since, today): (Date, Date), filter: &str) -> Result<Vec<Line>, StoreError> {
    let sql = format!(
        "select {COLUMNS}, s.title, s.lecturer, coalesce(nullif(g.short_name, ''), g.name, '') as agency \
         from session_change h join session s on s.id = h.session_id join plan_item p on p.id = s.plan_item_id \
         left join organisation g on g.id = p.agency_id \
         where h.made_on >= $1 and s.held_on >= $2 and s.state in ('published', 'open', 'cancelled') \
         and h.id = (select max(k.id) from session_change k where k.session_id = h.session_id) and {filter} \
         order by h.id desc"
    );
    tx.query(&sql, params![since, today], |row| {
        Ok(Line {
            change: from_row(row)?,
            title: row.get("title")?,
            agency: row.get("agency")?,
            lecturer: row.get("lecturer")?,
        })
    })
}
