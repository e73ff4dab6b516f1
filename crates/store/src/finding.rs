//! Cause, state of rectification and conditions for repair, as each party says (N02). Nothing is
//! overwritten: the latest of each party is shown, the rest is its history.

use xinxiu_domain::attendance::Willingness;
use xinxiu_domain::finding::Party;
use xinxiu_domain::id::{CampaignId, EnterpriseId, PenaltyId};
use xinxiu_domain::penalty::VerdictKind;
use xinxiu_domain::rectification::{Cause, Conditions, RectificationStatus};

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::Row;

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

/// One cell of the analysis: so many enterprises of a county have this value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell<T> {
    /// County; empty where it is not known.
    pub county: String,
    /// The value; `None` where nobody has said anything.
    pub value: Option<T>,
    /// Enterprises; records for verdicts.
    pub count: u32,
}

/// The analysis of a campaign's members by county (N02, N07).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Analysis {
    /// Cause of dishonesty.
    pub causes: Vec<Cell<Cause>>,
    /// State of rectification.
    pub rectification: Vec<Cell<RectificationStatus>>,
    /// Conditions for repair.
    pub conditions: Vec<Cell<Conditions>>,
    /// Willingness.
    pub willingness: Vec<Cell<Willingness>>,
    /// What the rules say, counted in records.
    pub verdicts: Vec<Cell<VerdictKind>>,
}

/// Counts the members of a campaign that pass `visible`, a condition over `m.enterprise_id`. Where several
/// parties spoke, the last word on the enterprise counts.
///
/// # Errors
/// What the engine says.
pub fn analysis(tx: &Tx<'_>, campaign: CampaignId, visible: &str) -> Result<Analysis, StoreError> {
    Ok(Analysis {
        causes: said(tx, campaign, visible, "cause", Cause::from_code)?,
        rectification: said(tx, campaign, visible, "rectification", RectificationStatus::from_code)?,
        conditions: said(tx, campaign, visible, "conditions", Conditions::from_code)?,
        willingness: cells(tx, campaign, &counted(visible, "m.willingness", ""), Willingness::from_code)?,
        verdicts: cells(
            tx,
            campaign,
            &counted(
                visible,
                "p.verdict",
                "join penalty p on p.enterprise_id = m.enterprise_id and p.state = 'public'",
            ),
            VerdictKind::from_code,
        )?,
    })
}

fn said<T>(
    tx: &Tx<'_>,
    campaign: CampaignId,
    visible: &str,
    column: &str,
    from_code: fn(&str) -> Option<T>,
) -> Result<Vec<Cell<T>>, StoreError> {
    let last = "left join finding f on f.id = \
                (select max(lf.id) from finding lf where lf.enterprise_id = m.enterprise_id)";
    cells(tx, campaign, &counted(visible, &format!("f.{column}"), last), from_code)
}

fn counted(visible: &str, value: &str, join: &str) -> String {
    format!(
        "select coalesce(nullif(c.short_name, ''), c.name, '') as county, coalesce(c.id, 0) as place, \
         {value} as value, count(*) as number from member m join enterprise e on e.id = m.enterprise_id \
         left join organisation c on c.id = e.county_id {join} \
         where m.campaign_id = $1 and {visible} group by c.id, c.short_name, c.name, {value} order by 2, 3"
    )
}

fn cells<T>(
    tx: &Tx<'_>,
    campaign: CampaignId,
    sql: &str,
    from_code: fn(&str) -> Option<T>,
) -> Result<Vec<Cell<T>>, StoreError> {
    tx.query(sql, params![campaign], |row: &Row| {
        Ok(Cell {
            county: row.get("county")?,
            value: row.coded_opt("value", from_code)?,
            count: row.get("number")?,
        })
    })
}
