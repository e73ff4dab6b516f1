//! What enterprises say of a session (培训评价, N06 N14).

use xinxiu_domain::feedback::{Question, Rating};
use xinxiu_domain::id::{AttendanceId, SessionId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::Row;

/// One enterprise's answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    /// Whether the content was of use.
    pub content: Rating,
    /// Whether it was clear.
    pub lecturer: Rating,
    /// How it was arranged.
    pub arrangement: Rating,
    /// In its own words; empty where it said nothing.
    pub remark: String,
}

impl Feedback {
    /// The answer to a question.
    pub const fn to(&self, question: Question) -> Rating {
        match question {
            Question::Content => self.content,
            Question::Lecturer => self.lecturer,
            Question::Arrangement => self.arrangement,
        }
    }
}

fn from_row(row: &Row) -> Result<Feedback, StoreError> {
    Ok(Feedback {
        content: row.coded("content", Rating::from_code)?,
        lecturer: row.coded("lecturer", Rating::from_code)?,
        arrangement: row.coded("arrangement", Rating::from_code)?,
        remark: row.get("remark")?,
    })
}

/// What an enterprise said of its session.
///
/// # Errors
/// What the engine says.
pub fn find(tx: &Tx<'_>, id: AttendanceId) -> Result<Option<Feedback>, StoreError> {
    let sql = "select content, lecturer, arrangement, remark from session_feedback where attendance_id = $1";
    tx.query_opt(sql, params![id])?.map(|row| from_row(&row)).transpose()
}

/// Keeps what an enterprise says, in place of what it said before.
///
/// # Errors
/// What the engine says.
pub fn save(tx: &Tx<'_>, id: AttendanceId, said: &Feedback, at: Moment) -> Result<(), StoreError> {
    tx.execute(
        "insert into session_feedback (attendance_id, content, lecturer, arrangement, remark, given_at, given_on) \
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (attendance_id) do update set content = excluded.content, \
         lecturer = excluded.lecturer, arrangement = excluded.arrangement, remark = excluded.remark, \
         given_at = excluded.given_at, given_on = excluded.given_on",
        params![
            id,
            said.content.code(),
            said.lecturer.code(),
            said.arrangement.code(),
            &said.remark,
            at.at,
            at.on
        ],
    )?;
    Ok(())
}

/// What was said of a session, in an order that does not tell who said it.
///
/// # Errors
/// What the engine says.
pub fn of_session(tx: &Tx<'_>, session: SessionId) -> Result<Vec<Feedback>, StoreError> {
    tx.query(
        "select f.content, f.lecturer, f.arrangement, f.remark from session_feedback f \
         join attendance a on a.id = f.attendance_id where a.session_id = $1 \
         order by f.content, f.lecturer, f.arrangement, f.remark",
        params![session],
        from_row,
    )
}
