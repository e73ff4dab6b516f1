-- The agenda of a session (培训日程, N05, N06, N09): its items in order; when each begins follows from those before it.
create table session_agenda (
    id {id},
    session_id bigint not null references session (id),
    place_in_order bigint not null,
    minutes bigint not null,
    module text not null default '',
    method text not null default '',
    title text not null default '',
    lecturer text not null default '',
    room text not null default '',
    not_deputy_reason text not null default ''
);
create index session_agenda_session on session_agenda (session_id, place_in_order);
