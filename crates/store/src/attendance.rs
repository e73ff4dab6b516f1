//! Enterprises in sessions (参训): invited, answered, present, examined (N07, N08, N10, N11, N18).

use jiff::Timestamp;
use jiff::civil::Date;
use xinxiu_domain::attendance::{AttendanceState, Willingness};
use xinxiu_domain::id::{AttendanceId, CampaignId, EnterpriseId, SessionId};
use xinxiu_domain::session::Capacity;

use crate::commitment::{Owed, needed_sql, owed_from_row, signed_sql};
use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::Row;

/// One enterprise in one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attendance {
    /// Id.
    pub id: AttendanceId,
    /// Session.
    pub session: SessionId,
    /// Title of the session.
    pub session_title: String,
    /// Day of the session.
    pub held_on: Date,
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// State.
    pub state: AttendanceState,
    /// Random part of the personal link; the link itself is signed with the installation's key.
    pub link_nonce: String,
    /// Until when the link works, in real time.
    pub link_expires_at: Timestamp,
    /// Whether the link was withdrawn.
    pub link_revoked: bool,
    /// When it was invited.
    pub invited_at: Moment,
    /// When it last answered.
    pub answered_at: Option<Moment>,
    /// Willingness to repair as answered here (N07).
    pub willingness: Willingness,
    /// Who comes.
    pub attendee: String,
    /// In which capacity (N08).
    pub capacity: Option<Capacity>,
    /// Why it may sit without a signed commitment (N10); empty where it may not.
    pub exception_reason: String,
    /// Who said so.
    pub exception_by: String,
    /// When it signed in.
    pub checked_in_at: Option<Moment>,
    /// Whether the enterprise confirmed that nothing was charged (N19).
    pub free_confirmed: bool,
    /// Since when it waits in line for a seat (候补).
    pub waiting_since: Option<Timestamp>,
    /// When it got its seat from the line.
    pub moved_up_at: Option<Timestamp>,
    /// Version for optimistic locking.
    pub version: i64,
}

const COLUMNS: &str = "a.id, a.session_id, s.title as session_title, s.held_on, a.enterprise_id, a.state, \
                       a.link_hash, a.link_expires_at, a.link_revoked, a.invited_at, a.invited_on, \
                       a.answered_at, a.answered_on, \
                       a.willingness, a.attendee, a.capacity, a.exception_reason, a.exception_by, \
                       a.checked_in_at, a.checked_in_on, a.free_confirmed, a.waiting_since, a.moved_up_at, a.version";

fn select() -> String {
    format!("select {COLUMNS} from attendance a join session s on s.id = a.session_id")
}

fn from_row(row: &Row) -> Result<Attendance, StoreError> {
    Ok(Attendance {
        id: row.get("id")?,
        session: row.get("session_id")?,
        session_title: row.get("session_title")?,
        held_on: row.get("held_on")?,
        enterprise: row.get("enterprise_id")?,
        state: row.coded("state", AttendanceState::from_code)?,
        link_nonce: row.get("link_hash")?,
        link_expires_at: row.get("link_expires_at")?,
        link_revoked: row.get("link_revoked")?,
        invited_at: row.moment("invited_at", "invited_on")?,
        answered_at: row.moment_opt("answered_at", "answered_on")?,
        willingness: row.coded("willingness", Willingness::from_code)?,
        attendee: row.get("attendee")?,
        capacity: row.coded_opt("capacity", Capacity::from_code)?,
        exception_reason: row.get("exception_reason")?,
        exception_by: row.get("exception_by")?,
        checked_in_at: row.moment_opt("checked_in_at", "checked_in_on")?,
        free_confirmed: row.get("free_confirmed")?,
        waiting_since: row.get("waiting_since")?,
        moved_up_at: row.get("moved_up_at")?,
        version: row.get("version")?,
    })
}

/// Every session of an enterprise, by date.
///
/// # Errors
/// What the engine says.
pub fn of_enterprise(tx: &Tx<'_>, enterprise: EnterpriseId) -> Result<Vec<Attendance>, StoreError> {
    let sql = format!("{} where a.enterprise_id = $1 order by s.held_on, a.id", select());
    tx.query(&sql, params![enterprise], from_row)
}

/// One enterprise in one session, by its own id.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load(tx: &Tx<'_>, id: AttendanceId) -> Result<Attendance, StoreError> {
    find(tx, id)?.ok_or_else(|| StoreError::NotFound("参训记录", id.to_string()))
}

/// As [`load`], without an error where there is none; for tokens, whose ids anybody can type.
///
/// # Errors
/// What the engine says.
pub fn find(tx: &Tx<'_>, id: AttendanceId) -> Result<Option<Attendance>, StoreError> {
    let row = tx.query_opt(&format!("{} where a.id = $1", select()), params![id])?;
    row.map(|row| from_row(&row)).transpose()
}

/// Invites an enterprise to a session.
///
/// # Errors
/// [`StoreError::Duplicate`] where it is invited already.
pub fn insert(
    tx: &Tx<'_>,
    session: SessionId,
    enterprise: EnterpriseId,
    nonce: &str,
    expires_at: Timestamp,
    at: Moment,
) -> Result<AttendanceId, StoreError> {
    tx.insert(
        "insert into attendance (session_id, enterprise_id, state, link_hash, link_expires_at, invited_at, \
         invited_on) values ($1, $2, $3, $4, $5, $6, $7) returning id",
        params![session, enterprise, AttendanceState::INITIAL.code(), nonce, expires_at, at.at, at.on],
    )
}

/// Saves what has not changed since it was loaded.
///
/// # Errors
/// [`StoreError::Conflict`].
pub fn save(tx: &Tx<'_>, attendance: &Attendance) -> Result<(), StoreError> {
    tx.update_version(
        "参训记录",
        "update attendance set state = $1, link_hash = $2, link_expires_at = $3, link_revoked = $4, \
         answered_at = $5, willingness = $6, attendee = $7, capacity = $8, exception_reason = $9, \
         exception_by = $10, checked_in_at = $11, free_confirmed = $12, answered_on = $13, \
         checked_in_on = $14, waiting_since = $15, moved_up_at = $16, version = version + 1 \
         where id = $17 and version = $18",
        params![
            attendance.state.code(),
            &attendance.link_nonce,
            attendance.link_expires_at,
            attendance.link_revoked,
            attendance.answered_at.map(|moment| moment.at),
            attendance.willingness.code(),
            &attendance.attendee,
            attendance.capacity.map(Capacity::code),
            &attendance.exception_reason,
            &attendance.exception_by,
            attendance.checked_in_at.map(|moment| moment.at),
            attendance.free_confirmed,
            attendance.answered_at.map(|moment| moment.on),
            attendance.checked_in_at.map(|moment| moment.on),
            attendance.waiting_since,
            attendance.moved_up_at,
            attendance.id,
            attendance.version
        ],
    )
}

/// Marks everybody absent who never came to a session, and returns how many.
///
/// # Errors
/// What the engine says.
pub fn mark_absent(tx: &Tx<'_>, session: SessionId) -> Result<u64, StoreError> {
    tx.execute(
        "update attendance set state = 'absent', version = version + 1 where session_id = $1 \
         and state in ('invited', 'accepted', 'declined')",
        params![session],
    )
}

/// How many enterprises hold or may claim a seat: invited, and neither declined nor waiting nor called back.
///
/// # Errors
/// What the engine says.
pub fn taken_seats(tx: &Tx<'_>, session: SessionId) -> Result<i64, StoreError> {
    tx.number(
        "select count(*) from attendance where session_id = $1 and state not in ('declined', 'waiting', 'withdrawn')",
        params![session],
    )
}

/// How many enterprises of a session said that they come, or came.
///
/// # Errors
/// What the engine says.
pub fn accepted(tx: &Tx<'_>, session: SessionId) -> Result<u32, StoreError> {
    let sql = "select count(*) from attendance where session_id = $1 and state in ('accepted', 'present', 'failed', 'passed')";
    let count = tx.number(sql, params![session])?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Enterprises of a session, kept to those that `filter` (SQL over `a.enterprise_id`) admits.
///
/// # Errors
/// What the engine says.
pub fn enterprises(tx: &Tx<'_>, session: SessionId, filter: &str) -> Result<Vec<EnterpriseId>, StoreError> {
    let sql = format!("select a.enterprise_id from attendance a where a.session_id = $1 and {filter}");
    tx.query(&sql, params![session], |row| row.get("enterprise_id"))
}

/// A line of the roll: an enterprise of a session with what it owes and how it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterLine {
    /// The attendance.
    pub attendance: Attendance,
    /// Name of the enterprise.
    pub name: String,
    /// USCC; empty where none is known.
    pub uscc: String,
    /// County.
    pub county: String,
    /// Township.
    pub township: String,
    /// Legal representative or principal.
    pub legal_representative: String,
    /// Sealed phone of the contact person.
    pub contact_phone_sealed: String,
    /// Commitments owed and signed.
    pub owed: Owed,
    /// Right answers of the best paper handed in.
    pub right_answers: Option<u32>,
}

/// The roll of a session, by county, township and name.
///
/// # Errors
/// What the engine says.
pub fn roster(tx: &Tx<'_>, campaign: CampaignId, session: SessionId) -> Result<Vec<RosterLine>, StoreError> {
    let sql = format!(
        "select {COLUMNS}, e.name, coalesce(e.uscc, '') as uscc, \
         coalesce(nullif(c.short_name, ''), c.name, '') as county, e.township, e.legal_representative, \
         e.contact_phone_sealed, {} as needed, {} as signed, \
         (select max(x.right_answers) from exam_paper x where x.attendance_id = a.id) as right_answers \
         from attendance a join session s on s.id = a.session_id join enterprise e on e.id = a.enterprise_id \
         left join organisation c on c.id = e.county_id where a.session_id = $1 \
         order by county, e.township, e.name, a.id",
        needed_sql("$2", "e.id"),
        signed_sql("$2", "e.id")
    );
    tx.query(&sql, params![session, campaign], |row| {
        Ok(RosterLine {
            attendance: from_row(row)?,
            name: row.get("name")?,
            uscc: row.get("uscc")?,
            county: row.get("county")?,
            township: row.get("township")?,
            legal_representative: row.get("legal_representative")?,
            contact_phone_sealed: row.get("contact_phone_sealed")?,
            owed: owed_from_row(row)?,
            right_answers: row.get("right_answers")?,
        })
    })
}
