-- An agency that is replaced in mid-campaign (更换服务机构, N14 N17): who followed whom in a class, why, and how much went over.
create table agency_change (
    id {id},
    plan_item_id bigint not null references plan_item (id),
    old_agency_id bigint not null references organisation (id),
    new_agency_id bigint not null references organisation (id),
    reason text not null,
    applications bigint not null,
    commitments bigint not null,
    archives bigint not null,
    talks bigint not null,
    changed_by text not null,
    changed_at text not null,
    changed_on text not null
);
create index agency_change_plan_item on agency_change (plan_item_id, id);
