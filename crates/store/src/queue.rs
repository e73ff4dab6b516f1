//! What the two queues of messages have in common (消息队列、工作提醒): the one that is due longest is taken for a limited time,
//! a receipt finds it again, and it moves only as it was read.

use jiff::Timestamp;
use xinxiu_domain::message::{Channel, MessageState};

use crate::db::Tx;
use crate::engine;
use crate::error::StoreError;
use crate::params;
use crate::value::Row;

/// A table of messages on their way.
pub(crate) struct Queue<T> {
    /// Its name.
    pub(crate) table: &'static str,
    /// What is read of each.
    pub(crate) columns: &'static str,
    /// How it is read.
    pub(crate) read: fn(&Row) -> Result<T, StoreError>,
}

/// How a message stands after something happened to it.
#[derive(Debug, Clone)]
pub struct Standing<'a> {
    /// Its new state.
    pub state: MessageState,
    /// When it is due, where it waits.
    pub next_at: Timestamp,
    /// The gateway's own id.
    pub gateway_id: &'a str,
    /// What was wrong.
    pub problem: &'a str,
}

impl<T> Queue<T> {
    /// Takes the message that is due longest, until `until`; whoever does not come back with it by then loses it to the next.
    pub(crate) fn claim(
        &self,
        tx: &Tx<'_>,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<T>, StoreError> {
        let Self { table, columns, read } = self;
        let sql = format!(
            "update {table} set state = 'sending', attempts = attempts + 1, lease_until = $2 where id = \
             (select q.id from {table} q where (q.state = 'queued' and q.next_at <= $1) \
             or (q.state = 'sending' and q.lease_until <= $1) order by q.next_at, q.id limit 1{}) returning {columns}",
            engine::skip_locked(tx.kind())
        );
        tx.query_opt(&sql, params![now, until])?.map(|row| read(&row)).transpose()
    }

    /// The message that a receipt names, by our reference or the gateway's id.
    pub(crate) fn named(&self, tx: &Tx<'_>, channel: Channel, name: &str) -> Result<Option<T>, StoreError> {
        let Self { table, columns, read } = self;
        let sql = format!(
            "select {columns} from {table} where channel = $1 and (reference = $2 or (gateway_id = $2 and gateway_id <> '')) \
             order by id desc limit 1"
        );
        tx.query_opt(&sql, params![channel.code(), name])?.map(|row| read(&row)).transpose()
    }

    /// Moves a message that is still as it was read: same state, same attempt. Returns whether it was.
    pub(crate) fn stand(
        &self,
        tx: &Tx<'_>,
        (id, state, attempts): (i64, MessageState, u32),
        new: &Standing<'_>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let settled = !matches!(new.state, MessageState::Queued | MessageState::Sending);
        let sql = format!(
            "update {} set state = $1, next_at = $2, gateway_id = $3, problem = $4, settled_at = $5, lease_until = null \
             where id = $6 and state = $7 and attempts = $8",
            self.table
        );
        let values = params![
            new.state.code(),
            new.next_at,
            new.gateway_id,
            new.problem,
            settled.then_some(now),
            id,
            state.code(),
            attempts
        ];
        Ok(tx.execute(&sql, values)? == 1)
    }
}
