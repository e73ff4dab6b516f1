-- Lists of enterprises ask of each line on which lists it stands.
create index list_entry_enterprise on list_entry (enterprise_id, list_kind);
