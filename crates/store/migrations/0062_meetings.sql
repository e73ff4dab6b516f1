-- What a meeting or warning interview says beside its words (N16), and every file that goes with a step.
alter table rectification_event add column detail text not null default '';
create table rectification_file (
    event_id bigint not null references rectification_event (id),
    file_id bigint not null references stored_file (id),
    primary key (event_id, file_id)
);
