//! Results put on record: all of a table in one step, or nothing and what is wrong.

use xinxiu_domain::Missing;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::{AttendanceId, SessionId};
use xinxiu_store::attendance::Attendance;
use xinxiu_store::{attendance, concerns, enterprise, exam};

use super::gap;
use crate::app::{App, Step};
use crate::refusal::{FieldError, Refusal, require};
use crate::{exam_blueprint, sitting};

/// The result of a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Score {
    /// Whose.
    pub attendance: AttendanceId,
    /// Right answers.
    pub right: u32,
    /// Papers that were on record when the table was opened: a result that was entered since is not entered twice.
    pub known: u32,
}

/// Enters results of a session. Returns how many.
///
/// # Errors
/// [`Refusal::Invalid`] with every line that cannot be taken (fields `right-…`); [`Refusal::Forbidden`] for those who do
/// not run the session.
pub fn enter_scores(app: &App, actor: &Actor, id: SessionId, scores: &[Score]) -> Result<usize, Refusal> {
    if scores.is_empty() {
        return Err(Refusal::invalid("scores", "请至少填写一家企业的答对题数"));
    }
    app.step(actor, |step| {
        step.must(Action::RunSession, &concerns::of_session(step.tx, id)?)?;
        let mut errors = Vec::new();
        for score in scores {
            let found = attendance::load(step.tx, score.attendance)?;
            if found.session != id {
                return Err(Refusal::invalid("scores", "不是本场次邀请的企业"));
            }
            let name = enterprise::load(step.tx, found.enterprise)?.name;
            match enter_one(step, found, score.right, Some(score.known)) {
                Ok(()) => {}
                Err(fault @ (Refusal::Store(_) | Refusal::Forbidden(_))) => return Err(fault),
                Err(refusal) => {
                    let field = format!("right-{}", score.attendance);
                    errors.push(FieldError { field, message: format!("{name}：{refusal}") });
                }
            }
        }
        if errors.is_empty() { Ok(scores.len()) } else { Err(Refusal::Invalid(errors)) }
    })
}

/// One result, where the actor may enter it; `known` as in [`Score`].
pub(crate) fn enter_one(
    step: &Step<'_>,
    found: Attendance,
    right: u32,
    known: Option<u32>,
) -> Result<(), Refusal> {
    let blueprint = exam_blueprint::of_attendance(step.tx, found.id)?;
    if right > blueprint.length() {
        return Err(Refusal::invalid("right", format!("答对题数在0到{}之间", blueprint.length())));
    }
    step.tx.lock(&format!("exam-{}", found.id))?;
    let papers = exam::of_attendance(step.tx, found.id)?;
    let tally = exam::Tally::of(&papers);
    if known.is_some_and(|known| known != tally.papers) {
        return Err(Refusal::invalid("right", "打开本页以后已经录入过成绩，请刷新页面核对"));
    }
    let gap = gap(found.state, &blueprint, tally);
    if !gap.is_empty() {
        return require(vec![Missing::new("exam", gap, "N11")]);
    }
    let attempt = papers.last().map_or(1, |paper| paper.attempt + 1);
    let mut paper = sitting::fresh(found.id, attempt, &blueprint, step.now);
    paper.ends_at = None;
    paper.id = exam::insert(step.tx, &paper)?;
    sitting::finish(step, found, &mut paper, right as usize)
}
