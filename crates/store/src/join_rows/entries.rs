//! What stands on lists goes with the records that stand there.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Going, json};
use crate::error::StoreError;
use crate::params;

#[derive(Debug, Serialize, Deserialize)]
struct EntryRow {
    campaign: i64,
    list: String,
    column: String,
}

impl Going<'_> {
    /// What stood on a list with a record that went over goes with it. Where the kept enterprise has the very
    /// record, it now stands on the list too, and the other is there no longer.
    pub(super) fn entries(&self, today: Date) -> Result<(), StoreError> {
        let (kept, joined) = (self.kept, self.joined);
        self.tx.execute(
            &format!(
                "update list_entry set enterprise_id = {kept} where enterprise_id = {joined} \
                 and (penalty_id in {} or listing_id in {})",
                self.over("penalty"),
                self.over("listing")
            ),
            &[],
        )?;
        for (table, column, same) in [
            ("penalty", "penalty_id", "k.decision_key = t.decision_key and k.authority = t.authority"),
            (
                "listing",
                "listing_id",
                "k.list_kind = t.list_kind and k.listing_body = t.listing_body and k.reason = t.reason",
            ),
        ] {
            let sql = format!(
                "select l.campaign_id, l.list_kind, l.batch_id, t.id as own, k.id as twin, case when exists \
                 (select 1 from list_entry o where o.{column} = k.id and o.campaign_id = l.campaign_id \
                 and o.list_kind = l.list_kind) then 1 else 0 end as there from list_entry l \
                 join {table} t on t.id = l.{column} join {table} k on k.enterprise_id = {kept} and {same} \
                 where l.enterprise_id = {joined} and l.gone_since is null"
            );
            let left = self.tx.query(&sql, &[], |row| {
                let entry = EntryRow {
                    campaign: row.get("campaign_id")?,
                    list: row.get("list_kind")?,
                    column: column.into(),
                };
                Ok((
                    entry,
                    row.get("batch_id")?,
                    row.get("own")?,
                    row.get("twin")?,
                    row.get::<bool>("there")?,
                ))
            })?;
            for (entry, batch, own, twin, there) in left {
                self.left_behind(&entry, (batch, own, twin), there, today)?;
            }
        }
        Ok(())
    }

    fn left_behind(
        &self,
        entry: &EntryRow,
        (batch, own, twin): (i64, i64, i64),
        there: bool,
        today: Date,
    ) -> Result<(), StoreError> {
        let column = &entry.column;
        self.tx.execute(
            &format!("update list_entry set gone_since = $1 where {column} = $2 and campaign_id = $3 and list_kind = $4"),
            params![today, own, entry.campaign, &entry.list],
        )?;
        self.note("list_entry", own, "changed", &json(entry))?;
        if !there {
            self.tx.execute(
                &format!(
                    "insert into list_entry (campaign_id, list_kind, enterprise_id, {column}, batch_id) \
                     values ($1, $2, $3, $4, $5)"
                ),
                params![entry.campaign, &entry.list, self.kept, twin, batch],
            )?;
            self.note("list_entry", twin, "added", &json(entry))?;
        }
        Ok(())
    }

    /// What has come to a record since goes back with it.
    pub(super) fn entries_back(&self) -> Result<(), StoreError> {
        let (tx, joined) = (self.tx, self.joined);
        for table in ["list_entry", "finding", "commitment", "appeal"] {
            tx.execute(
                &format!(
                    "update {table} set enterprise_id = {joined} where penalty_id in {}",
                    self.over("penalty")
                ),
                &[],
            )?;
        }
        for table in ["list_entry", "delisting"] {
            tx.execute(
                &format!(
                    "update {table} set enterprise_id = {joined} where listing_id in {}",
                    self.over("listing")
                ),
                &[],
            )?;
        }
        for (row, entry) in self.noted::<EntryRow>("list_entry", "changed")? {
            tx.execute(
                &format!("update list_entry set gone_since = null where {} = $1 and campaign_id = $2 and list_kind = $3", entry.column),
                params![row, entry.campaign, &entry.list],
            )?;
        }
        for (row, entry) in self.noted::<EntryRow>("list_entry", "added")? {
            tx.execute(
                &format!(
                    "delete from list_entry where {} = $1 and campaign_id = $2 and list_kind = $3",
                    entry.column
                ),
                params![row, entry.campaign, &entry.list],
            )?;
        }
        Ok(())
    }
}
