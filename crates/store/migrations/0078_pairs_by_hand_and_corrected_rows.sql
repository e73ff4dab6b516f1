-- Who said that two enterprises may be one, and why; empty where the platform found the pair (N08 N18).
alter table likely_match add column proposed_by text not null default '';
alter table likely_match add column proposed_why text not null default '';

-- A row that came back put right names the rejected one that it came back for; that one names the row which stands for it
-- now, over however many times it came back (N08).
alter table batch_row add column corrects_id bigint references batch_row (id);
alter table batch_row add column corrected_by_id bigint references batch_row (id);
create index batch_row_corrects on batch_row (corrects_id) where corrects_id is not null;
create index batch_row_corrected on batch_row (batch_id) where corrected_by_id is not null;
