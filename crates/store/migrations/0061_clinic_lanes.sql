-- Two lanes of a hand-in-hand day (N12): the agency helps to complete and submit, the window reviews. Numbers of days before
-- had one lane, that of the window.
alter table ticket add column stage text not null default 'window';

-- Devices that go on without a network: each has a letter, so that numbers given apart are never the same.
create table clinic_device (
    clinic_id bigint not null references clinic (id),
    device text not null,
    position bigint not null,
    primary key (clinic_id, device),
    unique (clinic_id, position)
);

-- What a device noted and the server took, each key once, with the answer, which may have been lost on its way back.
create table clinic_mark (
    key text primary key,
    clinic_id bigint not null references clinic (id),
    enterprise_id bigint not null references enterprise (id),
    kind text not null,
    device text not null,
    answer text not null,
    happened_at text not null,
    happened_on text not null,
    received_at text not null,
    marked_by text not null
);
create index clinic_mark_clinic on clinic_mark (clinic_id);
