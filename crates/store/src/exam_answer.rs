//! Answers as they are given in a sitting (自动保存), before the paper is handed in (N11).

use jiff::Timestamp;

use crate::db::Tx;
use crate::error::StoreError;
use crate::exam::Paper;
use crate::params;
use crate::value::{Row, to_json};

/// An answer to one question of a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Place of the question, from 0.
    pub place: usize,
    /// Number of the answer in its sitting; of two the greater is the later one.
    pub seq: i64,
    /// Chosen choices.
    pub chosen: Vec<usize>,
}

fn from_row(row: &Row) -> Result<Given, StoreError> {
    let place: i64 = row.get("place")?;
    Ok(Given {
        place: usize::try_from(place).unwrap_or(usize::MAX),
        seq: row.get("seq")?,
        chosen: row.json("chosen")?,
    })
}

/// The answers of a paper so far.
///
/// # Errors
/// What the engine says.
pub fn of_paper(tx: &Tx<'_>, paper: i64) -> Result<Vec<Given>, StoreError> {
    let sql = "select place, seq, chosen from exam_answer where paper_id = $1 order by place";
    tx.query(sql, params![paper], from_row)
}

/// Keeps an answer unless a later one to the same question is there. The same answer sent twice is kept once.
///
/// # Errors
/// What the engine says.
pub fn keep(tx: &Tx<'_>, paper: i64, given: &Given, at: Timestamp) -> Result<(), StoreError> {
    let chosen = to_json("chosen", &given.chosen)?;
    tx.execute(
        "insert into exam_answer (paper_id, place, seq, chosen, saved_at) values ($1, $2, $3, $4, $5) \
         on conflict (paper_id, place) do update set seq = excluded.seq, chosen = excluded.chosen, \
         saved_at = excluded.saved_at where exam_answer.seq < excluded.seq",
        params![paper, given.place, given.seq, chosen, at],
    )?;
    Ok(())
}

/// Puts the answers so far into a paper that is not handed in. Returns the highest sequence number.
///
/// # Errors
/// What the engine says.
pub fn fill(tx: &Tx<'_>, paper: &mut Paper) -> Result<i64, StoreError> {
    let mut highest = 0;
    for given in of_paper(tx, paper.id)? {
        highest = highest.max(given.seq);
        if let Some(answer) = paper.answers.get_mut(given.place) {
            *answer = given.chosen;
        }
    }
    Ok(highest)
}
