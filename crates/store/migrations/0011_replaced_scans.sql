-- Scans of commitments that were wrong and replaced by another; they stay in the archive (N22 N26).
create table commitment_scan (
    id {id},
    commitment_id bigint not null references commitment (id),
    file_id bigint not null references stored_file (id),
    signed_on text,
    recorded_by text not null,
    replaced_by text not null,
    replaced_at text not null,
    business_day text not null,
    reason text not null
);
create index commitment_scan_commitment on commitment_scan (commitment_id);
