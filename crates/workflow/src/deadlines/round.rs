//! The daily round: reminds of what is due and passes on what is late, each once (ADR 0006).

use jiff::civil::Date;
use xinxiu_domain::deadline::{Clock, Days, Notice};
use xinxiu_domain::id::CampaignId;
use xinxiu_store::{campaign, deadline, heartbeat};

use super::{Deadline, every, holder_of};
use crate::app::{App, Done, Step};
use crate::jobs::{kind, platform};
use crate::refusal::Refusal;

/// What a daily round came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Clocks that run.
    pub running: usize,
    /// Reminders.
    pub reminded: usize,
    /// Cases passed on to the office above, or to the one above that.
    pub passed_on: usize,
}

/// Notices said in one transaction.
const SLICE: usize = 200;

/// Reminds of what is due and passes on what is late, in the name of the platform; what was said in the round before is
/// not said again. Leaves its heartbeat, with what came of it.
///
/// # Errors
/// What the database says; the heartbeat then says that the round failed.
pub fn run_round(app: &App) -> Result<Round, Refusal> {
    let done = round(app);
    let message = match &done {
        Ok(round) => {
            format!("{}项在办，提醒{}项，转督办{}项", round.running, round.reminded, round.passed_on)
        }
        Err(refusal) => format!("失败：{refusal}"),
    };
    let moment = app.clock.moment();
    app.store.db.write(|tx| heartbeat::beat(tx, kind::DEADLINES, moment, &message))?;
    done
}

fn round(app: &App) -> Result<Round, Refusal> {
    let actor = platform();
    let (campaign, due) = app.view(&actor, |view| {
        let Some(campaign) = campaign::current(view.tx)? else { return Ok((CampaignId(0), Vec::new())) };
        Ok((campaign.id, every(view, campaign.id)?))
    })?;
    let unsaid: Vec<(&Deadline, Days, Notice)> =
        due.iter().flat_map(|one| unsaid(one, app.clock.today())).collect();
    let mut round = Round { running: due.len(), ..Round::default() };
    for slice in unsaid.chunks(SLICE) {
        // A second server may have been faster with the whole slice; then there is nothing to put on record.
        let said = app.step(&actor, |step| {
            let mut said = Vec::new();
            for (one, days, notice) in slice {
                if say(step, campaign, one, (*notice, *days))? {
                    said.push(*notice);
                }
            }
            if said.is_empty() { Err(Refusal::invalid("round", "已经提醒过")) } else { Ok(said) }
        });
        let said = match said {
            Ok(said) => said,
            Err(Refusal::Invalid(_)) => Vec::new(),
            Err(other) => return Err(other),
        };
        let passed_on = said.iter().filter(|notice| passes_on(**notice)).count();
        round.passed_on += passed_on;
        round.reminded += said.len() - passed_on;
    }
    Ok(round)
}

/// Whether a notice tells an office above.
const fn passes_on(notice: Notice) -> bool {
    matches!(notice, Notice::Escalated | Notice::Further)
}

/// What has to be said of a running clock and has not been.
fn unsaid(one: &Deadline, today: Date) -> Vec<(&Deadline, Days, Notice)> {
    let Some(days) = one.days else { return Vec::new() };
    let new = days.notices(today).into_iter().filter(|notice| {
        // Of a list that waits the county is reminded by its own job, again and again.
        let elsewhere = one.running.clock == Clock::Receipt && !passes_on(*notice);
        !elsewhere && !one.said.iter().any(|(said, _)| said == notice)
    });
    new.map(|notice| (one, days, notice)).collect()
}

fn say(
    step: &Step<'_>,
    campaign: CampaignId,
    one: &Deadline,
    (notice, days): (Notice, Days),
) -> Result<bool, Refusal> {
    let running = &one.running;
    if !deadline::say(step.tx, campaign, running, (notice, days.due), step.moment())? {
        return Ok(false);
    }
    let rule = running.clock.rule();
    let (action, whom) = match (notice, rule.further) {
        (Notice::Further, Some(further)) => {
            ("deadline.escalate", format!("{}督办未果，再转{further}督办", rule.above))
        }
        (Notice::Escalated, _) => ("deadline.escalate", format!("转{}督办", rule.above)),
        _ => ("deadline.remind", notice.label().to_owned()),
    };
    let holder = holder_of(running);
    let done = Done {
        action,
        subject: (noun(running.clock), running.subject),
        enterprise: running.enterprise,
        summary: format!("{whom}：{}，「{}」由{holder}办理，期限{}", running.clock, running.name, days.due),
    };
    step.record(done, serde_json::json!({ "clock": running.clock, "notice": notice, "due_on": days.due }))?;
    Ok(true)
}

/// The noun of a clock's record in the audit trail.
const fn noun(clock: Clock) -> &'static str {
    match clock {
        Clock::Receipt => "push",
        Clock::Commitment => "attendance",
        Clock::Rectification => "enterprise",
        Clock::Delisting => "delisting",
        Clock::Resubmission | Clock::FirstReview => "application",
        Clock::Decision | Clock::Removal => "item",
        Clock::Handover => "plan_item",
        Clock::Acceptance => "handover",
    }
}
