//! The documents in applications for repair (申请材料, N12).

use jiff::Timestamp;
use jiff::civil::Date;
use xinxiu_domain::id::{ApplicationId, FileId, PenaltyId};
use xinxiu_domain::penalty::Material;

use crate::application::id_list;
use crate::db::Tx;
use crate::error::StoreError;
use crate::params;
use crate::value::Row;

/// A document in an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnFile {
    /// Id.
    pub id: i64,
    /// Application.
    pub application: ApplicationId,
    /// The record it belongs to; `None` where it serves the whole application.
    pub penalty: Option<PenaltyId>,
    /// Kind.
    pub kind: Material,
    /// File.
    pub file: FileId,
    /// Name of the file.
    pub file_name: String,
    /// Size of the file in bytes.
    pub size: i64,
    /// Who added it.
    pub added_by: String,
    /// When.
    pub added_at: Timestamp,
    /// Business day of that.
    pub added_on: Option<Date>,
    /// How many photographs it is put together from; 0 for a document that came as one file.
    pub pages: i64,
}

const SELECT_MATERIAL: &str = "select m.id, m.application_id, m.penalty_id, m.kind, m.file_id, f.name, f.size, \
                               m.added_by, m.added_at, m.added_on, \
                               (select count(*) from application_page g where g.material_id = m.id) as pages \
                               from application_material m join stored_file f on f.id = m.file_id";

fn material_from_row(row: &Row) -> Result<OnFile, StoreError> {
    Ok(OnFile {
        id: row.get("id")?,
        application: row.get("application_id")?,
        penalty: row.get("penalty_id")?,
        kind: row.coded("kind", Material::from_code)?,
        file: row.get("file_id")?,
        file_name: row.get("name")?,
        size: row.get("size")?,
        added_by: row.get("added_by")?,
        added_at: row.get("added_at")?,
        added_on: row.get("added_on")?,
        pages: row.get("pages")?,
    })
}

/// Adds a document to an application.
///
/// # Errors
/// What the engine says.
pub fn add_material(
    tx: &Tx<'_>,
    (application, penalty): (ApplicationId, Option<PenaltyId>),
    kind: Material,
    file: FileId,
    added_by: &str,
    (at, on): (Timestamp, Date),
) -> Result<i64, StoreError> {
    tx.insert(
        "insert into application_material (application_id, penalty_id, kind, file_id, added_by, added_at, \
         added_on) values ($1, $2, $3, $4, $5, $6, $7) returning id",
        params![application, penalty, kind.code(), file, added_by, at, on],
    )
}

/// Takes a document out of an application; it stays on record with its file and photographs.
///
/// # Errors
/// What the engine says.
pub fn remove_material(tx: &Tx<'_>, id: i64, by: &str, on: Date) -> Result<(), StoreError> {
    tx.execute(
        "update application_material set removed_by = $1, removed_on = $2 where id = $3 and removed_on is null",
        params![by, on, id],
    )?;
    Ok(())
}

/// Adds a photograph to a document, behind those that it has.
///
/// # Errors
/// What the engine says.
pub fn add_page(tx: &Tx<'_>, material: i64, file: FileId) -> Result<(), StoreError> {
    tx.execute(
        "insert into application_page (material_id, page, file_id) select $1, count(*) + 1, $2 from application_page \
         where material_id = $1",
        params![material, file],
    )?;
    Ok(())
}

/// The photographs of a document in order: id of the file and its digest.
///
/// # Errors
/// What the engine says.
pub fn pages(tx: &Tx<'_>, material: i64) -> Result<Vec<(FileId, String)>, StoreError> {
    tx.query(
        "select g.file_id, f.sha256 from application_page g join stored_file f on f.id = g.file_id \
         where g.material_id = $1 order by g.page",
        params![material],
        |row| Ok((row.get("file_id")?, row.get("sha256")?)),
    )
}

/// Puts another file in the place of a document: the same photographs with more of them.
///
/// # Errors
/// What the engine says.
pub fn replace_file(tx: &Tx<'_>, id: i64, file: FileId) -> Result<(), StoreError> {
    tx.execute("update application_material set file_id = $1 where id = $2", params![file, id])?;
    Ok(())
}

/// One document of an application.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load_material(tx: &Tx<'_>, id: i64) -> Result<OnFile, StoreError> {
    let row = tx
        .query_opt(&format!("{SELECT_MATERIAL} where m.id = $1 and m.removed_on is null"), params![id])?
        .ok_or_else(|| StoreError::NotFound("申请材料", id.to_string()))?;
    material_from_row(&row)
}

/// The documents of several applications, oldest first.
///
/// # Errors
/// What the engine says.
pub fn materials(tx: &Tx<'_>, applications: &[ApplicationId]) -> Result<Vec<OnFile>, StoreError> {
    let sql = format!(
        "{SELECT_MATERIAL} where m.application_id in ({}) and m.removed_on is null order by m.id",
        id_list(applications.iter().map(|id| id.0))
    );
    tx.query(&sql, &[], material_from_row)
}
