-- Commitments signed in the browser (手写签名, N10 N26), where the city allows it.
create table commitment_setting (
    campaign_id bigint primary key references campaign (id),
    drawn bigint not null,
    set_by text not null,
    set_at text not null
);
create table commitment_drawing (
    id {id},
    commitment_id bigint not null unique references commitment (id),
    file_id bigint not null references stored_file (id),
    signer text not null,
    capacity text not null,
    drawn_at text not null,
    drawn_on text not null
);
-- Further photos of a paper of several pages (多页拍照), under the file of its first page: what replaces a paper replaces all of it.
create table commitment_page (
    id {id},
    first_file_id bigint not null references stored_file (id),
    commitment_id bigint not null references commitment (id),
    place bigint not null,
    file_id bigint not null references stored_file (id)
);
create index commitment_page_first on commitment_page (first_file_id, place);
