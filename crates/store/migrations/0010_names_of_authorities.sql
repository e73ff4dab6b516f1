-- What lists call an authority that is on record under another name; a later list finds it by this.
create table authority_name (
    name text primary key,
    authority_id bigint not null references organisation (id)
);
