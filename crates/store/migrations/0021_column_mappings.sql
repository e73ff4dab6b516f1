-- What a person said of the columns of a list whose header nobody had seen before. columns is JSON: key of each
-- column and the code of its field, null where it is not read. The signature is the digest of the header row.
create table column_mapping (
    id {id},
    list_kind text not null,
    signature text not null,
    source text not null,
    headers text not null,
    columns text not null,
    made_by text not null,
    made_at text not null,
    made_on text not null,
    used bigint not null default 0,
    unique (list_kind, signature)
);
-- The mapping with which a list is read, as JSON; and the remembered one that it was taken from.
alter table batch add column mapping text not null default '';
alter table batch add column mapping_id bigint;
-- When the first part of a job's work was done, and how much that was: the rate counts from there.
alter table job add column started_at text;
alter table job add column done_before bigint not null default 0;
