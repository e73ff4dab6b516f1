-- What happened to an application and its records, one row each, never changed (N12, N27): decisions, removals, and the steps
-- that were taken back, each with person, opinion, time and attachment. item_id is null where the whole application went back.
create table repair_fact (
    id {id},
    application_id bigint not null references application (id),
    item_id bigint references application_item (id),
    kind text not null,
    result text not null default '',
    opinion text not null default '',
    effective_on text not null,
    file_id bigint references stored_file (id),
    person text not null,
    account_id bigint,
    at text not null,
    business_day text not null,
    detail text not null default '{}'
);
create index repair_fact_application on repair_fact (application_id, id);

-- What decisions and removals from before left in the item.
insert into repair_fact (application_id, item_id, kind, result, opinion, effective_on, file_id, person, at, business_day)
select application_id, id, 'decided', case when state = 'refused' then 'refused' else 'agreed' end, opinion, decided_on,
       decision_file_id, decided_by, decided_on || 'T04:00:00.000000Z', decided_on
from application_item where decided_on is not null;
insert into repair_fact (application_id, item_id, kind, result, effective_on, person, at, business_day)
select application_id, id, 'taken_down', 'taken_down', taken_down_on, taken_down_by, taken_down_on || 'T04:00:00.000000Z',
       taken_down_on
from application_item where taken_down_on is not null;

-- The values of the penalty decision on which the application rests, as they were when somebody looked at them last.
alter table application_item add column seen text not null default '[]';
alter table first_review add column file_id bigint references stored_file (id);
