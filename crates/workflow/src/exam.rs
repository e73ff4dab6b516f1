//! The closing exam (结业考试): what is on record of it, results written on paper, the certificate (N11 N18). How it
//! is sat is in [`crate::sitting`].

use xinxiu_documents::{TrainingCertificate, render_pdf};
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::attendance::{AttendanceState, exam_gaps};
use xinxiu_domain::batch::RecordState;
use xinxiu_domain::id::{AttendanceId, CampaignId};
use xinxiu_domain::missing::Missing;
use xinxiu_domain::session::Capacity;
use xinxiu_store::attendance::{self, Attendance};
use xinxiu_store::exam::{self, Paper};
use xinxiu_store::{Tx, campaign, concerns, enterprise, penalty, session};

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

fn visible(view: &View<'_>, id: AttendanceId) -> Result<Attendance, Refusal> {
    let found = attendance::load(view.tx, id)?;
    let own = concerns::of_enterprise(view.tx, found.enterprise)?;
    if !view.actor.may(Action::AnswerInvitation, &own) {
        view.must(Action::ViewSession, &concerns::of_session(view.tx, found.session)?)?;
    }
    Ok(found)
}

pub(crate) fn own(tx: &Tx<'_>, actor: &Actor, id: AttendanceId) -> Result<Attendance, Refusal> {
    let found = attendance::load(tx, id)?;
    if actor.may(Action::AnswerInvitation, &concerns::of_enterprise(tx, found.enterprise)?) {
        Ok(found)
    } else {
        Err(Refusal::Forbidden(Action::AnswerInvitation))
    }
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

/// The certificate of an enterprise that passed. `verify_url` is printed as a QR code where there is one.
///
/// # Errors
/// [`Refusal::Missing`] before it passed; [`Refusal::Forbidden`]; [`Refusal::Document`].
pub fn certificate(
    app: &App,
    actor: &Actor,
    id: AttendanceId,
    verify_url: Option<String>,
) -> Result<(Vec<u8>, String), Refusal> {
    let document = app.view(actor, |view| {
        let found = visible(view, id)?;
        require(certificate_gaps(found.state))?;
        certificate_of(view, &found, verify_url)
    })?;
    let bytes = render_pdf(&document).map_err(|error| Refusal::Document(error.to_string()))?;
    Ok((bytes, format!("信用修复培训证明-{}.pdf", document.number)))
}

fn certificate_gaps(state: AttendanceState) -> Vec<Missing> {
    if state == AttendanceState::Passed {
        return Vec::new();
    }
    vec![Missing::new("exam", "结业考试合格后才能出具培训证明，请先完成考试", "N11")]
}

/// The certificate's content.
pub(crate) fn certificate_of(
    view: &View<'_>,
    found: &Attendance,
    verify_url: Option<String>,
) -> Result<TrainingCertificate, Refusal> {
    let session = session::load(view.tx, found.session)?;
    let class = campaign::load_item(view.tx, session.plan_item)?;
    let year = campaign::load(view.tx, class.campaign)?.year;
    let enterprise = enterprise::load(view.tx, found.enterprise)?;
    let mut papers = exam::of_attendance(view.tx, found.id)?;
    papers.retain(|paper| paper.passed == Some(true));
    let score = papers.last().map(Paper::score);
    let pass = papers.last().and_then(|paper| (paper.pass_mark * 100).checked_div(paper.length));
    let public = penalty::of_enterprise(view.tx, found.enterprise)?;
    Ok(TrainingCertificate {
        number: format!("TC-{year}-{:05}", found.id.0),
        enterprise: enterprise.name,
        uscc: enterprise.uscc,
        attendee: found.attendee.clone(),
        attendee_role: found.capacity.map_or("", Capacity::label).to_owned(),
        class_name: session.title,
        held_on: session.held_on,
        hours_tenths: u16::try_from(session.class_hours * 10).unwrap_or(u16::MAX),
        exam_score: score.and_then(|score| u16::try_from(score).ok()),
        pass_mark: pass.and_then(|pass| u16::try_from(pass).ok()).unwrap_or(60),
        decision_numbers: public
            .into_iter()
            .filter(|one| one.state == RecordState::Public)
            .map(|one| one.decision)
            .collect(),
        organiser: class.organiser_name,
        agency: class.agency_name,
        verify_url,
        issued_on: view.today,
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
