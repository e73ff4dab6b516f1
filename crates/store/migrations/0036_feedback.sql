-- What an enterprise says of a session (培训评价, N06 N14), once; said anew it replaces what was said. Shown without
-- the name of the enterprise.
create table session_feedback (
    attendance_id bigint primary key references attendance (id),
    content text not null,
    lecturer text not null,
    arrangement text not null,
    remark text not null default '',
    given_at text not null,
    given_on text not null
);
