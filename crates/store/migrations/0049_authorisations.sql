-- Who comes for an enterprise in whose name (N08): the authorisation of a deputy (授权委托书), each as it was sent; and what
-- the enterprise says of a legal representative who has changed since.
create table authorisation (
    id {id},
    attendance_id bigint not null references attendance (id),
    attendee text not null,
    file_id bigint not null references stored_file (id),
    sent_by text not null,
    sent_at text not null,
    sent_on text not null
);
create index authorisation_attendance on authorisation (attendance_id, id);
create table representative_report (
    id {id},
    attendance_id bigint not null references attendance (id),
    name text not null,
    said_at text not null,
    said_on text not null
);
create index representative_report_attendance on representative_report (attendance_id, id);
