//! Hand-in-hand days of the demo: over, called off, ahead, and one today with its queue.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use xinxiu_domain::actor::Actor;
use xinxiu_domain::application::ApplicationState;
use xinxiu_domain::campaign::PlanItemKind;
use xinxiu_domain::clinic::{ClinicAction, Lane, TicketAction};
use xinxiu_domain::id::{ClinicId, EnterpriseId};
use xinxiu_store::ticket::Ticket;

use super::course::{Course, Task, Trained};
use super::words::PLACES;
use super::{FIRST_DAY, repair};
use crate::clinics::{self, Plan};
use crate::refusal::Refusal;

type Outcome = Result<(), Refusal>;

/// A day of the calendar.
#[derive(Debug, Clone, Copy)]
pub struct Day {
    /// Place of its county.
    pub county: usize,
    /// Day.
    pub held: Date,
    /// Places of its townships.
    pub townships: &'static [usize],
    /// Whether it is called off.
    pub cancelled: bool,
}

const fn day(county: usize, month: i8, day: i8, townships: &'static [usize]) -> Day {
    Day { county, held: date(2022, month, day), townships, cancelled: false }
}

/// The hand-in-hand days of the demo.
pub const CALENDAR: &[Day] = &[
    day(0, 7, 22, &[0, 1]),
    day(3, 7, 27, &[0, 1]),
    day(6, 8, 2, &[1]),
    day(1, 8, 12, &[0]),
    day(4, 8, 16, &[0, 2]),
    day(0, 8, 19, &[2]),
    day(2, 8, 30, &[1, 2]),
    day(5, 9, 6, &[0]),
    Day { cancelled: true, ..day(7, 9, 14, &[0]) },
    day(3, 9, 15, &[1, 2]),
    day(0, 9, 20, &[0, 2]),
    day(5, 9, 22, &[1, 2]),
];

/// A step of a day.
#[derive(Debug, Clone, Copy)]
pub enum ClinicStep {
    /// The county plans it.
    Plan,
    /// It calls it off.
    Cancel,
    /// It is held.
    Hold,
}

/// How many come to a day.
const COMING: usize = 12;

/// Enters every day.
pub fn enter(course: &mut Course<'_>) {
    for (place, one) in CALENDAR.iter().enumerate() {
        course.on(one.held.saturating_sub(9.days()), Task::Clinic(ClinicStep::Plan, place));
        let (step, day) = if one.cancelled {
            (ClinicStep::Cancel, one.held.saturating_sub(2.days()))
        } else {
            (ClinicStep::Hold, one.held)
        };
        course.on(day, Task::Clinic(step, place));
    }
}

/// The day, within two weeks, to which an enterprise is to come.
pub fn awaits(course: &Course<'_>, of: EnterpriseId) -> Option<Date> {
    let trained = course.trained.iter().find(|one| one.enterprise == of)?;
    let (today, until) = (course.today(), course.today().saturating_add(14.days()));
    let coming = CALENDAR
        .iter()
        .find(|one| !one.cancelled && one.held > today && one.held < until && belongs(one, trained));
    coming.map(|one| one.held)
}

fn belongs(day: &Day, trained: &Trained) -> bool {
    let (_, short, _, townships) = PLACES[day.county];
    trained.county == short && day.townships.iter().any(|place| townships[*place] == trained.township)
}

/// Takes a step of a day.
pub fn take(course: &mut Course<'_>, step: ClinicStep, place: usize) -> Outcome {
    let one = &CALENDAR[place];
    let (county, _, _, townships) = PLACES[one.county];
    let actor = course.cast.named(county)?;
    match (step, course.clinics[place]) {
        (ClinicStep::Plan, _) => {
            let command = Plan {
                held_on: one.held,
                place: format!("{}便民服务中心（虚构）", townships[one.townships[0]]),
                townships: one.townships.iter().map(|place| townships[*place].to_owned()).collect(),
                internet: true,
                sure: false,
            };
            course.clinics[place] = Some(clinics::plan(course.app, &actor, &command)?);
            Ok(())
        }
        (ClinicStep::Cancel, Some(id)) => clinics::change_state(course.app, &actor, id, ClinicAction::Cancel),
        (ClinicStep::Hold, Some(id)) => hold(course, one, id),
        (_, None) => Ok(()),
    }
}

fn hold(course: &mut Course<'_>, day: &Day, id: ClinicId) -> Outcome {
    let county = course.cast.named(PLACES[day.county].0)?;
    let coming = coming(course, day);
    for trained in &coming {
        // The agency of a sector's class is no part of a county's day; there the county gives the number.
        let of_region = course.classes[trained.class].kind == PlanItemKind::Region;
        let by = if of_region { course.agency(trained.class)? } else { county.clone() };
        clinics::take_number(course.app, &by, id, trained.enterprise)?;
    }
    clinics::change_state(course.app, &county, id, ClinicAction::OpenDoors)?;
    let under_way = day.held == FIRST_DAY;
    let served = if under_way { coming.len() / 2 } else { coming.len() };
    for place in 0..served {
        serve(course, (id, &county), place)?;
    }
    if under_way {
        // Two counters are busy, the others wait.
        call(course, (id, &county), Lane::Agency, "1号服务台")?;
        call(course, (id, &county), Lane::Agency, "2号服务台")?;
        return Ok(());
    }
    clinics::change_state(course.app, &county, id, ClinicAction::Close)
}

/// Those whose application is ready come first.
fn coming(course: &Course<'_>, day: &Day) -> Vec<Trained> {
    let mut coming: Vec<Trained> = Vec::new();
    for trained in course.trained.iter().filter(|one| belongs(day, one)) {
        if !coming.iter().any(|known| known.enterprise == trained.enterprise) {
            coming.push(trained.clone());
        }
    }
    coming.sort_by_key(|one| !course.drafts.contains_key(&one.enterprise));
    coming.truncate(COMING);
    coming
}

/// Calls the next of a lane, where one waits: the window calls in its own.
fn call(
    course: &Course<'_>,
    (id, county): (ClinicId, &Actor),
    lane: Lane,
    counter: &str,
) -> Result<Option<Ticket>, Refusal> {
    let by = if lane == Lane::Window { &course.cast.window } else { county };
    match clinics::call_next(course.app, by, id, lane, counter) {
        Ok(ticket) => Ok(Some(ticket)),
        Err(Refusal::Missing(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// Calls a number; what is ready is submitted, passed on and reviewed at once. Some are not there when they are called.
fn serve(course: &mut Course<'_>, (id, county): (ClinicId, &Actor), place: usize) -> Outcome {
    let counter = if place.is_multiple_of(2) { "1号服务台" } else { "2号服务台" };
    let Some(ticket) = call(course, (id, county), Lane::Agency, counter)? else {
        return review(course, id, place);
    };
    if place % 7 == 4 {
        clinics::serve(course.app, county, ticket.id, ticket.version, (TicketAction::Miss, counter))?;
        return Ok(());
    }
    let draft = course.drafts.get(&ticket.enterprise).copied();
    if let Some((application, class)) = draft
        && repair::submit(course, application, class)?
    {
        let passed = (TicketAction::PassOn, counter);
        clinics::serve(course.app, county, ticket.id, ticket.version, passed)?;
        return review(course, id, place);
    }
    clinics::serve(course.app, county, ticket.id, ticket.version, (TicketAction::Finish, counter))?;
    Ok(())
}

/// The window's lane: the next is reviewed and finished.
fn review(course: &mut Course<'_>, id: ClinicId, place: usize) -> Outcome {
    let counter = if place.is_multiple_of(2) { "1号窗口" } else { "2号窗口" };
    let window = course.cast.window.clone();
    let Some(ticket) = call(course, (id, &window), Lane::Window, counter)? else { return Ok(()) };
    let day = clinics::day(course.app, &window, id)?;
    let of = day.queue.iter().find(|(one, _)| one.id == ticket.id).and_then(|(_, application)| *application);
    if let Some((application, ApplicationState::Submitted)) = of {
        repair::accept(course, application, Some(id))?;
    }
    clinics::serve(course.app, &window, ticket.id, ticket.version, (TicketAction::Finish, counter))?;
    Ok(())
}
