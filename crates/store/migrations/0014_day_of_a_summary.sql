-- The day of the numbers from which the text of a summary was drafted; the text is saved again later without
-- the numbers being looked at. Rows from before have none; for them the day of the last save counts.
alter table summary add column drafted_on text;
