//! When each kind of background work last ran (心跳), for whoever looks after the installation.

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;

/// The last time of one kind of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heartbeat {
    /// Kind of work, as in the queue; `worker` for the thread that does it.
    pub name: String,
    /// When it ran.
    pub at: Moment,
    /// What came of it.
    pub message: String,
}

/// Notes that something ran, in place of its last note.
///
/// # Errors
/// What the engine says.
pub fn beat(tx: &Tx<'_>, name: &str, at: Moment, message: &str) -> Result<(), StoreError> {
    tx.execute(
        "insert into heartbeat (name, at, business_day, message) values ($1, $2, $3, $4) \
         on conflict (name) do update set at = excluded.at, business_day = excluded.business_day, \
         message = excluded.message",
        params![name, at.at, at.on, message],
    )?;
    Ok(())
}

/// Every note.
///
/// # Errors
/// What the engine says.
pub fn all(tx: &Tx<'_>) -> Result<Vec<Heartbeat>, StoreError> {
    tx.query("select name, at, business_day, message from heartbeat order by name", &[], |row| {
        Ok(Heartbeat {
            name: row.get("name")?,
            at: row.moment("at", "business_day")?,
            message: row.get("message")?,
        })
    })
}
