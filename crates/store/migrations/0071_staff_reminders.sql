-- Staff who want to be told of their day's deadlines on their phone or by mail: each for himself, the number or address sealed.
create table staff_reminder (
    account_id bigint primary key references account (id),
    phone_sealed text not null,
    email_sealed text not null,
    changed_on text not null
);

-- One message a day to each of them, sent by the same thread as those to enterprises. It holds counts and no names.
create table staff_message (
    id {id},
    account_id bigint not null references account (id),
    business_day text not null,
    reference text not null unique,
    channel text not null,
    to_sealed text not null,
    text_sealed text not null,
    state text not null,
    attempts bigint not null default 0,
    next_at text not null,
    lease_until text,
    gateway_id text not null default '',
    problem text not null default '',
    queued_at text not null,
    settled_at text,
    unique (account_id, business_day)
);
create index staff_message_due on staff_message (state, next_at);
