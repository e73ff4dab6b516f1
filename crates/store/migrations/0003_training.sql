-- Sessions, invitations, commitments, exam (N01, N05–N11, N14, N17–N20, N26).

create table session (
    id {id},
    plan_item_id bigint not null references plan_item (id),
    title text not null,
    held_on text not null,
    starts_at text not null,
    ends_at text not null,
    mode text not null,
    place text not null,
    link text not null,
    capacity bigint not null,
    class_hours bigint not null,
    lecturer text not null,
    lecturer_reason text not null default '',
    modules text not null,
    methods text not null,
    contact_group text not null default '',
    notice_number text not null default '',
    content_confirmed_by text not null default '',
    state text not null,
    version bigint not null default 1
);
create index session_plan_item on session (plan_item_id, held_on);
create index session_held_on on session (held_on);

create table session_material (
    id {id},
    session_id bigint not null references session (id),
    module text not null,
    title text not null,
    file_id bigint references stored_file (id),
    added_by text not null,
    added_at text not null
);
create index session_material_session on session_material (session_id);

create table attendance (
    id {id},
    session_id bigint not null references session (id),
    enterprise_id bigint not null references enterprise (id),
    state text not null,
    link_hash text not null unique,
    link_expires_at text not null,
    link_revoked bigint not null default 0,
    invited_at text not null,
    answered_at text,
    willingness text not null default 'undecided',
    attendee text not null default '',
    capacity text,
    exception_reason text not null default '',
    exception_by text not null default '',
    checked_in_at text,
    free_confirmed bigint not null default 0,
    version bigint not null default 1,
    unique (session_id, enterprise_id)
);
create index attendance_enterprise on attendance (enterprise_id);
create index attendance_state on attendance (session_id, state);

create table exam_paper (
    id {id},
    attendance_id bigint not null references attendance (id),
    attempt bigint not null,
    questions text not null,
    answers text not null,
    right_answers bigint,
    passed bigint,
    started_at text not null,
    submitted_at text,
    unique (attendance_id, attempt)
);

create table commitment (
    id {id},
    campaign_id bigint not null references campaign (id),
    enterprise_id bigint not null references enterprise (id),
    penalty_id bigint references penalty (id),
    edition text not null,
    state text not null,
    printed_at text,
    signed_on text,
    scan_file_id bigint references stored_file (id),
    recorded_by text not null default '',
    version bigint not null default 1
);
create unique index commitment_penalty on commitment (campaign_id, penalty_id);
create index commitment_enterprise on commitment (enterprise_id);

create table guidance (
    id {id},
    enterprise_id bigint not null references enterprise (id),
    campaign_id bigint not null references campaign (id),
    agency_id bigint not null references organisation (id),
    asked text not null,
    advised text not null,
    minutes bigint not null,
    given_by text not null,
    given_on text not null
);
create index guidance_enterprise on guidance (enterprise_id);

-- Breaches and evaluation of an agency (N14, N20).
create table agency_remark (
    id {id},
    campaign_id bigint not null references campaign (id),
    agency_id bigint not null references organisation (id),
    session_id bigint references session (id),
    kind text not null,
    score bigint,
    text text not null,
    recorded_by text not null,
    org_id bigint not null references organisation (id),
    at text not null
);
create index agency_remark_agency on agency_remark (agency_id);
