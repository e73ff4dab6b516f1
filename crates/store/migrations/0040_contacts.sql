-- How each invited enterprise was told of its session, attempt by attempt (通知台账, N08), and the texts of messages.
create table contact_attempt (
    id {id},
    attendance_id bigint not null references attendance (id),
    way text not null,
    purpose text not null,
    outcome text not null,
    note text not null default '',
    made_by text not null,
    made_at text not null,
    made_on text not null
);
create index contact_attempt_attendance on contact_attempt (attendance_id, id);

create table message_text (
    campaign_id bigint not null references campaign (id),
    purpose text not null,
    text text not null,
    changed_by text not null,
    changed_at text not null,
    version bigint not null default 1,
    primary key (campaign_id, purpose)
);
