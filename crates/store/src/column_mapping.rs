//! What was said of the columns of lists with headers never seen before (列对应, N08): kept by kind of list and
//! header, so that the next file with the same header row is read without asking.

use xinxiu_domain::ListKind;
use xinxiu_domain::id::MappingId;

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::Row;

/// A remembered mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnMapping {
    /// Id.
    pub id: MappingId,
    /// Kind of list in which the header was met.
    pub list: ListKind,
    /// Digest of the header row.
    pub signature: String,
    /// Where such files come from, in the words of who mapped them; may be empty.
    pub source: String,
    /// The headers as a person reads them.
    pub headers: String,
    /// Key and field of each column, as JSON.
    pub columns: String,
    /// Who said it last.
    pub made_by: String,
    /// When.
    pub made_at: Moment,
    /// Files that were read by it without asking.
    pub used: i64,
}

/// What is said of a header.
#[derive(Debug, Clone)]
pub struct NewMapping<'a> {
    /// Kind of list.
    pub list: ListKind,
    /// Digest of the header row.
    pub signature: &'a str,
    /// Where such files come from.
    pub source: &'a str,
    /// The headers as a person reads them.
    pub headers: &'a str,
    /// Key and field of each column, as JSON.
    pub columns: &'a str,
    /// Who says it.
    pub made_by: &'a str,
    /// When.
    pub at: Moment,
}

const COLUMNS: &str = "id, list_kind, signature, source, headers, columns, made_by, made_at, made_on, used";

fn from_row(row: &Row) -> Result<ColumnMapping, StoreError> {
    Ok(ColumnMapping {
        id: row.get("id")?,
        list: row.coded("list_kind", ListKind::from_code)?,
        signature: row.get("signature")?,
        source: row.get("source")?,
        headers: row.get("headers")?,
        columns: row.get("columns")?,
        made_by: row.get("made_by")?,
        made_at: row.moment("made_at", "made_on")?,
        used: row.get("used")?,
    })
}

/// Remembers what is said of a header; what was said of the same header before gives way.
///
/// # Errors
/// What the engine says.
pub fn keep(tx: &Tx<'_>, new: &NewMapping<'_>) -> Result<MappingId, StoreError> {
    tx.insert(
        "insert into column_mapping (list_kind, signature, source, headers, columns, made_by, made_at, made_on) \
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (list_kind, signature) do update set \
         source = excluded.source, headers = excluded.headers, columns = excluded.columns, \
         made_by = excluded.made_by, made_at = excluded.made_at, made_on = excluded.made_on returning id",
        params![
            new.list.code(),
            new.signature,
            new.source,
            new.headers,
            new.columns,
            new.made_by,
            new.at.at,
            new.at.on
        ],
    )
}

/// What is remembered of a header.
///
/// # Errors
/// What the engine says.
pub fn by_signature(
    tx: &Tx<'_>,
    list: ListKind,
    signature: &str,
) -> Result<Option<ColumnMapping>, StoreError> {
    let sql = format!("select {COLUMNS} from column_mapping where list_kind = $1 and signature = $2");
    tx.query_opt(&sql, params![list.code(), signature])?.map(|row| from_row(&row)).transpose()
}

/// One remembered mapping; `None` where it was forgotten.
///
/// # Errors
/// What the engine says.
pub fn find(tx: &Tx<'_>, id: MappingId) -> Result<Option<ColumnMapping>, StoreError> {
    let sql = format!("select {COLUMNS} from column_mapping where id = $1");
    tx.query_opt(&sql, params![id])?.map(|row| from_row(&row)).transpose()
}

/// Every remembered mapping, newest first.
///
/// # Errors
/// What the engine says.
pub fn all(tx: &Tx<'_>) -> Result<Vec<ColumnMapping>, StoreError> {
    tx.query(&format!("select {COLUMNS} from column_mapping order by id desc"), &[], from_row)
}

/// Counts a file that is read by a mapping.
///
/// # Errors
/// What the engine says.
pub fn count_use(tx: &Tx<'_>, id: MappingId) -> Result<(), StoreError> {
    tx.execute("update column_mapping set used = used + 1 where id = $1", params![id])?;
    Ok(())
}

/// Forgets a mapping; the lists that were read by it keep theirs.
///
/// # Errors
/// What the engine says.
pub fn forget(tx: &Tx<'_>, id: MappingId) -> Result<(), StoreError> {
    tx.execute("delete from column_mapping where id = $1", params![id])?;
    Ok(())
}
