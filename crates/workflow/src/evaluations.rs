//! Supervision and evaluation of the service agencies (N14): breaches of the no-charge and no-advertising
//! rules (N19 N20) and scores, by county, organiser and city.

use std::collections::BTreeMap;

use xinxiu_domain::actor::{Action, Actor, Concerns, Role};
use xinxiu_domain::id::{CampaignId, OrgId, SessionId};
use xinxiu_domain::summary::RemarkKind;
use xinxiu_domain::text::tidy;
use xinxiu_store::campaign::{self, PlanItem};
use xinxiu_store::remark::{self, AgencyScore, Remark, Seen};
use xinxiu_store::review::{self, FirstPass};
use xinxiu_store::{Tx, concerns, params};

use crate::app::{App, Done};
use crate::progress::under_way;
use crate::refusal::Refusal;

/// What is recorded of an agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordRemark {
    /// Agency.
    pub agency: OrgId,
    /// Session at which it was seen.
    pub session: Option<SessionId>,
    /// Breach or evaluation.
    pub kind: RemarkKind,
    /// 0 to 100; needed for an evaluation, refused for a breach.
    pub score: Option<u32>,
    /// What was seen.
    pub text: String,
}

/// Records a breach or an evaluation in the campaign under way.
///
/// # Errors
/// [`Refusal::Forbidden`] where the actor's organisation has no class of this agency.
pub fn record(app: &App, actor: &Actor, command: &RecordRemark) -> Result<(), Refusal> {
    let text = check(command)?;
    app.step(actor, |step| {
        let campaign = under_way(step.tx)?;
        let items = campaign::items(step.tx, campaign.id)?;
        step.must(Action::EvaluateAgency, &concerned(&items, command.agency))?;
        let org = actor.org.ok_or(Refusal::Forbidden(Action::EvaluateAgency))?;
        if let Some(session) = command.session {
            let held = concerns::of_session(step.tx, session)?;
            step.must(Action::EvaluateAgency, &held)?;
            if !held.agencies.contains(&command.agency) {
                return Err(Refusal::invalid("session", "这场培训不是该机构承办的"));
            }
        }
        let new = Remark {
            campaign: campaign.id,
            agency: command.agency,
            agency_name: String::new(),
            session: command.session,
            session_title: String::new(),
            kind: command.kind,
            score: command.score,
            text,
            recorded_by: step.actor.name.clone(),
            reported: false,
            enterprise: None,
            org,
            org_name: String::new(),
            at: step.moment(),
        };
        let id = remark::insert(step.tx, &new)?;
        let score = command.score.map_or_else(String::new, |score| format!("，{score}分"));
        let summary =
            format!("登记服务机构「{}」：{}{score}", agency_name(&items, command.agency), command.kind);
        let done =
            Done { action: "agency.remark", subject: ("agency_remark", id), enterprise: None, summary };
        step.record(done, serde_json::json!({ "agency": command.agency, "kind": command.kind }))
    })
}

fn check(command: &RecordRemark) -> Result<String, Refusal> {
    let text = tidy(&command.text);
    if text.is_empty() {
        return Err(Refusal::invalid("text", "请写明具体情况"));
    }
    match (command.kind, command.score) {
        (RemarkKind::Evaluation, Some(0..=100)) => Ok(text),
        (RemarkKind::Evaluation, _) => Err(Refusal::invalid("score", "考评得分在0到100之间")),
        (_, None) => Ok(text),
        (_, Some(_)) => Err(Refusal::invalid("score", "登记违规情况不打分，得分只用于考评意见")),
    }
}

/// Whom the evaluation of an agency concerns: counties and organisers of its classes.
pub(crate) fn concerned(items: &[PlanItem], agency: OrgId) -> Concerns {
    let own = || items.iter().filter(move |item| item.agency == Some(agency));
    Concerns {
        counties: own().flat_map(|item| item.counties.iter().copied()).collect(),
        organisers: own().map(|item| item.organiser).collect(),
        agencies: vec![agency],
        ..Concerns::default()
    }
}

fn agency_name(items: &[PlanItem], agency: OrgId) -> String {
    let item = items.iter().find(|item| item.agency == Some(agency));
    item.map_or_else(String::new, |item| item.agency_name.clone())
}

/// What an actor sees who oversees agencies: the city all, an office what falls to it.
pub(crate) fn overseen(actor: &Actor) -> Result<Seen, Refusal> {
    match (actor.role, actor.org) {
        (Role::CityOffice, _) => Ok(Seen::All),
        (_, Some(org)) if actor.has(Action::EvaluateAgency) => Ok(Seen::RecordedBy(org)),
        _ => Err(Refusal::Forbidden(Action::EvaluateAgency)),
    }
}

/// A session that can be named in a remark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionChoice {
    /// Session.
    pub id: SessionId,
    /// Day and title.
    pub label: String,
}

/// What an actor sees of the agencies' evaluation.
#[derive(Debug, Clone)]
pub struct Evaluations {
    /// Each agency's remarks added up; counted from what the actor may see.
    pub scores: Vec<AgencyScore>,
    /// How each agency's applications fared at the window, of those that the actor may see.
    pub first_pass: BTreeMap<OrgId, FirstPass>,
    /// Remarks, newest first.
    pub remarks: Vec<Remark>,
    /// Agencies that the actor may evaluate.
    pub agencies: Vec<(OrgId, String)>,
    /// Sessions that the actor may name.
    pub sessions: Vec<SessionChoice>,
}

/// The city sees all, an organisation what it recorded itself, an agency its evaluations.
///
/// # Errors
/// [`Refusal::Forbidden`] for everybody else; [`Refusal::Missing`] where no campaign is under way.
pub fn board(app: &App, actor: &Actor) -> Result<Evaluations, Refusal> {
    app.view(actor, |view| {
        let seen = match (actor.role, actor.org) {
            (Role::Agency, Some(org)) => Seen::EvaluationsOf(org),
            _ => overseen(actor)?,
        };
        let campaign = under_way(view.tx)?.id;
        let items = campaign::items(view.tx, campaign)?;
        let mut agencies: Vec<(OrgId, String)> = Vec::new();
        for item in &items {
            if let Some(agency) = item.agency
                && !agencies.iter().any(|(known, _)| *known == agency)
                && actor.may(Action::EvaluateAgency, &concerned(&items, agency))
            {
                agencies.push((agency, item.agency_name.clone()));
            }
        }
        let mut scores = remark::scores(view.tx, campaign, seen)?;
        if let Seen::RecordedBy(_) = seen {
            scores.retain(|score| agencies.iter().any(|(agency, _)| *agency == score.agency));
        }
        let remarks = remark::list(view.tx, campaign, seen)?;
        let sessions = sessions(view.tx, actor, campaign)?;
        let visible = match seen {
            Seen::EvaluationsOf(agency) => format!("a.agency_id = {}", agency.0),
            _ => concerns::enterprise_filter(actor, Action::EvaluateAgency, "e.id"),
        };
        let first_pass = review::first_pass(view.tx, campaign, &visible)?;
        Ok(Evaluations { scores, first_pass, remarks, agencies, sessions })
    })
}

fn sessions(tx: &Tx<'_>, actor: &Actor, campaign: CampaignId) -> Result<Vec<SessionChoice>, Refusal> {
    let visible = concerns::plan_item_filter(actor, Action::EvaluateAgency, "s.plan_item_id");
    let sql = format!(
        "select s.id, s.held_on || ' ' || s.title as label from session s \
         join plan_item i on i.id = s.plan_item_id where i.campaign_id = $1 and s.state <> 'planned' \
         and {visible} order by s.held_on desc, s.id"
    );
    Ok(tx.query(&sql, params![campaign], |row| {
        Ok(SessionChoice { id: row.get("id")?, label: row.get("label")? })
    })?)
}
