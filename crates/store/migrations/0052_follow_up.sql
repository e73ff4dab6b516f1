-- After a record was taken down (后续跟踪, N17 N19): whether other platforms followed, and new penalties of a repaired enterprise.
create table platform_look (
    id {id},
    penalty_id bigint not null references penalty (id),
    platform text not null,
    result text not null,
    note text not null,
    looked_by text not null,
    looked_at text not null,
    looked_on text not null
);
create index platform_look_penalty on platform_look (penalty_id, id);
-- A new penalty of a repaired enterprise that somebody has taken note of.
create table relapse (
    id {id},
    penalty_id bigint not null unique references penalty (id),
    note text not null,
    noted_by text not null,
    noted_at text not null,
    noted_on text not null
);
