-- Messages on their way to enterprises through a gateway (消息队列, N08), and the address for electronic mail.
alter table enterprise add column contact_email_sealed text not null default '';

create table message (
    id {id},
    -- What the gateway is given to know a repetition by, and gives back in its receipts: long and random.
    reference text not null unique,
    -- What the message is about, so that the same is not sent twice.
    occasion text not null unique,
    attendance_id bigint not null references attendance (id),
    channel text not null,
    purpose text not null,
    subject text not null,
    to_sealed text not null,
    text_sealed text not null,
    state text not null,
    attempts bigint not null default 0,
    next_at text not null,
    lease_until text,
    gateway_id text not null default '',
    problem text not null default '',
    contact_attempt_id bigint references contact_attempt (id),
    queued_by text not null,
    queued_at text not null,
    queued_on text not null,
    settled_at text
);
create index message_due on message (state, next_at);
create index message_attendance on message (attendance_id, id);
create index message_gateway on message (gateway_id);
