-- What follows from a broken promise (违背承诺的后果, N10 N26): the longest publicity, shown again after a repair, and made known.
create table commitment_breach (
    id {id},
    commitment_id bigint not null unique references commitment (id),
    clause text not null,
    public_until text,
    after_repair bigint not null,
    recorded_by text not null,
    recorded_at text not null,
    recorded_on text not null,
    republished_by text not null default '',
    republished_on text,
    announced_by text not null default '',
    announced_on text,
    announced_how text not null default ''
);
insert into commitment_breach (commitment_id, clause, public_until, after_repair, recorded_by, recorded_at, recorded_on)
select k.id, 'other', p.max_until, case when p.state = 'taken_down' then 1 else 0 end, '', '2022-01-01T00:00:00Z', '2022-01-01'
from commitment k left join penalty p on p.id = k.penalty_id where k.state = 'breached';
