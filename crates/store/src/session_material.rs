//! Materials of a session's modules, version after version (N09, N17, N20).

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::civil::Date;
use xinxiu_domain::id::{FileId, SessionId};
use xinxiu_domain::session::Module;

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;
use crate::value::Row;

/// Material of a module: a file, or a plain entry such as a book's title or an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Material {
    /// Id.
    pub id: i64,
    /// Module.
    pub module: Module,
    /// Title.
    pub title: String,
    /// Which version it is, from 1.
    pub edition: u32,
    /// The version that it took the place of.
    pub replaces: Option<i64>,
    /// Whether a later version took its place.
    pub is_replaced: bool,
    /// Whether a later version took its place that somebody has confirmed.
    pub is_replaced_for_enterprises: bool,
    /// File, where there is one.
    pub file: Option<FileId>,
    /// Name, media type, size and SHA-256 of the file; empty and 0 without one.
    pub file_name: String,
    /// Media type.
    pub media_type: String,
    /// Size in bytes.
    pub size: i64,
    /// SHA-256 in hex.
    pub sha256: String,
    /// Who added it.
    pub added_by: String,
    /// On which business day; `None` for one from before that was kept.
    pub added_on: Option<Date>,
    /// Who vouches that it is on the subject and without advertising (N20); empty while nobody does.
    pub confirmed_by: String,
    /// When.
    pub confirmed_on: Option<Date>,
}

impl Material {
    /// Whether enterprises see it: confirmed, and not replaced by another that is.
    pub const fn is_shown(&self) -> bool {
        self.file.is_some() && !self.confirmed_by.is_empty() && !self.is_replaced_for_enterprises
    }
}

const SELECT: &str = "select m.id, m.module, m.title, m.edition, m.replaces_id, m.file_id, \
    coalesce(f.name, '') as file_name, coalesce(f.media_type, '') as media_type, coalesce(f.size, 0) as size, \
    coalesce(f.sha256, '') as sha256, m.added_by, nullif(m.added_on, '') as added_on, m.confirmed_by, m.confirmed_on, \
    case when exists (select 1 from session_material n where n.replaces_id = m.id) then 1 else 0 end as is_replaced \
    from session_material m left join stored_file f on f.id = m.file_id";

fn from_row(row: &Row) -> Result<Material, StoreError> {
    Ok(Material {
        id: row.get("id")?,
        module: row.coded("module", Module::from_code)?,
        title: row.get("title")?,
        edition: row.get("edition")?,
        replaces: row.get("replaces_id")?,
        is_replaced: row.get("is_replaced")?,
        is_replaced_for_enterprises: false,
        file: row.get("file_id")?,
        file_name: row.get("file_name")?,
        media_type: row.get("media_type")?,
        size: row.get("size")?,
        sha256: row.get("sha256")?,
        added_by: row.get("added_by")?,
        added_on: row.get("added_on")?,
        confirmed_by: row.get("confirmed_by")?,
        confirmed_on: row.get("confirmed_on")?,
    })
}

/// Every version of the materials of a session, in the order in which they came.
///
/// # Errors
/// What the engine says.
pub fn materials(tx: &Tx<'_>, session: SessionId) -> Result<Vec<Material>, StoreError> {
    let sql = format!("{SELECT} where m.session_id = $1 order by m.id");
    let mut all = tx.query(&sql, params![session], from_row)?;
    // A version comes after the one that it replaces: backwards, the news reaches every version before it.
    let mut replaced = HashSet::new();
    for one in all.iter_mut().rev() {
        one.is_replaced_for_enterprises = replaced.contains(&one.id);
        let ends = one.is_replaced_for_enterprises || !one.confirmed_by.is_empty();
        replaced.extend(one.replaces.filter(|_| ends));
    }
    Ok(all)
}

/// What is added to a session.
#[derive(Debug, Clone, Copy)]
pub struct New<'a> {
    /// Module.
    pub module: Module,
    /// Title.
    pub title: &'a str,
    /// File.
    pub file: Option<FileId>,
    /// The version that it takes the place of, and which version it is then.
    pub replaces: Option<(i64, u32)>,
    /// Who adds it.
    pub by: &'a str,
    /// When.
    pub at: Timestamp,
    /// On which business day.
    pub on: Date,
}

/// Adds a material to a session.
///
/// # Errors
/// What the engine says.
pub fn add(tx: &Tx<'_>, session: SessionId, new: New<'_>) -> Result<i64, StoreError> {
    tx.insert(
        "insert into session_material (session_id, module, title, file_id, added_by, added_at, added_on, edition, \
         replaces_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id",
        params![
            session,
            new.module.code(),
            new.title,
            new.file,
            new.by,
            new.at,
            new.on,
            new.replaces.map_or(1, |(_, edition)| edition),
            new.replaces.map(|(id, _)| id)
        ],
    )
}

/// Takes a material out of a session and returns whether it was there.
///
/// # Errors
/// What the engine says.
pub fn remove(tx: &Tx<'_>, session: SessionId, material: i64) -> Result<bool, StoreError> {
    let gone = tx.execute(
        "delete from session_material where session_id = $1 and id = $2",
        params![session, material],
    )?;
    Ok(gone > 0)
}

/// Has somebody vouch for one material of a session, or for all that nobody has vouched for yet.
///
/// # Errors
/// What the engine says.
pub fn confirm(
    tx: &Tx<'_>,
    session: SessionId,
    material: Option<i64>,
    (by, on): (&str, Date),
) -> Result<u64, StoreError> {
    tx.execute(
        "update session_material set confirmed_by = $1, confirmed_on = $2 where session_id = $3 \
         and confirmed_by = '' and (id = $4 or $4 = 0)",
        params![by, on, session, material.unwrap_or(0)],
    )
}
