-- A decision is found by the number that the lists give it, too, where a person has put it right.
insert into search_stale (enterprise_id)
select distinct p.enterprise_id from penalty_correction c join penalty p on p.id = c.penalty_id where c.field = 'decision_number';
