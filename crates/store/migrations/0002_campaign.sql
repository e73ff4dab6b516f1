-- Campaign and plan table (annex 1, N04, N25); enterprises, lists, penalty records (N02, N08, N15, N28).

create table campaign (
    id {id},
    code text not null unique,
    title text not null,
    city text not null,
    year bigint not null,
    document_number text not null default '',
    state text not null,
    target_enterprises bigint not null,
    target_rate_percent bigint not null,
    class_hours bigint not null,
    edition_choice text not null default 'auto',
    edition_reason text not null default '',
    copied_from bigint references campaign (id),
    version bigint not null default 1
);

create table plan_item (
    id {id},
    campaign_id bigint not null references campaign (id),
    position bigint not null,
    name text not null,
    kind text not null,
    planned bigint not null,
    agency_id bigint references organisation (id),
    organiser_id bigint not null references organisation (id),
    version bigint not null default 1,
    unique (campaign_id, position)
);
create index plan_item_agency on plan_item (agency_id);
create index plan_item_organiser on plan_item (organiser_id);

create table plan_item_county (
    plan_item_id bigint not null references plan_item (id),
    county_id bigint not null references organisation (id),
    primary key (plan_item_id, county_id)
);

create table plan_item_authority (
    plan_item_id bigint not null references plan_item (id),
    authority_id bigint not null references organisation (id),
    primary key (plan_item_id, authority_id)
);

create table enterprise (
    id {id},
    name text not null,
    name_key text not null,
    uscc text unique,
    registration_number text not null default '',
    subject_kind text not null,
    county_id bigint references organisation (id),
    township text not null default '',
    industry text not null default '',
    address text not null default '',
    survival text not null default 'active',
    legal_representative text not null default '',
    legal_representative_id_sealed text not null default '',
    department_head text not null default '',
    department_head_id_sealed text not null default '',
    contact_name text not null default '',
    contact_phone_sealed text not null default '',
    created_at text not null,
    version bigint not null default 1
);
create index enterprise_name_key on enterprise (name_key);
create index enterprise_county on enterprise (county_id, township);

create table enterprise_change (
    id {id},
    enterprise_id bigint not null references enterprise (id),
    at text not null,
    actor text not null,
    field text not null,
    old_sealed text not null,
    new_sealed text not null,
    reason text not null
);
create index enterprise_change_enterprise on enterprise_change (enterprise_id);

-- Membership of an enterprise in a campaign: counted once, in its primary class (N04, N07).
create table member (
    campaign_id bigint not null references campaign (id),
    enterprise_id bigint not null references enterprise (id),
    plan_item_id bigint references plan_item (id),
    willingness text not null default 'undecided',
    joined_at text not null,
    primary key (campaign_id, enterprise_id)
);
create index member_plan_item on member (plan_item_id);
create index member_enterprise on member (enterprise_id);

create table batch (
    id {id},
    campaign_id bigint not null references campaign (id),
    list_kind text not null,
    file_id bigint not null references stored_file (id),
    file_name text not null,
    state text not null,
    generation text not null default '',
    accepted bigint not null default 0,
    listings bigint not null default 0,
    rejected bigint not null default 0,
    skipped bigint not null default 0,
    problems bigint not null default 0,
    created_new bigint not null default 0,
    unchanged bigint not null default 0,
    changed bigint not null default 0,
    gone bigint not null default 0,
    cursor_rows bigint not null default 0,
    rejected_file_id bigint references stored_file (id),
    message text not null default '',
    uploaded_by text not null,
    created_at text not null,
    version bigint not null default 1
);
create index batch_campaign on batch (campaign_id, id);

-- Every row as received (N08): nothing a user sent is lost.
create table batch_row (
    id {id},
    batch_id bigint not null references batch (id),
    sheet text not null,
    row_number bigint not null,
    outcome text not null,
    enterprise_id bigint references enterprise (id),
    penalty_id bigint,
    listing_id bigint,
    raw_sealed text not null,
    notes text not null,
    unique (batch_id, sheet, row_number)
);
create index batch_row_penalty on batch_row (penalty_id);
create index batch_row_listing on batch_row (listing_id);
create index batch_row_enterprise on batch_row (enterprise_id);

create table penalty (
    id {id},
    enterprise_id bigint not null references enterprise (id),
    decision_number text not null,
    decision_key text not null,
    authority text not null,
    authority_id bigint references organisation (id),
    decision_date text not null,
    facts text not null,
    valid_until text,
    stated_publicity_end text,
    source_unit text not null default '',
    remark text not null default '',
    state text not null,
    taken_down_on text,
    edition text not null,
    class text not null,
    verdict text not null,
    min_until text,
    max_until text,
    repairable_from text,
    assessed_on text not null,
    assessment text not null,
    review_class text,
    review_reason text not null default '',
    review_by text not null default '',
    first_batch_id bigint references batch (id),
    last_batch_id bigint references batch (id),
    gone_since text,
    recorded_on text not null,
    version bigint not null default 1,
    unique (enterprise_id, decision_key, authority)
);
create index penalty_authority on penalty (authority_id);
create index penalty_verdict on penalty (verdict);
create index penalty_decision_key on penalty (decision_key);

create table listing (
    id {id},
    enterprise_id bigint not null references enterprise (id),
    list_kind text not null,
    reason text not null,
    listing_body text not null,
    authority_id bigint references organisation (id),
    listed_on text,
    first_batch_id bigint references batch (id),
    last_batch_id bigint references batch (id),
    gone_since text,
    version bigint not null default 1,
    unique (enterprise_id, list_kind, listing_body, reason)
);
create index listing_authority on listing (authority_id);

-- On which lists of which campaign a penalty record or listing stands.
create table list_entry (
    campaign_id bigint not null references campaign (id),
    list_kind text not null,
    enterprise_id bigint not null references enterprise (id),
    penalty_id bigint references penalty (id),
    listing_id bigint references listing (id),
    batch_id bigint not null references batch (id),
    gone_since text
);
create index list_entry_campaign on list_entry (campaign_id, list_kind, enterprise_id);
create index list_entry_penalty on list_entry (penalty_id);
create index list_entry_listing on list_entry (listing_id);

-- Cause, state of rectification, conditions (N02), as each side says.
create table finding (
    id {id},
    enterprise_id bigint not null references enterprise (id),
    penalty_id bigint references penalty (id),
    party text not null,
    cause text not null,
    rectification text not null,
    conditions text not null,
    note text not null,
    actor text not null,
    at text not null
);
create index finding_enterprise on finding (enterprise_id);

create table push (
    id {id},
    campaign_id bigint not null references campaign (id),
    county_id bigint not null references organisation (id),
    state text not null,
    enterprises bigint not null,
    sent_by text not null,
    sent_at text not null,
    acknowledged_by text not null default '',
    acknowledged_at text,
    version bigint not null default 1
);
create index push_county on push (county_id);

create table push_entry (
    push_id bigint not null references push (id),
    enterprise_id bigint not null references enterprise (id),
    primary key (push_id, enterprise_id)
);
create index push_entry_enterprise on push_entry (enterprise_id);

-- Follow-up by the recognising authority (N16).
create table rectification (
    id {id},
    campaign_id bigint not null references campaign (id),
    enterprise_id bigint not null references enterprise (id),
    authority_id bigint not null references organisation (id),
    state text not null,
    due_on text,
    note text not null default '',
    version bigint not null default 1,
    unique (campaign_id, enterprise_id, authority_id)
);
create index rectification_authority on rectification (authority_id, state);

create table rectification_event (
    id {id},
    rectification_id bigint not null references rectification (id),
    action text not null,
    note text not null,
    due_on text,
    file_id bigint references stored_file (id),
    actor text not null,
    at text not null
);
create index rectification_event_rectification on rectification_event (rectification_id);

create table delisting (
    id {id},
    enterprise_id bigint not null references enterprise (id),
    listing_id bigint references listing (id),
    authority_id bigint not null references organisation (id),
    state text not null,
    received_on text not null,
    statement text not null,
    opinion text not null default '',
    decided_on text,
    version bigint not null default 1
);
create index delisting_authority on delisting (authority_id, state);
create index delisting_enterprise on delisting (enterprise_id);
