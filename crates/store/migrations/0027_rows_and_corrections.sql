-- By what a rejected row can be found, for it belongs to no enterprise: its name and decision number as received,
-- with numbers of persons masked. Empty for rows that were taken.
alter table batch_row add column label text not null default '';

-- What a person put right in a penalty record (更正处罚信息, N08), one row for each field. listed is what the list
-- says and what counts again when the correction is taken back; known are the values of lists, as JSON, that do not
-- undo it; conflict is a newer value of a list that nobody has weighed yet. match_key is the key of a corrected
-- decision number as the list has it, by which the record is found again.
create table penalty_correction (
    penalty_id bigint not null references penalty (id),
    field text not null,
    listed text not null,
    known text not null,
    corrected text not null,
    conflict text,
    match_key text not null default '',
    primary key (penalty_id, field)
);
create index penalty_correction_match_key on penalty_correction (match_key);

-- Every version of a record's facts after the first: who, when, why, on what paper, and each field before and after,
-- as JSON. kind is corrected, taken_back, adopted, kept or listed.
create table penalty_version (
    id {id},
    penalty_id bigint not null references penalty (id),
    kind text not null,
    changes text not null,
    reason text not null,
    source text not null default '',
    actor text not null,
    at text not null,
    business_day text not null
);
create index penalty_version_penalty on penalty_version (penalty_id);

-- The facts that changed under a reviewer's judgement since it was made; empty where it still stands on what it was
-- made of.
alter table penalty add column review_stale text not null default '';
create index penalty_review_stale on penalty (id) where review_stale <> '';
