-- Free of charge, as the enterprise itself says it three times (免费确认, N19): at the invitation, at the class, at the end.
create table free_confirmation (
    id {id},
    campaign_id bigint not null references campaign (id),
    enterprise_id bigint not null references enterprise (id),
    attendance_id bigint not null references attendance (id),
    occasion text not null,
    said_at text not null,
    said_on text not null,
    unique (campaign_id, enterprise_id, occasion)
);
-- What was said before there were three occasions was said at the class.
insert into free_confirmation (campaign_id, enterprise_id, attendance_id, occasion, said_at, said_on)
select i.campaign_id, a.enterprise_id, min(a.id), 'class', min(a.invited_at), min(substr(a.invited_at, 1, 10))
from attendance a join session s on s.id = a.session_id join plan_item i on i.id = s.plan_item_id
where a.free_confirmed = 1 group by i.campaign_id, a.enterprise_id;
