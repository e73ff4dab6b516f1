-- What an enterprise itself reports of an agency through its personal link (N19 N20); org_id is then the county
-- office that looks into it.
alter table agency_remark add column enterprise_id bigint references enterprise (id);
