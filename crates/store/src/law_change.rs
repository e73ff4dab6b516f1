//! What became of an enterprise in law (企业变更, N18, N29).

use jiff::civil::Date;
use xinxiu_domain::change::ChangeKind;
use xinxiu_domain::id::{ChangeId, EnterpriseId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::Row;

/// A change on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LawChange {
    /// Id.
    pub id: ChangeId,
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// Its name today.
    pub enterprise_name: String,
    /// Kind.
    pub kind: ChangeKind,
    /// Day on which it took effect.
    pub happened_on: Date,
    /// The enterprise that took it over, or that was made of a part of it.
    pub successor: Option<EnterpriseId>,
    /// Name of that enterprise; empty where there is none.
    pub successor_name: String,
    /// What held before, for people and for undoing: a name, an id of a county, a code of survival.
    pub old: String,
    /// What holds since.
    pub new: String,
    /// Why, and on which paper it rests.
    pub reason: String,
    /// Who recorded it.
    pub actor: String,
    /// When.
    pub at: Moment,
    /// Who took it back, and why; `None` where it stands.
    pub undone: Option<(String, String, Moment)>,
}

const SELECT: &str = "select l.id, l.enterprise_id, e.name as enterprise_name, l.kind, l.happened_on, l.successor_id, \
                      coalesce(s.name, '') as successor_name, l.old_value, l.new_value, l.reason, l.actor, l.at, \
                      l.business_day, l.undone_by, l.undone_reason, l.undone_at, l.undone_on from law_change l \
                      join enterprise e on e.id = l.enterprise_id left join enterprise s on s.id = l.successor_id";

fn from_row(row: &Row) -> Result<LawChange, StoreError> {
    let undone = match row.moment_opt("undone_at", "undone_on")? {
        Some(at) => Some((row.get("undone_by")?, row.get("undone_reason")?, at)),
        None => None,
    };
    Ok(LawChange {
        id: row.get("id")?,
        enterprise: row.get("enterprise_id")?,
        enterprise_name: row.get("enterprise_name")?,
        kind: row.coded("kind", ChangeKind::from_code)?,
        happened_on: row.get("happened_on")?,
        successor: row.get("successor_id")?,
        successor_name: row.get("successor_name")?,
        old: row.get("old_value")?,
        new: row.get("new_value")?,
        reason: row.get("reason")?,
        actor: row.get("actor")?,
        at: row.moment("at", "business_day")?,
        undone,
    })
}

/// Puts a change on record; `id`, the names and `undone` of the argument are not read.
///
/// # Errors
/// What the engine says.
pub fn insert(tx: &Tx<'_>, new: &LawChange) -> Result<ChangeId, StoreError> {
    tx.insert(
        "insert into law_change (enterprise_id, kind, happened_on, successor_id, old_value, new_value, reason, actor, \
         at, business_day) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id",
        params![
            new.enterprise,
            new.kind.code(),
            new.happened_on,
            new.successor,
            &new.old,
            &new.new,
            &new.reason,
            &new.actor,
            new.at.at,
            new.at.on
        ],
    )
}

/// Every change of an enterprise, and those that name it as successor, oldest first.
///
/// # Errors
/// What the engine says.
pub fn of_enterprise(tx: &Tx<'_>, enterprise: EnterpriseId) -> Result<Vec<LawChange>, StoreError> {
    let sql = format!("{SELECT} where l.enterprise_id = $1 or l.successor_id = $1 order by l.id");
    tx.query(&sql, params![enterprise], from_row)
}

/// One change.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load(tx: &Tx<'_>, id: ChangeId) -> Result<LawChange, StoreError> {
    let row = tx
        .query_opt(&format!("{SELECT} where l.id = $1"), params![id])?
        .ok_or_else(|| StoreError::NotFound("企业变更", id.to_string()))?;
    from_row(&row)
}

/// Notes that a change was taken back.
///
/// # Errors
/// [`StoreError::Conflict`] where it was taken back already.
pub fn undo(tx: &Tx<'_>, id: ChangeId, (by, reason): (&str, &str), at: Moment) -> Result<(), StoreError> {
    tx.update_version(
        "企业变更",
        "update law_change set undone_by = $1, undone_reason = $2, undone_at = $3, undone_on = $4 \
         where id = $5 and undone_at is null",
        params![by, reason, at.at, at.on, id],
    )
}
