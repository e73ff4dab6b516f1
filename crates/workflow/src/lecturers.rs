//! The pool of lecturers (师资库): an agency or county recommends, the city office approves, refuses or withdraws
//! (N09, N17).

use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::id::{LecturerId, OrgId};
use xinxiu_domain::lecturer::{self, LecturerAction, LecturerState};
use xinxiu_domain::person::{is_phone, mask_phone};
use xinxiu_domain::session::Module;
use xinxiu_domain::text::{squeeze, tidy};
use xinxiu_store::lecturer::{self as store, Lecturer, PHONE};

use crate::app::{App, Done, Step};
use crate::refusal::{FieldError, Refusal};

/// What is said of a lecturer.
#[derive(Debug, Clone)]
pub struct Recommend {
    /// Name.
    pub name: String,
    /// Organisation and office.
    pub office: String,
    /// Title; empty where there is none.
    pub title: String,
    /// How the lecturer was found.
    pub found_by: String,
    /// Phone; when a lecturer is changed, an empty one leaves what is known.
    pub phone: String,
    /// Modules.
    pub modules: Vec<Module>,
    /// Version that the form was filled from; 0 for a new one.
    pub version: i64,
}

/// A lecturer as the pool shows one.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The lecturer.
    pub lecturer: Lecturer,
    /// The phone, masked.
    pub phone: String,
    /// Whether the reader may change what is said of the lecturer.
    pub may_change: bool,
}

/// Whom a lecturer concerns: whoever recommends one.
fn concerns(org: OrgId) -> Concerns {
    Concerns { counties: vec![org], agencies: vec![org], ..Concerns::default() }
}

/// The pool.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn pool(app: &App, actor: &Actor, state: Option<LecturerState>) -> Result<Vec<Shown>, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ViewLecturers, &Concerns::default())?;
        store::all(view.tx, state)?.into_iter().map(|one| shown(app, actor, one)).collect()
    })
}

/// One lecturer of the pool.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn show(app: &App, actor: &Actor, id: LecturerId) -> Result<Shown, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ViewLecturers, &Concerns::default())?;
        shown(app, actor, store::load(view.tx, id)?)
    })
}

fn shown(app: &App, actor: &Actor, lecturer: Lecturer) -> Result<Shown, Refusal> {
    let may_change = actor.may(Action::RecommendLecturer, &concerns(lecturer.org));
    let phone = mask_phone(&app.store.vault.open_text(PHONE, &lecturer.phone_sealed)?);
    Ok(Shown { lecturer, phone, may_change })
}

/// Recommends a lecturer.
///
/// # Errors
/// [`Refusal::Invalid`]; a duplicate where the organisation has recommended this person before.
pub fn recommend(app: &App, actor: &Actor, command: &Recommend) -> Result<LecturerId, Refusal> {
    check(command)?;
    app.step(actor, |step| {
        let own = actor.org.ok_or(Refusal::Forbidden(Action::RecommendLecturer))?;
        step.must(Action::RecommendLecturer, &concerns(own))?;
        let new = filled(step, blank(own, step), command)?;
        let id = store::insert(step.tx, &new)?;
        record(step, "lecturer.recommend", id, format!("推选讲师{}", new.name))?;
        Ok(id)
    })
}

/// Changes what is said of a lecturer; the city office decides anew.
///
/// # Errors
/// As [`recommend`]; a conflict where somebody else changed it meanwhile.
pub fn change(app: &App, actor: &Actor, id: LecturerId, command: &Recommend) -> Result<(), Refusal> {
    check(command)?;
    app.step(actor, |step| {
        let found = store::load(step.tx, id)?;
        step.must(Action::RecommendLecturer, &concerns(found.org))?;
        let state = found.state.after(LecturerAction::Change)?;
        let changed = Lecturer { state, version: command.version, ..filled(step, found, command)? };
        store::save(step.tx, &changed)?;
        record(step, "lecturer.change", id, format!("修改讲师{}的信息，重新报批", changed.name))
    })
}

/// Approves, refuses or withdraws a lecturer; the last two with a reason.
///
/// # Errors
/// [`Refusal::Invalid`] without a reason; [`Refusal::Illegal`] where the state does not allow it.
pub fn decide(
    app: &App,
    actor: &Actor,
    id: LecturerId,
    action: LecturerAction,
    reason: &str,
) -> Result<(), Refusal> {
    let reason = tidy(reason);
    app.step(actor, |step| {
        step.must(Action::ApproveLecturer, &Concerns::default())?;
        let mut found = store::load(step.tx, id)?;
        found.state = found.state.after(action)?;
        if action != LecturerAction::Approve && reason.is_empty() {
            return Err(Refusal::invalid("reason", format!("请填写{action}的原因")));
        }
        found.decided_by.clone_from(&actor.name);
        found.decided_on = Some(step.today);
        found.decision_reason = if action == LecturerAction::Approve { String::new() } else { reason };
        store::save(step.tx, &found)?;
        record(step, "lecturer.decide", id, format!("{action}讲师{}", found.name))
    })
}

/// Shows the phone in full, once, for a stated purpose that is kept (N21).
///
/// # Errors
/// [`Refusal::Invalid`] without a purpose.
pub fn reveal_phone(app: &App, actor: &Actor, id: LecturerId, purpose: &str) -> Result<String, Refusal> {
    let purpose = tidy(purpose);
    if purpose.chars().count() < 2 {
        return Err(Refusal::invalid("purpose", "请写明查看的用途，例如「联系讲师确认时间」"));
    }
    app.step(actor, |step| {
        let found = store::load(step.tx, id)?;
        // Whoever recommends a lecturer calls one; the city office asks about whom it decides.
        if !actor.has(Action::ApproveLecturer) {
            step.must(Action::RecommendLecturer, &concerns(found.org))?;
        }
        record(step, "lecturer.reveal", id, format!("查看讲师{}的完整电话，用途：{purpose}", found.name))?;
        Ok(app.store.vault.open_text(PHONE, &found.phone_sealed)?)
    })
}

fn record(step: &Step<'_>, action: &str, id: LecturerId, summary: String) -> Result<(), Refusal> {
    step.record(
        Done { action, subject: ("lecturer", id.0), enterprise: None, summary },
        serde_json::json!({}),
    )
}

fn blank(org: OrgId, step: &Step<'_>) -> Lecturer {
    Lecturer {
        id: LecturerId(0),
        org,
        org_name: String::new(),
        name: String::new(),
        office: String::new(),
        title: String::new(),
        found_by: String::new(),
        phone_sealed: String::new(),
        modules: Vec::new(),
        state: LecturerState::INITIAL,
        entered_by: String::new(),
        entered_on: step.today,
        decided_by: String::new(),
        decided_on: None,
        decision_reason: String::new(),
        version: 1,
    }
}

fn filled(step: &Step<'_>, base: Lecturer, command: &Recommend) -> Result<Lecturer, Refusal> {
    let phone = squeeze(&command.phone);
    let phone_sealed = if phone.is_empty() {
        base.phone_sealed.clone()
    } else {
        step.app.store.vault.seal(PHONE, &phone)?
    };
    Ok(Lecturer {
        name: tidy(&command.name),
        office: tidy(&command.office),
        title: tidy(&command.title),
        found_by: tidy(&command.found_by),
        phone_sealed,
        modules: command.modules.clone(),
        entered_by: step.actor.name.clone(),
        entered_on: step.today,
        ..base
    })
}

fn check(command: &Recommend) -> Result<(), Refusal> {
    let (name, office, found_by) = (tidy(&command.name), tidy(&command.office), tidy(&command.found_by));
    let faults = lecturer::faults(&name, &office, &found_by, &command.modules);
    let error = |(field, message): (&str, &str)| FieldError { field: field.into(), message: message.into() };
    let mut errors: Vec<FieldError> = faults.into_iter().map(error).collect();
    let phone = squeeze(&command.phone);
    if !phone.is_empty() && !is_phone(&phone) {
        errors.push(error(("phone", "联系电话应为7至15位数字，可带区号和横线")));
    }
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid(errors)) }
}
