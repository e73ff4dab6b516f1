//! Broken promises with what follows from them (违背承诺, N10 N26).

use jiff::civil::Date;
use xinxiu_domain::commitment::Clause;
use xinxiu_domain::id::{CommitmentId, EnterpriseId, PenaltyId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::Row;

/// A broken promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The commitment.
    pub commitment: CommitmentId,
    /// The enterprise.
    pub enterprise: EnterpriseId,
    /// Its name.
    pub name: String,
    /// County, by its short name.
    pub county: String,
    /// The record, where the commitment is about one.
    pub penalty: Option<PenaltyId>,
    /// Its decision number; empty otherwise.
    pub decision: String,
    /// Which promise was broken.
    pub clause: Clause,
    /// How, and how that was found.
    pub note: String,
    /// The end of the longest publicity period.
    pub public_until: Option<Date>,
    /// Whether the record had been taken down by then.
    pub after_repair: bool,
    /// Who recorded it.
    pub recorded_by: String,
    /// When.
    pub recorded_on: Date,
    /// When the record was shown again.
    pub republished_on: Option<Date>,
    /// When and how it was made known.
    pub announced: Option<(Date, String)>,
}

impl Breach {
    /// Whether the record still has to be shown again.
    pub fn is_to_republish(&self, today: Date) -> bool {
        self.after_repair
            && self.republished_on.is_none()
            && self.public_until.is_none_or(|last| today <= last)
    }

    /// Whether anything is left to be done about it.
    pub fn is_open(&self, today: Date) -> bool {
        self.announced.is_none() || self.is_to_republish(today)
    }
}

const SELECT: &str = "select b.commitment_id, k.enterprise_id, e.name, k.penalty_id, coalesce(p.decision_number, '') as decision, \
     coalesce(nullif(c.short_name, ''), c.name, '') as county, b.clause, k.breach_note, b.public_until, b.after_repair, \
     b.recorded_by, b.recorded_on, b.republished_on, b.announced_on, b.announced_how \
     from commitment_breach b join commitment k on k.id = b.commitment_id join enterprise e on e.id = k.enterprise_id \
     left join penalty p on p.id = k.penalty_id left join organisation c on c.id = e.county_id";

fn from_row(row: &Row) -> Result<Breach, StoreError> {
    let announced_on: Option<Date> = row.get("announced_on")?;
    let how: String = row.get("announced_how")?;
    Ok(Breach {
        commitment: row.get("commitment_id")?,
        enterprise: row.get("enterprise_id")?,
        name: row.get("name")?,
        county: row.get("county")?,
        penalty: row.get("penalty_id")?,
        decision: row.get("decision")?,
        clause: row.coded("clause", Clause::from_code)?,
        note: row.get("breach_note")?,
        public_until: row.get("public_until")?,
        after_repair: row.get("after_repair")?,
        recorded_by: row.get("recorded_by")?,
        recorded_on: row.get("recorded_on")?,
        republished_on: row.get("republished_on")?,
        announced: announced_on.map(|day| (day, how)),
    })
}

/// Puts a broken promise on record.
///
/// # Errors
/// [`StoreError::Duplicate`] where it is on record.
pub fn insert(
    tx: &Tx<'_>,
    commitment: CommitmentId,
    clause: Clause,
    (public_until, after_repair): (Option<Date>, bool),
    (by, at): (&str, Moment),
) -> Result<i64, StoreError> {
    tx.insert(
        "insert into commitment_breach (commitment_id, clause, public_until, after_repair, recorded_by, recorded_at, \
         recorded_on) values ($1, $2, $3, $4, $5, $6, $7) returning id",
        params![commitment, clause.code(), public_until, after_repair, by, at.at, at.on],
    )
}

/// One broken promise.
///
/// # Errors
/// What the engine says.
pub fn find(tx: &Tx<'_>, commitment: CommitmentId) -> Result<Option<Breach>, StoreError> {
    let row = tx.query_opt(&format!("{SELECT} where b.commitment_id = $1"), params![commitment])?;
    row.map(|row| from_row(&row)).transpose()
}

/// The broken promises that `filter` (SQL over `e.id` and `p`) admits, newest first.
///
/// # Errors
/// What the engine says.
pub fn list(tx: &Tx<'_>, filter: &str) -> Result<Vec<Breach>, StoreError> {
    tx.query(&format!("{SELECT} where {filter} order by b.id desc"), &[], from_row)
}

/// Notes that the record is shown again.
///
/// # Errors
/// What the engine says.
pub fn republished(tx: &Tx<'_>, commitment: CommitmentId, by: &str, on: Date) -> Result<(), StoreError> {
    tx.execute(
        "update commitment_breach set republished_by = $1, republished_on = $2 where commitment_id = $3",
        params![by, on, commitment],
    )?;
    Ok(())
}

/// Notes that the breach was made known.
///
/// # Errors
/// What the engine says.
pub fn announced(
    tx: &Tx<'_>,
    commitment: CommitmentId,
    how: &str,
    (by, on): (&str, Date),
) -> Result<(), StoreError> {
    tx.execute(
        "update commitment_breach set announced_by = $1, announced_on = $2, announced_how = $3 where commitment_id = $4",
        params![by, on, how, commitment],
    )?;
    Ok(())
}
