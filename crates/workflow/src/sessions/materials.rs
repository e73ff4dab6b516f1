//! Materials of the six modules, version after version (N09, N17, N20).

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::{AttendanceId, SessionId};
use xinxiu_domain::session::{Module, SessionState};
use xinxiu_domain::text::tidy;
use xinxiu_store::files::{self, Kept, StoredFile};
use xinxiu_store::session::Session;
use xinxiu_store::session_material::{self as store, Material, New};
use xinxiu_store::{StoreError, Tx, concerns};

use super::material_type::MaterialType;
use super::outline::outline;
use super::{held_modules, loaded, not_now, record};
use crate::app::{App, Step};
use crate::invitations;
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
    /// What its first bytes say that it is.
    pub kind: MaterialType,
    /// The material of which it is a new version.
    pub replaces: Option<i64>,
}

/// Adds a material to a session that is not over, or a new version of one; the old version stays on record.
///
/// # Errors
/// [`Refusal::Illegal`] once it is closed or cancelled; [`Refusal::Invalid`] where what it is to replace is no current
/// material of the module.
pub fn add_material(app: &App, actor: &Actor, id: SessionId, new: &NewMaterial) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let (found, _) = loaded(step, Action::PlanSession, id)?;
        changeable(found.state)?;
        let old = new.replaces.map(|old| replaceable(step.tx, id, new.module, old)).transpose()?;
        let (kept, name) = &new.file;
        let title = tidy(&new.title);
        let title = match (title.is_empty(), &old) {
            (false, _) => title,
            (true, Some(old)) => old.title.clone(),
            (true, None) => name.clone(),
        };
        let file = step.file(kept, name, new.kind.media_type())?;
        let replaces = old.as_ref().map(|old| (old.id, old.edition + 1));
        let new = New {
            module: new.module,
            title: &title,
            file: Some(file),
            replaces,
            by: &actor.name,
            at: step.now,
            on: step.today,
        };
        store::add(step.tx, id, new)?;
        let edition = replaces.map_or_else(String::new, |(_, edition)| format!("第{edition}版"));
        let summary = format!("为培训场次「{}」上传「{}」资料：{title}{edition}", found.title, new.module);
        record(
            step,
            "session.material",
            id,
            summary,
            serde_json::json!({ "module": new.module, "sha256": kept.sha256 }),
        )
    })
}

/// A current material of the module, of which there can be a new version.
fn replaceable(tx: &Tx<'_>, id: SessionId, module: Module, old: i64) -> Result<Material, Refusal> {
    let found = store::materials(tx, id)?.into_iter().find(|one| one.id == old);
    let found = found.ok_or_else(|| StoreError::NotFound("培训资料", old.to_string()))?;
    if found.is_replaced {
        return Err(Refusal::invalid("replaces", "这份资料已有更新的版本，请选择最新的一版"));
    }
    if found.module != module {
        return Err(Refusal::invalid(
            "replaces",
            format!("这份资料属于「{}」，请选择同一模块", found.module),
        ));
    }
    Ok(found)
}

/// Fills every module that has no material yet with the built-in outline.
///
/// # Errors
/// As [`add_material`]; [`Refusal::Invalid`] where no module lacks material.
pub fn use_outline(app: &App, actor: &Actor, id: SessionId) -> Result<usize, Refusal> {
    app.step(actor, |step| {
        let (found, _) = loaded(step, Action::PlanSession, id)?;
        changeable(found.state)?;
        let held = held_modules(&store::materials(step.tx, id)?);
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
    let new = New {
        module,
        title: &title,
        file: Some(file),
        replaces: None,
        by: &step.actor.name,
        at: step.now,
        on: step.today,
    };
    store::add(step.tx, id, new)?;
    Ok(())
}

/// Takes the last version of a material out of a session that is not published yet; the one before it counts again.
///
/// # Errors
/// [`StoreError::NotFound`]; [`Refusal::Illegal`] once it is published; [`Refusal::Invalid`] for a version that has been
/// replaced.
pub fn remove_material(app: &App, actor: &Actor, id: SessionId, material: i64) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let (found, _) = loaded(step, Action::PlanSession, id)?;
        if found.state != SessionState::Planned {
            return Err(not_now(found.state, "撤下资料"));
        }
        let is_replaced =
            store::materials(step.tx, id)?.iter().any(|one| one.id == material && one.is_replaced);
        if is_replaced {
            return Err(Refusal::invalid("file", "旧版本留作记录，只能撤下最新的一版"));
        }
        if !store::remove(step.tx, id, material)? {
            return Err(StoreError::NotFound("培训资料", material.to_string()).into());
        }
        let summary = format!("撤下培训场次「{}」的一份资料", found.title);
        record(step, "session.material_removed", id, summary, serde_json::json!({ "material": material }))
    })
}

/// Has somebody vouch for a material that came after the session was published (N20): only then do enterprises see it.
///
/// # Errors
/// [`Refusal::Invalid`] without a name, or where somebody vouched for it before; [`Refusal::Forbidden`] for others than the
/// organiser.
pub fn confirm_material(
    app: &App,
    actor: &Actor,
    (id, material): (SessionId, i64),
    by: &str,
) -> Result<(), Refusal> {
    let by = tidy(by);
    if by.is_empty() {
        return Err(Refusal::invalid("material_confirmed_by", "请填写确认人姓名"));
    }
    app.step(actor, |step| {
        let (found, _) = loaded(step, Action::PublishSession, id)?;
        let all = store::materials(step.tx, id)?;
        let one = all.iter().find(|one| one.id == material);
        let one = one.ok_or_else(|| StoreError::NotFound("培训资料", material.to_string()))?;
        changeable(found.state)?;
        if found.state == SessionState::Planned {
            return Err(not_now(found.state, "单独确认资料（发布时一并确认）"));
        }
        if store::confirm(step.tx, id, Some(material), (&by, step.today))? == 0 {
            return Err(Refusal::invalid("material_confirmed_by", "这份资料已经确认过"));
        }
        let summary =
            format!("{by}确认培训场次「{}」的资料「{}」没有商业宣传和无关内容", found.title, one.title);
        record(step, "session.material_confirm", id, summary, serde_json::json!({ "material": material }))
    })
}

/// A material's file.
///
/// # Errors
/// [`StoreError::NotFound`] where the session has no such material, or it has no file.
pub fn material_file(app: &App, actor: &Actor, id: SessionId, material: i64) -> Result<StoredFile, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ViewSession, &concerns::of_session(view.tx, id)?)?;
        file_of(view.tx, &store::materials(view.tx, id)?, material)
    })
}

/// A material's file for an enterprise of the session.
///
/// # Errors
/// As [`material_file`], also for what enterprises do not see; [`Refusal::Forbidden`] for anybody else.
pub fn own_material(
    app: &App,
    actor: &Actor,
    id: AttendanceId,
    material: i64,
) -> Result<StoredFile, Refusal> {
    app.view(actor, |view| {
        let found = invitations::own(view.tx, actor, id)?;
        file_of(view.tx, &shown_materials(view.tx, found.session)?, material)
    })
}

fn file_of(tx: &Tx<'_>, materials: &[Material], material: i64) -> Result<StoredFile, Refusal> {
    let found = materials.iter().find(|one| one.id == material).and_then(|one| one.file);
    let file = found.ok_or_else(|| StoreError::NotFound("培训资料", material.to_string()))?;
    Ok(files::load(tx, file)?)
}

/// What enterprises see: of each material the last version that somebody vouched for, in the order of the modules.
pub(crate) fn shown_materials(tx: &Tx<'_>, id: SessionId) -> Result<Vec<Material>, Refusal> {
    let mut shown: Vec<Material> = store::materials(tx, id)?.into_iter().filter(Material::is_shown).collect();
    shown.sort_by_key(|one| one.module);
    Ok(shown)
}

/// The materials that came after a session was published and for which nobody vouches yet.
pub(super) fn unconfirmed(session: &Session, materials: &[Material]) -> usize {
    let waits = |one: &&Material| one.confirmed_by.is_empty() && !one.is_replaced;
    if session.state == SessionState::Planned { 0 } else { materials.iter().filter(waits).count() }
}

fn changeable(state: SessionState) -> Result<(), Refusal> {
    match state {
        SessionState::Planned | SessionState::Published | SessionState::Open => Ok(()),
        SessionState::Closed | SessionState::Cancelled => Err(not_now(state, "上传资料")),
    }
}
