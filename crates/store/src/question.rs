//! What an installation added to the question bank, changed in it or took out of use (题库, N09 N11).

use xinxiu_domain::exam::Question;

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::{Row, to_json};

/// A question of the installation's own, or its own wording of one that comes with the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnQuestion {
    /// Id of the row; the question's own id is its code.
    pub id: i64,
    /// The question.
    pub question: Question,
    /// Whether it is asked.
    pub in_force: bool,
    /// Who changed it last.
    pub changed_by: String,
    /// When.
    pub changed_at: Moment,
    /// Counts the changes.
    pub version: i64,
}

const COLUMNS: &str = "id, body, in_force, changed_by, changed_at, changed_on, version";

fn from_row(row: &Row) -> Result<OwnQuestion, StoreError> {
    Ok(OwnQuestion {
        id: row.get("id")?,
        question: row.json("body")?,
        in_force: row.get("in_force")?,
        changed_by: row.get("changed_by")?,
        changed_at: row.moment("changed_at", "changed_on")?,
        version: row.get("version")?,
    })
}

/// All of them, in the order of their codes.
///
/// # Errors
/// What the engine says.
pub fn all(tx: &Tx<'_>) -> Result<Vec<OwnQuestion>, StoreError> {
    tx.query(&format!("select {COLUMNS} from question order by code"), &[], from_row)
}

/// One by its code.
///
/// # Errors
/// What the engine says.
pub fn by_code(tx: &Tx<'_>, code: &str) -> Result<Option<OwnQuestion>, StoreError> {
    let sql = format!("select {COLUMNS} from question where code = $1");
    tx.query_opt(&sql, params![code])?.map(|row| from_row(&row)).transpose()
}

/// Puts a question on record; `id` and `version` of the argument are not read.
///
/// # Errors
/// [`StoreError::Duplicate`] where its code is taken.
pub fn insert(tx: &Tx<'_>, own: &OwnQuestion) -> Result<i64, StoreError> {
    tx.insert(
        "insert into question (code, body, in_force, changed_by, changed_at, changed_on) \
         values ($1, $2, $3, $4, $5, $6) returning id",
        params![
            own.question.id.as_str(),
            to_json("body", &own.question)?,
            own.in_force,
            own.changed_by.as_str(),
            own.changed_at.at,
            own.changed_at.on
        ],
    )
}

/// Saves a question that was read in its present version.
///
/// # Errors
/// [`StoreError::Conflict`] where somebody was faster.
pub fn save(tx: &Tx<'_>, own: &OwnQuestion) -> Result<(), StoreError> {
    tx.update_version(
        "试题",
        "update question set body = $1, in_force = $2, changed_by = $3, changed_at = $4, changed_on = $5, \
         version = version + 1 where id = $6 and version = $7",
        params![
            to_json("body", &own.question)?,
            own.in_force,
            own.changed_by.as_str(),
            own.changed_at.at,
            own.changed_at.on,
            own.id,
            own.version
        ],
    )
}
