//! What enterprises report of their agencies is looked into by their county office or by the city, and answered (N14,
//! N19, N20). The agency sees none of it; what is found true counts among its breaches.

use xinxiu_domain::actor::{Action, Actor, Concerns, Role};
use xinxiu_domain::id::CampaignId;
use xinxiu_domain::summary::ReportFinding;
use xinxiu_domain::text::tidy;
use xinxiu_store::report::{self, Answer, Report};
use xinxiu_store::{Tx, campaign};

use crate::app::{App, Done, View};
use crate::evaluations::{concerned, overseen};
use crate::progress::under_way;
use crate::refusal::Refusal;

/// The reports that the actor may look into; those that nobody has looked into yet alone where `open`.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Missing`] where no campaign is under way.
pub fn list(app: &App, actor: &Actor, open: bool) -> Result<Vec<Report>, Refusal> {
    app.view(actor, |view| Ok(report::list(view.tx, under_way(view.tx)?.id, overseen(actor)?, open)?))
}

/// How many wait for the actor.
pub(crate) fn waiting(view: &View<'_>, campaign: CampaignId) -> Result<i64, Refusal> {
    Ok(report::count_open(view.tx, campaign, overseen(view.actor)?)?)
}

/// A report, for those who may look into it.
///
/// # Errors
/// [`Refusal::Forbidden`] for everybody else.
pub fn show(app: &App, actor: &Actor, id: i64) -> Result<Report, Refusal> {
    app.view(actor, |view| {
        let found = report::load(view.tx, id)?;
        view.must(Action::EvaluateAgency, &whom(view.tx, &found)?)?;
        looks_into(actor, &found)?;
        Ok(found)
    })
}

/// Whom a report concerns: those who evaluate its agency.
fn whom(tx: &Tx<'_>, found: &Report) -> Result<Concerns, Refusal> {
    Ok(concerned(&campaign::items(tx, found.campaign)?, found.agency))
}

/// Of those, the office that looks into it and the city alone.
fn looks_into(actor: &Actor, found: &Report) -> Result<(), Refusal> {
    let may = actor.role == Role::CityOffice || actor.org == Some(found.org);
    if may { Ok(()) } else { Err(Refusal::Forbidden(Action::EvaluateAgency)) }
}

/// Puts on record what came of a report.
///
/// # Errors
/// [`Refusal::Invalid`] without an answer; [`Refusal::Forbidden`] for all but the office that looks into it and the
/// city; a conflict where somebody has done so already.
pub fn look_into(
    app: &App,
    actor: &Actor,
    id: i64,
    (finding, text): (ReportFinding, &str),
) -> Result<(), Refusal> {
    let text = tidy(text);
    if text.is_empty() {
        return Err(Refusal::invalid("answer", "请写明核实的情况和处理结果，企业能看到"));
    }
    app.step(actor, |step| {
        let found = report::load(step.tx, id)?;
        step.must(Action::EvaluateAgency, &whom(step.tx, &found)?)?;
        looks_into(actor, &found)?;
        let answer = Answer { finding, text, by: step.actor.name.clone(), at: step.moment() };
        report::answer(step.tx, id, &answer)?;
        // Not on the enterprise's own history, which the agency reads.
        let summary = format!("核实企业反映的服务机构「{}」{}：{finding}", found.agency_name, found.kind);
        let done = Done {
            action: "agency.report_answer",
            subject: ("agency_remark", id),
            enterprise: None,
            summary,
        };
        step.record(done, serde_json::json!({ "agency": found.agency, "finding": finding.code() }))
    })
}
