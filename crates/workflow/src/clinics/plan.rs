//! The county's part: planning a day, opening, closing, cancelling it.

use jiff::civil::Date;
use xinxiu_domain::Missing;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::clinic::{ClinicAction, ClinicState, TicketState, clinic_gaps};
use xinxiu_domain::id::ClinicId;
use xinxiu_domain::text::tidy;
use xinxiu_store::clinic::{self, Clinic};
use xinxiu_store::{campaign, concerns, ticket};

use super::record;
use crate::app::{App, Step};
use crate::campaigns;
use crate::messages::{CalledOff, call_off_day};
use crate::refusal::{Refusal, require};

/// What the county plans.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Day.
    pub held_on: Date,
    /// Place.
    pub place: String,
    /// One or two townships.
    pub townships: Vec<String>,
    /// Whether internet access is confirmed.
    pub internet: bool,
    /// Whether the county means it although there is a doubt: a day off, or a second day for the same townships.
    pub sure: bool,
}

/// Plans a day.
///
/// # Errors
/// [`Refusal::Missing`] with everything that keeps it from being planned.
pub fn plan(app: &App, actor: &Actor, command: &Plan) -> Result<ClinicId, Refusal> {
    let mut townships: Vec<String> =
        command.townships.iter().map(|name| tidy(name)).filter(|name| !name.is_empty()).collect();
    townships.sort();
    townships.dedup();
    let place = tidy(&command.place);
    app.step(actor, |step| {
        let county = actor.org.ok_or(Refusal::Forbidden(Action::OrganiseClinic))?;
        step.must(Action::OrganiseClinic, &concerns::of_county(county))?;
        let mut gaps = clinic_gaps(&townships, &place, command.internet);
        if command.held_on < step.today {
            let message = format!("日期不能早于今天{}", step.today);
            gaps.push(Missing::new("past", message, "N12"));
        }
        let Some(campaign) = campaign::current(step.tx)? else {
            return Err(Refusal::Missing(vec![Missing::new("no_campaign", "还没有已发布的年度行动", "N04")]));
        };
        require(gaps)?;
        let new = Clinic {
            id: ClinicId(0),
            campaign: campaign.id,
            county,
            county_name: String::new(),
            held_on: command.held_on,
            place,
            townships,
            internet: command.internet,
            state: ClinicState::INITIAL,
            version: 1,
        };
        let doubts = doubts(step, &new)?;
        if !doubts.is_empty() && !command.sure {
            let message = format!("{}。确实要这样安排的，请勾选“已核对，仍然安排”再保存", doubts.join("；"));
            return Err(Refusal::invalid("sure", message));
        }
        let id = clinic::insert(step.tx, &new)?;
        let summary = format!("安排{}手把手服务日：{}", new.held_on, new.townships.join("、"));
        record(step, "clinic.plan", ("clinic", id.0), None, summary)?;
        Ok(id)
    })
}

/// What a county hardly means: a day on which nobody works, or a second one for a township on the same day.
fn doubts(step: &Step<'_>, new: &Clinic) -> Result<Vec<String>, Refusal> {
    let mut doubts = Vec::new();
    if !step.app.rules.calendar().is_working_day(new.held_on) {
        doubts.push(format!("{}不是工作日", new.held_on));
    }
    for other in clinic::list(step.tx, step.actor, new.campaign)? {
        let shared = new.townships.iter().filter(|place| other.townships.contains(place));
        let shared: Vec<&str> = shared.map(String::as_str).collect();
        let stands = other.county == new.county && other.state != ClinicState::Cancelled;
        if stands && other.held_on == new.held_on && !shared.is_empty() {
            doubts.push(format!("{}已有{}的服务日（{}）", new.held_on, shared.join("、"), other.place));
        }
    }
    Ok(doubts)
}

/// Opens, closes or cancels a day.
///
/// # Errors
/// [`Refusal::Illegal`]; [`Refusal::Missing`] where the day has not come, or numbers are still waiting.
pub fn change_state(app: &App, actor: &Actor, id: ClinicId, action: ClinicAction) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let mut found = clinic::load(step.tx, id)?;
        step.must(Action::OrganiseClinic, &concerns::of_county(found.county))?;
        found.state = found.state.after(action)?;
        if action == ClinicAction::OpenDoors && step.today < found.held_on {
            let message = format!("服务日为{}，当天才能开始叫号", found.held_on);
            return Err(Refusal::Missing(vec![Missing::new("too_early", message, "N12")]));
        }
        if action == ClinicAction::Close {
            let serving = ticket::of_clinic(step.tx, id, "1 = 1")?
                .into_iter()
                .find(|t| t.state == TicketState::Serving);
            if let Some(ticket) = serving {
                let message = format!("{}号还在办理，请先办结", ticket.number);
                return Err(Refusal::Missing(vec![Missing::new("serving", message, "N12")]));
            }
        }
        clinic::save(step.tx, &found)?;
        let off = if action == ClinicAction::Cancel { call_off_day(step, &found)? } else { CalledOff::default() };
        let lists = match off {
            CalledOff { taken_back: 0, told: 0, by_hand: 0 } => String::new(),
            CalledOff { taken_back, told, by_hand } => {
                format!("，撤回排队的携带清单{taken_back}条，另行通知已收到清单的{told}家，{by_hand}家须打电话告知")
            }
        };
        let code = format!("clinic.{}", action.code());
        record(step, &code, ("clinic", id.0), None, format!("{}手把手服务日：{action}{lists}", found.held_on))
    })
}

/// Whether a day is served on a business day: its doors are open, or are to be opened on this very day.
pub fn runs_on(day: &Clinic, today: Date) -> bool {
    match day.state {
        ClinicState::Open => true,
        ClinicState::Planned => day.held_on == today,
        ClinicState::Closed | ClinicState::Cancelled => false,
    }
}

/// The days that an actor may see, the latest first.
///
/// # Errors
/// [`Refusal::Missing`] where no campaign is under way.
pub fn list(app: &App, actor: &Actor) -> Result<Vec<Clinic>, Refusal> {
    app.view(actor, |view| {
        let campaign = campaigns::current(view)?.id;
        Ok(clinic::list(view.tx, actor, campaign)?)
    })
}
