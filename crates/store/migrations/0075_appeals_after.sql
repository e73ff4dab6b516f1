-- What an objection or appeal was withdrawn for, what was done after it was upheld, and the papers beyond its first (N27).
alter table appeal add column withdrawn_reason text not null default '';
alter table appeal add column withdrawn_by text not null default '';
alter table appeal add column withdrawn_on text;
alter table appeal add column carried_out text not null default '';
alter table appeal add column carried_out_by text not null default '';
alter table appeal add column carried_out_on text;
create table appeal_file (
    id {id},
    appeal_id bigint not null references appeal (id),
    file_id bigint not null references stored_file (id),
    added_by text not null,
    added_at text not null,
    added_on text not null
);
create index appeal_file_appeal on appeal_file (appeal_id, id);
