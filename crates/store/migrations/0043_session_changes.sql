-- What changed in a session after it was published, or that it was cancelled (场次变更), for those who had been told otherwise.
create table session_change (
    id {id},
    session_id bigint not null references session (id),
    cancelled bigint not null,
    old_held_on text not null,
    old_time text not null,
    old_place text not null,
    new_held_on text not null,
    new_time text not null,
    new_place text not null,
    reason text not null,
    made_by text not null,
    made_at text not null,
    made_on text not null
);
create index session_change_session on session_change (session_id, id);
create index session_change_day on session_change (made_on);
