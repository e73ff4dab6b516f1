create virtual table search_gram using fts5(grams, content='', contentless_delete=1, detail=none, tokenize='ascii');

create trigger search_enterprise_new after insert on enterprise begin
    insert into search_stale (enterprise_id) values (new.id);
end;
create trigger search_enterprise_changed after update of name, uscc, registration_number, county_id on enterprise
when old.name is not new.name or old.uscc is not new.uscc
    or old.registration_number is not new.registration_number or old.county_id is not new.county_id
begin
    insert into search_stale (enterprise_id) values (new.id);
end;
create trigger search_known_name_new after insert on known_name begin
    insert into search_stale (enterprise_id) values (new.enterprise_id);
end;
create trigger search_known_name_changed after update on known_name begin
    insert into search_stale (enterprise_id) values (old.enterprise_id), (new.enterprise_id);
end;
create trigger search_known_name_gone after delete on known_name begin
    insert into search_stale (enterprise_id) values (old.enterprise_id);
end;
create trigger search_penalty_new after insert on penalty begin
    insert into search_stale (enterprise_id) values (new.enterprise_id);
end;
create trigger search_penalty_changed after update of enterprise_id, decision_number, authority_id on penalty
when old.enterprise_id is not new.enterprise_id or old.decision_number is not new.decision_number
    or old.authority_id is not new.authority_id
begin
    insert into search_stale (enterprise_id) values (old.enterprise_id), (new.enterprise_id);
end;
create trigger search_listing_new after insert on listing begin
    insert into search_stale (enterprise_id) values (new.enterprise_id);
end;
create trigger search_listing_changed after update of enterprise_id, authority_id on listing
when old.enterprise_id is not new.enterprise_id or old.authority_id is not new.authority_id
begin
    insert into search_stale (enterprise_id) values (old.enterprise_id), (new.enterprise_id);
end;
create trigger search_member_new after insert on member begin
    insert into search_stale (enterprise_id) values (new.enterprise_id);
end;
create trigger search_member_changed after update of enterprise_id, plan_item_id on member
when old.enterprise_id is not new.enterprise_id or old.plan_item_id is not new.plan_item_id
begin
    insert into search_stale (enterprise_id) values (old.enterprise_id), (new.enterprise_id);
end;
create trigger search_member_gone after delete on member begin
    insert into search_stale (enterprise_id) values (old.enterprise_id);
end;
