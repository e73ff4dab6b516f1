-- So many working days after the office above was told, its own office above is told as well.
alter table clock_setting add column further bigint not null default 3;
