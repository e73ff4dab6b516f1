//! An agency is replaced in mid-campaign (更换服务机构, N14 N17): its class with every open case, its papers and its history go
//! to another, and from that moment on it sees nothing of them any more.

use xinxiu_domain::actor::{Action, Actor, Concerns, OrganisationKind};
use xinxiu_domain::campaign::CampaignState;
use xinxiu_domain::id::{OrgId, PlanItemId};
use xinxiu_domain::text::tidy;
use xinxiu_store::agency_change::{self, Change, Load, Open};
use xinxiu_store::campaign::{self, PlanItem};
use xinxiu_store::concerns;
use xinxiu_store::organisation::{self, Organisation};

use crate::app::{App, Done, Step};
use crate::refusal::{FieldError, Refusal};

/// What the city office decides.
#[derive(Debug, Clone)]
pub struct Replace {
    /// The agency that takes over.
    pub agency: Option<OrgId>,
    /// Why.
    pub reason: String,
    /// That the consequences were read.
    pub confirmed: bool,
    /// Version of the class that the form was filled from.
    pub version: i64,
}

/// A class with what would go over, and what went over before.
#[derive(Debug, Clone)]
pub struct Board {
    /// The class.
    pub class: PlanItem,
    /// What would go over now.
    pub load: Load,
    /// Its unfinished applications.
    pub open: Vec<Open>,
    /// The replacements so far, newest first.
    pub changes: Vec<Change>,
    /// Agencies to choose from; empty for those who may not choose.
    pub agencies: Vec<Organisation>,
}

/// What a class's agency would hand over or has taken over: for the city office, and for those who see the class's
/// sessions, the present agency among them.
///
/// # Errors
/// [`Refusal::Forbidden`], the agency that was replaced included.
pub fn board(app: &App, actor: &Actor, id: PlanItemId) -> Result<Board, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ViewSession, &concerns::of_plan_item(view.tx, id)?)?;
        let class = campaign::load_item(view.tx, id)?;
        let mut agencies = Vec::new();
        if actor.may(Action::EditCampaign, &Concerns::default()) {
            agencies = organisation::of_kind(view.tx, OrganisationKind::Agency)?;
            agencies.retain(|agency| Some(agency.id) != class.agency);
        }
        Ok(Board {
            load: agency_change::load(view.tx, id)?,
            open: agency_change::open(view.tx, id)?,
            changes: agency_change::of_class(view.tx, id)?,
            agencies,
            class,
        })
    })
}

/// Gives a class to another agency, with everything open in it.
///
/// # Errors
/// [`Refusal::Invalid`] without another agency, a reason or the confirmation, or before the campaign is published; a
/// conflict where somebody else changed the class meanwhile.
pub fn replace(app: &App, actor: &Actor, id: PlanItemId, command: &Replace) -> Result<Load, Refusal> {
    let reason = tidy(&command.reason);
    app.step(actor, |step| {
        step.must(Action::EditCampaign, &Concerns::default())?;
        let class = campaign::load_item(step.tx, id)?;
        let (old, new) = check(step, &class, command, &reason)?;
        let load = agency_change::load(step.tx, id)?;
        campaign::save_item(
            step.tx,
            &PlanItem { agency: Some(new.id), version: command.version, ..class.clone() },
        )?;
        for open in agency_change::open(step.tx, id)? {
            agency_change::give(step.tx, open.application, new.id)?;
            let done = Done {
                action: "application.hand_over",
                subject: ("application", open.application.0),
                enterprise: Some(open.enterprise),
                summary: format!("修复申请由{}移交{}继续办理", class.agency_name, new.name),
            };
            step.record(done, serde_json::json!({ "from": old, "to": new.id }))?;
        }
        let moment = step.moment();
        agency_change::insert(step.tx, id, (old, new.id), &reason, load, (&actor.name, moment))?;
        let done = Done {
            action: "class.replace_agency",
            subject: ("plan_item", id.0),
            enterprise: None,
            summary: format!(
                "「{}」的服务机构由{}更换为{}：{reason}",
                class.name, class.agency_name, new.name
            ),
        };
        step.record(
            done,
            serde_json::json!({ "from": old, "to": new.id, "applications": load.applications }),
        )?;
        Ok(load)
    })
}

/// The agencies that go and come, where everything needed was said.
fn check(
    step: &Step<'_>,
    class: &PlanItem,
    command: &Replace,
    reason: &str,
) -> Result<(OrgId, Organisation), Refusal> {
    let state = campaign::load(step.tx, class.campaign)?.state;
    if state != CampaignState::Published {
        return Err(Refusal::invalid("agency", "行动没有在进行中：还没发布的，请直接修改培训班"));
    }
    let old =
        class.agency.ok_or_else(|| Refusal::invalid("agency", "本班还没有服务机构，请直接修改培训班"))?;
    let new = command.agency.map(|agency| organisation::load(step.tx, agency)).transpose()?;
    let new = new.filter(|org| org.kind == OrganisationKind::Agency && org.id != old);
    let faults = [
        ("agency", "请选择接手的服务机构，不能是现在这一家", new.is_none()),
        ("reason", "请写明更换的原因，留在双方的记录里", reason.is_empty()),
        ("confirmed", "请确认原机构当天失去访问权限", !command.confirmed),
    ];
    let errors: Vec<_> = faults
        .iter()
        .filter(|(_, _, wrong)| *wrong)
        .map(|(field, message, _)| FieldError { field: (*field).into(), message: (*message).into() })
        .collect();
    match new {
        Some(new) if errors.is_empty() => Ok((old, new)),
        _ => Err(Refusal::Invalid(errors)),
    }
}
