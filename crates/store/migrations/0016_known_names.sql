-- Other names under which an enterprise is known: lists name it so, or it was called so before a correction.
-- Its own name is not among them; batch_id says which list gave the name, null where a correction left it.
create table known_name (
    id {id},
    enterprise_id bigint not null references enterprise (id),
    name text not null,
    name_key text not null,
    batch_id bigint references batch (id),
    unique (enterprise_id, name_key)
);
create index known_name_key on known_name (name_key);
alter table batch add column renamed bigint not null default 0;
