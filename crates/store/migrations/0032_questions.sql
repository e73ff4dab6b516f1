-- The question bank of an installation (N09, N11): what its city office added, changed or took out of use. The
-- questions that come with the program have a row only where one of these was done to them. body is the question
-- as JSON.
create table question (
    id {id},
    code text not null unique,
    body text not null,
    in_force bigint not null,
    changed_by text not null,
    changed_at text not null,
    changed_on text not null,
    version bigint not null default 1
);
-- How the exam of a campaign is put together, as JSON; where there is no row, as the program has it.
create table exam_blueprint (
    campaign_id bigint primary key references campaign (id),
    body text not null,
    changed_by text not null,
    changed_at text not null,
    changed_on text not null,
    version bigint not null default 1
);
