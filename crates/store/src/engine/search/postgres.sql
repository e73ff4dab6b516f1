alter table search_term alter column key type text collate "C";
alter table search_term add column grams text[] not null default '{}';
alter table search_term alter column grams set statistics 1000;
create index search_term_grams on search_term using gin (grams) with (gin_pending_list_limit = 1024);

create function search_mark_ids() returns trigger language plpgsql as $$ begin
    insert into search_stale (enterprise_id) select id from fresh;
    return null;
end $$;
create function search_mark_enterprises() returns trigger language plpgsql as $$ begin
    insert into search_stale (enterprise_id) select distinct enterprise_id from fresh;
    return null;
end $$;
create function search_mark_id() returns trigger language plpgsql as $$ begin
    insert into search_stale (enterprise_id) values (new.id);
    return null;
end $$;
create function search_mark_both() returns trigger language plpgsql as $$ begin
    insert into search_stale (enterprise_id) values (old.enterprise_id), (new.enterprise_id);
    return null;
end $$;
create function search_mark_old() returns trigger language plpgsql as $$ begin
    insert into search_stale (enterprise_id) values (old.enterprise_id);
    return null;
end $$;

create trigger search_enterprise_new after insert on enterprise
    referencing new table as fresh for each statement execute function search_mark_ids();
create trigger search_enterprise_changed after update of name, uscc, registration_number, county_id on enterprise
    for each row when (old.name is distinct from new.name or old.uscc is distinct from new.uscc
    or old.registration_number is distinct from new.registration_number or old.county_id is distinct from new.county_id)
    execute function search_mark_id();
create trigger search_known_name_new after insert on known_name
    referencing new table as fresh for each statement execute function search_mark_enterprises();
create trigger search_known_name_changed after update on known_name
    for each row execute function search_mark_both();
create trigger search_known_name_gone after delete on known_name
    for each row execute function search_mark_old();
create trigger search_penalty_new after insert on penalty
    referencing new table as fresh for each statement execute function search_mark_enterprises();
create trigger search_penalty_changed after update of enterprise_id, decision_number, authority_id on penalty
    for each row when (old.enterprise_id is distinct from new.enterprise_id
    or old.decision_number is distinct from new.decision_number or old.authority_id is distinct from new.authority_id)
    execute function search_mark_both();
create trigger search_listing_new after insert on listing
    referencing new table as fresh for each statement execute function search_mark_enterprises();
create trigger search_listing_changed after update of enterprise_id, authority_id on listing
    for each row when (old.enterprise_id is distinct from new.enterprise_id
    or old.authority_id is distinct from new.authority_id)
    execute function search_mark_both();
create trigger search_member_new after insert on member
    referencing new table as fresh for each statement execute function search_mark_enterprises();
create trigger search_member_changed after update of enterprise_id, plan_item_id on member
    for each row when (old.enterprise_id is distinct from new.enterprise_id
    or old.plan_item_id is distinct from new.plan_item_id)
    execute function search_mark_both();
create trigger search_member_gone after delete on member
    for each row execute function search_mark_old();
