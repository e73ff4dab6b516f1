-- How long each clock of a campaign runs, in working days, where the city office chose something else than the default.
create table clock_setting (
    campaign_id bigint not null references campaign (id),
    clock text not null,
    days bigint not null,
    remind bigint not null,
    escalate bigint not null,
    set_by text not null,
    set_on text not null,
    primary key (campaign_id, clock)
);

-- What was said of a running clock: each notice once in a round, so that neither a restart nor a second server says it
-- again. A case that comes back to the step begins another round.
create table deadline_notice (
    id {id},
    campaign_id bigint not null references campaign (id),
    clock text not null,
    subject_id bigint not null,
    round text not null,
    notice text not null,
    due_on text not null,
    at text not null,
    business_day text not null,
    unique (clock, subject_id, round, notice)
);
create index deadline_notice_campaign on deadline_notice (campaign_id, business_day);
