//! The pool of lecturers (师资库, N09, N17). The phone is sealed like every personal number.

use jiff::civil::Date;
use xinxiu_domain::id::{LecturerId, OrgId, SessionId};
use xinxiu_domain::lecturer::LecturerState;
use xinxiu_domain::session::Module;

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;
use crate::value::Row;

/// What the phone is sealed for.
pub const PHONE: &str = "lecturer.phone";

/// A lecturer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lecturer {
    /// Id.
    pub id: LecturerId,
    /// Who recommends the lecturer.
    pub org: OrgId,
    /// Its name.
    pub org_name: String,
    /// Name.
    pub name: String,
    /// Organisation and office (单位职务).
    pub office: String,
    /// Title (职称); empty where there is none.
    pub title: String,
    /// How the lecturer was found.
    pub found_by: String,
    /// Sealed phone; empty where none is known.
    pub phone_sealed: String,
    /// Modules that the lecturer may teach.
    pub modules: Vec<Module>,
    /// State.
    pub state: LecturerState,
    /// Who entered or last changed the lecturer.
    pub entered_by: String,
    /// When.
    pub entered_on: Date,
    /// Who decided last; empty while nobody has.
    pub decided_by: String,
    /// When.
    pub decided_on: Option<Date>,
    /// Why it was refused or withdrawn.
    pub decision_reason: String,
    /// Version for optimistic locking.
    pub version: i64,
}

const SELECT: &str = "select l.id, l.org_id, o.name as org_name, l.name, l.office, l.title, l.found_by, l.phone_sealed, \
                      l.modules, l.state, l.entered_by, l.entered_on, l.decided_by, l.decided_on, \
                      l.decision_reason, l.version from lecturer l join organisation o on o.id = l.org_id";

fn from_row(row: &Row) -> Result<Lecturer, StoreError> {
    let modules: String = row.get("modules")?;
    let unknown = |code: &str| StoreError::Column {
        column: "modules".to_owned(),
        problem: format!("未知代码 {code}"),
    };
    Ok(Lecturer {
        id: row.get("id")?,
        org: row.get("org_id")?,
        org_name: row.get("org_name")?,
        name: row.get("name")?,
        office: row.get("office")?,
        title: row.get("title")?,
        found_by: row.get("found_by")?,
        phone_sealed: row.get("phone_sealed")?,
        modules: modules
            .split_whitespace()
            .map(|code| Module::from_code(code).ok_or_else(|| unknown(code)))
            .collect::<Result<_, _>>()?,
        state: row.coded("state", LecturerState::from_code)?,
        entered_by: row.get("entered_by")?,
        entered_on: row.get("entered_on")?,
        decided_by: row.get("decided_by")?,
        decided_on: row.get("decided_on")?,
        decision_reason: row.get("decision_reason")?,
        version: row.get("version")?,
    })
}

/// One lecturer.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load(tx: &Tx<'_>, id: LecturerId) -> Result<Lecturer, StoreError> {
    let row = tx
        .query_opt(&format!("{SELECT} where l.id = $1"), params![id])?
        .ok_or_else(|| StoreError::NotFound("讲师", id.to_string()))?;
    from_row(&row)
}

/// The whole pool, or those in one state: who waits for a decision first, then by name.
///
/// # Errors
/// What the engine says.
pub fn all(tx: &Tx<'_>, state: Option<LecturerState>) -> Result<Vec<Lecturer>, StoreError> {
    let sql = format!(
        "{SELECT} where l.state = $1 or $1 = '' \
         order by case l.state when 'proposed' then 0 when 'approved' then 1 else 2 end, l.name, l.id"
    );
    tx.query(&sql, params![state.map_or("", LecturerState::code)], from_row)
}

/// The lecturers named in a session's agenda.
///
/// # Errors
/// What the engine says.
pub fn of_session(tx: &Tx<'_>, session: SessionId) -> Result<Vec<Lecturer>, StoreError> {
    let sql = format!(
        "{SELECT} where l.id in (select a.lecturer_id from session_agenda a where a.session_id = $1) order by l.id"
    );
    tx.query(&sql, params![session], from_row)
}

/// The approved lecturers of a name.
///
/// # Errors
/// What the engine says.
pub fn approved_by_name(tx: &Tx<'_>, name: &str) -> Result<Vec<LecturerId>, StoreError> {
    let sql = "select id from lecturer where name = $1 and state = 'approved' order by id";
    tx.query(sql, params![name], |row| row.get("id"))
}

fn joined(modules: &[Module]) -> String {
    modules.iter().map(|module| module.code()).collect::<Vec<_>>().join(" ")
}

/// Puts a lecturer into the pool; `id` and `version` are not read.
///
/// # Errors
/// [`StoreError::Duplicate`] where the organisation has this person already.
pub fn insert(tx: &Tx<'_>, new: &Lecturer) -> Result<LecturerId, StoreError> {
    tx.insert(
        "insert into lecturer (org_id, name, office, title, found_by, phone_sealed, modules, state, entered_by, \
         entered_on) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id",
        params![
            new.org,
            &new.name,
            &new.office,
            &new.title,
            &new.found_by,
            &new.phone_sealed,
            joined(&new.modules),
            new.state.code(),
            &new.entered_by,
            new.entered_on
        ],
    )
}

/// Saves a lecturer that has not changed since it was loaded.
///
/// # Errors
/// [`StoreError::Conflict`].
pub fn save(tx: &Tx<'_>, lecturer: &Lecturer) -> Result<(), StoreError> {
    tx.update_version(
        "讲师",
        "update lecturer set name = $1, office = $2, title = $3, found_by = $4, phone_sealed = $5, modules = $6, \
         state = $7, entered_by = $8, entered_on = $9, decided_by = $10, decided_on = $11, decision_reason = $12, \
         version = version + 1 where id = $13 and version = $14",
        params![
            &lecturer.name,
            &lecturer.office,
            &lecturer.title,
            &lecturer.found_by,
            &lecturer.phone_sealed,
            joined(&lecturer.modules),
            lecturer.state.code(),
            &lecturer.entered_by,
            lecturer.entered_on,
            &lecturer.decided_by,
            lecturer.decided_on,
            &lecturer.decision_reason,
            lecturer.id,
            lecturer.version
        ],
    )
}
