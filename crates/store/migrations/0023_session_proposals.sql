-- Sessions proposed from the analysis of a class's enterprises (N07): when, where, who; the organiser accepts,
-- edits or rejects. session_id is the draft that came of it.
create table session_proposal (
    id {id},
    campaign_id bigint not null references campaign (id),
    plan_item_id bigint not null references plan_item (id),
    title text not null,
    grouping_by text not null,
    clusters text not null,
    held_on text not null,
    starts_at text not null,
    ends_at text not null,
    mode text not null,
    place text not null default '',
    link text not null default '',
    lecturer text not null default '',
    capacity bigint not null,
    class_hours bigint not null,
    rationale text not null,
    state text not null,
    reason text not null default '',
    session_id bigint references session (id),
    proposed_by text not null,
    proposed_at text not null,
    proposed_on text not null,
    decided_by text not null default '',
    decided_at text,
    decided_on text,
    version bigint not null default 1
);
create index session_proposal_campaign on session_proposal (campaign_id, state);
create index session_proposal_plan_item on session_proposal (plan_item_id, state);
create index session_proposal_session on session_proposal (session_id);

create table session_proposal_entry (
    proposal_id bigint not null references session_proposal (id),
    enterprise_id bigint not null references enterprise (id),
    place bigint not null,
    likelihood text not null,
    primary key (proposal_id, enterprise_id)
);
create index session_proposal_entry_enterprise on session_proposal_entry (enterprise_id);
