//! Messages as lists and counts.

use jiff::Timestamp;
use xinxiu_domain::calling::Purpose;
use xinxiu_domain::id::{AttendanceId, EnterpriseId, MessageId, SessionId};
use xinxiu_domain::message::{Channel, MessageState};

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;

/// A message in a list; neither number nor words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Id.
    pub id: MessageId,
    /// To whom.
    pub attendance: AttendanceId,
    /// The enterprise.
    pub enterprise: EnterpriseId,
    /// Its name.
    pub name: String,
    /// Through which kind of gateway.
    pub channel: Channel,
    /// What it is about.
    pub purpose: Purpose,
    /// State.
    pub state: MessageState,
    /// How often it was begun.
    pub attempts: u32,
    /// When it is tried next, where it waits.
    pub next_at: Timestamp,
    /// What was wrong the last time.
    pub problem: String,
    /// Who queued it.
    pub by: String,
    /// When.
    pub queued_at: Moment,
}

/// Messages of a session, newest first, kept to enterprises that `filter` (SQL over `a.enterprise_id`) admits.
///
/// # Errors
/// What the engine says.
pub fn lines(tx: &Tx<'_>, session: SessionId, filter: &str) -> Result<Vec<Line>, StoreError> {
    let sql = format!(
        "select m.id, m.attendance_id, a.enterprise_id, e.name, m.channel, m.purpose, m.state, m.attempts, m.next_at, \
         m.problem, m.queued_by, m.queued_at, m.queued_on from message m join attendance a on a.id = m.attendance_id \
         join enterprise e on e.id = a.enterprise_id where a.session_id = $1 and {filter} order by m.id desc"
    );
    tx.query(&sql, params![session], |row| {
        Ok(Line {
            id: row.get("id")?,
            attendance: row.get("attendance_id")?,
            enterprise: row.get("enterprise_id")?,
            name: row.get("name")?,
            channel: row.coded("channel", Channel::from_code)?,
            purpose: row.coded("purpose", Purpose::from_code)?,
            state: row.coded("state", MessageState::from_code)?,
            attempts: row.get("attempts")?,
            next_at: row.get("next_at")?,
            problem: row.get("problem")?,
            by: row.get("queued_by")?,
            queued_at: row.moment("queued_at", "queued_on")?,
        })
    })
}

/// How many messages of a session are in one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The session.
    pub session: SessionId,
    /// Its title.
    pub title: String,
    /// Through which kind of gateway.
    pub channel: Channel,
    /// State.
    pub state: MessageState,
    /// How many.
    pub count: i64,
    /// What was wrong with the newest of them.
    pub problem: String,
}

/// Messages by session, channel and state; the newest session first.
///
/// # Errors
/// What the engine says.
pub fn counts(tx: &Tx<'_>) -> Result<Vec<Count>, StoreError> {
    let sql = "select c.session_id, s.title, c.channel, c.state, c.count, m.problem from \
               (select a.session_id, m.channel, m.state, count(*) as count, max(m.id) as newest from message m \
               join attendance a on a.id = m.attendance_id group by a.session_id, m.channel, m.state) c \
               join session s on s.id = c.session_id join message m on m.id = c.newest \
               order by s.held_on desc, c.session_id desc, c.channel, c.state";
    tx.query(sql, &[], |row| {
        Ok(Count {
            session: row.get("session_id")?,
            title: row.get("title")?,
            channel: row.coded("channel", Channel::from_code)?,
            state: row.coded("state", MessageState::from_code)?,
            count: row.get("count")?,
            problem: row.get("problem")?,
        })
    })
}

/// When the message was due that waits longest; `None` where none waits.
///
/// # Errors
/// What the engine says.
pub fn oldest_waiting(tx: &Tx<'_>) -> Result<Option<Timestamp>, StoreError> {
    let sql = "select min(next_at) as at from message where state in ('queued', 'sending')";
    tx.query_one(sql, &[])?.get("at")
}
