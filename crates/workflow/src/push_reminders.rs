//! Counties that have not acknowledged their list are reminded: by the center, and by the platform once a day
//! after so many working days (未签收提醒, N15).

use std::collections::BTreeMap;

use xinxiu_domain::IllegalMove;
use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::id::PushId;
use xinxiu_domain::push::PushState;
use xinxiu_store::push::{self, Push};
use xinxiu_store::push_reminder::{self, Reminded};
use xinxiu_store::{campaign, concerns};

use crate::app::{App, Done, Step, View};
use crate::jobs::platform;
use crate::progress::under_way;
use crate::refusal::Refusal;

/// Reminds a county of one push.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Illegal`] once it is acknowledged; [`Refusal::Invalid`] where it was
/// reminded today.
pub fn remind(app: &App, actor: &Actor, id: PushId) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let found = push::load(step.tx, id)?;
        step.must(Action::PushLists, &concerns::of_county(found.county))?;
        if found.state != PushState::Sent {
            return Err(IllegalMove {
                noun: "名单推送", state: found.state.label(), action: "提醒签收"
            }
            .into());
        }
        if send(step, &found)? {
            Ok(())
        } else {
            Err(Refusal::invalid("push", format!("今天已经提醒过{}", found.county_name)))
        }
    })
}

fn send(step: &Step<'_>, push: &Push) -> Result<bool, Refusal> {
    let is_first = push_reminder::insert(step.tx, push.id, &step.actor.name, step.moment())?;
    if is_first {
        let summary = format!("提醒{}签收名单第{}号，企业{}家", push.county_name, push.id, push.enterprises);
        let done = Done { action: "push.remind", subject: ("push", push.id.0), enterprise: None, summary };
        step.record(done, serde_json::json!({}))?;
    }
    Ok(is_first)
}

/// Pushes that wait for so many working days since they were sent or last reminded of.
fn due(view: &View<'_>) -> Result<Vec<Push>, Refusal> {
    let Some(campaign) = campaign::current(view.tx)? else { return Ok(Vec::new()) };
    let days = push_reminder::days(view.tx, campaign.id)?;
    let reminded = push_reminder::of_campaign(view.tx, campaign.id)?;
    let mut waiting = push::list(view.tx, campaign.id, None)?;
    waiting.retain(|push| {
        let since = reminded.get(&push.id).map_or(push.sent_at.on, |one| one.last_on);
        let calendar = view.app.rules.calendar();
        push.state == PushState::Sent && calendar.add_working_days(since, days).date <= view.today
    });
    Ok(waiting)
}

/// Reminds every county that is due, in the name of the platform. Returns how many.
///
/// # Errors
/// What the database says.
pub fn remind_due(app: &App) -> Result<usize, Refusal> {
    let actor = platform();
    let waiting = app.view(&actor, due)?;
    if waiting.is_empty() {
        return Ok(0);
    }
    app.step(&actor, |step| {
        let mut sent = 0;
        for push in &waiting {
            sent += usize::from(send(step, push)?);
        }
        Ok(sent)
    })
}

/// How often each county was reminded: all for the center, its own for a county.
///
/// # Errors
/// [`Refusal::Missing`] where no campaign is under way.
pub fn reminded(app: &App, actor: &Actor) -> Result<BTreeMap<PushId, Reminded>, Refusal> {
    app.view(actor, |view| {
        let campaign = under_way(view.tx)?;
        let mut all = push_reminder::of_campaign(view.tx, campaign.id)?;
        if !actor.may(Action::PushLists, &Concerns::default()) {
            let own = push::list(view.tx, campaign.id, actor.org)?;
            all.retain(|id, _| own.iter().any(|push| push.id == *id && Some(push.county) == actor.org));
        }
        Ok(all)
    })
}

/// How many of a county's waiting lists it was reminded of.
pub(crate) fn pressing(view: &View<'_>) -> Result<usize, Refusal> {
    let (Some(campaign), Some(own)) = (campaign::current(view.tx)?, view.actor.org) else { return Ok(0) };
    let reminded = push_reminder::of_campaign(view.tx, campaign.id)?;
    let all = push::list(view.tx, campaign.id, Some(own))?;
    let pressing = |push: &&Push| push.state == PushState::Sent && reminded.contains_key(&push.id);
    Ok(all.iter().filter(pressing).count())
}

/// After how many working days the platform reminds.
///
/// # Errors
/// [`Refusal::Missing`] where no campaign is under way.
pub fn days(app: &App, actor: &Actor) -> Result<u32, Refusal> {
    app.view(actor, |view| Ok(push_reminder::days(view.tx, under_way(view.tx)?.id)?))
}

/// Sets after how many working days the platform reminds.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Invalid`] outside 1 to 30.
pub fn set_days(app: &App, actor: &Actor, days: u32) -> Result<(), Refusal> {
    app.step(actor, |step| {
        step.must(Action::PushLists, &Concerns::default())?;
        if !(1..=30).contains(&days) {
            return Err(Refusal::invalid("days", "提醒天数在1到30个工作日之间"));
        }
        let campaign = under_way(step.tx)?;
        push_reminder::set_days(step.tx, campaign.id, days)?;
        let summary = format!("未签收名单{days}个工作日后提醒");
        let done = Done {
            action: "push.reminder_days",
            subject: ("campaign", campaign.id.0),
            enterprise: None,
            summary,
        };
        step.record(done, serde_json::json!({ "days": days }))
    })
}
