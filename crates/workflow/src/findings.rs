//! Cause of dishonesty, state of rectification, conditions for repair: asked of every party (N02).

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::finding::Party;
use xinxiu_domain::id::{EnterpriseId, PenaltyId};
use xinxiu_domain::rectification::{Cause, Conditions, RectificationStatus};
use xinxiu_domain::text::tidy;
use xinxiu_store::concerns;
use xinxiu_store::finding::{self, Finding};
use xinxiu_store::penalty;

use crate::app::{App, Done};
use crate::refusal::Refusal;

/// What somebody says of an enterprise or of one of its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordFinding {
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// Record; `None` for the enterprise as a whole.
    pub penalty: Option<PenaltyId>,
    /// Cause of dishonesty.
    pub cause: Cause,
    /// State of rectification.
    pub rectification: RectificationStatus,
    /// Whether the conditions for repair are met.
    pub conditions: Conditions,
    /// In its own words; may be empty unless the cause is 其他.
    pub note: String,
}

/// Records a finding in the name of the actor's party; earlier ones stay as history.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Invalid`] where the record is another enterprise's or 其他 is not
/// explained.
pub fn record(app: &App, actor: &Actor, command: &RecordFinding) -> Result<(), Refusal> {
    let party = Party::of_role(actor.role).ok_or(Refusal::Forbidden(Action::RecordFinding))?;
    let note = tidy(&command.note);
    if command.cause == Cause::OtherCause && note.is_empty() {
        return Err(Refusal::invalid("note", "产生原因选「其他」时，请写明具体原因"));
    }
    app.step(actor, |step| {
        step.must(Action::RecordFinding, &concerns::of_enterprise(step.tx, command.enterprise)?)?;
        let decision_number = match command.penalty {
            None => String::new(),
            Some(id) => {
                let found = penalty::load(step.tx, id)?;
                if found.enterprise != command.enterprise {
                    return Err(Refusal::invalid("penalty", "这条处罚记录不属于该企业"));
                }
                found.decision.as_str().to_owned()
            }
        };
        let of = if decision_number.is_empty() { "企业".to_owned() } else { decision_number.clone() };
        let new = Finding {
            enterprise: command.enterprise,
            penalty: command.penalty,
            decision_number,
            party,
            cause: command.cause,
            rectification: command.rectification,
            conditions: command.conditions,
            note,
            actor: step.actor.name.clone(),
            at: step.moment(),
        };
        let id = finding::insert(step.tx, &new)?;
        let summary = format!(
            "{party}登记{of}情况：原因「{}」，整改「{}」，修复条件「{}」",
            new.cause, new.rectification, new.conditions
        );
        let detail = serde_json::json!({
            "party": party, "penalty": command.penalty, "cause": new.cause,
            "rectification": new.rectification, "conditions": new.conditions,
        });
        let done = Done {
            action: "finding.record",
            subject: ("finding", id),
            enterprise: Some(command.enterprise),
            summary,
        };
        step.record(done, detail)
    })
}

/// What was said of an enterprise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// The last word of each party on the enterprise and on each record, in the order of parties.
    pub latest: Vec<Finding>,
    /// Everything, newest first.
    pub history: Vec<Finding>,
}

impl Findings {
    /// Sorts out the last word of each party.
    pub fn of(history: Vec<Finding>) -> Self {
        let mut latest: Vec<Finding> = Vec::new();
        for said in &history {
            if !latest.iter().any(|known| known.party == said.party && known.penalty == said.penalty) {
                latest.push(said.clone());
            }
        }
        latest.sort_by_key(|said| (said.penalty, said.party));
        Self { latest, history }
    }

    /// The last word of a party on the enterprise as a whole.
    pub fn last_of(&self, party: Party) -> Option<&Finding> {
        self.latest.iter().find(|said| said.party == party && said.penalty.is_none())
    }
}

/// What was said of an enterprise, for those who may see it.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn of_enterprise(app: &App, actor: &Actor, enterprise: EnterpriseId) -> Result<Findings, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ViewEnterprise, &concerns::of_enterprise(view.tx, enterprise)?)?;
        Ok(Findings::of(finding::of_enterprise(view.tx, enterprise)?))
    })
}
