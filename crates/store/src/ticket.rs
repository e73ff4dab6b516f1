//! Numbers in the queue of a hand-in-hand day (排队号, N12).

use jiff::Timestamp;
use xinxiu_domain::clinic::TicketState;
use xinxiu_domain::id::{ClinicId, EnterpriseId, TicketId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;
use crate::value::Row;

/// A number on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Id.
    pub id: TicketId,
    /// Day.
    pub clinic: ClinicId,
    /// The number itself, from 1.
    pub number: u32,
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// Name of the enterprise.
    pub enterprise_name: String,
    /// State.
    pub state: TicketState,
    /// Counter to which it was called (窗口).
    pub counter: String,
    /// When it was taken.
    pub issued_at: Timestamp,
    /// When it was last called.
    pub called_at: Option<Timestamp>,
    /// When it was finished.
    pub finished_at: Option<Timestamp>,
    /// Version for optimistic locking.
    pub version: i64,
}

const SELECT: &str = "select t.id, t.clinic_id, t.number, t.enterprise_id, e.name as enterprise_name, t.state, \
                      t.lane, t.issued_at, t.called_at, t.finished_at, t.version from ticket t \
                      join enterprise e on e.id = t.enterprise_id";

fn from_row(row: &Row) -> Result<Ticket, StoreError> {
    Ok(Ticket {
        id: row.get("id")?,
        clinic: row.get("clinic_id")?,
        number: row.get("number")?,
        enterprise: row.get("enterprise_id")?,
        enterprise_name: row.get("enterprise_name")?,
        state: row.coded("state", TicketState::from_code)?,
        counter: row.get("lane")?,
        issued_at: row.get("issued_at")?,
        called_at: row.get("called_at")?,
        finished_at: row.get("finished_at")?,
        version: row.get("version")?,
    })
}

/// Gives an enterprise the day's next number. The caller holds the day's lock.
///
/// # Errors
/// [`StoreError::Duplicate`] where the enterprise has one.
pub fn take(
    tx: &Tx<'_>,
    clinic: ClinicId,
    enterprise: EnterpriseId,
    at: Timestamp,
) -> Result<(TicketId, u32), StoreError> {
    let last =
        tx.number("select coalesce(max(number), 0) from ticket where clinic_id = $1", params![clinic])?;
    let number = u32::try_from(last + 1).unwrap_or(u32::MAX);
    let id = tx.insert(
        "insert into ticket (clinic_id, number, enterprise_id, state, issued_at) values ($1, $2, $3, $4, $5) \
         returning id",
        params![clinic, number, enterprise, TicketState::INITIAL.code(), at],
    )?;
    Ok((id, number))
}

/// Saves a number that has not changed since it was loaded.
///
/// # Errors
/// [`StoreError::Conflict`].
pub fn save(tx: &Tx<'_>, ticket: &Ticket) -> Result<(), StoreError> {
    tx.update_version(
        TicketState::NOUN,
        "update ticket set state = $1, lane = $2, called_at = $3, finished_at = $4, version = version + 1 \
         where id = $5 and version = $6",
        params![
            ticket.state.code(),
            &ticket.counter,
            ticket.called_at,
            ticket.finished_at,
            ticket.id,
            ticket.version
        ],
    )
}

/// One number.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load(tx: &Tx<'_>, id: TicketId) -> Result<Ticket, StoreError> {
    let row = tx
        .query_opt(&format!("{SELECT} where t.id = $1"), params![id])?
        .ok_or_else(|| StoreError::NotFound(TicketState::NOUN, id.to_string()))?;
    from_row(&row)
}

/// The queue of a day in the order of its numbers. `visible` is a condition on `e`.
///
/// # Errors
/// What the engine says.
pub fn of_clinic(tx: &Tx<'_>, clinic: ClinicId, visible: &str) -> Result<Vec<Ticket>, StoreError> {
    let sql = format!("{SELECT} where t.clinic_id = $1 and {visible} order by t.number");
    tx.query(&sql, params![clinic], from_row)
}

/// The number that is called next: the lowest that waits. `visible` is a condition on `e`.
///
/// # Errors
/// What the engine says.
pub fn next_waiting(tx: &Tx<'_>, clinic: ClinicId, visible: &str) -> Result<Option<Ticket>, StoreError> {
    let sql = format!(
        "{SELECT} where t.clinic_id = $1 and t.state = 'waiting' and {visible} order by t.number limit 1"
    );
    tx.query_opt(&sql, params![clinic])?.map(|row| from_row(&row)).transpose()
}
