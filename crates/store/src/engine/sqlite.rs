//! SQLite through rusqlite: one writer, many readers.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, Statement, ToSql, TransactionBehavior};

use crate::error::StoreError;
use crate::value::{Row, Value};

const READERS: u32 = 8;
const BUSY: Duration = Duration::from_secs(30);

/// One connection that writes and a pool of those that only read.
#[derive(Debug)]
pub struct SqliteEngine {
    writer: Mutex<Connection>,
    readers: r2d2::Pool<SqliteConnectionManager>,
}

/// Pages that the one writer keeps, in KiB: those of the indexes that a long import comes back to.
const WRITER_CACHE_KIB: i64 = 32 * 1024;

/// Pages of the journal between two checkpoints, of 4 KiB each: a page that an import changes again and again is put in its
/// place once for all of them.
const PAGES_BETWEEN_CHECKPOINTS: i64 = 8_000;

impl SqliteEngine {
    /// Opens or creates the file.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn open(path: &str) -> Result<Self, StoreError> {
        let writer = Connection::open(path)?;
        prepare(&writer)?;
        let manager = SqliteConnectionManager::file(path)
            .with_flags(OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .with_init(|connection| {
                connection.busy_timeout(BUSY)?;
                connection.set_prepared_statement_cache_capacity(256);
                connection.pragma_update(None, "query_only", true)
            });
        let readers = r2d2::Pool::builder().max_size(READERS).min_idle(Some(1)).build(manager)?;
        Ok(Self { writer: Mutex::new(writer), readers })
    }

    /// One unchanging view.
    ///
    /// # Errors
    /// What `work` returns, or what SQLite says.
    pub fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.readers.get().map_err(StoreError::from)?;
        let tx = connection.transaction().map_err(StoreError::from)?;
        work(&tx)
    }

    /// `BEGIN IMMEDIATE`: the lock is taken before anything is read, so no writer starts on stale data.
    ///
    /// # Errors
    /// What `work` returns, or what SQLite says.
    pub fn write<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.writer();
        let tx =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::from)?;
        let done = work(&tx)?;
        tx.commit().map_err(StoreError::from)?;
        Ok(done)
    }

    /// A consistent copy while others go on working.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn copy_to(&self, path: &Path) -> Result<(), StoreError> {
        let connection = self.readers.get()?;
        let mut target = Connection::open(path)?;
        rusqlite::backup::Backup::new(&connection, &mut target)?.run_to_completion(
            1_000,
            Duration::ZERO,
            None,
        )?;
        Ok(())
    }

    fn writer(&self) -> MutexGuard<'_, Connection> {
        // A panic under the lock rolled its transaction back; the connection itself is sound.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn prepare(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(256);
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "normal")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
    connection.pragma_update(None, "wal_autocheckpoint", PAGES_BETWEEN_CHECKPOINTS)?;
    Ok(())
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Self::Int(number) => ToSqlOutput::Borrowed(ValueRef::Integer(*number)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}

/// Binds by number: to SQLite `$2` is a name, and names count in order of appearance.
fn bind(statement: &mut Statement<'_>, params: &[Value]) -> Result<(), StoreError> {
    for index in 1..=statement.parameter_count() {
        let number = statement
            .parameter_name(index)
            .and_then(|name| name.trim_start_matches('$').parse::<usize>().ok())
            .unwrap_or(index);
        let value = params.get(number.wrapping_sub(1)).ok_or_else(|| StoreError::Column {
            column: format!("${number}"),
            problem: "语句缺少这个参数".into(),
        })?;
        statement.raw_bind_parameter(index, value)?;
    }
    Ok(())
}

pub(crate) fn execute(connection: &Connection, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, params)?;
    Ok(statement.raw_execute()? as u64)
}

pub(crate) fn for_each<E: From<StoreError>>(
    connection: &Connection,
    sql: &str,
    params: &[Value],
    each: &mut dyn FnMut(Row) -> Result<(), E>,
) -> Result<(), E> {
    let mut statement = connection.prepare_cached(sql).map_err(StoreError::from)?;
    bind(&mut statement, params)?;
    let columns: Arc<[String]> = statement.column_names().into_iter().map(str::to_owned).collect();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        let values = (0..columns.len()).map(|index| read(row, index)).collect::<Result<_, _>>()?;
        each(Row { columns: Arc::clone(&columns), values })?;
    }
    Ok(())
}

fn read(row: &rusqlite::Row<'_>, index: usize) -> Result<Value, StoreError> {
    Ok(match row.get_ref(index)? {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Real(_) | ValueRef::Blob(_) => {
            return Err(StoreError::Column {
                column: index.to_string(),
                problem: "小数和二进制不经此门".into(),
            });
        }
    })
}

pub(crate) fn bulk_insert(
    connection: &Connection,
    table: &str,
    columns: &[&str],
    rows: impl IntoIterator<Item = Vec<Value>>,
) -> Result<u64, StoreError> {
    let marks: Vec<String> = (1..=columns.len()).map(|n| format!("?{n}")).collect();
    let sql = format!("insert into {table} ({}) values ({})", columns.join(", "), marks.join(", "));
    let mut statement = connection.prepare_cached(&sql)?;
    let mut count = 0;
    for row in rows {
        for (index, value) in row.iter().enumerate() {
            statement.raw_bind_parameter(index + 1, value)?;
        }
        statement.raw_execute()?;
        count += 1;
    }
    Ok(count)
}
