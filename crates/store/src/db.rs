//! The door: read and write transactions that look the same on both engines.

use std::sync::Arc;

use crate::engine::search::Shares;
use crate::engine::{postgres::PostgresEngine, postgres::PostgresTx, sqlite::SqliteEngine};
use crate::error::StoreError;
use crate::value::{FromValue, Row, Value, to_json};

/// A database, shared by all threads of the process.
#[derive(Debug, Clone)]
pub struct Db(Arc<Engine>);

#[derive(Debug)]
enum Engine {
    Sqlite(SqliteEngine),
    Postgres(PostgresEngine),
}

/// An open transaction. It commits when the closure that received it succeeds, and only then.
pub struct Tx<'a>(TxInner<'a>);

enum TxInner<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres(&'a PostgresTx),
}

/// Which engine a database is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The embedded engine.
    Sqlite,
    /// The server.
    Postgres,
}

impl Db {
    /// Opens `sqlite:PATH` or `postgres://…`. The schema is not touched; see [`migrate`](crate::migrate).
    ///
    /// # Errors
    /// [`StoreError::Address`] for another scheme, or what the engine says.
    pub fn open(address: &str) -> Result<Self, StoreError> {
        let engine = if let Some(path) = address.strip_prefix("sqlite:") {
            Engine::Sqlite(SqliteEngine::open(path)?)
        } else if address.starts_with("postgres://") || address.starts_with("postgresql://") {
            Engine::Postgres(PostgresEngine::open(address)?)
        } else {
            return Err(StoreError::Address(address.to_owned()));
        };
        Ok(Self(Arc::new(engine)))
    }

    /// Whether a database answers at all, without a pool and without waiting long; its version.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn reach(address: &str) -> Result<String, StoreError> {
        if address.starts_with("sqlite:") {
            Ok(format!("SQLite {}", rusqlite::version()))
        } else if address.starts_with("postgres://") || address.starts_with("postgresql://") {
            crate::engine::postgres::version(address)
        } else {
            Err(StoreError::Address(address.to_owned()))
        }
    }

    /// Which engine this is.
    pub fn kind(&self) -> Kind {
        match &*self.0 {
            Engine::Sqlite(_) => Kind::Sqlite,
            Engine::Postgres(_) => Kind::Postgres,
        }
    }

    /// Runs `work` on one unchanging view of the data; writing fails.
    ///
    /// # Errors
    /// What `work` returns, or what the engine says.
    pub fn read<T, E: From<StoreError>>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        match &*self.0 {
            Engine::Sqlite(engine) => engine.read(|connection| work(&Tx(TxInner::Sqlite(connection)))),
            Engine::Postgres(engine) => engine.read(|tx| work(&Tx(TxInner::Postgres(tx)))),
        }
    }

    /// Runs `work` and commits when it succeeds; on an error nothing of it stays. What enterprises are found by
    /// is made true first.
    ///
    /// # Errors
    /// What `work` returns, or what the engine says.
    pub fn write<T, E: From<StoreError>>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        self.write_unindexed(|tx| {
            let done = work(tx)?;
            crate::search::index::refresh(tx)?;
            Ok(done)
        })
    }

    /// [`write`](Self::write) without a look at the search terms, for a schema that has none yet and for a
    /// backlog that is built in slices.
    ///
    /// # Errors
    /// What `work` returns, or what the engine says.
    pub(crate) fn write_unindexed<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        match &*self.0 {
            Engine::Sqlite(engine) => engine.write(|connection| work(&Tx(TxInner::Sqlite(connection)))),
            Engine::Postgres(engine) => engine.write(|tx| work(&Tx(TxInner::Postgres(tx)))),
        }
    }

    /// Copies the database into a new file while it is in use (SQLite only).
    ///
    /// # Errors
    /// [`StoreError::Address`] on PostgreSQL, whose own `pg_dump` is the tool for that.
    pub fn copy_to(&self, path: &std::path::Path) -> Result<(), StoreError> {
        match &*self.0 {
            Engine::Sqlite(engine) => engine.copy_to(path),
            Engine::Postgres(_) => Err(StoreError::Address("PostgreSQL 请使用 pg_dump 备份".into())),
        }
    }
}

impl Tx<'_> {
    /// Which engine this is.
    pub fn kind(&self) -> Kind {
        match &self.0 {
            TxInner::Sqlite(_) => Kind::Sqlite,
            TxInner::Postgres(_) => Kind::Postgres,
        }
    }

    /// How common the parts of search terms are; `None` on an engine that need not know.
    pub(crate) fn part_shares(&self) -> Option<&Shares> {
        match &self.0 {
            TxInner::Sqlite(_) => None,
            TxInner::Postgres(tx) => Some(&tx.shares),
        }
    }

    /// Runs a statement and returns the number of rows it touched.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] where a unique key is taken, otherwise what the engine says.
    pub fn execute(&self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
        match &self.0 {
            TxInner::Sqlite(connection) => crate::engine::sqlite::execute(connection, sql, params),
            TxInner::Postgres(tx) => tx.execute(sql, params),
        }
        .map_err(StoreError::named)
    }

    /// Runs several statements without parameters, as a migration does.
    ///
    /// # Errors
    /// What the engine says.
    pub fn execute_script(&self, sql: &str) -> Result<(), StoreError> {
        match &self.0 {
            TxInner::Sqlite(connection) => connection.execute_batch(sql).map_err(Into::into),
            TxInner::Postgres(tx) => tx.execute_script(sql),
        }
    }

    /// Runs an `insert … returning id` and returns the id.
    ///
    /// # Errors
    /// As [`execute`](Self::execute).
    pub fn insert<T: FromValue>(&self, sql: &str, params: &[Value]) -> Result<T, StoreError> {
        let row = self.query_one(sql, params).map_err(StoreError::named)?;
        row.get("id")
    }

    /// Inserts one row and returns its id.
    ///
    /// # Errors
    /// As [`execute`](Self::execute).
    pub fn insert_row<T: FromValue>(
        &self,
        table: &str,
        columns: &[&str],
        values: &[Value],
    ) -> Result<T, StoreError> {
        let marks: Vec<String> = (1..=columns.len()).map(|n| format!("${n}")).collect();
        let (columns, marks) = (columns.join(", "), marks.join(", "));
        self.insert(&format!("insert into {table} ({columns}) values ({marks}) returning id"), values)
    }

    /// Calls `each` for every row as it arrives; memory stays bounded on SQLite, and on PostgreSQL by the
    /// rows under way.
    ///
    /// # Errors
    /// What `each` returns, or what the engine says.
    pub fn for_each<E: From<StoreError>>(
        &self,
        sql: &str,
        params: &[Value],
        mut each: impl FnMut(Row) -> Result<(), E>,
    ) -> Result<(), E> {
        match &self.0 {
            TxInner::Sqlite(connection) => {
                crate::engine::sqlite::for_each(connection, sql, params, &mut each)
            }
            TxInner::Postgres(tx) => tx.for_each(sql, params, &mut each),
        }
    }

    /// Every row, mapped.
    ///
    /// # Errors
    /// What `map` returns, or what the engine says.
    pub fn query<T>(
        &self,
        sql: &str,
        params: &[Value],
        mut map: impl FnMut(&Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut rows = Vec::new();
        self.for_each(sql, params, |row| {
            rows.push(map(&row)?);
            Ok::<_, StoreError>(())
        })?;
        Ok(rows)
    }

    /// The first row, where there is one.
    ///
    /// # Errors
    /// What the engine says.
    pub fn query_opt(&self, sql: &str, params: &[Value]) -> Result<Option<Row>, StoreError> {
        let mut first = None;
        self.for_each(sql, params, |row| {
            first.get_or_insert(row);
            Ok::<_, StoreError>(())
        })?;
        Ok(first)
    }

    /// The only row.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is none.
    pub fn query_one(&self, sql: &str, params: &[Value]) -> Result<Row, StoreError> {
        self.query_opt(sql, params)?.ok_or_else(|| StoreError::NotFound("记录", String::new()))
    }

    /// One number, for example a count.
    ///
    /// # Errors
    /// What the engine says.
    pub fn number(&self, sql: &str, params: &[Value]) -> Result<i64, StoreError> {
        let row = self.query_one(sql, params)?;
        i64::from_value(&row.values[0])
            .map_err(|problem| StoreError::Column { column: row.columns[0].clone(), problem })
    }

    /// Changes a row that must still have the version it was read with.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where somebody else changed it first.
    pub fn update_version(&self, noun: &'static str, sql: &str, params: &[Value]) -> Result<(), StoreError> {
        match self.execute(sql, params)? {
            0 => Err(StoreError::Conflict(noun)),
            _ => Ok(()),
        }
    }

    /// Rows for the texts or numbers of a list, which the statement holds a column against by
    /// [`among_texts`](Self::among_texts) or [`among_ids`](Self::among_ids).
    ///
    /// # Errors
    /// As [`query`](Self::query).
    pub fn query_for<T>(
        &self,
        sql: &str,
        list: &impl serde::Serialize,
        others: &[Value],
        map: impl FnMut(&Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut params = vec![json_list(list)?];
        params.extend_from_slice(others);
        self.query(sql, &params, map)
    }

    /// Changes the rows for a list, as [`query_for`](Self::query_for) reads them.
    ///
    /// # Errors
    /// As [`execute`](Self::execute).
    pub fn execute_for(
        &self,
        sql: &str,
        list: &impl serde::Serialize,
        others: &[Value],
    ) -> Result<u64, StoreError> {
        let mut params = vec![json_list(list)?];
        params.extend_from_slice(others);
        self.execute(sql, &params)
    }

    /// The condition that a text column is among those of the list that is the first parameter.
    pub fn among_texts(&self, column: &str) -> String {
        crate::engine::among_texts(self.kind(), column, 1)
    }

    /// The condition that a number column is among those of the list that is the first parameter.
    pub fn among_ids(&self, column: &str) -> String {
        crate::engine::among_ids(self.kind(), column, 1)
    }

    /// Ids for rows of a table that are to be loaded in bulk by this transaction.
    ///
    /// # Errors
    /// What the engine says.
    pub fn reserve_ids(&self, table: &str, count: usize) -> Result<Vec<i64>, StoreError> {
        self.query(crate::engine::next_ids(self.kind()), crate::params![table, count], |row| row.get("id"))
    }

    /// Loads many rows at once: `COPY` on PostgreSQL, one prepared statement on SQLite.
    ///
    /// # Errors
    /// As [`execute`](Self::execute).
    pub fn bulk_insert(
        &self,
        table: &str,
        columns: &[&str],
        rows: impl IntoIterator<Item = Vec<Value>>,
    ) -> Result<u64, StoreError> {
        match &self.0 {
            TxInner::Sqlite(connection) => {
                crate::engine::sqlite::bulk_insert(connection, table, columns, rows)
            }
            TxInner::Postgres(tx) => tx.copy_in(table, columns, rows),
        }
        .map_err(StoreError::named)
    }

    /// Keeps every other writer of a named chain waiting until this transaction ends. SQLite has one writer
    /// anyway.
    ///
    /// # Errors
    /// What the engine says.
    pub fn lock(&self, name: &str) -> Result<(), StoreError> {
        match &self.0 {
            TxInner::Sqlite(_) => Ok(()),
            TxInner::Postgres(tx) => tx.lock(name),
        }
    }
}

fn json_list(list: &impl serde::Serialize) -> Result<Value, StoreError> {
    let text = to_json("$1", list)?;
    Ok(Value::Text(text))
}
