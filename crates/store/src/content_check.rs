//! What a person said of a session's content (N20): point by point, and of each word that was found.

use jiff::civil::Date;
use xinxiu_domain::content::ContentPoint;
use xinxiu_domain::id::SessionId;

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;

/// Somebody vouches for a point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// The point.
    pub point: ContentPoint,
    /// Who vouches.
    pub by: String,
    /// When.
    pub on: Date,
}

/// What was said of a word in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Where the text stands, for example `title`.
    pub source: String,
    /// The word.
    pub word: String,
    /// The text as it was then; another text is another question.
    pub text: String,
    /// What was said.
    pub answer: String,
    /// Who said it.
    pub by: String,
    /// When.
    pub on: Date,
}

/// The points of a session for which somebody vouches.
///
/// # Errors
/// What the engine says.
pub fn confirmations(tx: &Tx<'_>, session: SessionId) -> Result<Vec<Confirmation>, StoreError> {
    let sql = "select item, confirmed_by, confirmed_on from content_confirmation where session_id = $1";
    tx.query(sql, params![session], |row| {
        Ok(Confirmation {
            point: row.coded("item", ContentPoint::from_code)?,
            by: row.get("confirmed_by")?,
            on: row.get("confirmed_on")?,
        })
    })
}

/// Has somebody vouch for a point; whoever did before is replaced.
///
/// # Errors
/// What the engine says.
pub fn confirm(
    tx: &Tx<'_>,
    session: SessionId,
    new: &Confirmation,
    recorded_by: &str,
) -> Result<(), StoreError> {
    tx.execute(
        "insert into content_confirmation (session_id, item, confirmed_by, recorded_by, confirmed_on) \
         values ($1, $2, $3, $4, $5) on conflict (session_id, item) do update set \
         confirmed_by = excluded.confirmed_by, recorded_by = excluded.recorded_by, confirmed_on = excluded.confirmed_on",
        params![session, new.point.code(), &new.by, recorded_by, new.on],
    )?;
    Ok(())
}

/// What was said of the words of a session, first to last.
///
/// # Errors
/// What the engine says.
pub fn answers(tx: &Tx<'_>, session: SessionId) -> Result<Vec<Answer>, StoreError> {
    let sql = "select source, word, text, answer, answered_by, answered_on from content_answer \
               where session_id = $1 order by id";
    tx.query(sql, params![session], |row| {
        Ok(Answer {
            source: row.get("source")?,
            word: row.get("word")?,
            text: row.get("text")?,
            answer: row.get("answer")?,
            by: row.get("answered_by")?,
            on: row.get("answered_on")?,
        })
    })
}

/// Keeps what was said of a word.
///
/// # Errors
/// What the engine says.
pub fn answer(tx: &Tx<'_>, session: SessionId, new: &Answer) -> Result<(), StoreError> {
    tx.execute(
        "insert into content_answer (session_id, source, word, text, answer, answered_by, answered_on) \
         values ($1, $2, $3, $4, $5, $6, $7)",
        params![session, &new.source, &new.word, &new.text, &new.answer, &new.by, new.on],
    )?;
    Ok(())
}
