//! The lists, sorted by region and pushed to each county before its classes (N15).

use xinxiu_domain::actor::{Action, Actor, Concerns, OrganisationKind};
use xinxiu_domain::id::{OrgId, PushId};
use xinxiu_domain::push::PushAction;
use xinxiu_store::enterprise::Enterprise;
use xinxiu_store::organisation::{self, Organisation};
use xinxiu_store::push::{self, CountyPushes, Push, PushReason};
use xinxiu_store::{StoreError, Tx, concerns};

use crate::app::{App, Done, Step, View};
use crate::progress::under_way;
use crate::refusal::Refusal;

/// What happened to one county when all were pushed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Name of the county.
    pub county: String,
    /// The push and how many enterprises it holds; `None` where there was nothing new.
    pub push: Option<(PushId, u32)>,
}

/// Pushes to one county what it has not received yet.
///
/// # Errors
/// [`Refusal::Invalid`] where the organisation is no county, or where there is nothing new.
pub fn send(app: &App, actor: &Actor, county: OrgId) -> Result<PushId, Refusal> {
    app.step(actor, |step| {
        let county = organisation::load(step.tx, county)?;
        if !is_county(&county) {
            return Err(Refusal::invalid(
                "county",
                format!("「{}」不是县（市、区）信用办或园区", county.name),
            ));
        }
        let sent = send_to(step, &county)?;
        let nothing = || Refusal::invalid("county", format!("{}没有尚未推送的企业", county.short_name));
        sent.push.map(|(id, _)| id).ok_or_else(nothing)
    })
}

/// Pushes to every county what it has not received yet, and says what happened to each.
///
/// # Errors
/// [`Refusal::Invalid`] where no county has anything new.
pub fn send_all(app: &App, actor: &Actor) -> Result<Vec<Sent>, Refusal> {
    app.step(actor, |step| {
        let counties = counties(step.tx)?;
        let sent = counties.iter().map(|county| send_to(step, county)).collect::<Result<Vec<_>, _>>()?;
        if sent.iter().all(|one| one.push.is_none()) {
            return Err(Refusal::invalid("county", "各地区都没有尚未推送的企业"));
        }
        Ok(sent)
    })
}

fn send_to(step: &Step<'_>, county: &Organisation) -> Result<Sent, Refusal> {
    step.must(Action::PushLists, &concerns::of_county(county.id))?;
    let campaign = under_way(step.tx)?;
    let push = push::send(step.tx, campaign.id, county.id, &step.actor.name, step.moment())?;
    if let Some((id, enterprises)) = push {
        let summary = format!("向{}推送名单，企业{enterprises}家", county.short_name);
        record(step, "push.send", id, summary)?;
    }
    Ok(Sent { county: county.short_name.clone(), push })
}

fn is_county(org: &Organisation) -> bool {
    matches!(org.kind, OrganisationKind::CountyOffice | OrganisationKind::ParkCommittee)
}

fn counties(tx: &Tx<'_>) -> Result<Vec<Organisation>, StoreError> {
    let mut all = organisation::of_kind(tx, OrganisationKind::CountyOffice)?;
    all.extend(organisation::of_kind(tx, OrganisationKind::ParkCommittee)?);
    all.sort_by_key(|county| county.id);
    Ok(all)
}

/// The county takes its list.
///
/// # Errors
/// [`Refusal::Illegal`] where it has done so already.
pub fn acknowledge(app: &App, actor: &Actor, id: PushId) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let mut found = push::load(step.tx, id)?;
        step.must(Action::AcknowledgePush, &concerns::of_county(found.county))?;
        found.state = found.state.after(PushAction::Acknowledge)?;
        found.acknowledged_by.clone_from(&step.actor.name);
        found.acknowledged_at = Some(step.moment());
        push::save(step.tx, &found)?;
        record(step, "push.acknowledge", id, format!("签收名单，企业{}家", found.enterprises))
    })
}

fn record(step: &Step<'_>, action: &str, id: PushId, summary: String) -> Result<(), Refusal> {
    step.record(Done { action, subject: ("push", id.0), enterprise: None, summary }, serde_json::json!({}))
}

/// Every county's numbers and every push, for the center.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn overview(app: &App, actor: &Actor) -> Result<(Vec<CountyPushes>, Vec<Push>), Refusal> {
    app.view(actor, |view| {
        view.must(Action::PushLists, &Concerns::default())?;
        let campaign = under_way(view.tx)?;
        Ok((push::overview(view.tx, campaign.id)?, push::list(view.tx, campaign.id, None)?))
    })
}

/// The pushes that the actor's own county has received, newest first.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn received(app: &App, actor: &Actor) -> Result<Vec<Push>, Refusal> {
    app.view(actor, |view| {
        let county = actor.org.ok_or(Refusal::Forbidden(Action::AcknowledgePush))?;
        view.must(Action::AcknowledgePush, &concerns::of_county(county))?;
        Ok(push::list(view.tx, under_way(view.tx)?.id, Some(county))?)
    })
}

/// A push with its enterprises, in the order of its list.
#[derive(Debug, Clone)]
pub struct PushedList {
    /// The push.
    pub push: Push,
    /// Its enterprises by township and name.
    pub enterprises: Vec<Enterprise>,
    /// Why each is on it.
    pub reasons: Vec<PushReason>,
}

impl PushedList {
    /// Why an enterprise is on the list.
    pub fn reason(&self, enterprise: &Enterprise) -> Option<&PushReason> {
        self.reasons.iter().find(|reason| reason.enterprise == enterprise.id)
    }
}

/// One push, for the center and for the county that received it.
///
/// # Errors
/// [`Refusal::Forbidden`] for everybody else.
pub fn show(app: &App, actor: &Actor, id: PushId) -> Result<PushedList, Refusal> {
    app.view(actor, |view| load(view, id))
}

pub(crate) fn load(view: &View<'_>, id: PushId) -> Result<PushedList, Refusal> {
    let push = push::load(view.tx, id)?;
    let concerned = concerns::of_county(push.county);
    if !view.actor.may(Action::AcknowledgePush, &concerned) {
        view.must(Action::PushLists, &concerned)?;
    }
    let enterprises = push::enterprises(view.tx, id)?;
    Ok(PushedList { enterprises, reasons: push::reasons(view.tx, id)?, push })
}
