//! Applications to leave a list (退出失信名单申请, N16).

use jiff::civil::Date;
use xinxiu_domain::ListKind;
use xinxiu_domain::id::{DelistingId, EnterpriseId, ListingId, OrgId};
use xinxiu_domain::rectification::DelistingState;

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;
use crate::value::Row;

/// A delisting application on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delisting {
    /// Id.
    pub id: DelistingId,
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// Its name.
    pub enterprise_name: String,
    /// Listing that it asks to leave; `None` where no listing is on record.
    pub listing: Option<ListingId>,
    /// The list, in words; empty where no listing is on record.
    pub list_name: String,
    /// Authority that accepts it.
    pub authority: OrgId,
    /// State.
    pub state: DelistingState,
    /// Day of receipt.
    pub received_on: Date,
    /// What the enterprise says.
    pub statement: String,
    /// What the authority answers.
    pub opinion: String,
    /// Day of the answer.
    pub decided_on: Option<Date>,
    /// Version for optimistic locking.
    pub version: i64,
}

const SELECT: &str = "select d.id, d.enterprise_id, e.name as enterprise_name, d.listing_id, l.list_kind, \
                      coalesce(l.reason, '') as reason, d.authority_id, d.state, d.received_on, d.statement, \
                      d.opinion, d.decided_on, d.version from delisting d \
                      join enterprise e on e.id = d.enterprise_id left join listing l on l.id = d.listing_id";

fn from_row(row: &Row) -> Result<Delisting, StoreError> {
    let list = row.coded_opt("list_kind", ListKind::from_code)?;
    let reason: String = row.get("reason")?;
    Ok(Delisting {
        id: row.get("id")?,
        enterprise: row.get("enterprise_id")?,
        enterprise_name: row.get("enterprise_name")?,
        listing: row.get("listing_id")?,
        list_name: list.map_or_else(String::new, |list| format!("{list}（{reason}）")),
        authority: row.get("authority_id")?,
        state: row.coded("state", DelistingState::from_code)?,
        received_on: row.get("received_on")?,
        statement: row.get("statement")?,
        opinion: row.get("opinion")?,
        decided_on: row.get("decided_on")?,
        version: row.get("version")?,
    })
}

/// Puts an application on record; `id`, names and `version` of the argument are not read.
///
/// # Errors
/// What the engine says.
pub fn insert(tx: &Tx<'_>, new: &Delisting) -> Result<DelistingId, StoreError> {
    tx.insert(
        "insert into delisting (enterprise_id, listing_id, authority_id, state, received_on, statement) \
         values ($1, $2, $3, $4, $5, $6) returning id",
        params![
            new.enterprise,
            new.listing,
            new.authority,
            new.state.code(),
            new.received_on,
            &new.statement
        ],
    )
}

/// Saves an application that has not changed since it was loaded.
///
/// # Errors
/// [`StoreError::Conflict`].
pub fn save(tx: &Tx<'_>, found: &Delisting) -> Result<(), StoreError> {
    tx.update_version(
        "退出失信名单申请",
        "update delisting set state = $1, opinion = $2, decided_on = $3, version = version + 1 \
         where id = $4 and version = $5",
        params![found.state.code(), &found.opinion, found.decided_on, found.id, found.version],
    )
}

/// One application.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load(tx: &Tx<'_>, id: DelistingId) -> Result<Delisting, StoreError> {
    let row = tx
        .query_opt(&format!("{SELECT} where d.id = $1"), params![id])?
        .ok_or_else(|| StoreError::NotFound("退出失信名单申请", id.to_string()))?;
    from_row(&row)
}

/// Applications to an authority, open ones first.
///
/// # Errors
/// What the engine says.
pub fn of_authority(tx: &Tx<'_>, authority: OrgId) -> Result<Vec<Delisting>, StoreError> {
    let sql = format!(
        "{SELECT} where d.authority_id = $1 \
         order by case when d.state = 'received' then 0 else 1 end, d.received_on desc, d.id desc"
    );
    tx.query(&sql, params![authority], from_row)
}

/// Applications of an enterprise, newest first.
///
/// # Errors
/// What the engine says.
pub fn of_enterprise(tx: &Tx<'_>, enterprise: EnterpriseId) -> Result<Vec<Delisting>, StoreError> {
    tx.query(
        &format!("{SELECT} where d.enterprise_id = $1 order by d.id desc"),
        params![enterprise],
        from_row,
    )
}

/// Marks a listing as left, on every list edition where it stands.
///
/// # Errors
/// What the engine says.
pub fn mark_gone(tx: &Tx<'_>, listing: ListingId, on: Date) -> Result<(), StoreError> {
    tx.execute(
        "update listing set gone_since = $1, version = version + 1 where id = $2 and gone_since is null",
        params![on, listing],
    )?;
    tx.execute(
        "update list_entry set gone_since = $1 where listing_id = $2 and gone_since is null",
        params![on, listing],
    )?;
    Ok(())
}
