//! A connection to PostgreSQL that remembers what it has prepared: most questions are asked again and again, and to parse
//! and plan each of them anew costs more than to answer it.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use postgres::{Client, Config, Error, NoTls, Statement};
use r2d2::ManageConnection;

/// Statements that a connection remembers. Lists with many filters make more; then it begins anew.
const REMEMBERED: usize = 512;

/// A statement with the names of its columns.
type Prepared = (Statement, Arc<[String]>);

/// A connection and what it has prepared.
pub(crate) struct Connection {
    client: Client,
    prepared: HashMap<String, Prepared>,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connection")
    }
}

impl Connection {
    /// The connection itself.
    pub(crate) const fn client(&mut self) -> &mut Client {
        &mut self.client
    }

    /// A command of a transaction.
    pub(crate) fn command(&mut self, sql: &str) -> Result<(), Error> {
        self.client.batch_execute(sql)
    }

    /// Statements that may change tables: what was prepared on them may not fit any more.
    pub(crate) fn script(&mut self, sql: &str) -> Result<(), Error> {
        self.prepared.clear();
        self.client.batch_execute(sql)
    }

    /// A statement, prepared when it is asked for first.
    pub(crate) fn prepared(&mut self, sql: &str) -> Result<Prepared, Error> {
        if let Some(known) = self.prepared.get(sql) {
            return Ok(known.clone());
        }
        if self.prepared.len() >= REMEMBERED {
            self.prepared.clear();
        }
        let statement = self.client.prepare(sql)?;
        let columns = statement.columns().iter().map(|column| column.name().to_owned()).collect();
        let prepared = (statement, columns);
        self.prepared.insert(sql.to_owned(), prepared.clone());
        Ok(prepared)
    }

    /// What came of a statement. After an error everything is prepared anew: a newer program beside this one may have
    /// changed a table under it.
    pub(crate) fn heeding<T, E>(&mut self, done: Result<T, E>) -> Result<T, E> {
        if done.is_err() {
            self.prepared.clear();
        }
        done
    }
}

/// Makes connections for the pool.
#[derive(Debug)]
pub(crate) struct Manager(Config);

impl Manager {
    /// To the database of an address.
    pub(crate) const fn new(config: Config) -> Self {
        Self(config)
    }
}

impl ManageConnection for Manager {
    type Connection = Connection;
    type Error = Error;

    fn connect(&self) -> Result<Connection, Error> {
        Ok(Connection { client: self.0.connect(NoTls)?, prepared: HashMap::new() })
    }

    fn is_valid(&self, connection: &mut Connection) -> Result<(), Error> {
        connection.client.simple_query("").map(drop)
    }

    fn has_broken(&self, connection: &mut Connection) -> bool {
        connection.client.is_closed()
    }
}
