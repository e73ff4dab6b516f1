//! Which tables go over in which way.

/// Tables whose rows go over, with the condition over `t` under which one stays behind: the kept enterprise
/// (`{kept}`) has it already. Every other table with an enterprise is named by [`LEFT`].
pub(super) const MOVED: [(&str, &str); 14] = [
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
    (
        "free_confirmation",
        "exists (select 1 from free_confirmation k where k.enterprise_id = {kept} and k.campaign_id = t.campaign_id \
         and k.occasion = t.occasion)",
    ),
    ("appeal", "1 = 0"),
    ("application", "1 = 0"),
    ("delisting", "1 = 0"),
    ("finding", "1 = 0"),
    ("guidance", "1 = 0"),
    ("agency_remark", "1 = 0"),
];

/// Tables whose rows are known by another key and the enterprise, and what else of a row is kept when both have it.
pub(super) const KEYED: [(&str, &str, Option<&str>); 2] = [
    ("push_entry", "push_id", None),
    ("session_proposal_entry", "proposal_id", Some("cast(place as text) || ' ' || likelihood")),
];

/// Tables of an enterprise whose rows never go over, for they are its history, or are dealt with by their own rule.
#[cfg(test)]
const LEFT: [&str; 12] = [
    "audit_entry",
    "batch_row",
    // What a device noted on a hand-in-hand day, as it was brought.
    "clinic_mark",
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
