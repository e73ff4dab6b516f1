-- What was called out at the roll-call (签到、签退, N11): one row for each mark, with the way it came and the device.
-- event_key is made where the mark is made, so that a device that sends it twice is taken once.
create table roll_event (
    id {id},
    attendance_id bigint not null references attendance (id),
    mark text not null,
    way text not null,
    device text not null default '',
    event_key text not null unique,
    happened_at text not null,
    happened_on text not null,
    received_at text not null,
    recorded_by text not null
);
create index roll_event_attendance on roll_event (attendance_id, happened_at);
insert into roll_event (attendance_id, mark, way, event_key, happened_at, happened_on, received_at, recorded_by)
select id, 'check_in', 'clerk', 'kept-' || cast(id as text), checked_in_at,
    coalesce(checked_in_on, substr(checked_in_at, 1, 10)), checked_in_at, ''
from attendance where checked_in_at is not null;

-- A minute in which the page of an enterprise that learns online was open. Two devices in one minute are one minute.
create table online_minute (
    attendance_id bigint not null references attendance (id),
    minute bigint not null,
    primary key (attendance_id, minute)
);
