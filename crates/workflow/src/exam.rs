//! The closing exam (结业考试): ten random questions, marked at once, repeated until passed (N11 N18).

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::attendance::{AttendanceAction, exam_gaps};
use xinxiu_domain::exam::{PAPER_LENGTH, mark, passes};
use xinxiu_domain::id::{AttendanceId, CampaignId};
use xinxiu_store::attendance::{self, Attendance};
use xinxiu_store::exam::{self, Paper};
use xinxiu_store::{StoreError, Tx, campaign, concerns, session};

use crate::app::{App, Done, Step, View};
use crate::certificates;
use crate::question_bank;
use crate::refusal::{FieldError, Refusal, require};

/// Points of one right answer, so that a whole paper is a hundred.
pub const POINTS: u32 = 10;

/// An enterprise's exam in one session.
#[derive(Debug, Clone)]
pub struct Record {
    /// The attendance.
    pub attendance: Attendance,
    /// Its papers, first attempt first.
    pub papers: Vec<Paper>,
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
        Ok(Record { papers: exam::of_attendance(view.tx, id)?, attendance })
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

fn own(tx: &Tx<'_>, actor: &Actor, id: AttendanceId) -> Result<Attendance, Refusal> {
    let found = attendance::load(tx, id)?;
    if actor.may(Action::AnswerInvitation, &concerns::of_enterprise(tx, found.enterprise)?) {
        Ok(found)
    } else {
        Err(Refusal::Forbidden(Action::AnswerInvitation))
    }
}

/// Hands out a paper. One that was begun and not handed in is handed out again, so that nobody can leaf
/// through the bank for easier questions.
///
/// # Errors
/// [`Refusal::Missing`] where the enterprise has not signed in, or has passed; [`Refusal::Forbidden`].
pub fn start(app: &App, actor: &Actor, id: AttendanceId) -> Result<Paper, Refusal> {
    let begun = app.view(actor, |view| {
        require(exam_gaps(own(view.tx, actor, id)?.state))?;
        Ok(exam::of_attendance(view.tx, id)?.pop().filter(|paper| paper.submitted_at.is_none()))
    })?;
    if let Some(paper) = begun {
        return Ok(paper);
    }
    let questions = question_bank::draw()?;
    app.step(actor, |step| {
        let found = own(step.tx, actor, id)?;
        require(exam_gaps(found.state))?;
        let attempt = next_attempt(step, id)?;
        let mut paper = fresh(step, id, attempt);
        paper.answers = vec![Vec::new(); questions.len()];
        paper.questions = questions;
        paper.id = exam::insert(step.tx, &paper)?;
        let summary = format!("开始第{attempt}次结业考试");
        note(step, "exam.start", &found, summary, serde_json::json!({ "paper": paper.id }))?;
        Ok(paper)
    })
}

fn next_attempt(step: &Step<'_>, id: AttendanceId) -> Result<u32, Refusal> {
    step.tx.lock(&format!("exam-{id}"))?;
    let papers = exam::of_attendance(step.tx, id)?;
    Ok(papers.last().map_or(1, |paper| paper.attempt + 1))
}

fn fresh(step: &Step<'_>, attendance: AttendanceId, attempt: u32) -> Paper {
    Paper {
        id: 0,
        attendance,
        attempt,
        questions: Vec::new(),
        answers: Vec::new(),
        right_answers: None,
        passed: None,
        started_at: step.now,
        submitted_at: None,
    }
}

/// Takes in the answers and marks them at once. `paper` is the paper that the answers were given on.
///
/// # Errors
/// [`Refusal::Invalid`] with every question that has no answer yet (fields `q1` …); a conflict where the
/// paper was handed in before.
pub fn submit(
    app: &App,
    actor: &Actor,
    id: AttendanceId,
    paper: i64,
    answers: &[Vec<usize>],
) -> Result<Paper, Refusal> {
    app.step(actor, |step| {
        let found = own(step.tx, actor, id)?;
        require(exam_gaps(found.state))?;
        let papers = exam::of_attendance(step.tx, id)?;
        let given = papers.into_iter().find(|one| one.id == paper && one.submitted_at.is_none());
        let mut given = given.ok_or(StoreError::Conflict("试卷"))?;
        check_answers(&given, answers)?;
        given.answers = answers.to_vec();
        let right = mark(&given.questions, answers);
        finish(step, found, &mut given, right)?;
        Ok(given)
    })
}

fn check_answers(paper: &Paper, answers: &[Vec<usize>]) -> Result<(), Refusal> {
    let fault = |index: usize| {
        let given = answers.get(index).map_or(&[][..], Vec::as_slice);
        let question = &paper.questions[index];
        let message = if given.is_empty() {
            format!("第{}题还没有作答", index + 1)
        } else if given.iter().any(|choice| *choice >= question.choices.len()) {
            format!("第{}题的选项不存在", index + 1)
        } else {
            return None;
        };
        Some(FieldError { field: format!("q{}", index + 1), message })
    };
    let faults: Vec<_> = (0..paper.questions.len()).filter_map(fault).collect();
    if faults.is_empty() { Ok(()) } else { Err(Refusal::Invalid(faults)) }
}

fn finish(step: &Step<'_>, mut found: Attendance, paper: &mut Paper, right: usize) -> Result<(), Refusal> {
    let passed = passes(right);
    let action = if passed { AttendanceAction::Pass } else { AttendanceAction::Fail };
    found.state = found.state.after(action)?;
    paper.right_answers = u32::try_from(right).ok();
    paper.passed = Some(passed);
    paper.submitted_at = Some(step.moment());
    exam::save(step.tx, paper)?;
    attendance::save(step.tx, &found)?;
    let summary = format!("第{}次结业考试答对{right}题，{action}", paper.attempt);
    let detail = serde_json::json!({ "paper": paper.id, "right": right, "passed": passed });
    note(step, "exam.submit", &found, summary, detail)?;
    if passed {
        certificates::issue(step, &found)?;
    }
    Ok(())
}

/// Enters the result of an exam that was written on paper in the hall: right answers out of ten.
///
/// # Errors
/// [`Refusal::Forbidden`] for those who do not run the session; [`Refusal::Missing`] before signing in.
pub fn enter(app: &App, actor: &Actor, id: AttendanceId, right: u32) -> Result<(), Refusal> {
    if right as usize > PAPER_LENGTH {
        return Err(Refusal::invalid("right", format!("答对题数在0到{PAPER_LENGTH}之间")));
    }
    app.step(actor, |step| {
        let found = attendance::load(step.tx, id)?;
        step.must(Action::RunSession, &concerns::of_session(step.tx, found.session)?)?;
        require(exam_gaps(found.state))?;
        let attempt = next_attempt(step, id)?;
        let mut paper = fresh(step, id, attempt);
        paper.id = exam::insert(step.tx, &paper)?;
        finish(step, found, &mut paper, right as usize)
    })
}

fn note(
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
