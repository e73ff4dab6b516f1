-- A sitting of the exam (N11): what its paper passes with, when it ends, and each answer as it was given. The
-- sequence number says which of two answers to one question is the later one, whatever the order of arrival.
alter table exam_paper add column pass_mark bigint not null default 6;
alter table exam_paper add column length bigint not null default 10;
alter table exam_paper add column ends_at text;
alter table exam_paper add column grace_seconds bigint not null default 0;
create table exam_answer (
    paper_id bigint not null references exam_paper (id),
    place bigint not null,
    seq bigint not null,
    chosen text not null,
    saved_at text not null,
    primary key (paper_id, place)
);
