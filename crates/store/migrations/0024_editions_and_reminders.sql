-- The edition of the rules that a person named for one record against the campaign's choice, with the reason; the
-- row goes when it is taken back, the audit entries stay.
create table penalty_edition (
    penalty_id bigint primary key references penalty (id),
    edition text not null,
    reason text not null,
    named_by text not null,
    named_at text not null,
    named_on text not null
);

-- Reminders of pushes that no county has acknowledged (N15), at most one a day each.
create table push_reminder (
    id {id},
    push_id bigint not null references push (id),
    sent_by text not null,
    at text not null,
    business_day text not null,
    unique (push_id, business_day)
);
alter table campaign add column reminder_days bigint not null default 3;
