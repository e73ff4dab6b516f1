-- What the QR code on the scan of a paper said (扫码核对, N10 N26), kept with the file of the scan's first page; a scan without a row
-- is from before papers had codes, or was signed in the browser. Where no code could be read, a person confirms by hand.
create table paper_check (
    id {id},
    file_id bigint not null unique references stored_file (id),
    paper text not null,
    record_id bigint not null,
    outcome text not null,
    code text not null default '',
    page bigint not null,
    checked_by text not null,
    checked_at text not null,
    business_day text not null,
    confirmed_by text not null default '',
    confirmed_at text,
    confirmed_on text
);
create index paper_check_record on paper_check (paper, record_id);
