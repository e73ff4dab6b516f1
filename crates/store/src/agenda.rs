//! The agenda of a session (培训日程, N05, N06, N09).

use xinxiu_domain::agenda::AgendaItem;
use xinxiu_domain::id::{AgendaId, SessionId};
use xinxiu_domain::session::{Method, Module};

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;
use crate::value::Row;

/// An item on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Id.
    pub id: AgendaId,
    /// What it holds.
    pub item: AgendaItem,
}

/// The items of a session, in order.
///
/// # Errors
/// What the engine says.
pub fn of_session(tx: &Tx<'_>, session: SessionId) -> Result<Vec<Line>, StoreError> {
    tx.query(
        "select id, minutes, module, method, title, lecturer, lecturer_id, room, not_deputy_reason from session_agenda \
         where session_id = $1 order by place_in_order, id",
        params![session],
        |row| Ok(Line { id: row.get("id")?, item: item_from_row(row)? }),
    )
}

fn item_from_row(row: &Row) -> Result<AgendaItem, StoreError> {
    Ok(AgendaItem {
        minutes: row.get("minutes")?,
        module: code(row, "module", Module::from_code)?,
        method: code(row, "method", Method::from_code)?,
        title: row.get("title")?,
        lecturer: row.get("lecturer")?,
        lecturer_id: row.get("lecturer_id")?,
        room: row.get("room")?,
        not_deputy_reason: row.get("not_deputy_reason")?,
    })
}

/// A code, or nothing where the column is empty.
fn code<T>(row: &Row, column: &str, from_code: fn(&str) -> Option<T>) -> Result<Option<T>, StoreError> {
    let text: String = row.get(column)?;
    if text.is_empty() { Ok(None) } else { row.coded(column, from_code).map(Some) }
}

/// Puts an item at the end of a session's agenda.
///
/// # Errors
/// What the engine says.
pub fn append(tx: &Tx<'_>, session: SessionId, item: &AgendaItem) -> Result<AgendaId, StoreError> {
    let last = "select coalesce(max(place_in_order), 0) from session_agenda where session_id = $1";
    let place = tx.number(last, params![session])? + 1;
    tx.insert(
        "insert into session_agenda (session_id, place_in_order, minutes, module, method, title, lecturer, room, \
         not_deputy_reason, lecturer_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id",
        params![
            session,
            place,
            item.minutes,
            item.module.map_or("", Module::code),
            item.method.map_or("", Method::code),
            &item.title,
            &item.lecturer,
            &item.room,
            &item.not_deputy_reason,
            item.lecturer_id
        ],
    )
}

/// Changes an item of a session.
///
/// # Errors
/// [`StoreError::NotFound`] where the session has no such item.
pub fn save(tx: &Tx<'_>, session: SessionId, id: AgendaId, item: &AgendaItem) -> Result<(), StoreError> {
    let changed = tx.execute(
        "update session_agenda set minutes = $1, module = $2, method = $3, title = $4, lecturer = $5, room = $6, \
         not_deputy_reason = $7, lecturer_id = $8 where id = $9 and session_id = $10",
        params![
            item.minutes,
            item.module.map_or("", Module::code),
            item.method.map_or("", Method::code),
            &item.title,
            &item.lecturer,
            &item.room,
            &item.not_deputy_reason,
            item.lecturer_id,
            id,
            session
        ],
    )?;
    if changed == 1 { Ok(()) } else { Err(StoreError::NotFound("日程", id.to_string())) }
}

/// Takes an item out of a session's agenda.
///
/// # Errors
/// [`StoreError::NotFound`] where the session has no such item.
pub fn remove(tx: &Tx<'_>, session: SessionId, id: AgendaId) -> Result<(), StoreError> {
    let gone =
        tx.execute("delete from session_agenda where id = $1 and session_id = $2", params![id, session])?;
    if gone == 1 { Ok(()) } else { Err(StoreError::NotFound("日程", id.to_string())) }
}

/// Puts the items of a session into the order given.
///
/// # Errors
/// What the engine says.
pub fn reorder(tx: &Tx<'_>, session: SessionId, order: &[AgendaId]) -> Result<(), StoreError> {
    for (place, id) in (1_i64..).zip(order) {
        tx.execute(
            "update session_agenda set place_in_order = $1 where id = $2 and session_id = $3",
            params![place, *id, session],
        )?;
    }
    Ok(())
}
