//! Exam papers (结业考试, N11). The questions stand in the paper as they were asked.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use xinxiu_domain::exam::Question;
use xinxiu_domain::id::{AttendanceId, CampaignId, SessionId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::{Row, to_json};

/// A paper of one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// Id.
    pub id: i64,
    /// Whose paper.
    pub attendance: AttendanceId,
    /// From 1.
    pub attempt: u32,
    /// The questions.
    pub questions: Vec<Question>,
    /// Chosen answers, one list per question; empty where none is given yet.
    pub answers: Vec<Vec<usize>>,
    /// Number of right answers, once marked.
    pub right_answers: Option<u32>,
    /// Whether it passed, once marked.
    pub passed: Option<bool>,
    /// Right answers that pass.
    pub pass_mark: u32,
    /// Questions of the paper; one that was written on paper has a number and no questions here.
    pub length: u32,
    /// When it was begun.
    pub started_at: Timestamp,
    /// When its time is over; `None` without a limit.
    pub ends_at: Option<Timestamp>,
    /// Seconds after that in which answers are still taken.
    pub grace_seconds: u32,
    /// When it was handed in.
    pub submitted_at: Option<Moment>,
}

impl Paper {
    /// Whether its time, with the seconds of grace, is over.
    pub fn is_over(&self, now: Timestamp) -> bool {
        let grace = Duration::from_secs(u64::from(self.grace_seconds));
        self.ends_at.and_then(|end| end.checked_add(grace).ok()).is_some_and(|end| now > end)
    }

    /// Whether the answers can still be changed.
    pub const fn is_open(&self) -> bool {
        self.submitted_at.is_none()
    }

    /// Its mark out of a hundred.
    pub fn score(&self) -> u32 {
        (self.right_answers.unwrap_or(0) * 100).checked_div(self.length).unwrap_or(0)
    }
}

const SELECT: &str = "select id, attendance_id, attempt, questions, answers, right_answers, passed, started_at, \
                      pass_mark, length, ends_at, grace_seconds, submitted_at, submitted_on from exam_paper";

fn from_row(row: &Row) -> Result<Paper, StoreError> {
    Ok(Paper {
        id: row.get("id")?,
        attendance: row.get("attendance_id")?,
        attempt: row.get("attempt")?,
        questions: row.json("questions")?,
        answers: row.json("answers")?,
        right_answers: row.get("right_answers")?,
        passed: row.get("passed")?,
        pass_mark: row.get("pass_mark")?,
        length: row.get("length")?,
        started_at: row.get("started_at")?,
        ends_at: row.get("ends_at")?,
        grace_seconds: row.get("grace_seconds")?,
        submitted_at: row.moment_opt("submitted_at", "submitted_on")?,
    })
}

/// The papers of a session that are not handed in.
///
/// # Errors
/// What the engine says.
pub fn open_of_session(tx: &Tx<'_>, session: SessionId) -> Result<Vec<Paper>, StoreError> {
    let sql = format!(
        "{SELECT} where submitted_at is null and attendance_id in \
         (select id from attendance where session_id = $1) order by id"
    );
    tx.query(&sql, params![session], from_row)
}

/// Papers of an attendance, first attempt first.
///
/// # Errors
/// What the engine says.
pub fn of_attendance(tx: &Tx<'_>, attendance: AttendanceId) -> Result<Vec<Paper>, StoreError> {
    tx.query(&format!("{SELECT} where attendance_id = $1 order by attempt"), params![attendance], from_row)
}

/// How many papers an enterprise has in a session.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// All of them.
    pub papers: u32,
    /// Whether one is under way.
    pub open: bool,
}

impl Tally {
    /// Of these papers.
    pub fn of(papers: &[Paper]) -> Self {
        Self {
            papers: u32::try_from(papers.len()).unwrap_or(u32::MAX),
            open: papers.iter().any(Paper::is_open),
        }
    }
}

/// The papers of a session's enterprises, counted; who has none is left out.
///
/// # Errors
/// What the engine says.
pub fn tallies(tx: &Tx<'_>, session: SessionId) -> Result<HashMap<AttendanceId, Tally>, StoreError> {
    let sql = "select x.attendance_id, count(*) as papers, \
               sum(case when x.submitted_at is null then 1 else 0 end) as open_papers \
               from exam_paper x join attendance a on a.id = x.attendance_id \
               where a.session_id = $1 group by x.attendance_id";
    let rows = tx.query(sql, params![session], |row| {
        let tally = Tally { papers: row.get("papers")?, open: row.get::<i64>("open_papers")? > 0 };
        Ok((row.get("attendance_id")?, tally))
    })?;
    Ok(rows.into_iter().collect())
}

/// What was asked on a paper, and what was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sat {
    /// The questions.
    pub questions: Vec<Question>,
    /// Chosen answers, one list per question.
    pub answers: Vec<Vec<usize>>,
}

/// Every first paper of a campaign that was handed in on a phone, oldest first.
///
/// # Errors
/// What the engine says.
pub fn first_papers(tx: &Tx<'_>, campaign: CampaignId) -> Result<Vec<Sat>, StoreError> {
    let sql = "select x.questions, x.answers from exam_paper x join attendance a on a.id = x.attendance_id \
               join session s on s.id = a.session_id join plan_item p on p.id = s.plan_item_id \
               where p.campaign_id = $1 and x.attempt = 1 and x.submitted_at is not null and x.questions <> '[]' \
               order by x.id";
    tx.query(sql, params![campaign], |row| {
        Ok(Sat { questions: row.json("questions")?, answers: row.json("answers")? })
    })
}

/// Puts a fresh paper on record; `id` and results of the argument are not read.
///
/// # Errors
/// [`StoreError::Duplicate`] where the attempt is under way.
pub fn insert(tx: &Tx<'_>, paper: &Paper) -> Result<i64, StoreError> {
    tx.insert(
        "insert into exam_paper (attendance_id, attempt, questions, answers, started_at, pass_mark, length, \
         ends_at, grace_seconds) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id",
        params![
            paper.attendance,
            paper.attempt,
            to_json("json", &paper.questions)?,
            to_json("json", &paper.answers)?,
            paper.started_at,
            paper.pass_mark,
            paper.length,
            paper.ends_at,
            paper.grace_seconds
        ],
    )
}

/// Saves answers and result of a paper that was not handed in before.
///
/// # Errors
/// [`StoreError::Conflict`] where it was.
pub fn save(tx: &Tx<'_>, paper: &Paper) -> Result<(), StoreError> {
    tx.update_version(
        "试卷",
        "update exam_paper set answers = $1, right_answers = $2, passed = $3, submitted_at = $4, \
         submitted_on = $5 where id = $6 and submitted_at is null",
        params![
            to_json("json", &paper.answers)?,
            paper.right_answers,
            paper.passed,
            paper.submitted_at.map(|moment| moment.at),
            paper.submitted_at.map(|moment| moment.on),
            paper.id
        ],
    )
}
