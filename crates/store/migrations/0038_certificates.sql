-- Certificates of training as they were issued (培训证明, N11): what the paper says, the code under which
-- anybody who holds it can check it, and the decisions for whose repair it is material.
create table certificate (
    id {id},
    attendance_id bigint not null references attendance (id),
    serial bigint not null,
    number text not null unique,
    code text not null unique,
    content text not null,
    completed_on text not null,
    issued_at text not null,
    issued_on text not null,
    issued_by text not null,
    revoked_at text,
    revoked_on text,
    revoked_by text not null default '',
    revoke_reason text not null default '',
    unique (attendance_id, serial)
);

create table certificate_penalty (
    certificate_id bigint not null references certificate (id),
    penalty_id bigint not null references penalty (id),
    primary key (certificate_id, penalty_id)
);
create index certificate_penalty_penalty on certificate_penalty (penalty_id);
