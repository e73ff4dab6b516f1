-- What came of an enterprise's report on its agency (企业反映, N14 N19 N20): looked into by whom, with which finding, and
-- the answer that the enterprise reads. Empty until then.
alter table agency_remark add column finding text not null default '';
alter table agency_remark add column answer text not null default '';
alter table agency_remark add column answered_by text not null default '';
alter table agency_remark add column answered_at text;
alter table agency_remark add column answered_on text;
