//! How long each clock runs in a campaign, as the city office sets it.

use std::collections::BTreeMap;

use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::deadline::{Clock, LONGEST, Terms};
use xinxiu_domain::id::CampaignId;
use xinxiu_store::campaign::Campaign;
use xinxiu_store::deadline::{self, Setting};
use xinxiu_store::{Tx, campaign, push_reminder};

use crate::app::{App, Done, Step};
use crate::refusal::Refusal;

/// The lengths of every clock in a campaign, and what was set by whom.
#[derive(Debug, Clone)]
pub struct Lengths {
    set: BTreeMap<Clock, Setting>,
    receipt: u32,
}

impl Lengths {
    pub(crate) fn load(tx: &Tx<'_>, campaign: CampaignId) -> Result<Self, Refusal> {
        Ok(Self { set: deadline::settings(tx, campaign)?, receipt: push_reminder::days(tx, campaign)? })
    }

    /// The usual length of every clock.
    pub(crate) fn usual() -> Self {
        Self { set: BTreeMap::new(), receipt: Clock::Receipt.rule().terms.days }
    }

    /// How long a clock runs.
    pub fn of(&self, clock: Clock) -> Terms {
        let terms = self.set.get(&clock).map_or_else(|| clock.rule().terms, |setting| setting.terms);
        // The center's own setting on the page of pushes is the same clock.
        if clock == Clock::Receipt { Terms { days: self.receipt, ..terms } } else { terms }
    }

    /// Who set a clock, where it was set.
    pub fn setting(&self, clock: Clock) -> Option<&Setting> {
        self.set.get(&clock)
    }
}

/// How long the clocks of a campaign run, with the campaign.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn lengths(app: &App, actor: &Actor, id: CampaignId) -> Result<(Campaign, Lengths), Refusal> {
    app.view(actor, |view| {
        view.must(Action::ViewCampaign, &Concerns::default())?;
        Ok((campaign::load(view.tx, id)?, Lengths::load(view.tx, id)?))
    })
}

/// How long the clocks of the campaign under way run, where there is one.
///
/// # Errors
/// What the database says.
pub fn lengths_now(app: &App, actor: &Actor) -> Result<Option<Lengths>, Refusal> {
    app.view(actor, |view| {
        campaign::current(view.tx)?.map(|found| Lengths::load(view.tx, found.id)).transpose()
    })
}

/// Sets how long clocks of a campaign run; those that stay as they are are left alone.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Invalid`] naming each field out of bounds.
pub fn set_lengths(
    app: &App,
    actor: &Actor,
    id: CampaignId,
    wanted: &BTreeMap<Clock, Terms>,
) -> Result<usize, Refusal> {
    app.step(actor, |step| {
        step.must(Action::EditCampaign, &Concerns::default())?;
        let campaign = campaign::load(step.tx, id)?;
        let faults: Vec<_> = wanted.iter().flat_map(|(clock, terms)| faults(*clock, *terms)).collect();
        if !faults.is_empty() {
            return Err(Refusal::Invalid(faults));
        }
        let known = Lengths::load(step.tx, id)?;
        let changed: Vec<_> = wanted.iter().filter(|(clock, terms)| known.of(**clock) != **terms).collect();
        if changed.is_empty() {
            return Err(Refusal::invalid("clocks", "没有改动任何期限"));
        }
        for (clock, terms) in &changed {
            set_one(step, &campaign, **clock, (known.of(**clock), **terms))?;
        }
        Ok(changed.len())
    })
}

fn faults(clock: Clock, terms: Terms) -> Vec<crate::FieldError> {
    let field = |part: &str| format!("{}_{part}", clock.code());
    let mut faults = Vec::new();
    let mut fault = |part: &str, message: String| {
        faults.push(crate::FieldError { field: field(part), message: format!("{clock}：{message}") });
    };
    if !(1..=LONGEST).contains(&terms.days) {
        fault("days", format!("期限在1到{LONGEST}个工作日之间"));
    }
    // A commitment is counted back from the session, and may be reminded of at any time before.
    if terms.remind >= terms.days.max(1) && clock != Clock::Commitment && terms.remind > 0 {
        fault("remind", "提前提醒的天数须少于期限".into());
    }
    if clock.rule().further.is_some() && !(1..=LONGEST).contains(&terms.further) {
        fault("further", format!("再转上一级的天数在1到{LONGEST}个工作日之间"));
    }
    if terms.remind > LONGEST || terms.escalate > LONGEST {
        fault("escalate", format!("提醒和督办的天数不超过{LONGEST}个工作日"));
    }
    faults
}

fn set_one(
    step: &Step<'_>,
    campaign: &Campaign,
    clock: Clock,
    (old, new): (Terms, Terms),
) -> Result<(), Refusal> {
    let setting = Setting { terms: new, by: step.actor.name.clone(), on: step.today };
    deadline::set(step.tx, campaign.id, clock, &setting)?;
    if clock == Clock::Receipt {
        push_reminder::set_days(step.tx, campaign.id, new.days)?;
    }
    let words = |terms: Terms| {
        let further = match clock.rule().further {
            Some(_) => format!("，再过{}个转上一级", terms.further),
            None => String::new(),
        };
        format!("{}个工作日，提前{}个提醒，逾期{}个督办{further}", terms.days, terms.remind, terms.escalate)
    };
    let done = Done {
        action: "deadline.set",
        subject: ("campaign", campaign.id.0),
        enterprise: None,
        summary: format!("{clock}的期限由{}改为{}", words(old), words(new)),
    };
    step.record(done, serde_json::json!({ "clock": clock, "days": new.days, "remind": new.remind, "escalate": new.escalate, "further": new.further }))
}
