-- Slots of on-site matching (现场对接, N06, N14), and the pool of lecturers (师资库, N09, N17).
create table session_matching (
    session_id bigint primary key references session (id),
    slot_minutes bigint not null,
    tables bigint not null,
    state text not null,
    proposed_by text not null,
    proposed_on text not null,
    accepted_by text not null default '',
    accepted_on text,
    version bigint not null default 1
);

create table matching_slot (
    id {id},
    session_id bigint not null references session (id),
    attendance_id bigint not null references attendance (id),
    authority_id bigint not null references organisation (id),
    table_number bigint not null,
    room text not null default '',
    starts_at bigint not null,
    unique (attendance_id, authority_id),
    unique (attendance_id, starts_at),
    unique (session_id, authority_id, table_number, starts_at)
);
create index matching_slot_session on matching_slot (session_id, starts_at);

create table lecturer (
    id {id},
    org_id bigint not null references organisation (id),
    name text not null,
    office text not null,
    title text not null,
    found_by text not null,
    phone_sealed text not null default '',
    modules text not null,
    state text not null,
    entered_by text not null,
    entered_on text not null,
    decided_by text not null default '',
    decided_on text,
    decision_reason text not null default '',
    version bigint not null default 1,
    unique (org_id, name, office)
);
create index lecturer_state on lecturer (state, name);
alter table session_agenda add column lecturer_id bigint references lecturer (id);
