//! The closing exam (结业考试): what is on record of it, and results written on paper (N11 N18). How it is sat
//! is in [`crate::sitting`].

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::{AttendanceId, CampaignId};
use xinxiu_store::attendance::{self, Attendance};
use xinxiu_store::exam::{self, Paper};
use xinxiu_store::{campaign, concerns, session};

use crate::app::{App, Done, Step, View};
use crate::refusal::Refusal;
use crate::{exam_blueprint, paper_exams};

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

/// Enters the result of an exam that was written on paper in the hall: the number of right answers. `known` is how
/// many papers there were when the page was opened, so that a form sent twice is one paper.
///
/// # Errors
/// [`Refusal::Forbidden`] for those who do not run the session; [`Refusal::Missing`] before signing in.
pub fn enter(
    app: &App,
    actor: &Actor,
    id: AttendanceId,
    right: u32,
    known: Option<u32>,
) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let found = attendance::load(step.tx, id)?;
        step.must(Action::RunSession, &concerns::of_session(step.tx, found.session)?)?;
        paper_exams::enter_one(step, found, right, known)
    })
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
