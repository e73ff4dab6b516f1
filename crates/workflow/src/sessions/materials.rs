//! Materials of the six modules (N09, N17).

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::SessionId;
use xinxiu_domain::session::{Module, SessionState};
use xinxiu_domain::text::tidy;
use xinxiu_store::files::{self, Kept, StoredFile};
use xinxiu_store::{StoreError, concerns, session};

use super::outline::outline;
use super::{held_modules, loaded, not_now, record};
use crate::app::{App, Step};
use crate::refusal::Refusal;

/// A material to be added.
#[derive(Debug, Clone)]
pub struct NewMaterial {
    /// Module.
    pub module: Module,
    /// Title; the file's name where empty.
    pub title: String,
    /// The file on disk and its name.
    pub file: (Kept, String),
}

/// Adds a material to a session that is not over.
///
/// # Errors
/// [`Refusal::Illegal`] once it is closed or cancelled.
pub fn add_material(app: &App, actor: &Actor, id: SessionId, new: &NewMaterial) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let (found, _) = loaded(step, Action::PlanSession, id)?;
        changeable(found.state)?;
        let (kept, name) = &new.file;
        let title = tidy(&new.title);
        let title = if title.is_empty() { name.clone() } else { title };
        let file = step.file(kept, name, media_type(name))?;
        session::add_material(step.tx, id, new.module, &title, Some(file), (&actor.name, step.now))?;
        let summary = format!("为培训场次「{}」上传「{}」资料：{title}", found.title, new.module);
        record(step, "session.material", id, summary, serde_json::json!({ "module": new.module }))
    })
}

/// Fills every module that has no material yet with the built-in outline.
///
/// # Errors
/// As [`add_material`]; [`Refusal::Invalid`] where no module lacks material.
pub fn use_outline(app: &App, actor: &Actor, id: SessionId) -> Result<usize, Refusal> {
    app.step(actor, |step| {
        let (found, _) = loaded(step, Action::PlanSession, id)?;
        changeable(found.state)?;
        let held = held_modules(&session::materials(step.tx, id)?);
        let open: Vec<Module> = Module::ALL.iter().copied().filter(|module| !held.contains(module)).collect();
        if open.is_empty() {
            return Err(Refusal::invalid("outline", "六个模块都已有资料，不需要再使用内置提纲"));
        }
        for module in &open {
            add_outline(step, id, *module)?;
        }
        let summary = format!("培训场次「{}」的{}个模块使用内置提纲", found.title, open.len());
        record(step, "session.outline", id, summary, serde_json::json!({ "modules": open }))?;
        Ok(open.len())
    })
}

fn add_outline(step: &Step<'_>, id: SessionId, module: Module) -> Result<(), Refusal> {
    let text = outline(module);
    let kept = step.app.store.files.keep(text.as_bytes())?;
    let title = format!("{module}（内置提纲）");
    let file = step.file(&kept, &format!("{module}-提纲.txt"), "text/plain; charset=utf-8")?;
    session::add_material(step.tx, id, module, &title, Some(file), (&step.actor.name, step.now))?;
    Ok(())
}

/// Takes a material out of a session that is not published yet.
///
/// # Errors
/// [`StoreError::NotFound`]; [`Refusal::Illegal`] once it is published.
pub fn remove_material(app: &App, actor: &Actor, id: SessionId, material: i64) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let (found, _) = loaded(step, Action::PlanSession, id)?;
        if found.state != SessionState::Planned {
            return Err(not_now(found.state, "撤下资料"));
        }
        if !session::remove_material(step.tx, id, material)? {
            return Err(StoreError::NotFound("培训资料", material.to_string()).into());
        }
        let summary = format!("撤下培训场次「{}」的一份资料", found.title);
        record(step, "session.material_removed", id, summary, serde_json::json!({ "material": material }))
    })
}

/// A material's file.
///
/// # Errors
/// [`StoreError::NotFound`] where the session has no such material, or it has no file.
pub fn material_file(app: &App, actor: &Actor, id: SessionId, material: i64) -> Result<StoredFile, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ViewSession, &concerns::of_session(view.tx, id)?)?;
        let materials = session::materials(view.tx, id)?;
        let found = materials.into_iter().find(|one| one.id == material).and_then(|one| one.file);
        let file = found.ok_or_else(|| StoreError::NotFound("培训资料", material.to_string()))?;
        Ok(files::load(view.tx, file)?)
    })
}

fn changeable(state: SessionState) -> Result<(), Refusal> {
    match state {
        SessionState::Planned | SessionState::Published | SessionState::Open => Ok(()),
        SessionState::Closed | SessionState::Cancelled => Err(not_now(state, "上传资料")),
    }
}

/// By the ending of the name; what is not known is only ever saved, never opened.
fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "pdf" => "application/pdf",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        _ => "application/octet-stream",
    }
}
