-- Two records of one enterprise that people, or proof, found to be one: the joined one keeps its row and points to
-- the one that is kept, never to one that is itself joined. What of its rows went over is noted, so that exactly
-- this comes back when it is undone.
alter table enterprise add column joined_into bigint references enterprise (id);
create index enterprise_joined_into on enterprise (joined_into);
create index enterprise_registration_number on enterprise (registration_number);

create table enterprise_join (
    id {id},
    kept_id bigint not null references enterprise (id),
    joined_id bigint not null references enterprise (id),
    reason text not null,
    actor text not null,
    at text not null,
    business_day text not null,
    undone_by text not null default '',
    undone_reason text not null default '',
    undone_at text,
    undone_on text
);
create index enterprise_join_kept on enterprise_join (kept_id);
create index enterprise_join_joined on enterprise_join (joined_id);

-- noun and row_id name a row; change is moved, removed, added or changed; content is what was there, as JSON.
create table join_row (
    id {id},
    join_id bigint not null references enterprise_join (id),
    noun text not null,
    row_id bigint not null,
    change text not null,
    content text not null default ''
);
create index join_row_join on join_row (join_id);

-- What an enterprise may be found by among a million: kind is name (loose key), org or reg.
create table identity_key (
    enterprise_id bigint not null references enterprise (id),
    kind text not null,
    value text not null,
    primary key (enterprise_id, kind, value)
);
create index identity_key_value on identity_key (kind, value);

-- Pairs that may be one enterprise, the smaller id first; what people found of them is remembered.
create table likely_match (
    id {id},
    one_id bigint not null references enterprise (id),
    other_id bigint not null references enterprise (id),
    score bigint not null,
    clues text not null,
    state text not null,
    found_on text not null,
    decided_by text not null default '',
    decided_at text,
    decided_on text,
    reason text not null default '',
    join_id bigint references enterprise_join (id),
    version bigint not null default 1,
    unique (one_id, other_id)
);
create index likely_match_state on likely_match (state, score);
create index likely_match_other on likely_match (other_id);
