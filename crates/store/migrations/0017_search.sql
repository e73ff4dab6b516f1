-- What enterprises are found by: names, other names, decision numbers and codes, each a row; everything here
-- is derived and can be built anew. `key` is folded for comparing (a code stands there from its end), `shown`
-- is what a person reads, `initials` are those of its pinyin. The index over the parts of the keys differs between the engines.
create table search_term (
    id {id},
    enterprise_id bigint not null,
    kind text not null,
    key text not null,
    shown text not null,
    initials text not null
);
create index search_term_enterprise on search_term (enterprise_id);
-- Enterprises whose terms are to be built anew: marked by the tables' own triggers, so that no path can forget
-- it, and emptied before the transaction that marked them commits.
create table search_stale (enterprise_id bigint not null);
{search_index}
create index search_term_code on search_term (key) where kind = 'code';
insert into search_stale (enterprise_id) select id from enterprise;
