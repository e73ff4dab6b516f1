-- Business days of the steps that stand on papers: the times beside them are real and may run apart from
-- business days.

alter table application add column submitted_on text;
alter table application add column reviewed_on text;
alter table application_material add column added_on text;
alter table first_review add column reviewed_on text;
