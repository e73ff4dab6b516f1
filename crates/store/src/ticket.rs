//! Numbers in the queue of a hand-in-hand day (排队号, N12).

use jiff::Timestamp;
use xinxiu_domain::clinic::{BLOCK, Lane, TicketState};
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
    /// Lane in which it waits or is served.
    pub lane: Lane,
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
                      t.stage, t.lane, t.issued_at, t.called_at, t.finished_at, t.version from ticket t \
                      join enterprise e on e.id = t.enterprise_id";

fn from_row(row: &Row) -> Result<Ticket, StoreError> {
    Ok(Ticket {
        id: row.get("id")?,
        clinic: row.get("clinic_id")?,
        number: row.get("number")?,
        enterprise: row.get("enterprise_id")?,
        enterprise_name: row.get("enterprise_name")?,
        state: row.coded("state", TicketState::from_code)?,
        lane: row.coded("stage", Lane::from_code)?,
        counter: row.get("lane")?,
        issued_at: row.get("issued_at")?,
        called_at: row.get("called_at")?,
        finished_at: row.get("finished_at")?,
        version: row.get("version")?,
    })
}

/// Gives an enterprise the number that its device has told it already, or else the day's next. The caller holds the
/// day's lock.
///
/// # Errors
/// [`StoreError::Duplicate`] where the enterprise has one, or the number is another's.
pub fn take(
    tx: &Tx<'_>,
    clinic: ClinicId,
    enterprise: EnterpriseId,
    (lane, told): (Lane, Option<u32>),
    at: Timestamp,
) -> Result<(TicketId, u32), StoreError> {
    let number = if let Some(number) = told {
        number
    } else {
        let last = tx.number(
            "select coalesce(max(number), 0) from ticket where clinic_id = $1 and number < $2",
            params![clinic, BLOCK],
        )?;
        u32::try_from(last + 1).unwrap_or(u32::MAX)
    };
    let id = tx.insert(
        "insert into ticket (clinic_id, number, enterprise_id, state, stage, issued_at) \
         values ($1, $2, $3, $4, $5, $6) returning id",
        params![clinic, number, enterprise, TicketState::INITIAL.code(), lane.code(), at],
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
        "update ticket set state = $1, lane = $2, called_at = $3, finished_at = $4, stage = $5, \
         version = version + 1 where id = $6 and version = $7",
        params![
            ticket.state.code(),
            &ticket.counter,
            ticket.called_at,
            ticket.finished_at,
            ticket.lane.code(),
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

/// The number of an enterprise on a day.
///
/// # Errors
/// What the engine says.
pub fn find(tx: &Tx<'_>, clinic: ClinicId, enterprise: EnterpriseId) -> Result<Option<Ticket>, StoreError> {
    let sql = format!("{SELECT} where t.clinic_id = $1 and t.enterprise_id = $2");
    tx.query_opt(&sql, params![clinic, enterprise])?.map(|row| from_row(&row)).transpose()
}

/// The queue of a day in the order in which the numbers were given. `visible` is a condition on `e`.
///
/// # Errors
/// What the engine says.
pub fn of_clinic(tx: &Tx<'_>, clinic: ClinicId, visible: &str) -> Result<Vec<Ticket>, StoreError> {
    let sql = format!("{SELECT} where t.clinic_id = $1 and {visible} order by t.issued_at, t.number");
    tx.query(&sql, params![clinic], from_row)
}

/// The number that is called next in a lane: that of the enterprise that came first. `visible` is a condition on `e`.
///
/// # Errors
/// What the engine says.
pub fn next_waiting(
    tx: &Tx<'_>,
    clinic: ClinicId,
    lane: Lane,
    visible: &str,
) -> Result<Option<Ticket>, StoreError> {
    let sql = format!(
        "{SELECT} where t.clinic_id = $1 and t.stage = $2 and t.state = 'waiting' and {visible} \
         order by t.issued_at, t.number limit 1"
    );
    tx.query_opt(&sql, params![clinic, lane.code()])?.map(|row| from_row(&row)).transpose()
}
