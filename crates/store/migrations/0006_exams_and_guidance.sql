-- What the pages of training ask beyond 0003: why a session was cancelled, who published it when, what
-- broke a commitment, who gave a confirmation (N14, N20, N26).
alter table session add column cancel_reason text not null default '';
alter table session add column published_on text;
alter table session add column published_by text not null default '';
alter table commitment add column breach_note text not null default '';
