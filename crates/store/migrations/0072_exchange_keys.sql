-- By which key parcels are exchanged with another network: a mark that tells one key from another and gives nothing of it away.
create table exchange_key (
    id bigint primary key,
    mark text not null,
    noted_on text not null
);
