//! The waiting list of a session (候补): who said that it comes while no seat was free, first come first served.

use jiff::Timestamp;
use xinxiu_domain::id::{AttendanceId, EnterpriseId, SessionId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;

/// A place in the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The attendance.
    pub attendance: AttendanceId,
    /// The enterprise.
    pub enterprise: EnterpriseId,
    /// Its name.
    pub name: String,
    /// Since when it waits.
    pub since: Timestamp,
}

/// The line of a session, first to last. Who was invited to wait and has not answered stands in none.
///
/// # Errors
/// What the engine says.
pub fn line(tx: &Tx<'_>, session: SessionId) -> Result<Vec<Place>, StoreError> {
    let sql = "select a.id, a.enterprise_id, e.name, a.waiting_since from attendance a \
               join enterprise e on e.id = a.enterprise_id where a.session_id = $1 and a.state = 'waiting' \
               and a.waiting_since is not null order by a.waiting_since, a.id";
    tx.query(sql, params![session], |row| {
        Ok(Place {
            attendance: row.get("id")?,
            enterprise: row.get("enterprise_id")?,
            name: row.get("name")?,
            since: row.get("waiting_since")?,
        })
    })
}

/// Makes an invitation that was just made one to wait: it holds no seat.
///
/// # Errors
/// What the engine says.
pub fn stand_by(tx: &Tx<'_>, id: AttendanceId) -> Result<(), StoreError> {
    tx.execute("update attendance set state = 'waiting' where id = $1 and state = 'invited'", params![id])?;
    Ok(())
}

/// How many enterprises of a session came so far.
///
/// # Errors
/// What the engine says.
pub fn came(tx: &Tx<'_>, session: SessionId) -> Result<i64, StoreError> {
    tx.number(
        "select count(*) from attendance where session_id = $1 and checked_in_at is not null",
        params![session],
    )
}
