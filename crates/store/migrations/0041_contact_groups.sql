-- The contact group of a session (移动端联系群, N17): how one joins it, how many have, and what was said to all.
create table session_group (
    session_id bigint primary key references session (id),
    link text not null default '',
    picture_file_id bigint references stored_file (id),
    picture_until text,
    members bigint,
    counted_on text,
    kept_by text not null,
    version bigint not null default 1
);

create table session_announcement (
    id {id},
    session_id bigint not null references session (id),
    text text not null,
    made_by text not null,
    made_at text not null,
    made_on text not null,
    withdrawn_at text
);
create index session_announcement_session on session_announcement (session_id, id);
