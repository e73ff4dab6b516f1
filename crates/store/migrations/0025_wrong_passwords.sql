-- Wrong passwords are counted by the name that was typed, whether an account has it or not: who guesses must not
-- learn from a countdown which names exist. The name is kept as a digest, for people type passwords into it.
create table wrong_password (
    login_digest text primary key,
    tries bigint not null,
    locked_until text,
    noted_at text not null
);
create index wrong_password_noted on wrong_password (noted_at);
alter table account drop column failed_attempts;
alter table account drop column locked_until;
