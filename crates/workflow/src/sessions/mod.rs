//! Training sessions (培训场次): planned by the agency, published by the organiser, opened, closed, cancelled
//! (N05, N06, N09, N14, N17, N20).

use std::collections::{HashMap, HashSet};

use xinxiu_domain::IllegalMove;
use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::id::{AttendanceId, CampaignId, EnterpriseId, PlanItemId, SessionId};
use xinxiu_domain::missing::Missing;
use xinxiu_domain::session::{Module, SessionPlan, SessionState, publishing_gaps};
use xinxiu_store::agenda as agenda_store;
use xinxiu_store::attendance::{self, RosterLine};
use xinxiu_store::authorisation::{self, InWhoseName};
use xinxiu_store::campaign::{self, Campaign, PlanItem};
use xinxiu_store::certificate;
use xinxiu_store::concerns;
use xinxiu_store::session::{self, Filter, Line, Session};
use xinxiu_store::session_conflict::Conflict;
use xinxiu_store::session_material::{self, Material};

use crate::app::{App, Done, Step, View};
use crate::refusal::Refusal;

mod agenda;
mod calendar;
mod change;
mod content;
mod group;
mod matching;
mod matching_papers;
mod material_type;
mod materials;
mod outline;
pub(crate) mod papers;
mod plan;
mod publish;
mod time_and_place;

pub use agenda::{ITEMS, add_item, change_item, draft_agenda, minutes, move_item, remove_item};
pub use calendar::{Month, close_feed, feed, feed_token, hours, month, open_feed};
pub use change::{ChangeSession, Told, change, changes, note_change, recent_changes, to_tell_again};
pub(crate) use change::{outdated, recent, unseen_change};
pub use content::{Finding, ShownContent, answer_finding, confirm_point, content};
pub(crate) use group::standing_announcements;
pub use group::{
    KeepGroup, ShownGroup, announce, group, group_picture, keep_group, own_group, withdraw_announcement,
};
pub use matching::{
    ChangeSlot, ProposeMatching, ShownMatching, TABLES, accept_matching, change_slot, fill_matching,
    matching, propose_matching, remove_slot,
};
pub(crate) use matching_papers::own_slots;
pub use matching_papers::{matching_sheet, own_slip};
pub use material_type::MaterialType;
pub(crate) use materials::shown_materials;
pub use materials::{
    NewMaterial, add_material, confirm_material, material_file, own_material, remove_material, use_outline,
};
pub(crate) use papers::spoken_time;
pub use papers::{notice, sign_in_sheet};
pub(crate) use plan::draft;
pub use plan::{PlanSession, edit, plan};
pub use publish::{PublishSession, cancel, close, open_doors, publish};
pub use time_and_place::TimeAndPlace;
pub(crate) use time_and_place::minute;

/// A session with all that its page shows.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The session.
    pub session: Session,
    /// Its class.
    pub class: PlanItem,
    /// Its campaign.
    pub campaign: Campaign,
    /// Its agenda; empty for one from before agendas were kept, and for one that nobody has made yet.
    pub agenda: Vec<agenda_store::Line>,
    /// Who is named in the agenda and may not teach, such as a lecturer whose approval was withdrawn since.
    pub unapproved: Vec<Missing>,
    /// Materials on file.
    pub materials: Vec<Material>,
    /// Words in it that look like charging, advertising or something off the subject, and that nobody has answered.
    pub doubtful: Vec<Missing>,
    /// Materials that came since it was published and for which nobody vouches yet.
    pub unconfirmed: usize,
    /// What it still lacks for publication, apart from the organiser's name.
    pub gaps: Vec<Missing>,
    /// Enterprises that the reader may see.
    pub roster: Vec<RosterLine>,
    /// In whose name those on the roster come (N08).
    pub in_whose_name: HashMap<AttendanceId, InWhoseName>,
    /// Seats taken.
    pub taken: i64,
    /// Enterprises that passed before certificates were kept, and have none yet.
    pub without_certificate: usize,
    /// What it is in the way of.
    pub conflicts: Vec<Conflict>,
    /// Whom it concerns; decides which buttons are shown.
    pub concerns: Concerns,
}

/// Sessions of the campaign under way that the actor may see.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn list(app: &App, actor: &Actor, wanted: Filter) -> Result<Vec<Line>, Refusal> {
    app.view(actor, |view| {
        let Some(campaign) = campaign::current(view.tx)? else { return Ok(Vec::new()) };
        let filter = concerns::plan_item_filter(actor, Action::ViewSession, "p.id");
        Ok(session::lines(view.tx, campaign.id, wanted, &filter)?)
    })
}

/// Sessions in a state that wait for one action of the actor.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn to_do(app: &App, actor: &Actor, action: Action, state: SessionState) -> Result<Vec<Line>, Refusal> {
    app.view(actor, |view| {
        let Some(campaign) = campaign::current(view.tx)? else { return Ok(Vec::new()) };
        waiting(view, campaign.id, action, state)
    })
}

/// As [`to_do`], in a look that is open already.
pub(crate) fn waiting(
    view: &View<'_>,
    campaign: CampaignId,
    action: Action,
    state: SessionState,
) -> Result<Vec<Line>, Refusal> {
    let filter = concerns::plan_item_filter(view.actor, action, "p.id");
    let wanted = Filter { state: Some(state), ..Filter::default() };
    Ok(session::lines(view.tx, campaign, wanted, &filter)?)
}

/// Classes of the campaign under way on which the actor has an action: for choosing one.
///
/// # Errors
/// What the database says.
pub fn classes(app: &App, actor: &Actor, action: Action) -> Result<Vec<PlanItem>, Refusal> {
    app.view(actor, |view| {
        let Some(campaign) = campaign::current(view.tx)? else { return Ok(Vec::new()) };
        let mut items = campaign::items(view.tx, campaign.id)?;
        items.retain(|item| {
            let record = Concerns {
                counties: item.counties.clone(),
                agencies: item.agency.into_iter().collect(),
                organisers: vec![item.organiser],
                ..Concerns::default()
            };
            actor.may(action, &record)
        });
        Ok(items)
    })
}

/// One class with its campaign, for the form of a new session.
///
/// # Errors
/// [`Refusal::Forbidden`] for a class of another agency.
pub fn class(app: &App, actor: &Actor, item: PlanItemId) -> Result<(PlanItem, Campaign), Refusal> {
    app.view(actor, |view| {
        view.must(Action::PlanSession, &concerns::of_plan_item(view.tx, item)?)?;
        let item = campaign::load_item(view.tx, item)?;
        let campaign = campaign::load(view.tx, item.campaign)?;
        Ok((item, campaign))
    })
}

/// One session. Of its roll the actor sees the enterprises that it may see anywhere.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn show(app: &App, actor: &Actor, id: SessionId) -> Result<Shown, Refusal> {
    app.view(actor, |view| {
        let concerns = concerns::of_session(view.tx, id)?;
        view.must(Action::ViewSession, &concerns)?;
        let session = session::load(view.tx, id)?;
        let class = campaign::load_item(view.tx, session.plan_item)?;
        let campaign = campaign::load(view.tx, class.campaign)?;
        let materials = session_material::materials(view.tx, id)?;
        let filter = concerns::enterprise_filter(actor, Action::ViewEnterprise, "a.enterprise_id");
        let seen: HashSet<EnterpriseId> =
            attendance::enterprises(view.tx, id, &filter)?.into_iter().collect();
        let mut roster = attendance::roster(view.tx, campaign.id, id)?;
        roster.retain(|line| seen.contains(&line.attendance.enterprise));
        let held = held_modules(&materials);
        let agenda = agenda_store::of_session(view.tx, id)?;
        let mut gaps = publishing_gaps(&as_plan(&session, &campaign, &held));
        gaps.extend(agenda::gaps_of(view.tx, &session, &agenda)?);
        let unapproved = agenda::lecturer_gaps(view.tx, &session, &agenda)?;
        let doubtful = content::gaps(view.tx, &session)?;
        gaps.extend(doubtful.iter().cloned());
        gaps.retain(|gap| gap.code != "confirmed_by");
        let taken = attendance::taken_seats(view.tx, id)?;
        let without_certificate = certificate::missing_in(view.tx, id)?.len();
        let conflicts = calendar::conflicts_of(view, id)?;
        Ok(Shown {
            class,
            campaign,
            agenda,
            unapproved,
            doubtful,
            unconfirmed: materials::unconfirmed(&session, &materials),
            session,
            materials,
            gaps,
            roster,
            in_whose_name: authorisation::of_session(view.tx, id)?,
            taken,
            without_certificate,
            conflicts,
            concerns,
        })
    })
}

/// A session as the guards look at it.
fn as_plan<'a>(session: &'a Session, campaign: &Campaign, materials: &'a [Module]) -> SessionPlan<'a> {
    SessionPlan {
        hours: session.class_hours,
        required_hours: campaign.targets.class_hours,
        mode: session.mode,
        place: &session.place,
        link: &session.link,
        lecturer: &session.lecturer,
        modules: &session.modules,
        content_confirmed_by: &session.content_confirmed_by,
        contact_group: &session.contact_group,
        materials,
    }
}

fn held_modules(materials: &[Material]) -> Vec<Module> {
    materials.iter().filter(|material| !material.is_replaced).map(|material| material.module).collect()
}

/// Something that the state of a session does not allow.
pub(crate) fn not_now(state: SessionState, action: &'static str) -> Refusal {
    IllegalMove { noun: "培训场次", state: state.label(), action }.into()
}

/// The session and its campaign, where the actor has the action on it.
fn loaded(step: &Step<'_>, action: Action, id: SessionId) -> Result<(Session, Campaign), Refusal> {
    step.must(action, &concerns::of_session(step.tx, id)?)?;
    let session = session::load(step.tx, id)?;
    let class = campaign::load_item(step.tx, session.plan_item)?;
    Ok((session, campaign::load(step.tx, class.campaign)?))
}

fn record(
    step: &Step<'_>,
    action: &str,
    id: SessionId,
    summary: String,
    detail: serde_json::Value,
) -> Result<(), Refusal> {
    step.record(Done { action, subject: ("session", id.0), enterprise: None, summary }, detail)
}
