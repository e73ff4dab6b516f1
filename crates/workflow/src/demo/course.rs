//! The course of the campaign: an agenda of days on which people take their steps. What falls behind the
//! last day is not done; that is the work which the demo leaves open.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use xinxiu_domain::actor::Actor;
use xinxiu_domain::id::{ApplicationId, CampaignId, ClinicId, EnterpriseId, HandoverId, OrgId, SessionId};
use xinxiu_store::attendance::Attendance;
use xinxiu_store::campaign::{self, PlanItem};
use xinxiu_store::files::Kept;

use super::cast::Cast;
use super::dice::Dice;
use super::repair::{Fate, RepairStep};
use super::training::TrainingStep;
use super::{calling, clinic, closing, identity, otherways, proposing, repair, sample, teaching, training};
use crate::app::App;
use crate::invitations;
use crate::refusal::Refusal;

/// What somebody does once.
pub type Act = fn(&mut Course<'_>) -> Result<(), Refusal>;

/// Something that is done on its day.
#[derive(Debug, Clone, Copy)]
pub enum Task {
    /// Something that happens once.
    Once(Act),
    /// A step of a session, by its place in the calendar.
    Training(TrainingStep, usize),
    /// A step of an enterprise's repair.
    Repair(RepairStep, Fate),
    /// A hand-in-hand day, by its place in the calendar.
    Clinic(clinic::ClinicStep, usize),
}

/// How much was done so far, for those who wait.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    /// Invitations.
    pub invited: usize,
    /// Enterprises that signed in.
    pub trained: usize,
    /// Commitments signed.
    pub signed: usize,
    /// Applications submitted.
    pub applied: usize,
    /// Records taken down.
    pub taken_down: usize,
}

/// An enterprise that was trained.
#[derive(Debug, Clone)]
pub struct Trained {
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// Its county's short name.
    pub county: String,
    /// Its township.
    pub township: String,
    /// Place of its class.
    pub class: usize,
}

/// The campaign while the demo is made.
pub struct Course<'a> {
    /// The installation.
    pub app: &'a App,
    /// The campaign.
    pub campaign: CampaignId,
    /// Its people.
    pub cast: Cast,
    /// Its classes, by their place in the plan.
    pub classes: Vec<PlanItem>,
    /// Chance.
    pub dice: Dice,
    /// A page that stands for every scan.
    pub scan: Kept,
    /// The sessions of the calendar that were planned.
    pub sessions: Vec<Option<SessionId>>,
    /// The hand-in-hand days of the calendar that were planned.
    pub clinics: Vec<Option<ClinicId>>,
    /// Enterprises that were trained, in the order in which they were.
    pub trained: Vec<Trained>,
    /// The draft of an enterprise, with the place of its class.
    pub drafts: BTreeMap<EnterpriseId, (ApplicationId, usize)>,
    /// Enterprises that an authority told to attend.
    pub followed: Vec<(OrgId, Vec<EnterpriseId>)>,
    /// The archives that were handed over first.
    pub handed_over: Option<HandoverId>,
    /// How much was done.
    pub tally: Tally,
    agenda: BTreeMap<(Date, usize), Task>,
    entered: usize,
}

impl<'a> Course<'a> {
    /// The course with everything that is fixed beforehand.
    pub fn new(app: &'a App, campaign: CampaignId) -> Result<Self, Refusal> {
        let mut course = Self {
            app,
            campaign,
            cast: Cast::gather(app)?,
            classes: app.store.db.read(|tx| campaign::items(tx, campaign))?,
            dice: Dice::new(15),
            scan: app.store.files.keep(sample::pdf().as_slice())?,
            sessions: vec![None; training::CALENDAR.len()],
            clinics: vec![None; clinic::CALENDAR.len()],
            trained: Vec::new(),
            drafts: BTreeMap::new(),
            followed: Vec::new(),
            handed_over: None,
            tally: Tally::default(),
            agenda: BTreeMap::new(),
            entered: 0,
        };
        calling::enter(&mut course);
        identity::enter(&mut course);
        teaching::enter(&mut course);
        training::enter(&mut course);
        clinic::enter(&mut course);
        proposing::enter(&mut course);
        closing::enter(&mut course);
        otherways::enter(&mut course);
        Ok(course)
    }

    /// Enters a task; on a day off it is done on the next working day.
    pub fn on(&mut self, day: Date, task: Task) {
        let calendar = self.app.rules.calendar();
        let day = if calendar.is_working_day(day) { day } else { calendar.add_working_days(day, 1).date };
        self.agenda.insert((day, self.entered), task);
        self.entered += 1;
    }

    /// Enters a task so many working days from today.
    pub fn after(&mut self, working_days: usize, task: Task) {
        let count = u32::try_from(working_days).unwrap_or(u32::MAX);
        let day = self.app.rules.calendar().add_working_days(self.today(), count).date;
        self.on(day, task);
    }

    /// The business day.
    pub fn today(&self) -> Date {
        self.app.clock.today()
    }

    /// Does everything up to a day, and tells the state of each week.
    pub fn run(mut self, last: Date, progress: &mut dyn FnMut(&str)) -> Result<(), Refusal> {
        let mut told = self.today();
        while let Some(((day, _), task)) = self.agenda.pop_first() {
            if day > last {
                return Ok(());
            }
            if day > told.saturating_add(6.days()) {
                progress(&self.told(day));
                told = day;
            }
            self.app.clock.set(day);
            self.take(task)?;
        }
        Ok(())
    }

    fn take(&mut self, task: Task) -> Result<(), Refusal> {
        match task {
            Task::Once(act) => act(self),
            Task::Training(step, place) => training::take(self, step, place),
            Task::Repair(step, fate) => repair::take(self, step, fate),
            Task::Clinic(step, place) => clinic::take(self, step, place),
        }
    }

    fn told(&self, day: Date) -> String {
        let Tally { invited, trained, signed, applied, taken_down } = self.tally;
        format!(
            "推进到{day}：邀请{invited}家次，参训{trained}家，签承诺书{signed}份，申请{applied}份，撤下{taken_down}条"
        )
    }

    /// The agency of a class.
    pub fn agency(&self, class: usize) -> Result<Actor, Refusal> {
        let agency = self.classes[class].agency;
        agency.map_or_else(|| Err(Refusal::invalid("agency", "该班没有服务机构")), |org| self.cast.of(org))
    }

    /// The organiser of a class.
    pub fn organiser(&self, class: usize) -> Result<Actor, Refusal> {
        self.cast.of(self.classes[class].organiser)
    }

    /// The enterprise behind an attendance, as it comes through its personal link.
    pub fn guest(&self, attendance: &Attendance) -> Result<Actor, Refusal> {
        let token = invitations::token(self.app, attendance)?;
        Ok(invitations::of_link(self.app, &token)?.0)
    }
}
