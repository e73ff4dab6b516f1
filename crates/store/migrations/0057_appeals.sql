-- Objections to records and appeals against first reviews and repair decisions (异议、申诉), each with its deadline and answer.
create table appeal (
    id {id},
    campaign_id bigint not null references campaign (id),
    enterprise_id bigint not null references enterprise (id),
    penalty_id bigint not null references penalty (id),
    application_id bigint references application (id),
    kind text not null,
    state text not null,
    text text not null,
    file_id bigint references stored_file (id),
    lodged_by text not null,
    lodged_role text not null,
    lodged_at text not null,
    lodged_on text not null,
    due_on text not null,
    due_reason text not null default '',
    answer text not null default '',
    answer_file_id bigint references stored_file (id),
    answered_by text not null default '',
    answered_at text,
    answered_on text,
    version bigint not null default 1
);
create index appeal_enterprise on appeal (enterprise_id, id);
create index appeal_penalty on appeal (penalty_id);
create index appeal_state on appeal (campaign_id, state);
