-- The business day of each step that a page shows later: the time beside it is real and may run apart from
-- it. Rows from before have none; for them the day of the real time counts. (audit_entry has had its
-- business day, inside the chain, from the beginning.)
alter table push add column sent_on text;
alter table push add column acknowledged_on text;
alter table finding add column business_day text;
alter table rectification_event add column business_day text;
alter table agency_remark add column business_day text;
alter table enterprise_change add column business_day text;
alter table disclosure add column business_day text;
alter table batch add column created_on text;
alter table handover add column prepared_on text;
alter table handover add column handed_over_on text;
alter table handover add column received_on text;
alter table attendance add column invited_on text;
alter table attendance add column answered_on text;
alter table attendance add column checked_in_on text;
alter table exam_paper add column submitted_on text;
alter table summary add column updated_on text;
