//! What happened to applications and their records (办理经过, N12 N27): rows are added, never changed.

use jiff::civil::Date;
use xinxiu_domain::id::{AccountId, ApplicationId, FileId, ItemId};
use xinxiu_domain::repair_fact::FactKind;

use crate::application::id_list;
use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::Row;

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepairFact {
    /// Id.
    pub id: i64,
    /// Application.
    pub application: ApplicationId,
    /// The record in it; `None` where the whole application went back.
    pub item: Option<ItemId>,
    /// Kind.
    pub kind: FactKind,
    /// State that came of it, in Chinese.
    pub result: String,
    /// Opinion or reason.
    pub opinion: String,
    /// Day from which it counts: of the decision, of the removal.
    pub effective_on: Date,
    /// Attachment.
    pub file: Option<FileId>,
    /// Who.
    pub person: String,
    /// With which account; `None` for rows from before this was kept, and for the platform.
    pub account: Option<AccountId>,
    /// When it was entered.
    pub at: Moment,
}

const SELECT: &str = "select id, application_id, item_id, kind, result, opinion, effective_on, file_id, person, account_id, at, \
                      business_day from repair_fact";

fn from_row(row: &Row) -> Result<RepairFact, StoreError> {
    Ok(RepairFact {
        id: row.get("id")?,
        application: row.get("application_id")?,
        item: row.get("item_id")?,
        kind: row.coded("kind", FactKind::from_code)?,
        result: row.get("result")?,
        opinion: row.get("opinion")?,
        effective_on: row.get("effective_on")?,
        file: row.get("file_id")?,
        person: row.get("person")?,
        account: row.get("account_id")?,
        at: row.moment("at", "business_day")?,
    })
}

/// Puts a fact on record; `id` is not read.
///
/// # Errors
/// What the engine says.
pub fn insert(tx: &Tx<'_>, new: &RepairFact) -> Result<i64, StoreError> {
    tx.insert(
        "insert into repair_fact (application_id, item_id, kind, result, opinion, effective_on, file_id, person, \
         account_id, at, business_day) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id",
        params![
            new.application,
            new.item,
            new.kind.code(),
            &new.result,
            &new.opinion,
            new.effective_on,
            new.file,
            &new.person,
            new.account,
            new.at.at,
            new.at.on
        ],
    )
}

/// One fact.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load(tx: &Tx<'_>, id: i64) -> Result<RepairFact, StoreError> {
    let row = tx
        .query_opt(&format!("{SELECT} where id = $1"), params![id])?
        .ok_or_else(|| StoreError::NotFound("办理经过", id.to_string()))?;
    from_row(&row)
}

/// The facts of several applications, oldest first.
///
/// # Errors
/// What the engine says.
pub fn of_applications(tx: &Tx<'_>, applications: &[ApplicationId]) -> Result<Vec<RepairFact>, StoreError> {
    let ids = id_list(applications.iter().map(|id| id.0));
    tx.query(&format!("{SELECT} where application_id in ({ids}) order by id"), &[], from_row)
}
