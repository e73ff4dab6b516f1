//! PostgreSQL through its own driver and a pool.

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::fmt;
use std::io::Write;
use std::sync::Arc;

use bytes::BytesMut;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, NoTls, Statement};
use xinxiu_domain::lanes::{self, control, equal};

use crate::engine::connection::Manager;
use crate::engine::search::Shares;
use crate::error::StoreError;
use crate::value::{Row, Value};

const CONNECTIONS: u32 = 16;
/// Bytes of a `COPY` that go to the server at once: each piece is a message of its own.
const COPY_PIECE: usize = 64 * 1024;
/// How long somebody who only asks whether the server is there waits for it.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

/// The server's version, through one connection of its own.
///
/// # Errors
/// What PostgreSQL or the network says.
pub fn version(address: &str) -> Result<String, StoreError> {
    let mut config: postgres::Config = address.parse()?;
    let mut client = config.connect_timeout(PATIENCE).connect(NoTls)?;
    let row = client.query_one("show server_version", &[])?;
    Ok(format!("PostgreSQL {}", row.get::<_, String>(0)))
}

/// A pool of connections.
pub struct PostgresEngine {
    pool: r2d2::Pool<Manager>,
    shares: Arc<Shares>,
}

impl fmt::Debug for PostgresEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostgresEngine")
    }
}

/// An open transaction; the cell lets queries be asked through a shared reference, as on SQLite. Dropped
/// before its commit it rolls back, so that a panic leaves no open transaction in the pool.
pub struct PostgresTx {
    client: RefCell<Pooled>,
    over: Cell<bool>,
    /// What is known of the parts of search terms, for all transactions of the process.
    pub(crate) shares: Arc<Shares>,
}

type Pooled = r2d2::PooledConnection<Manager>;

impl Drop for PostgresTx {
    fn drop(&mut self) {
        if !self.over.get()
            && let Err(error) = self.client.get_mut().command("rollback")
        {
            tracing::warn!(%error, "rollback failed; the pool will replace the connection");
        }
    }
}

impl PostgresEngine {
    /// Connects.
    ///
    /// # Errors
    /// What PostgreSQL says.
    pub fn open(address: &str) -> Result<Self, StoreError> {
        let manager = Manager::new(address.parse()?);
        let pool = r2d2::Pool::builder().max_size(CONNECTIONS).min_idle(Some(1)).build(manager)?;
        Ok(Self { pool, shares: Arc::default() })
    }

    /// One unchanging view.
    ///
    /// # Errors
    /// What `work` returns, or what PostgreSQL says.
    pub fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&PostgresTx) -> Result<T, E>,
    ) -> Result<T, E> {
        self.transact("begin isolation level repeatable read read only", work)
    }

    /// Commits when `work` succeeds.
    ///
    /// # Errors
    /// What `work` returns, or what PostgreSQL says.
    pub fn write<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&PostgresTx) -> Result<T, E>,
    ) -> Result<T, E> {
        self.transact("begin", work)
    }

    fn transact<T, E: From<StoreError>>(
        &self,
        begin: &str,
        work: impl FnOnce(&PostgresTx) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut client = self.pool.get().map_err(StoreError::from)?;
        client.command(begin).map_err(StoreError::from)?;
        let (client, shares) = (RefCell::new(client), Arc::clone(&self.shares));
        let open = PostgresTx { client, over: Cell::new(false), shares };
        let done = work(&open)?;
        open.client.borrow_mut().command("commit").map_err(StoreError::from)?;
        open.over.set(true);
        Ok(done)
    }
}

impl PostgresTx {
    pub(crate) fn execute(&self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
        let mut client = self.client.borrow_mut();
        let (statement, _) = client.prepared(sql)?;
        let done = client.client().execute(&statement, &as_parameters(params));
        Ok(client.heeding(done)?)
    }

    pub(crate) fn execute_script(&self, sql: &str) -> Result<(), StoreError> {
        Ok(self.client.borrow_mut().script(sql)?)
    }

    pub(crate) fn for_each<E: From<StoreError>>(
        &self,
        sql: &str,
        params: &[Value],
        each: &mut dyn FnMut(Row) -> Result<(), E>,
    ) -> Result<(), E> {
        // Rows are taken off the wire before the first is handed on: `each` may ask this same transaction.
        let rows = self.rows(sql, params)?;
        rows.into_iter().try_for_each(each)
    }

    fn rows(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        let mut client = self.client.borrow_mut();
        let (statement, columns) = client.prepared(sql)?;
        let asked = ask(client.client(), &statement, params, &columns);
        client.heeding(asked)
    }

    pub(crate) fn copy_in(
        &self,
        table: &str,
        columns: &[&str],
        rows: impl IntoIterator<Item = Vec<Value>>,
    ) -> Result<u64, StoreError> {
        let mut client = self.client.borrow_mut();
        let mut writer =
            client.client().copy_in(&format!("copy {table} ({}) from stdin", columns.join(", ")))?;
        let fault = |error| StoreError::File(table.to_owned(), error);
        let mut lines = String::with_capacity(2 * COPY_PIECE);
        for row in rows {
            copy_line(&row, &mut lines);
            if lines.len() >= COPY_PIECE {
                writer.write_all(lines.as_bytes()).map_err(fault)?;
                lines.clear();
            }
        }
        writer.write_all(lines.as_bytes()).map_err(fault)?;
        Ok(writer.finish()?)
    }

    pub(crate) fn lock(&self, name: &str) -> Result<(), StoreError> {
        self.execute("select pg_advisory_xact_lock(hashtext($1))", &[Value::Text(name.to_owned())]).map(drop)
    }
}

fn ask(
    client: &mut Client,
    statement: &Statement,
    params: &[Value],
    columns: &Arc<[String]>,
) -> Result<Vec<Row>, StoreError> {
    let mut incoming = client.query_raw(statement, as_parameters(params))?;
    let mut rows = Vec::new();
    while let Some(row) = incoming.next()? {
        let values = (0..columns.len()).map(|index| read(&row, index)).collect::<Result<_, _>>()?;
        rows.push(Row { columns: Arc::clone(columns), values });
    }
    Ok(rows)
}

/// One line of `COPY`'s text format.
fn copy_line(row: &[Value], line: &mut String) {
    for (index, value) in row.iter().enumerate() {
        if index > 0 {
            line.push('\t');
        }
        match value {
            Value::Null => line.push_str("\\N"),
            Value::Int(number) => line.push_str(&number.to_string()),
            Value::Text(text) => copy_text(text, line),
        }
    }
    line.push('\n');
}

fn copy_text(text: &str, line: &mut String) {
    // Most text holds nothing that the format would read as its own.
    if !lanes::any(text, b' ', |lanes| control(lanes) | equal(lanes, b'\\')) {
        return line.push_str(text);
    }
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'\\' | b'\n' | b'\r' | b'\t' | 0)) {
        line.push_str(&rest[..at]);
        line.push_str(match rest.as_bytes()[at] {
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            // PostgreSQL's text cannot hold a NUL.
            _ => "",
        });
        rest = &rest[at + 1..];
    }
    line.push_str(rest);
}

fn as_parameters(params: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    params.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

fn read(row: &postgres::Row, index: usize) -> Result<Value, StoreError> {
    let column_type = row.columns()[index].type_();
    let value = match *column_type {
        Type::INT8 => row.try_get::<_, Option<i64>>(index)?.map(Value::Int),
        Type::INT4 => row.try_get::<_, Option<i32>>(index)?.map(|n| Value::Int(n.into())),
        Type::BOOL => row.try_get::<_, Option<bool>>(index)?.map(|b| Value::Int(b.into())),
        Type::TEXT | Type::VARCHAR | Type::NAME | Type::UNKNOWN => {
            row.try_get::<_, Option<String>>(index)?.map(Value::Text)
        }
        _ => {
            return Err(StoreError::Column {
                column: row.columns()[index].name().to_owned(),
                problem: format!("类型 {column_type} 不经此门，请在语句里转成 bigint 或 text"),
            });
        }
    };
    Ok(value.unwrap_or(Value::Null))
}

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) => match *ty {
                Type::INT4 => i32::try_from(*number)?.to_sql(ty, out),
                Type::BOOL => (*number != 0).to_sql(ty, out),
                _ => number.to_sql(&Type::INT8, out),
            },
            Self::Text(text) => text.replace('\0', "").to_sql(ty, out),
        }
    }

    // The server tells which type it expects; `to_sql` converts.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
