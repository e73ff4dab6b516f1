-- What an edition of a list has new, changed and no longer, as a spreadsheet made by the trial reading.
alter table batch add column difference_file_id bigint references stored_file (id);
