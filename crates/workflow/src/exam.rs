//! The closing exam (结业考试): what is on record of it, and results written on paper (N11 N18). How it is sat
//! is in [`crate::sitting`].

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::attendance::exam_gaps;
use xinxiu_domain::id::{AttendanceId, CampaignId};
use xinxiu_store::attendance::{self, Attendance};
use xinxiu_store::exam::{self, Paper};
use xinxiu_store::{campaign, concerns, session};

use crate::app::{App, Done, Step, View};
use crate::refusal::{Refusal, require};
use crate::{exam_blueprint, sitting};

pub use crate::sitting::{start, submit};

/// An enterprise's exam in one session.
#[derive(Debug, Clone)]
pub struct Record {
    /// The attendance.
    pub attendance: Attendance,
    /// Its papers, first attempt first.
    pub papers: Vec<Paper>,
    /// Questions of a paper by the blueprint in force.
    pub length: u32,
}

impl Record {
    /// The paper that was handed in last.
    pub fn latest(&self) -> Option<&Paper> {
        self.papers.iter().rev().find(|paper| paper.submitted_at.is_some())
    }
}

/// The campaign of an attendance.
///
/// # Errors
/// What the database says.
pub fn campaign_of(app: &App, actor: &Actor, found: &Attendance) -> Result<CampaignId, Refusal> {
    app.view(actor, |view| {
        let class = session::load(view.tx, found.session)?.plan_item;
        Ok(campaign::load_item(view.tx, class)?.campaign)
    })
}

/// The exam so far, for the enterprise and for those who run the session.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn record_of(app: &App, actor: &Actor, id: AttendanceId) -> Result<Record, Refusal> {
    app.view(actor, |view| {
        let attendance = visible(view, id)?;
        let length = exam_blueprint::of_attendance(view.tx, id)?.length();
        Ok(Record { papers: exam::of_attendance(view.tx, id)?, attendance, length })
    })
}

/// The attendance, for the enterprise and for those who see its session.
pub(crate) fn visible(view: &View<'_>, id: AttendanceId) -> Result<Attendance, Refusal> {
    let found = attendance::load(view.tx, id)?;
    let own = concerns::of_enterprise(view.tx, found.enterprise)?;
    if !view.actor.may(Action::AnswerInvitation, &own) {
        view.must(Action::ViewSession, &concerns::of_session(view.tx, found.session)?)?;
    }
    Ok(found)
}

/// Enters the result of an exam that was written on paper in the hall: the number of right answers.
///
/// # Errors
/// [`Refusal::Forbidden`] for those who do not run the session; [`Refusal::Missing`] before signing in.
pub fn enter(app: &App, actor: &Actor, id: AttendanceId, right: u32) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let found = attendance::load(step.tx, id)?;
        step.must(Action::RunSession, &concerns::of_session(step.tx, found.session)?)?;
        enter_one(step, found, right)
    })
}

/// One result, where the actor may enter it.
pub(crate) fn enter_one(step: &Step<'_>, found: Attendance, right: u32) -> Result<(), Refusal> {
    let blueprint = exam_blueprint::of_attendance(step.tx, found.id)?;
    if right > blueprint.length() {
        return Err(Refusal::invalid("right", format!("答对题数在0到{}之间", blueprint.length())));
    }
    require(exam_gaps(found.state))?;
    step.tx.lock(&format!("exam-{}", found.id))?;
    let attempt = exam::of_attendance(step.tx, found.id)?.last().map_or(1, |paper| paper.attempt + 1);
    let mut paper = sitting::fresh(found.id, attempt, &blueprint, step.now);
    paper.ends_at = None;
    paper.id = exam::insert(step.tx, &paper)?;
    sitting::finish(step, found, &mut paper, right as usize)
}

pub(crate) fn note(
    step: &Step<'_>,
    action: &str,
    found: &Attendance,
    summary: String,
    detail: serde_json::Value,
) -> Result<(), Refusal> {
    let done =
        Done { action, subject: ("attendance", found.id.0), enterprise: Some(found.enterprise), summary };
    step.record(done, detail)
}
