-- Enterprises that wait for a seat in a full session (候补), in the order in which they said that they come.
alter table attendance add column waiting_since text;
alter table attendance add column moved_up_at text;
create index attendance_waiting on attendance (session_id, state, waiting_since);
