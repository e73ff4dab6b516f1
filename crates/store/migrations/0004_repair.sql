-- Applications, hand-in-hand days, decisions, archives, summaries (N12, N16, N19, N22, N23, N27, N29).

create table application (
    id {id},
    campaign_id bigint not null references campaign (id),
    enterprise_id bigint not null references enterprise (id),
    agency_id bigint not null references organisation (id),
    state text not null,
    contact_name text not null default '',
    contact_phone_sealed text not null default '',
    statement text not null default '',
    submitted_at text,
    reviewed_at text,
    reviewed_by text not null default '',
    review_note text not null default '',
    version bigint not null default 1
);
create index application_enterprise on application (enterprise_id);
create index application_state on application (campaign_id, state);
create index application_agency on application (agency_id, state);

create table application_item (
    id {id},
    application_id bigint not null references application (id),
    penalty_id bigint not null references penalty (id),
    state text not null,
    severity text,
    conduct text,
    duty_performed bigint,
    opinion text not null default '',
    decided_by text not null default '',
    decided_on text,
    decision_file_id bigint references stored_file (id),
    taken_down_on text,
    taken_down_by text not null default '',
    version bigint not null default 1,
    unique (application_id, penalty_id)
);
create index application_item_penalty on application_item (penalty_id);
create index application_item_state on application_item (state);

create table application_material (
    id {id},
    application_id bigint not null references application (id),
    penalty_id bigint references penalty (id),
    kind text not null,
    file_id bigint not null references stored_file (id),
    added_by text not null,
    added_at text not null
);
create index application_material_application on application_material (application_id);

-- One row per first review, so that a return is not overwritten by the next.
create table first_review (
    id {id},
    application_id bigint not null references application (id),
    accepted bigint not null,
    reasons text not null,
    note text not null,
    reviewer text not null,
    at text not null,
    clinic_id bigint
);
create index first_review_application on first_review (application_id);

create table clinic (
    id {id},
    campaign_id bigint not null references campaign (id),
    county_id bigint not null references organisation (id),
    held_on text not null,
    place text not null,
    townships text not null,
    internet bigint not null,
    state text not null,
    version bigint not null default 1
);
create index clinic_county on clinic (county_id, held_on);

create table ticket (
    id {id},
    clinic_id bigint not null references clinic (id),
    number bigint not null,
    enterprise_id bigint not null references enterprise (id),
    state text not null,
    lane text not null default '',
    issued_at text not null,
    called_at text,
    finished_at text,
    version bigint not null default 1,
    unique (clinic_id, number),
    unique (clinic_id, enterprise_id)
);

create table archive (
    id {id},
    campaign_id bigint not null references campaign (id),
    enterprise_id bigint not null references enterprise (id),
    number text not null unique,
    opened_at text not null,
    unique (campaign_id, enterprise_id)
);
create index archive_enterprise on archive (enterprise_id);

create table handover (
    id {id},
    campaign_id bigint not null references campaign (id),
    plan_item_id bigint not null references plan_item (id),
    kind text not null,
    receiver_id bigint not null references organisation (id),
    state text not null,
    file_id bigint not null references stored_file (id),
    archives bigint not null,
    bytes bigint not null,
    prepared_by text not null,
    prepared_at text not null,
    handed_over_at text,
    received_by text not null default '',
    received_at text,
    note text not null default '',
    version bigint not null default 1
);
create index handover_receiver on handover (receiver_id, state);
create index handover_plan_item on handover (plan_item_id);

create table handover_entry (
    handover_id bigint not null references handover (id),
    archive_id bigint not null references archive (id),
    primary key (handover_id, archive_id)
);

create table summary (
    id {id},
    campaign_id bigint not null references campaign (id),
    org_id bigint not null references organisation (id),
    state text not null,
    results text not null,
    features text not null,
    problems text not null,
    numbers text not null,
    written_by text not null,
    updated_at text not null,
    version bigint not null default 1,
    unique (campaign_id, org_id)
);

-- Each look at a full ID number or phone, with its purpose (N21).
create table disclosure (
    id {id},
    enterprise_id bigint not null references enterprise (id),
    field text not null,
    purpose text not null,
    actor text not null,
    account_id bigint,
    at text not null
);
create index disclosure_enterprise on disclosure (enterprise_id);
