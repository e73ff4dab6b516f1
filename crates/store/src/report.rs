//! What enterprises report of their agencies, and what came of it (N14, N19, N20).

use xinxiu_domain::id::{CampaignId, EnterpriseId, OrgId, SessionId};
use xinxiu_domain::summary::{RemarkKind, ReportFinding};

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::remark::Seen;
use crate::value::Row;

/// A report of an enterprise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Number.
    pub id: i64,
    /// Campaign.
    pub campaign: CampaignId,
    /// The agency that it is about.
    pub agency: OrgId,
    /// Its name.
    pub agency_name: String,
    /// Day and title of the session; empty where there is none.
    pub session: String,
    /// What was done.
    pub kind: RemarkKind,
    /// In the enterprise's words.
    pub text: String,
    /// The enterprise; `None` where it did not want to be named.
    pub enterprise: Option<EnterpriseId>,
    /// Its name, or that it is not named.
    pub by: String,
    /// The organisation that looks into it.
    pub org: OrgId,
    /// Its name.
    pub org_name: String,
    /// When it came.
    pub at: Moment,
    /// What came of it; `None` until somebody has looked into it.
    pub answer: Option<Answer>,
}

/// What came of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Whether it is true.
    pub finding: ReportFinding,
    /// What the enterprise reads.
    pub text: String,
    /// Who looked into it.
    pub by: String,
    /// When.
    pub at: Moment,
}

fn from_row(row: &Row) -> Result<Report, StoreError> {
    let is_answered = row.get::<Option<String>>("answered_at")?.is_some();
    let answer = || -> Result<Answer, StoreError> {
        Ok(Answer {
            finding: row.coded("finding", ReportFinding::from_code)?,
            text: row.get("answer")?,
            by: row.get("answered_by")?,
            at: row.moment("answered_at", "answered_on")?,
        })
    };
    Ok(Report {
        id: row.get("id")?,
        campaign: row.get("campaign_id")?,
        agency: row.get("agency_id")?,
        agency_name: row.get("agency_name")?,
        session: row.get("session")?,
        kind: row.coded("kind", RemarkKind::from_code)?,
        text: row.get("text")?,
        enterprise: row.get("enterprise_id")?,
        by: row.get("recorded_by")?,
        org: row.get("org_id")?,
        org_name: row.get("org_name")?,
        at: row.moment("at", "business_day")?,
        answer: is_answered.then(answer).transpose()?,
    })
}

const SELECT: &str = "select r.id, r.campaign_id, r.agency_id, a.name as agency_name, \
    coalesce(s.held_on || ' ' || s.title, '') as session, r.kind, r.text, r.enterprise_id, r.recorded_by, r.org_id, \
    coalesce(nullif(o.short_name, ''), o.name) as org_name, r.at, r.business_day, r.finding, r.answer, r.answered_by, \
    r.answered_at, r.answered_on from agency_remark r join organisation a on a.id = r.agency_id \
    join organisation o on o.id = r.org_id left join session s on s.id = r.session_id where r.reported = 1";

/// The reports of a campaign that may be seen, those not yet looked into alone where `open`; newest first.
///
/// # Errors
/// What the engine says.
pub fn list(tx: &Tx<'_>, campaign: CampaignId, seen: Seen, open: bool) -> Result<Vec<Report>, StoreError> {
    let unanswered = if open { "and r.answered_at is null" } else { "" };
    let sql =
        format!("{SELECT} and r.campaign_id = $1 and {} {unanswered} order by r.id desc", seen.condition());
    tx.query(&sql, params![campaign], from_row)
}

/// How many reports that may be seen nobody has looked into yet.
///
/// # Errors
/// What the engine says.
pub fn count_open(tx: &Tx<'_>, campaign: CampaignId, seen: Seen) -> Result<i64, StoreError> {
    let sql = format!(
        "select count(*) from agency_remark r where r.reported = 1 and r.answered_at is null and r.campaign_id = $1 and {}",
        seen.condition()
    );
    tx.number(&sql, params![campaign])
}

/// A report by its number.
///
/// # Errors
/// [`StoreError::NotFound`], what the engine says.
pub fn load(tx: &Tx<'_>, id: i64) -> Result<Report, StoreError> {
    let found = tx.query(&format!("{SELECT} and r.id = $1"), params![id], from_row)?.pop();
    found.ok_or_else(|| StoreError::NotFound("企业反映", id.to_string()))
}

/// What an enterprise reported at a session through its personal link, newest first.
///
/// # Errors
/// What the engine says.
pub fn of_enterprise(
    tx: &Tx<'_>,
    session: SessionId,
    enterprise: EnterpriseId,
) -> Result<Vec<Report>, StoreError> {
    let sql = format!("{SELECT} and r.session_id = $1 and r.enterprise_id = $2 order by r.id desc");
    tx.query(&sql, params![session, enterprise], from_row)
}

/// Puts on record what came of a report.
///
/// # Errors
/// [`StoreError::Conflict`] where somebody did so before; what the engine says.
pub fn answer(tx: &Tx<'_>, id: i64, answer: &Answer) -> Result<(), StoreError> {
    let changed = tx.execute(
        "update agency_remark set finding = $1, answer = $2, answered_by = $3, answered_at = $4, answered_on = $5 \
         where id = $6 and answered_at is null",
        params![answer.finding.code(), &answer.text, &answer.by, answer.at.at, answer.at.on, id],
    )?;
    if changed == 0 { Err(StoreError::Conflict("企业反映")) } else { Ok(()) }
}
