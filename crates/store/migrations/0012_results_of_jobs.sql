-- What a job made, where that is a file: a package of reports waits here until it is fetched.
alter table job add column file_id bigint references stored_file (id);
