//! Rows of tables without ids of their own.

use super::Going;
use super::tables::KEYED;
use crate::error::StoreError;
use crate::params;

impl Going<'_> {
    /// Rows of tables without ids of their own: each push and each proposal has an enterprise once.
    pub(super) fn keyed(&self) -> Result<(), StoreError> {
        let (kept, joined, join) = (self.kept, self.joined, self.join);
        for (table, key, beside) in KEYED {
            let has = format!(
                "exists (select 1 from {table} k where k.enterprise_id = {kept} and k.{key} = {table}.{key})"
            );
            let content = beside.unwrap_or("''");
            for (change, condition) in [("removed", has.clone()), ("moved", format!("not {has}"))] {
                self.tx.execute(
                    &format!(
                        "insert into join_row (join_id, noun, row_id, change, content) select {join}, '{table}', {key}, \
                         '{change}', {content} from {table} where enterprise_id = {joined} and {condition}"
                    ),
                    &[],
                )?;
            }
            let noted = |change: &str| {
                format!(
                    "(select row_id from join_row where join_id = {join} and noun = '{table}' and change = '{change}')"
                )
            };
            self.tx.execute(
                &format!(
                    "delete from {table} where enterprise_id = {joined} and {key} in {}",
                    noted("removed")
                ),
                &[],
            )?;
            self.tx.execute(
                &format!(
                    "update {table} set enterprise_id = {kept} where enterprise_id = {joined} and {key} in {}",
                    noted("moved")
                ),
                &[],
            )?;
        }
        Ok(())
    }

    /// Each gets its rows back.
    pub(super) fn keyed_back(&self) -> Result<(), StoreError> {
        for (table, key, beside) in KEYED {
            self.tx.execute(
                &format!(
                    "update {table} set enterprise_id = {} where enterprise_id = {} and {key} in {}",
                    self.joined,
                    self.kept,
                    self.over(table)
                ),
                &[],
            )?;
            let removed = self.tx.query(
                "select row_id, content from join_row where join_id = $1 and noun = $2 and change = 'removed'",
                params![self.join, table],
                |row| Ok((row.get::<i64>("row_id")?, row.get::<String>("content")?)),
            )?;
            for (row, content) in removed {
                if beside.is_none() {
                    self.tx.execute(
                        &format!("insert into {table} ({key}, enterprise_id) values ($1, $2)"),
                        params![row, self.joined],
                    )?;
                } else if let Some((place, likelihood)) = content.split_once(' ') {
                    let place: i64 = place.parse().unwrap_or_default();
                    self.tx.execute(
                        &format!(
                            "insert into {table} ({key}, enterprise_id, place, likelihood) values ($1, $2, $3, $4)"
                        ),
                        params![row, self.joined, place, likelihood],
                    )?;
                }
            }
        }
        Ok(())
    }
}
