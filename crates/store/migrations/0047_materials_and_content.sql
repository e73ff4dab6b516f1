-- Versions of training materials and their confirmation (N17, N20), and what the content check found.
alter table session_material add column edition bigint not null default 1;
alter table session_material add column replaces_id bigint references session_material (id);
alter table session_material add column added_on text not null default '';
alter table session_material add column confirmed_by text not null default '';
alter table session_material add column confirmed_on text;
-- Whoever vouched for a published session vouched for what it had then.
update session_material set confirmed_by = coalesce((select s.content_confirmed_by from session s
    where s.id = session_material.session_id and s.state <> 'planned'), '');
update session_material set confirmed_on = (select s.published_on from session s
    where s.id = session_material.session_id and s.state <> 'planned');

create table content_confirmation (
    session_id bigint not null references session (id),
    item text not null,
    confirmed_by text not null,
    recorded_by text not null,
    confirmed_on text not null,
    primary key (session_id, item)
);

create table content_answer (
    id {id},
    session_id bigint not null references session (id),
    source text not null,
    word text not null,
    text text not null,
    answer text not null,
    answered_by text not null,
    answered_on text not null
);
create index content_answer_session on content_answer (session_id);
