-- Annex 3 (N27): who handles it at the authority, and which contact of the operator stands on the printed form: it must be that of
-- the application.
alter table application add column contact_version bigint not null default 1;
alter table application_item add column form_contact_version bigint;
alter table application_item add column authority_handler text not null default '';
alter table application_item add column authority_phone_sealed text not null default '';
