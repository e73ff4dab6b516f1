//! Cause, state of rectification and conditions for repair, as each party says (N02). Nothing is
//! overwritten: the latest of each party is shown, the rest is its history.

use xinxiu_domain::finding::Party;
use xinxiu_domain::id::{EnterpriseId, PenaltyId};
use xinxiu_domain::rectification::{Cause, Conditions, RectificationStatus};

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;

/// What one party says of an enterprise, or of one of its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// Record; `None` for the enterprise as a whole.
    pub penalty: Option<PenaltyId>,
    /// Decision number of the record; empty for the enterprise as a whole.
    pub decision_number: String,
    /// Which party says so.
    pub party: Party,
    /// Cause of dishonesty.
    pub cause: Cause,
    /// State of rectification.
    pub rectification: RectificationStatus,
    /// Whether the conditions for repair are met.
    pub conditions: Conditions,
    /// In its own words.
    pub note: String,
    /// Who wrote it down.
    pub actor: String,
    /// When.
    pub at: Moment,
}

/// Puts a finding on record.
///
/// # Errors
/// What the engine says.
pub fn insert(tx: &Tx<'_>, new: &Finding) -> Result<i64, StoreError> {
    tx.insert(
        "insert into finding (enterprise_id, penalty_id, party, cause, rectification, conditions, note, actor, at, \
         business_day) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id",
        params![
            new.enterprise,
            new.penalty,
            new.party.code(),
            new.cause.code(),
            new.rectification.code(),
            new.conditions.code(),
            &new.note,
            &new.actor,
            new.at.at,
            new.at.on
        ],
    )
}

/// Everything that was said of an enterprise, newest first.
///
/// # Errors
/// What the engine says.
pub fn of_enterprise(tx: &Tx<'_>, enterprise: EnterpriseId) -> Result<Vec<Finding>, StoreError> {
    tx.query(
        "select f.enterprise_id, f.penalty_id, coalesce(p.decision_number, '') as decision_number, f.party, f.cause, \
         f.rectification, f.conditions, f.note, f.actor, f.at, f.business_day from finding f \
         left join penalty p on p.id = f.penalty_id where f.enterprise_id = $1 order by f.id desc",
        params![enterprise],
        |row| {
            Ok(Finding {
                enterprise: row.get("enterprise_id")?,
                penalty: row.get("penalty_id")?,
                decision_number: row.get("decision_number")?,
                party: row.coded("party", Party::from_code)?,
                cause: row.coded("cause", Cause::from_code)?,
                rectification: row.coded("rectification", RectificationStatus::from_code)?,
                conditions: row.coded("conditions", Conditions::from_code)?,
                note: row.get("note")?,
                actor: row.get("actor")?,
                at: row.moment("at", "business_day")?,
            })
        },
    )
}
