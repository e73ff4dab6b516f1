-- What became of an enterprise in law: it ended, took another name, was taken over, moved. An undone change stays on
-- record.
create table law_change (
    id {id},
    enterprise_id bigint not null references enterprise (id),
    kind text not null,
    happened_on text not null,
    successor_id bigint references enterprise (id),
    old_value text not null,
    new_value text not null,
    reason text not null,
    actor text not null,
    at text not null,
    business_day text not null,
    undone_by text not null default '',
    undone_reason text not null default '',
    undone_at text,
    undone_on text
);
create index law_change_enterprise on law_change (enterprise_id);
create index law_change_successor on law_change (successor_id);
