//! Which rows go over when two enterprises become one, and how they come back.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use xinxiu_domain::id::{EnterpriseId, JoinId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;

/// Tables whose rows go over, with the condition over `t` under which one stays behind: the kept enterprise
/// (`{kept}`) has it already. Every other table with an enterprise is named by [`LEFT`].
pub(crate) const MOVED: [(&str, &str); 12] = [
    (
        "penalty",
        "exists (select 1 from penalty k where k.enterprise_id = {kept} and k.decision_key = t.decision_key \
         and k.authority = t.authority)",
    ),
    (
        "listing",
        "exists (select 1 from listing k where k.enterprise_id = {kept} and k.list_kind = t.list_kind \
         and k.listing_body = t.listing_body and k.reason = t.reason)",
    ),
    (
        "rectification",
        "exists (select 1 from rectification k where k.enterprise_id = {kept} and k.campaign_id = t.campaign_id \
         and k.authority_id = t.authority_id)",
    ),
    (
        "attendance",
        "exists (select 1 from attendance k where k.enterprise_id = {kept} and k.session_id = t.session_id)",
    ),
    (
        "ticket",
        "exists (select 1 from ticket k where k.enterprise_id = {kept} and k.clinic_id = t.clinic_id)",
    ),
    (
        "archive",
        "exists (select 1 from archive k where k.enterprise_id = {kept} and k.campaign_id = t.campaign_id)",
    ),
    (
        "commitment",
        "t.penalty_id is null and t.signed_on is null and exists (select 1 from commitment k \
         where k.enterprise_id = {kept} and k.campaign_id = t.campaign_id and k.penalty_id is null)",
    ),
    ("application", "1 = 0"),
    ("delisting", "1 = 0"),
    ("finding", "1 = 0"),
    ("guidance", "1 = 0"),
    ("agency_remark", "1 = 0"),
];

/// Tables whose rows are known by another key and the enterprise, and what else of a row is kept when both have it.
const KEYED: [(&str, &str, Option<&str>); 2] = [
    ("push_entry", "push_id", None),
    ("session_proposal_entry", "proposal_id", Some("cast(place as text) || ' ' || likelihood")),
];

/// Tables of an enterprise whose rows never go over, for they are its history, or are dealt with by their own rule.
#[cfg(test)]
const LEFT: [&str; 11] = [
    "audit_entry",
    "batch_row",
    "disclosure",
    "enterprise_change",
    "identity_key",
    "known_name",
    "law_change",
    "list_entry",
    "member",
    // Built anew for both by their marks.
    "search_stale",
    "search_term",
];

#[derive(Debug, Serialize, Deserialize)]
struct MemberRow {
    campaign: i64,
    class: Option<i64>,
    willingness: String,
    joined_at: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct EntryRow {
    campaign: i64,
    list: String,
    column: String,
}

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

    /// What stood on a list with a record that went over goes with it. Where the kept enterprise has the very
    /// record, it now stands on the list too, and the other is there no longer.
    fn entries(&self, today: Date) -> Result<(), StoreError> {
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

    /// Each enterprise is counted once in a campaign. Who was called in a class stays in that class.
    fn members(&self) -> Result<(), StoreError> {
        let own = members(self.tx, self.joined)?;
        let kept = members(self.tx, self.kept)?;
        for member in own {
            let Some(same) = kept.iter().find(|one| one.campaign == member.campaign) else {
                self.tx.execute(
                    "update member set enterprise_id = $1 where enterprise_id = $2 and campaign_id = $3",
                    params![self.kept, self.joined, member.campaign],
                )?;
                self.note("member", member.campaign, "moved", "")?;
                continue;
            };
            self.tx.execute(
                "delete from member where enterprise_id = $1 and campaign_id = $2",
                params![self.joined, member.campaign],
            )?;
            self.note("member", member.campaign, "removed", &json(&member))?;
            let class = member.class.filter(|class| Some(*class) != same.class);
            let takes_class = match class {
                Some(class) => same.class.is_none() || is_called(self.tx, self.kept, class)?,
                None => false,
            };
            let willing = same.willingness == "undecided" && member.willingness != "undecided";
            if takes_class || willing {
                self.note("member", member.campaign, "changed", &json(same))?;
                self.tx.execute(
                    "update member set plan_item_id = $1, willingness = $2 where enterprise_id = $3 and campaign_id = $4",
                    params![
                        if takes_class { class } else { same.class },
                        if willing { &member.willingness } else { &same.willingness },
                        self.kept,
                        member.campaign
                    ],
                )?;
            }
        }
        Ok(())
    }

    /// Rows of tables without ids of their own: each push and each proposal has an enterprise once.
    fn keyed(&self) -> Result<(), StoreError> {
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

fn members(tx: &Tx<'_>, of: EnterpriseId) -> Result<Vec<MemberRow>, StoreError> {
    tx.query(
        "select campaign_id, plan_item_id, willingness, joined_at from member where enterprise_id = $1",
        params![of],
        |row| {
            Ok(MemberRow {
                campaign: row.get("campaign_id")?,
                class: row.get("plan_item_id")?,
                willingness: row.get("willingness")?,
                joined_at: row.get("joined_at")?,
            })
        },
    )
}

fn is_called(tx: &Tx<'_>, of: EnterpriseId, class: i64) -> Result<bool, StoreError> {
    let called = tx.number(
        "select count(*) from attendance a join session s on s.id = a.session_id \
         where a.enterprise_id = $1 and s.plan_item_id = $2",
        params![of, class],
    )?;
    Ok(called > 0)
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
    // What has come to a record since goes back with it.
    for table in ["list_entry", "finding", "commitment"] {
        tx.execute(
            &format!(
                "update {table} set enterprise_id = {joined} where penalty_id in {}",
                going.over("penalty")
            ),
            &[],
        )?;
    }
    tx.execute(
        &format!(
            "update list_entry set enterprise_id = {joined} where listing_id in {}",
            going.over("listing")
        ),
        &[],
    )?;
    for (row, entry) in going.noted::<EntryRow>("list_entry", "changed")? {
        tx.execute(
            &format!("update list_entry set gone_since = null where {} = $1 and campaign_id = $2 and list_kind = $3", entry.column),
            params![row, entry.campaign, &entry.list],
        )?;
    }
    for (row, entry) in going.noted::<EntryRow>("list_entry", "added")? {
        tx.execute(
            &format!(
                "delete from list_entry where {} = $1 and campaign_id = $2 and list_kind = $3",
                entry.column
            ),
            params![row, entry.campaign, &entry.list],
        )?;
    }
    members_back(&going)?;
    keyed_back(&going)?;
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

fn members_back(going: &Going<'_>) -> Result<(), StoreError> {
    going.tx.execute(
        &format!(
            "update member set enterprise_id = {} where enterprise_id = {} and campaign_id in {}",
            going.joined,
            going.kept,
            going.over("member")
        ),
        &[],
    )?;
    for (_, member) in going.noted::<MemberRow>("member", "removed")? {
        going.tx.execute(
            "insert into member (campaign_id, enterprise_id, plan_item_id, willingness, joined_at) \
             values ($1, $2, $3, $4, $5)",
            params![member.campaign, going.joined, member.class, member.willingness, member.joined_at],
        )?;
    }
    for (_, member) in going.noted::<MemberRow>("member", "changed")? {
        going.tx.execute(
            "update member set plan_item_id = $1, willingness = $2 where enterprise_id = $3 and campaign_id = $4",
            params![member.class, member.willingness, going.kept, member.campaign],
        )?;
    }
    Ok(())
}

fn keyed_back(going: &Going<'_>) -> Result<(), StoreError> {
    for (table, key, beside) in KEYED {
        going.tx.execute(
            &format!(
                "update {table} set enterprise_id = {} where enterprise_id = {} and {key} in {}",
                going.joined,
                going.kept,
                going.over(table)
            ),
            &[],
        )?;
        let removed = going.tx.query(
            "select row_id, content from join_row where join_id = $1 and noun = $2 and change = 'removed'",
            params![going.join, table],
            |row| Ok((row.get::<i64>("row_id")?, row.get::<String>("content")?)),
        )?;
        for (row, content) in removed {
            if beside.is_none() {
                going.tx.execute(
                    &format!("insert into {table} ({key}, enterprise_id) values ($1, $2)"),
                    params![row, going.joined],
                )?;
            } else if let Some((place, likelihood)) = content.split_once(' ') {
                let place: i64 = place.parse().unwrap_or_default();
                going.tx.execute(
                    &format!(
                        "insert into {table} ({key}, enterprise_id, place, likelihood) values ($1, $2, $3, $4)"
                    ),
                    params![row, going.joined, place, likelihood],
                )?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// A new table of enterprises must say what becomes of its rows when two are joined.
    #[test]
    fn every_table_with_an_enterprise_says_what_becomes_of_its_rows() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        connection.execute_batch(&crate::migrate::script().unwrap()).unwrap();
        let mut found = connection
            .prepare(
                "select distinct m.name from sqlite_master m join pragma_table_info(m.name) c \
                 where m.type = 'table' and c.name = 'enterprise_id'",
            )
            .unwrap();
        let found: BTreeSet<String> =
            found.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let known: BTreeSet<String> = MOVED
            .iter()
            .map(|(table, _)| *table)
            .chain(KEYED.iter().map(|(table, ..)| *table))
            .chain(LEFT)
            .map(str::to_owned)
            .collect();
        let unknown: Vec<_> = found.difference(&known).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
        assert!(found.len() > 18, "{found:?}");
    }
}
