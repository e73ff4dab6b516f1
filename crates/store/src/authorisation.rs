//! Who comes for an enterprise in whose name (N08): a deputy's authorisation (授权委托书), and a legal representative who
//! has changed since. Each is kept as it was sent; the last one counts.

use std::collections::HashMap;

use xinxiu_domain::id::{AttendanceId, FileId, SessionId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::Row;

/// An authorisation as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorisation {
    /// Id.
    pub id: i64,
    /// Whose seat.
    pub attendance: AttendanceId,
    /// The deputy of that day.
    pub attendee: String,
    /// The paper.
    pub file: FileId,
    /// Who sent it.
    pub sent_by: String,
    /// When.
    pub at: Moment,
}

const SELECT: &str = "select u.id, u.attendance_id, u.attendee, u.file_id, u.sent_by, u.sent_at, u.sent_on \
                      from authorisation u";

fn from_row(row: &Row) -> Result<Authorisation, StoreError> {
    Ok(Authorisation {
        id: row.get("id")?,
        attendance: row.get("attendance_id")?,
        attendee: row.get("attendee")?,
        file: row.get("file_id")?,
        sent_by: row.get("sent_by")?,
        at: row.moment("sent_at", "sent_on")?,
    })
}

/// Puts an authorisation on record; `id` is not read.
///
/// # Errors
/// What the engine says.
pub fn insert(tx: &Tx<'_>, new: &Authorisation) -> Result<i64, StoreError> {
    tx.insert(
        "insert into authorisation (attendance_id, attendee, file_id, sent_by, sent_at, sent_on) \
         values ($1, $2, $3, $4, $5, $6) returning id",
        params![new.attendance, &new.attendee, new.file, &new.sent_by, new.at.at, new.at.on],
    )
}

/// The authorisations of a seat, the one that counts first.
///
/// # Errors
/// What the engine says.
pub fn of_attendance(tx: &Tx<'_>, id: AttendanceId) -> Result<Vec<Authorisation>, StoreError> {
    tx.query(&format!("{SELECT} where u.attendance_id = $1 order by u.id desc"), params![id], from_row)
}

/// Notes who an enterprise says is its legal representative now.
///
/// # Errors
/// What the engine says.
pub fn say_representative(tx: &Tx<'_>, id: AttendanceId, name: &str, at: Moment) -> Result<(), StoreError> {
    tx.execute(
        "insert into representative_report (attendance_id, name, said_at, said_on) values ($1, $2, $3, $4)",
        params![id, name, at.at, at.on],
    )
    .map(drop)
}

/// What is known of who comes, for a whole session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InWhoseName {
    /// The authorisation that counts, with the deputy whom it names.
    pub authorisation: Option<(i64, String)>,
    /// Legal representative as the enterprise last said; empty where it said nothing.
    pub representative: String,
}

/// What is known of who comes to a session; a seat of which nothing is known is left out.
///
/// # Errors
/// What the engine says.
pub fn of_session(tx: &Tx<'_>, session: SessionId) -> Result<HashMap<AttendanceId, InWhoseName>, StoreError> {
    let mut all: HashMap<AttendanceId, InWhoseName> = HashMap::new();
    let sql = "select u.id, u.attendance_id, u.attendee from authorisation u \
               join attendance a on a.id = u.attendance_id where a.session_id = $1 order by u.id";
    let papers = tx.query(sql, params![session], |row| {
        Ok((row.get("attendance_id")?, (row.get("id")?, row.get::<String>("attendee")?)))
    })?;
    for (id, paper) in papers {
        all.entry(id).or_default().authorisation = Some(paper);
    }
    let sql = "select r.attendance_id, r.name from representative_report r \
               join attendance a on a.id = r.attendance_id where a.session_id = $1 order by r.id";
    let names = tx.query(sql, params![session], |row| Ok((row.get("attendance_id")?, row.get("name")?)))?;
    for (id, name) in names {
        all.entry(id).or_default().representative = name;
    }
    Ok(all)
}

/// Legal representative as the enterprise last said of a seat; empty where it said nothing.
///
/// # Errors
/// What the engine says.
pub fn representative(tx: &Tx<'_>, id: AttendanceId) -> Result<String, StoreError> {
    let sql = "select name from representative_report where attendance_id = $1 order by id desc limit 1";
    tx.query_opt(sql, params![id])?.map_or_else(|| Ok(String::new()), |row| row.get("name"))
}
