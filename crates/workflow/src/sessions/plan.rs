//! The agency plans a session and edits it until it is published (N05, N06, N09, N17).

use jiff::civil::Date;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::campaign::CampaignState;
use xinxiu_domain::id::{PlanItemId, SessionId};
use xinxiu_domain::missing::Missing;
use xinxiu_domain::session::{
    Method, Module, SessionMode, SessionState, day_gaps, hours_gaps, planning_gaps,
};
use xinxiu_domain::text::tidy;
use xinxiu_store::campaign::{self, Campaign, PlanItem};
use xinxiu_store::concerns;
use xinxiu_store::session::{self, Session};

use super::time_and_place::TimeAndPlace;
use super::{agenda, agenda_store, as_plan, loaded, not_now, record};
use crate::app::{App, Step};
use crate::refusal::{FieldError, Refusal, require};

/// What the agency fills in.
#[derive(Debug, Clone)]
pub struct PlanSession {
    /// Title; the class's name where empty.
    pub title: String,
    /// Day, hours, place and seats.
    pub at: TimeAndPlace,
    /// Class hours.
    pub class_hours: u32,
    /// Lecturer of module 1.
    pub lecturer: String,
    /// Modules taught.
    pub modules: Vec<Module>,
    /// Methods used.
    pub methods: Vec<Method>,
    /// Contact group.
    pub contact_group: String,
    /// Version that the form was filled from; 0 for a new session.
    pub version: i64,
}

/// Plans a session of a class.
///
/// # Errors
/// [`Refusal::Missing`] with every gap, such as too few class hours (N05); [`Refusal::Invalid`].
pub fn plan(app: &App, actor: &Actor, item: PlanItemId, command: &PlanSession) -> Result<SessionId, Refusal> {
    app.step(actor, |step| {
        step.must(Action::PlanSession, &concerns::of_plan_item(step.tx, item)?)?;
        let class = campaign::load_item(step.tx, item)?;
        let campaign = campaign::load(step.tx, class.campaign)?;
        if campaign.state != CampaignState::Published {
            return require(vec![Missing::new(
                "campaign",
                "年度行动还没有发布或已经结束，不能编制场次",
                "N04",
            )])
            .map(|()| SessionId(0));
        }
        draft(step, (&class, &campaign), command)
    })
}

/// Puts a session on record as planned, for whoever may; the agency edits it from there.
pub(crate) fn draft(
    step: &Step<'_>,
    (class, campaign): (&PlanItem, &Campaign),
    command: &PlanSession,
) -> Result<SessionId, Refusal> {
    let mut new = filled(blank(class.id), command, &class.name);
    check(command, gaps(command.at.minutes(), &new, campaign, step.today))?;
    let first = agenda::drafted(&new);
    agenda::follow(&mut new, &first);
    let id = session::insert(step.tx, &new)?;
    agenda::keep_all(step, id, &first)?;
    let summary = format!("编制培训场次「{}」，{}，{}学时", new.title, new.held_on, new.class_hours);
    record(step, "session.plan", id, summary, serde_json::json!({ "class": class.id }))?;
    Ok(id)
}

/// Edits a session that is not published yet.
///
/// # Errors
/// As [`plan`]; [`Refusal::Illegal`] once it is published; a conflict where somebody else edited it meanwhile.
pub fn edit(app: &App, actor: &Actor, id: SessionId, command: &PlanSession) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let (found, campaign) = loaded(step, Action::PlanSession, id)?;
        if found.state != SessionState::Planned {
            return Err(not_now(found.state, "修改"));
        }
        let title = found.title.clone();
        let has_agenda = !agenda_store::of_session(step.tx, id)?.is_empty();
        let command = &if has_agenda { by_agenda(command, &found) } else { command.clone() };
        let mut edited = filled(found, command, &title);
        edited.version = command.version;
        let mut open = gaps(command.at.minutes(), &edited, &campaign, step.today);
        // What the agenda says is mended in the agenda, and asked for at publication.
        open.retain(|gap| !(has_agenda && matches!(gap.code, "class_hours" | "lecturer")));
        check(command, open)?;
        session::save(step.tx, &edited)?;
        let summary = format!("修改培训场次「{}」，{}", edited.title, edited.held_on);
        record(step, "session.edit", id, summary, serde_json::json!({ "hours": edited.class_hours }))
    })
}

/// The same plan with what follows from the agenda of a session that has one.
fn by_agenda(command: &PlanSession, found: &Session) -> PlanSession {
    PlanSession {
        class_hours: found.class_hours,
        lecturer: found.lecturer.clone(),
        modules: found.modules.clone(),
        methods: found.methods.clone(),
        ..command.clone()
    }
}

/// What the notice asks of a session that lasts so long. A day that is over is none to plan for: what was held is on
/// record.
fn gaps(minutes: i64, session: &Session, campaign: &Campaign, today: Date) -> Vec<Missing> {
    let mut gaps = planning_gaps(&as_plan(session, campaign, &[]));
    gaps.extend(hours_gaps(session.class_hours, minutes));
    gaps.extend(day_gaps(session.held_on, today));
    gaps
}

/// Refuses hours and places that no session may have, be it planned or published.
pub(super) fn may_be_held(
    at: &TimeAndPlace,
    session: &Session,
    campaign: &Campaign,
    today: Date,
) -> Result<(), Refusal> {
    together(at.faults(), gaps(at.minutes(), session, campaign, today))
}

/// Refuses what the form has wrong together with what the notice asks.
fn check(command: &PlanSession, gaps: Vec<Missing>) -> Result<(), Refusal> {
    let mut errors = command.at.faults();
    if command.methods.is_empty() {
        errors.push(FieldError {
            field: "methods".into(), message: "请至少选择一种培训方式".into()
        });
    }
    together(errors, gaps)
}

/// One round mends both.
fn together(mut errors: Vec<FieldError>, gaps: Vec<Missing>) -> Result<(), Refusal> {
    if errors.is_empty() {
        return require(gaps);
    }
    errors.extend(gaps.into_iter().map(FieldError::from));
    Err(Refusal::Invalid(errors))
}

fn filled(base: Session, command: &PlanSession, default_title: &str) -> Session {
    let title = tidy(&command.title);
    Session {
        title: if title.is_empty() { default_title.to_owned() } else { title },
        class_hours: command.class_hours,
        lecturer: tidy(&command.lecturer),
        modules: command.modules.clone(),
        methods: command.methods.clone(),
        contact_group: tidy(&command.contact_group),
        ..command.at.onto(base)
    }
}

fn blank(plan_item: PlanItemId) -> Session {
    Session {
        id: SessionId(0),
        plan_item,
        title: String::new(),
        held_on: Date::ZERO,
        starts_at: String::new(),
        ends_at: String::new(),
        mode: SessionMode::OnSite,
        place: String::new(),
        link: String::new(),
        capacity: 0,
        class_hours: 0,
        lecturer: String::new(),
        lecturer_reason: String::new(),
        modules: Vec::new(),
        methods: Vec::new(),
        contact_group: String::new(),
        notice_number: String::new(),
        content_confirmed_by: String::new(),
        state: SessionState::INITIAL,
        cancel_reason: String::new(),
        published_on: None,
        published_by: String::new(),
        version: 1,
    }
}
