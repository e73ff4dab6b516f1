-- Applications as they are filed outward (信用中国, market supervision), with the number and result that come back; and every parcel
-- that was read from the other side, the refused ones too.
create table filing (
    id {id},
    campaign_id bigint not null references campaign (id),
    application_id bigint not null references application (id),
    lane text not null,
    reference text not null unique,
    state text not null,
    records bigint not null,
    file_id bigint not null references stored_file (id),
    prepared_by text not null,
    prepared_at text not null,
    prepared_on text not null,
    sent_on text,
    sent_by text not null default '',
    number text not null default '',
    note text not null default '',
    result_on text,
    answered_by text not null default '',
    version bigint not null default 1
);
create index filing_application on filing (application_id);
create index filing_state on filing (campaign_id, state);
create table exchange_parcel (
    id {id},
    message_id text not null,
    reference text not null,
    outcome text not null,
    note text not null,
    read_by text not null,
    read_at text not null,
    read_on text not null
);
create index exchange_parcel_message on exchange_parcel (message_id);
