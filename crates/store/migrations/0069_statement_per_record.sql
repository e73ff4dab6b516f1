-- The applicant's statement (annex 3) is one per penalty record: what was written for the whole application stands at each of its
-- records. A form that was printed before its statement was changed is out of date.
alter table application_item add column statement text not null default '';
alter table application_item add column form_outdated bigint not null default 0;
update application_item set statement = (select a.statement from application a where a.id = application_item.application_id);
alter table application drop column statement;
