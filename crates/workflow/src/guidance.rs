//! One-to-one guidance (一对一指导): free of charge, given and logged by the agency of the class (N17 N19).

use jiff::civil::Date;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::{EnterpriseId, OrgId};
use xinxiu_domain::text::tidy;
use xinxiu_store::enterprise::{self, Enterprise};
use xinxiu_store::guidance::{self, Guidance};
use xinxiu_store::{concerns, guidance as store};

use crate::app::{App, Done};
use crate::commitments::current;
use crate::refusal::{FieldError, Refusal};

/// The longest talk that is taken for one, in minutes.
const LONGEST: u32 = 600;

/// A talk to be logged.
#[derive(Debug, Clone)]
pub struct Talk {
    /// What the enterprise asked.
    pub asked: String,
    /// What it was advised.
    pub advised: String,
    /// How long, in minutes.
    pub minutes: u32,
    /// When.
    pub given_on: Date,
}

/// Logs a talk.
///
/// # Errors
/// [`Refusal::Forbidden`] for an enterprise of another agency's class; [`Refusal::Invalid`].
pub fn add(app: &App, actor: &Actor, enterprise: EnterpriseId, talk: &Talk) -> Result<i64, Refusal> {
    check(talk, app.clock.today())?;
    app.step(actor, |step| {
        step.must(Action::Guide, &concerns::of_enterprise(step.tx, enterprise)?)?;
        let new = Guidance {
            id: 0,
            enterprise,
            enterprise_name: String::new(),
            campaign: current(step.tx, None)?.id,
            agency: actor.org.unwrap_or(OrgId(0)),
            agency_name: String::new(),
            asked: tidy(&talk.asked),
            advised: tidy(&talk.advised),
            minutes: talk.minutes,
            given_by: actor.name.clone(),
            given_on: talk.given_on,
        };
        let id = store::insert(step.tx, &new)?;
        let done = Done {
            action: "guidance.add",
            subject: ("guidance", id),
            enterprise: Some(enterprise),
            summary: format!("登记{}的一对一指导，{}分钟", talk.given_on, talk.minutes),
        };
        step.record(done, serde_json::json!({ "minutes": talk.minutes }))?;
        Ok(id)
    })
}

fn check(talk: &Talk, today: Date) -> Result<(), Refusal> {
    let faults = [
        ("asked", "请写明企业问了什么", tidy(&talk.asked).is_empty()),
        ("advised", "请写明给了什么建议", tidy(&talk.advised).is_empty()),
        ("minutes", "时长在1到600分钟之间", !(1..=LONGEST).contains(&talk.minutes)),
        ("given_on", "指导日期不能晚于今天", talk.given_on > today),
    ];
    let errors: Vec<_> = faults
        .iter()
        .filter(|(_, _, wrong)| *wrong)
        .map(|(field, message, _)| FieldError { field: (*field).into(), message: (*message).into() })
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid(errors)) }
}

/// Talks of the campaign under way that the actor may see, newest first.
///
/// # Errors
/// [`Refusal::Forbidden`] where the actor's role gives no guidance.
pub fn recent(app: &App, actor: &Actor, page: (i64, i64)) -> Result<Vec<Guidance>, Refusal> {
    if !actor.has(Action::Guide) {
        return Err(Refusal::Forbidden(Action::Guide));
    }
    app.view(actor, |view| {
        let filter = concerns::enterprise_filter(actor, Action::Guide, "e.id");
        Ok(guidance::recent(view.tx, current(view.tx, None)?.id, &filter, page)?)
    })
}

/// Talks with one enterprise, newest first, and whether the actor may log another.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn of_enterprise(
    app: &App,
    actor: &Actor,
    id: EnterpriseId,
) -> Result<(Enterprise, Vec<Guidance>, bool), Refusal> {
    app.view(actor, |view| {
        let whom = concerns::of_enterprise(view.tx, id)?;
        view.must(Action::ViewEnterprise, &whom)?;
        let talks = guidance::of_enterprise(view.tx, id)?;
        Ok((enterprise::load(view.tx, id)?, talks, actor.may(Action::Guide, &whom)))
    })
}
