//! Documents that are photographed page by page (N12): upright and small as one PDF, the photographs kept as they were taken.

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::{ApplicationId, ItemId};
use xinxiu_domain::penalty::Material;
use xinxiu_store::files::{self, Kept, StoredFile};
use xinxiu_store::{StoreError, application, concerns, item};

use super::facts::Paper;
use super::forms;
use super::materials;
use super::prepare::{editable, record};
use crate::app::App;
use crate::paper_codes::Sheet;
use crate::papers;
use crate::photos::{self, PAGES, Page};
use crate::refusal::Refusal;

/// Adds a document of several photographs, in the order in which they are given.
///
/// # Errors
/// [`Refusal::Invalid`] for a file that is no photograph, too many of them, or the commitment; otherwise as
/// [`add_material`](super::add_material).
pub fn add_photos(
    app: &App,
    actor: &Actor,
    id: ApplicationId,
    (kind, of): (Material, Option<ItemId>),
    photos: &[Paper],
) -> Result<(), Refusal> {
    if kind == Material::Commitment {
        return Err(Refusal::invalid("kind", "承诺书请在「承诺书」页面登记签章，不在这里上传"));
    }
    let digests: Vec<&str> = photos.iter().map(|(kept, ..)| kept.sha256.as_str()).collect();
    let readings = forms::read(app, actor, (id, kind), &sheets(photos))?;
    let whole = put_together(app, &digests)?;
    app.step(actor, |step| {
        let name = format!("{kind}.pdf");
        let material = materials::put(step, id, (kind, of), (&whole, &name, papers::PDF))?;
        for (kept, name, media_type) in photos {
            application::add_page(step.tx, material, step.file(kept, name, media_type)?)?;
        }
        let file = application::load_material(step.tx, material)?.file;
        forms::check(step, (id, of), (file, None), &readings)
    })
}

fn sheets(photos: &[Paper]) -> Vec<Sheet> {
    photos.iter().map(|(kept, name, _)| (kept.clone(), name.clone())).collect()
}

/// Adds further photographs to a document that was photographed: a phone that takes one at a time sends them one at a time.
///
/// # Errors
/// [`Refusal::Invalid`] for a document that came as one file; otherwise as [`add_photos`].
pub fn add_pages(app: &App, actor: &Actor, id: i64, photos: &[Paper]) -> Result<ApplicationId, Refusal> {
    let (of, kind, before) = app.view(actor, |view| {
        let material = application::load_material(view.tx, id)?;
        let found = application::load(view.tx, material.application)?;
        view.must(Action::PrepareApplication, &concerns::of_enterprise(view.tx, found.enterprise)?)?;
        Ok((material.application, material.kind, application::pages(view.tx, id)?))
    })?;
    if before.is_empty() {
        return Err(Refusal::invalid("file", "这份材料是一个完整的文件，不能续加照片；请移出后重新上传"));
    }
    let readings = forms::read(app, actor, (of, kind), &sheets(photos))?;
    let mut digests: Vec<&str> = before.iter().map(|(_, sha256)| sha256.as_str()).collect();
    digests.extend(photos.iter().map(|(kept, ..)| kept.sha256.as_str()));
    let whole = put_together(app, &digests)?;
    app.step(actor, |step| {
        let material = application::load_material(step.tx, id)?;
        let found = editable(step, of)?;
        step.tx.lock(&format!("material:{id}"))?;
        if application::pages(step.tx, id)?.len() != before.len() {
            return Err(StoreError::Conflict("申请材料").into());
        }
        for (kept, name, media_type) in photos {
            application::add_page(step.tx, id, step.file(kept, name, media_type)?)?;
        }
        let file = step.file(&whole, &material.file_name, papers::PDF)?;
        application::replace_file(step.tx, id, file)?;
        let items = item::of_applications(step.tx, &[of])?;
        let about = items.iter().find(|one| Some(one.penalty) == material.penalty).map(|one| one.id);
        forms::check(step, (of, about), (file, Some(material.file)), &readings)?;
        application::save(step.tx, &found)?;
        let summary = format!("《{}》续加照片{}张", material.kind, photos.len());
        record(step, "application.add_pages", (of, found.enterprise), summary)?;
        Ok(of)
    })
}

/// The photographs as one PDF on disk.
fn put_together(app: &App, digests: &[&str]) -> Result<Kept, Refusal> {
    if digests.len() > PAGES {
        return Err(Refusal::invalid("file", format!("一份材料最多{PAGES}张照片，请分成几份上传")));
    }
    // One photograph at a time: unpacked, it is many times as large as its page.
    let page = |sha256: &&str| -> Result<Page, Refusal> { photos::upright(&app.store.files.read(sha256)?) };
    let pages = digests.iter().map(page).collect::<Result<Vec<_>, _>>()?;
    Ok(app.store.files.keep(&photos::pdf(&pages)[..])?)
}

/// A photograph as it was taken, by its place from 0.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Store`] where there is none.
pub fn photo(app: &App, actor: &Actor, id: i64, page: usize) -> Result<StoredFile, Refusal> {
    app.view(actor, |view| {
        let material = application::load_material(view.tx, id)?;
        let found = application::load(view.tx, material.application)?;
        view.must(Action::ViewApplication, &concerns::of_enterprise(view.tx, found.enterprise)?)?;
        let pages = application::pages(view.tx, id)?;
        let missing = || StoreError::NotFound("照片", page.to_string());
        let (file, _) = pages.get(page).ok_or_else(missing)?;
        Ok(files::load(view.tx, *file)?)
    })
}
