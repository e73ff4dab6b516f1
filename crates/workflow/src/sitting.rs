//! A sitting of the closing exam (结业考试, N11 N18): begun once, every answer kept as it is given, ended by the
//! server's clock, handed in once however often it is sent.
//!
//! Keeping an answer is no step of the procedure: it writes no audit entry. The entry of handing in holds what was
//! answered, and when each paper was begun stands in an entry too.

use jiff::Timestamp;
use xinxiu_domain::Missing;
use xinxiu_domain::actor::Actor;
use xinxiu_domain::attendance::{AttendanceAction, exam_gaps};
use xinxiu_domain::blueprint::Blueprint;
use xinxiu_domain::exam::mark;
use xinxiu_domain::id::{AttendanceId, SessionId};
use xinxiu_store::attendance::{self, Attendance};
use xinxiu_store::exam::{self, Paper};
use xinxiu_store::exam_answer::{self, Given};
use xinxiu_store::{StoreError, Tx};

use crate::app::{App, Step};
use crate::certificates;
use crate::exam::note;
use crate::exam_blueprint;
use crate::invitations::own;
use crate::question_bank;
use crate::refusal::{FieldError, Refusal, require};

/// What an enterprise sees before it begins.
#[derive(Debug, Clone)]
pub struct Intro {
    /// How the exam is put together.
    pub blueprint: Blueprint,
    /// Number of the attempt that would begin.
    pub attempt: u32,
    /// Papers handed in so far.
    pub done: u32,
    /// From when the next one may begin, where it has to wait.
    pub from: Option<Timestamp>,
    /// What keeps it from beginning.
    pub gaps: Vec<Missing>,
    /// The paper that is under way.
    pub open: Option<Paper>,
}

/// A paper under way.
#[derive(Debug, Clone)]
pub struct Sitting {
    /// The paper with the answers so far.
    pub paper: Paper,
    /// The highest sequence number of an answer.
    pub seq: i64,
}

/// How the next attempt would be, or which one is under way. A paper whose time is over is handed in first.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn intro(app: &App, actor: &Actor, id: AttendanceId) -> Result<Intro, Refusal> {
    close_lapsed(app, actor, id)?;
    app.view(actor, |view| {
        let found = own(view.tx, actor, id)?;
        let blueprint = exam_blueprint::of_attendance(view.tx, id)?;
        let papers = exam::of_attendance(view.tx, id)?;
        let mut gaps = exam_gaps(found.state);
        let open = papers.last().filter(|paper| paper.is_open()).cloned();
        let (now, (done, last)) = (app.clock.now(), handed_in(&papers));
        if gaps.is_empty() && open.is_none() {
            gaps = blueprint.retake_gaps(done, last, now);
        }
        let from = last.and_then(|at| blueprint.next_from(at)).filter(|from| *from > now);
        Ok(Intro { attempt: next_attempt(&papers), blueprint, done, from, gaps, open })
    })
}

/// How many papers were handed in, and when the last one was.
fn handed_in(papers: &[Paper]) -> (u32, Option<Timestamp>) {
    let mut closed = papers.iter().filter_map(|paper| paper.submitted_at.map(|moment| moment.at));
    (u32::try_from(closed.clone().count()).unwrap_or(u32::MAX), closed.next_back())
}

fn next_attempt(papers: &[Paper]) -> u32 {
    papers.last().map_or(1, |paper| paper.attempt + 1)
}

/// Hands out a paper. One that was begun and not handed in is handed out again, on this device or another, so
/// that nobody can leaf through the bank for easier questions.
///
/// # Errors
/// [`Refusal::Missing`] where the enterprise has not signed in, has passed, or may not try again yet;
/// [`Refusal::Forbidden`].
pub fn start(app: &App, actor: &Actor, id: AttendanceId) -> Result<Paper, Refusal> {
    let intro = intro(app, actor, id)?;
    require(intro.gaps)?;
    if let Some(paper) = intro.open {
        return Ok(paper);
    }
    let today = app.clock.today();
    let bank = app.store.db.read(|tx| question_bank::asked_on(tx, &app.rules, today))?;
    let questions = question_bank::draw(bank, &intro.blueprint)?;
    let begun = app.step(actor, |step| {
        let found = own(step.tx, actor, id)?;
        require(exam_gaps(found.state))?;
        step.tx.lock(&format!("exam-{id}"))?;
        let papers = exam::of_attendance(step.tx, id)?;
        if papers.last().is_some_and(Paper::is_open) {
            return Err(StoreError::Conflict("试卷").into());
        }
        let mut paper = fresh(id, next_attempt(&papers), &intro.blueprint, step.now);
        paper.answers = vec![Vec::new(); questions.len()];
        paper.questions = questions;
        paper.id = exam::insert(step.tx, &paper)?;
        let summary = format!("开始第{}次结业考试", paper.attempt);
        note(step, "exam.start", &found, summary, serde_json::json!({ "paper": paper.id }))?;
        Ok(paper)
    });
    match begun {
        // Two devices that begin at once get one paper.
        Err(Refusal::Store(StoreError::Conflict(_))) => {
            let sitting = resume(app, actor, id)?;
            sitting.map(|sitting| sitting.paper).ok_or_else(|| StoreError::Conflict("试卷").into())
        }
        other => other,
    }
}

/// An empty paper by a blueprint.
pub(crate) fn fresh(attendance: AttendanceId, attempt: u32, blueprint: &Blueprint, now: Timestamp) -> Paper {
    Paper {
        id: 0,
        attendance,
        attempt,
        questions: Vec::new(),
        answers: Vec::new(),
        right_answers: None,
        passed: None,
        pass_mark: blueprint.pass_mark,
        length: blueprint.length(),
        started_at: now,
        ends_at: blueprint.ends_at(now),
        grace_seconds: blueprint.grace_seconds,
        submitted_at: None,
    }
}

/// The paper under way with its answers so far, for going on with it.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn resume(app: &App, actor: &Actor, id: AttendanceId) -> Result<Option<Sitting>, Refusal> {
    close_lapsed(app, actor, id)?;
    app.view(actor, |view| {
        own(view.tx, actor, id)?;
        let Some(mut paper) = exam::of_attendance(view.tx, id)?.pop().filter(Paper::is_open) else {
            return Ok(None);
        };
        let seq = exam_answer::fill(view.tx, &mut paper)?;
        Ok(Some(Sitting { paper, seq }))
    })
}

/// What the server has of a paper under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// The highest sequence number of an answer.
    pub seq: i64,
    /// When its time is over; `None` without a limit.
    pub ends_at: Option<Timestamp>,
}

/// Keeps answers of a paper under way, in whatever order and however often they arrive.
///
/// # Errors
/// A conflict where the paper is handed in or its time is over; [`Refusal::Invalid`] for an answer that the
/// question does not have; [`Refusal::Forbidden`].
pub fn keep(
    app: &App,
    actor: &Actor,
    id: AttendanceId,
    paper: i64,
    answers: &[Given],
) -> Result<Kept, Refusal> {
    let now = app.clock.now();
    app.store.db.write(|tx| {
        own(tx, actor, id)?;
        tx.lock(&format!("paper-{paper}"))?;
        let found = open_paper(tx, id, paper)?.filter(|paper| !paper.is_over(now));
        let found = found.ok_or(StoreError::Conflict("试卷"))?;
        write(tx, &found, answers, now)?;
        let kept = exam_answer::of_paper(tx, paper)?;
        let seq = kept.iter().map(|given| given.seq).max().unwrap_or(0);
        Ok(Kept { seq, ends_at: found.ends_at })
    })
}

fn open_paper(tx: &Tx<'_>, id: AttendanceId, paper: i64) -> Result<Option<Paper>, StoreError> {
    Ok(exam::of_attendance(tx, id)?.into_iter().find(|one| one.id == paper && one.is_open()))
}

fn write(tx: &Tx<'_>, paper: &Paper, answers: &[Given], now: Timestamp) -> Result<(), Refusal> {
    for given in answers {
        let question = paper.questions.get(given.place);
        let fits = |question: &xinxiu_domain::exam::Question| {
            given.chosen.iter().all(|choice| *choice < question.choices.len())
        };
        if !question.is_some_and(fits) {
            let field = format!("q{}", given.place + 1);
            return Err(Refusal::invalid(&field, format!("第{}题的选项不存在", given.place + 1)));
        }
        exam_answer::keep(tx, paper.id, given, now)?;
    }
    Ok(())
}

/// Takes in answers to all questions and hands the paper in.
///
/// # Errors
/// As [`hand_in`].
pub fn submit(
    app: &App,
    actor: &Actor,
    id: AttendanceId,
    paper: i64,
    answers: &[Vec<usize>],
) -> Result<Paper, Refusal> {
    if let Some(sitting) = resume(app, actor, id)?.filter(|sitting| sitting.paper.id == paper) {
        let given: Vec<Given> = (0..sitting.paper.questions.len())
            .map(|place| Given {
                place,
                seq: sitting.seq + 1,
                chosen: answers.get(place).cloned().unwrap_or_default(),
            })
            .collect();
        keep(app, actor, id, paper, &given)?;
    }
    hand_in(app, actor, id, paper)
}

/// Hands a paper in and marks it at once. Handing in again gives the same result and does nothing.
///
/// # Errors
/// [`Refusal::Invalid`] with every question that has no answer yet (fields `q1` …), unless the time is over;
/// [`StoreError::NotFound`] where there is no such paper; [`Refusal::Forbidden`].
pub fn hand_in(app: &App, actor: &Actor, id: AttendanceId, paper: i64) -> Result<Paper, Refusal> {
    let handed_in = |tx: &Tx<'_>| -> Result<Option<Paper>, Refusal> {
        own(tx, actor, id)?;
        let papers = exam::of_attendance(tx, id)?;
        let found = papers.into_iter().find(|one| one.id == paper);
        let found = found.ok_or_else(|| StoreError::NotFound("试卷", paper.to_string()))?;
        Ok(Some(found).filter(|paper| !paper.is_open()))
    };
    if let Some(done) = app.view(actor, |view| handed_in(view.tx))? {
        return Ok(done);
    }
    let done = app.step(actor, |step| {
        step.tx.lock(&format!("paper-{paper}"))?;
        let Some(mut given) = open_paper(step.tx, id, paper)? else {
            return Err(StoreError::Conflict("试卷").into());
        };
        exam_answer::fill(step.tx, &mut given)?;
        if given.ends_at.is_none_or(|end| step.now < end) {
            complete(&given)?;
        }
        close(step, id, given)
    });
    match done {
        // Somebody was faster with the same paper: what they got is the result.
        Err(Refusal::Store(StoreError::Conflict(_))) => {
            app.view(actor, |view| handed_in(view.tx))?.ok_or_else(|| StoreError::Conflict("试卷").into())
        }
        other => other,
    }
}

fn complete(paper: &Paper) -> Result<(), Refusal> {
    let fault = |place: usize| FieldError {
        field: format!("q{}", place + 1),
        message: format!("第{}题还没有作答", place + 1),
    };
    let open = paper.answers.iter().enumerate().filter(|(_, answer)| answer.is_empty());
    let faults: Vec<_> = open.map(|(place, _)| fault(place)).collect();
    if faults.is_empty() { Ok(()) } else { Err(Refusal::Invalid(faults)) }
}

fn close(step: &Step<'_>, id: AttendanceId, mut paper: Paper) -> Result<Paper, Refusal> {
    let found = attendance::load(step.tx, id)?;
    require(exam_gaps(found.state))?;
    let right = mark(&paper.questions, &paper.answers);
    finish(step, found, &mut paper, right)?;
    Ok(paper)
}

/// Puts the result of a paper on record.
pub(crate) fn finish(
    step: &Step<'_>,
    mut found: Attendance,
    paper: &mut Paper,
    right: usize,
) -> Result<(), Refusal> {
    let right = u32::try_from(right).unwrap_or(u32::MAX);
    let passed = right >= paper.pass_mark;
    let action = if passed { AttendanceAction::Pass } else { AttendanceAction::Fail };
    found.state = found.state.after(action)?;
    paper.right_answers = Some(right);
    paper.passed = Some(passed);
    paper.submitted_at = Some(step.moment());
    exam::save(step.tx, paper)?;
    attendance::save(step.tx, &found)?;
    let summary = format!("第{}次结业考试答对{right}题，{action}", paper.attempt);
    let detail = serde_json::json!({
        "paper": paper.id, "right": right, "passed": passed, "answers": paper.answers
    });
    note(step, "exam.submit", &found, summary, detail)?;
    if passed {
        certificates::issue(step, &found)?;
    }
    Ok(())
}

/// Hands in a paper whose time is over, with the answers that were kept.
fn close_lapsed(app: &App, actor: &Actor, id: AttendanceId) -> Result<(), Refusal> {
    let now = app.clock.now();
    let lapsed = app.view(actor, |view| {
        own(view.tx, actor, id)?;
        Ok(exam::of_attendance(view.tx, id)?.pop().filter(|paper| paper.is_open() && paper.is_over(now)))
    })?;
    match lapsed {
        Some(paper) => hand_in(app, actor, id, paper.id).map(drop),
        None => Ok(()),
    }
}

/// Hands in every paper of a session whose time is over: whoever left with an open page gets the result of what
/// was kept. A paper whose time still runs is left to its clock.
pub(crate) fn close_lapsed_of(step: &Step<'_>, session: SessionId) -> Result<(), Refusal> {
    for paper in exam::open_of_session(step.tx, session)?.iter().filter(|paper| paper.is_over(step.now)) {
        step.tx.lock(&format!("paper-{}", paper.id))?;
        if let Some(mut given) = open_paper(step.tx, paper.attendance, paper.id)? {
            exam_answer::fill(step.tx, &mut given)?;
            close(step, paper.attendance, given)?;
        }
    }
    Ok(())
}
