-- The photographs of a document in an application, each as it was taken (N12); the document that is put together from them
-- stands in application_material. A document that was taken out stays on record.
create table application_page (
    id {id},
    material_id bigint not null references application_material (id),
    page bigint not null,
    file_id bigint not null references stored_file (id),
    unique (material_id, page)
);
alter table application_material add column removed_by text not null default '';
alter table application_material add column removed_on text;
