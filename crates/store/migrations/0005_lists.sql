-- What a trial reading found, sealed because cells may hold ID numbers and phones; and the batch with which
-- the edition of the list begins (null: the file only adds to the list, nothing can disappear by it).
alter table batch add column report_sealed text not null default '';
alter table batch add column edition_start bigint;
