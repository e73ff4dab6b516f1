//! The organiser edits a proposal, makes a session of it, or sends it back with the reason (N07, N14).

use std::collections::HashSet;

use xinxiu_domain::Missing;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::campaign::CampaignState;
use xinxiu_domain::id::{EnterpriseId, ProposalId, SessionId};
use xinxiu_domain::proposal::ProposalAction;
use xinxiu_domain::text::tidy;
use xinxiu_store::campaign;
use xinxiu_store::proposal::{self, Proposal};

use super::{loaded, record};
use crate::app::{App, Step};
use crate::refusal::{Refusal, require};
use crate::sessions::{self, PlanSession, minute};

/// What the organiser makes of a proposal.
#[derive(Debug, Clone)]
pub struct Decision {
    /// Day, hall and the rest, as for a session that is planned by hand; `version` is that of the proposal.
    pub plan: PlanSession,
    /// The enterprises that stay on it.
    pub kept: Vec<EnterpriseId>,
}

/// Changes day, hall or enterprises of a proposal that waits.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Illegal`] once it is decided; [`Refusal::Invalid`].
pub fn edit(app: &App, actor: &Actor, id: ProposalId, decision: &Decision) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let (mut found, _) = loaded(step, Action::DecideProposal, id)?;
        found.state = found.state.after(ProposalAction::Edit)?;
        let kept = keep(step, id, decision)?;
        fill(&mut found, decision);
        proposal::save(step.tx, &found)?;
        let summary = format!("修改场次建议「{}」，{}，企业{kept}家", found.title, found.held_on);
        record(step, "proposal.edit", id, summary)
    })
}

/// Accepts a proposal: a planned session stands on record, and its enterprises are ticked when invitations go
/// out. The agency completes the session before it is published.
///
/// # Errors
/// As [`edit`]; [`Refusal::Missing`] with what the session still lacks, such as class hours (N05).
pub fn accept(app: &App, actor: &Actor, id: ProposalId, decision: &Decision) -> Result<SessionId, Refusal> {
    app.step(actor, |step| {
        let (mut found, _) = loaded(step, Action::DecideProposal, id)?;
        found.state = found.state.after(ProposalAction::Accept)?;
        let class = campaign::load_item(step.tx, found.plan_item)?;
        let campaign = campaign::load(step.tx, found.campaign)?;
        if campaign.state != CampaignState::Published {
            return require(vec![Missing::new("campaign", "年度行动已经结束，不能编制场次", "N04")])
                .map(|()| SessionId(0));
        }
        let kept = keep(step, id, decision)?;
        fill(&mut found, decision);
        let session = sessions::draft(step, (&class, &campaign), &decision.plan)?;
        found.session = Some(session);
        decided(step, &mut found, "");
        proposal::save(step.tx, &found)?;
        let summary = format!("采纳场次建议「{}」，生成培训场次，建议邀请{kept}家", found.title);
        record(step, "proposal.accept", id, summary)?;
        Ok(session)
    })
}

/// Sends a proposal back.
///
/// # Errors
/// As [`edit`]; [`Refusal::Invalid`] without a reason.
pub fn reject(app: &App, actor: &Actor, id: ProposalId, reason: &str) -> Result<(), Refusal> {
    end(app, actor, (id, Action::DecideProposal, ProposalAction::Reject), reason)
}

/// Takes a proposal back before it is decided.
///
/// # Errors
/// As [`reject`].
pub fn withdraw(app: &App, actor: &Actor, id: ProposalId, reason: &str) -> Result<(), Refusal> {
    end(app, actor, (id, Action::ProposeSession, ProposalAction::Withdraw), reason)
}

fn end(
    app: &App,
    actor: &Actor,
    (id, action, step_of): (ProposalId, Action, ProposalAction),
    reason: &str,
) -> Result<(), Refusal> {
    let reason = tidy(reason);
    app.step(actor, |step| {
        let (mut found, _) = loaded(step, action, id)?;
        found.state = found.state.after(step_of)?;
        if reason.chars().count() < 2 {
            return Err(Refusal::invalid("reason", format!("请写明{step_of}的原因")));
        }
        decided(step, &mut found, &reason);
        proposal::save(step.tx, &found)?;
        let summary = format!("{step_of}场次建议「{}」：{reason}", found.title);
        record(step, &format!("proposal.{}", step_of.code()), id, summary)
    })
}

fn decided(step: &Step<'_>, found: &mut Proposal, reason: &str) {
    reason.clone_into(&mut found.reason);
    found.decided_by.clone_from(&step.actor.name);
    found.decided_at = Some(step.moment());
}

/// Keeps the enterprises that were left ticked, and says how many.
fn keep(step: &Step<'_>, id: ProposalId, decision: &Decision) -> Result<usize, Refusal> {
    let wanted: HashSet<EnterpriseId> = decision.kept.iter().copied().collect();
    let entries = proposal::entries(step.tx, id)?;
    let kept: Vec<EnterpriseId> =
        entries.iter().map(|entry| entry.enterprise).filter(|one| wanted.contains(one)).collect();
    if kept.is_empty() {
        return Err(Refusal::invalid("enterprises", "请至少保留一家企业，或者退回这条建议"));
    }
    let seats = usize::try_from(decision.plan.at.capacity).unwrap_or(usize::MAX);
    if kept.len() > seats {
        let message = format!("保留{}家，超过名额{seats}个，请减少企业或增加名额", kept.len());
        return Err(Refusal::invalid("capacity", message));
    }
    proposal::keep_only(step.tx, id, &kept)?;
    Ok(kept.len())
}

fn fill(found: &mut Proposal, decision: &Decision) {
    let plan = &decision.plan;
    let at = &plan.at;
    let title = tidy(&plan.title);
    if !title.is_empty() {
        found.title = title;
    }
    found.held_on = at.held_on;
    found.starts_at = minute(at.starts_at);
    found.ends_at = minute(at.ends_at);
    found.mode = at.mode;
    found.place = tidy(&at.place);
    found.link = tidy(&at.link);
    found.lecturer = tidy(&plan.lecturer);
    found.capacity = at.capacity;
    found.class_hours = plan.class_hours;
    found.version = plan.version;
}
