//! Whether enterprises confirmed that nothing was charged (免费确认, N19): asked for behind the personal link, seen by county
//! and city with what is missing.

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::free_of_charge::Occasion;
use xinxiu_domain::id::AttendanceId;
use xinxiu_store::free_confirmation::{self, Line};
use xinxiu_store::{attendance, campaign, concerns, session};

use crate::app::{App, View};
use crate::invitations::{own, record};
use crate::progress::under_way;
use crate::refusal::Refusal;

/// The enterprise says on one occasion that nothing was charged; saying it again changes nothing.
///
/// # Errors
/// [`Refusal::Forbidden`] for anybody but the enterprise; [`Refusal::Invalid`] before the occasion has come.
pub fn confirm(app: &App, actor: &Actor, id: AttendanceId, occasion: Occasion) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let mut found = own(step.tx, actor, id)?;
        let held = session::load(step.tx, found.session)?;
        let campaign = campaign::load_item(step.tx, held.plan_item)?.campaign;
        let line = free_confirmation::of_enterprise(step.tx, campaign, found.enterprise)?;
        if !line.is_some_and(|line| occasion.is_due(line.reached)) {
            return Err(Refusal::invalid("occasion", format!("还没有到{occasion}，不用确认")));
        }
        let whom = (found.enterprise, id);
        free_confirmation::insert(step.tx, campaign, whom, occasion, step.moment())?;
        if occasion == Occasion::Class {
            found.free_confirmed = true;
            attendance::save(step.tx, &found)?;
        }
        record(step, "free.confirm", &found, &format!("确认{occasion}没有被收取任何费用"))
    })
}

/// Enterprises with what they have said, for those who watch over agencies.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Missing`] where no campaign is under way.
pub fn board(app: &App, actor: &Actor, only_missing: bool, page: (i64, i64)) -> Result<Vec<Line>, Refusal> {
    if !actor.has(Action::EvaluateAgency) {
        return Err(Refusal::Forbidden(Action::EvaluateAgency));
    }
    app.view(actor, |view| {
        let campaign = under_way(view.tx)?.id;
        Ok(free_confirmation::lines(view.tx, campaign, &filter(view.actor), only_missing, page)?)
    })
}

fn filter(actor: &Actor) -> String {
    concerns::enterprise_filter(actor, Action::EvaluateAgency, "e.id")
}

/// How many enterprises have something left to say.
pub(crate) fn waiting(view: &View<'_>, campaign: xinxiu_domain::id::CampaignId) -> Result<usize, Refusal> {
    let count = free_confirmation::count_missing(view.tx, campaign, &filter(view.actor))?;
    Ok(usize::try_from(count).unwrap_or(0))
}
