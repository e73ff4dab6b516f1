-- Addresses under which an account's calendar program fetches its sessions (日历订阅, N05).
create table calendar_feed (
    account_id bigint primary key references account (id),
    nonce text not null,
    made_at text not null,
    made_on text not null
);
