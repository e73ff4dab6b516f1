//! Two records of one enterprise made one (合并登记, N08 N18), so that it can be undone exactly: the joined one keeps
//! its row and history and points to the one that is kept; which of its rows went over is noted.

use xinxiu_domain::id::{EnterpriseId, JoinId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::Row;
use crate::{join_rows, search};

/// A joining on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Join {
    /// Id.
    pub id: JoinId,
    /// The enterprise that is kept.
    pub kept: EnterpriseId,
    /// Its name.
    pub kept_name: String,
    /// The enterprise that was joined to it.
    pub joined: EnterpriseId,
    /// Its name.
    pub joined_name: String,
    /// Why.
    pub reason: String,
    /// Who.
    pub actor: String,
    /// When.
    pub at: Moment,
    /// Who undid it, why and when; `None` where it stands.
    pub undone: Option<(String, String, Moment)>,
}

const SELECT: &str = "select j.id, j.kept_id, k.name as kept_name, j.joined_id, g.name as joined_name, j.reason, j.actor, \
                      j.at, j.business_day, j.undone_by, j.undone_reason, j.undone_at, j.undone_on \
                      from enterprise_join j join enterprise k on k.id = j.kept_id join enterprise g on g.id = j.joined_id";

fn from_row(row: &Row) -> Result<Join, StoreError> {
    let undone = match row.moment_opt("undone_at", "undone_on")? {
        Some(at) => Some((row.get("undone_by")?, row.get("undone_reason")?, at)),
        None => None,
    };
    Ok(Join {
        id: row.get("id")?,
        kept: row.get("kept_id")?,
        kept_name: row.get("kept_name")?,
        joined: row.get("joined_id")?,
        joined_name: row.get("joined_name")?,
        reason: row.get("reason")?,
        actor: row.get("actor")?,
        at: row.moment("at", "business_day")?,
        undone,
    })
}

/// Joins one enterprise to another: its records, memberships and everything that hangs on it go over. What the kept
/// one has already under the same key stays behind and counts once. Ask
/// [`join_obstacle::before`](crate::join_obstacle::before) first.
///
/// # Errors
/// [`StoreError::Duplicate`] where an obstacle was not asked about; otherwise what the engine says.
pub fn join(
    tx: &Tx<'_>,
    (kept, joined): (EnterpriseId, EnterpriseId),
    reason: &str,
    actor: &str,
    at: Moment,
) -> Result<JoinId, StoreError> {
    let id: JoinId = tx.insert(
        "insert into enterprise_join (kept_id, joined_id, reason, actor, at, business_day) \
         values ($1, $2, $3, $4, $5, $6) returning id",
        params![kept, joined, reason, actor, at.at, at.on],
    )?;
    join_rows::go_over(tx, id, (kept, joined), at.on)?;
    tx.execute(
        "update enterprise set joined_into = $1, version = version + 1 where id = $2",
        params![kept, joined],
    )?;
    search::index::mark(tx, &[kept, joined])?;
    Ok(id)
}

/// Undoes a joining: exactly the rows that went over come back, with what has been added to them since.
///
/// # Errors
/// [`StoreError::Conflict`] where it was undone already.
pub fn undo(tx: &Tx<'_>, found: &Join, reason: &str, actor: &str, at: Moment) -> Result<(), StoreError> {
    tx.update_version(
        "合并登记",
        "update enterprise_join set undone_by = $1, undone_reason = $2, undone_at = $3, undone_on = $4 \
         where id = $5 and undone_at is null",
        params![actor, reason, at.at, at.on, found.id],
    )?;
    tx.execute(
        "update enterprise set joined_into = null, version = version + 1 where id = $1",
        params![found.joined],
    )?;
    search::index::mark(tx, &[found.kept, found.joined])?;
    join_rows::come_back(tx, found.id, (found.kept, found.joined))
}

/// One joining.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load(tx: &Tx<'_>, id: JoinId) -> Result<Join, StoreError> {
    let row = tx
        .query_opt(&format!("{SELECT} where j.id = $1"), params![id])?
        .ok_or_else(|| StoreError::NotFound("合并登记", id.to_string()))?;
    from_row(&row)
}

/// Every joining of an enterprise, to it and of it, oldest first; undone ones too.
///
/// # Errors
/// What the engine says.
pub fn of_enterprise(tx: &Tx<'_>, enterprise: EnterpriseId) -> Result<Vec<Join>, StoreError> {
    let sql = format!("{SELECT} where j.kept_id = $1 or j.joined_id = $1 order by j.id");
    tx.query(&sql, params![enterprise], from_row)
}

/// The enterprise to which one was joined; `None` where it stands for itself.
///
/// # Errors
/// [`StoreError::NotFound`] where there is no such enterprise.
pub fn joined_into(tx: &Tx<'_>, enterprise: EnterpriseId) -> Result<Option<EnterpriseId>, StoreError> {
    let row = tx
        .query_opt("select joined_into from enterprise where id = $1", params![enterprise])?
        .ok_or_else(|| StoreError::NotFound("企业", enterprise.to_string()))?;
    row.get("joined_into")
}
