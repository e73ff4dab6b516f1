-- A report of an enterprise may be without its name (匿名反映, N19 N20), so that an empty enterprise no longer says
-- that somebody of an office recorded it.
alter table agency_remark add column reported bigint not null default 0;
update agency_remark set reported = 1 where enterprise_id is not null;
