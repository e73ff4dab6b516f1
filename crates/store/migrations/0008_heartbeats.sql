-- When the worker and each kind of background work last ran; `xinxiu doctor` shows it.
create table heartbeat (
    name text primary key,
    at text not null,
    business_day text not null,
    message text not null default ''
);
