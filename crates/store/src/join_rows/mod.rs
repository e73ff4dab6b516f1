//! Which rows go over when two enterprises become one, and how they come back.

mod entries;
mod keyed;
mod members;
mod tables;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use xinxiu_domain::id::{EnterpriseId, JoinId};

use self::tables::MOVED;
use crate::db::Tx;
use crate::error::StoreError;
use crate::params;

/// A joining, while its rows are moved.
struct Going<'a> {
    tx: &'a Tx<'a>,
    join: JoinId,
    kept: EnterpriseId,
    joined: EnterpriseId,
}

impl Going<'_> {
    fn note(&self, noun: &str, row: i64, change: &str, content: &str) -> Result<(), StoreError> {
        self.tx.execute(
            "insert into join_row (join_id, noun, row_id, change, content) values ($1, $2, $3, $4, $5)",
            params![self.join, noun, row, change, content],
        )?;
        Ok(())
    }

    fn noted<T: for<'de> Deserialize<'de>>(
        &self,
        noun: &str,
        change: &str,
    ) -> Result<Vec<(i64, T)>, StoreError> {
        self.tx.query(
            "select row_id, content from join_row where join_id = $1 and noun = $2 and change = $3 order by id",
            params![self.join, noun, change],
            |row| Ok((row.get("row_id")?, row.json("content")?)),
        )
    }

    /// SQL of the ids that went over.
    fn over(&self, noun: &str) -> String {
        format!(
            "(select row_id from join_row where join_id = {} and noun = '{noun}' and change = 'moved')",
            self.join
        )
    }

    fn tables(&self) -> Result<(), StoreError> {
        let (kept, joined, join) = (self.kept, self.joined, self.join);
        for (table, stays) in MOVED {
            let stays = stays.replace("{kept}", &kept.to_string());
            self.tx.execute(
                &format!(
                    "insert into join_row (join_id, noun, row_id, change) select {join}, '{table}', t.id, 'moved' \
                     from {table} t where t.enterprise_id = {joined} and not ({stays})"
                ),
                &[],
            )?;
            self.tx.execute(
                &format!("update {table} set enterprise_id = {kept} where id in {}", self.over(table)),
                &[],
            )?;
        }
        Ok(())
    }

    /// Whoever knows it by a name of the joined one still finds it.
    fn names(&self) -> Result<(), StoreError> {
        let names = self.tx.query(
            "select name, name_key from enterprise where id = $1 union select name, name_key from known_name \
             where enterprise_id = $1",
            params![self.joined],
            |row| Ok((row.get::<String>("name")?, row.get::<String>("name_key")?)),
        )?;
        for (name, key) in names {
            let known = self.tx.number(
                "select count(*) from (select id from enterprise where id = $1 and name_key = $2 union all \
                 select id from known_name where enterprise_id = $1 and name_key = $2) as known",
                params![self.kept, &key],
            )?;
            if known == 0 {
                let id: i64 = self.tx.insert(
                    "insert into known_name (enterprise_id, name, name_key) values ($1, $2, $3) returning id",
                    params![self.kept, name, key],
                )?;
                self.note("known_name", id, "added", "")?;
            }
        }
        Ok(())
    }

    /// Whoever was joined to the joined one points to the kept one from now on: the way is never longer than one.
    fn pointers(&self) -> Result<(), StoreError> {
        let (kept, joined, join) = (self.kept, self.joined, self.join);
        self.tx.execute(
            &format!(
                "insert into join_row (join_id, noun, row_id, change) select {join}, 'enterprise', id, 'moved' \
                 from enterprise where joined_into = {joined}"
            ),
            &[],
        )?;
        self.tx.execute(
            &format!("update enterprise set joined_into = {kept} where joined_into = {joined}"),
            &[],
        )?;
        Ok(())
    }
}

fn json<T: Serialize>(content: &T) -> String {
    serde_json::to_string(content).unwrap_or_default()
}

/// Takes everything of the joined enterprise over to the kept one.
pub(crate) fn go_over(
    tx: &Tx<'_>,
    join: JoinId,
    (kept, joined): (EnterpriseId, EnterpriseId),
    today: Date,
) -> Result<(), StoreError> {
    let going = Going { tx, join, kept, joined };
    going.tables()?;
    going.entries(today)?;
    going.members()?;
    going.keyed()?;
    going.names()?;
    going.pointers()
}

/// Takes exactly that back.
pub(crate) fn come_back(
    tx: &Tx<'_>,
    join: JoinId,
    (kept, joined): (EnterpriseId, EnterpriseId),
) -> Result<(), StoreError> {
    let going = Going { tx, join, kept, joined };
    for (table, _) in MOVED {
        tx.execute(
            &format!("update {table} set enterprise_id = {joined} where id in {}", going.over(table)),
            &[],
        )?;
    }
    going.entries_back()?;
    going.members_back()?;
    going.keyed_back()?;
    tx.execute(
        &format!("delete from known_name where id in (select row_id from join_row where join_id = {join} and noun = 'known_name')"),
        &[],
    )?;
    tx.execute(
        &format!("update enterprise set joined_into = {joined} where id in {}", going.over("enterprise")),
        &[],
    )?;
    Ok(())
}
