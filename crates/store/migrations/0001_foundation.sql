-- Organisations, people, files, audit, jobs, settings.
-- {id} is the engine's own row id; dates are ISO text, times are UTC ISO text, flags are 0 or 1,
-- money is in fen, *_sealed is encrypted text.

create table organisation (
    id {id},
    kind text not null,
    name text not null unique,
    short_name text not null default '',
    area_code text not null default '',
    state text not null default 'active',
    version bigint not null default 1
);

create table account (
    id {id},
    org_id bigint not null references organisation (id),
    login text not null unique,
    name text not null,
    role text not null,
    state text not null,
    password_hash text not null,
    must_change bigint not null default 1,
    failed_attempts bigint not null default 0,
    locked_until text,
    created_at text not null,
    version bigint not null default 1
);
create index account_org on account (org_id);

create table sign_in (
    token_hash text primary key,
    account_id bigint not null references account (id),
    csrf text not null,
    created_at text not null,
    seen_at text not null,
    expires_at text not null
);
create index sign_in_account on sign_in (account_id);

create table stored_file (
    id {id},
    sha256 text not null,
    name text not null,
    media_type text not null,
    size bigint not null,
    created_at text not null
);
create index stored_file_sha256 on stored_file (sha256);

create table audit_entry (
    id {id},
    at text not null,
    business_day text not null,
    actor text not null,
    account_id bigint,
    org_id bigint,
    role text not null,
    action text not null,
    subject text not null,
    subject_id bigint not null,
    enterprise_id bigint,
    summary text not null,
    detail text not null,
    previous_hash text not null,
    hash text not null
);
create index audit_subject on audit_entry (subject, subject_id);
create index audit_enterprise on audit_entry (enterprise_id);

create table job (
    id {id},
    kind text not null,
    subject_id bigint not null,
    payload text not null,
    state text not null,
    attempts bigint not null default 0,
    done bigint not null default 0,
    total bigint not null default 0,
    message text not null default '',
    created_at text not null,
    heartbeat_at text
);
create index job_state on job (state, id);

create table setting (
    name text primary key,
    value text not null
);
