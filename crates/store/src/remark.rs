//! What county, organiser and city record of an agency's work: breaches and evaluations (N14, N20).

use xinxiu_domain::id::{CampaignId, EnterpriseId, OrgId, SessionId};
use xinxiu_domain::summary::RemarkKind;

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::Row;

/// A remark on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Campaign.
    pub campaign: CampaignId,
    /// Agency.
    pub agency: OrgId,
    /// Its name.
    pub agency_name: String,
    /// Session at which it was seen, where it was one.
    pub session: Option<SessionId>,
    /// Title and day of that session; empty otherwise.
    pub session_title: String,
    /// Breach or evaluation.
    pub kind: RemarkKind,
    /// 0 to 100; only an evaluation has one.
    pub score: Option<u32>,
    /// What was seen.
    pub text: String,
    /// Who recorded it.
    pub recorded_by: String,
    /// Whether an enterprise reported it through its personal link.
    pub reported: bool,
    /// That enterprise; `None` where it did not want to be named.
    pub enterprise: Option<EnterpriseId>,
    /// Organisation of the recorder; for a report of an enterprise, the one that looks into it.
    pub org: OrgId,
    /// Its name.
    pub org_name: String,
    /// When.
    pub at: Moment,
}

fn from_row(row: &Row) -> Result<Remark, StoreError> {
    Ok(Remark {
        campaign: row.get("campaign_id")?,
        agency: row.get("agency_id")?,
        agency_name: row.get("agency_name")?,
        session: row.get("session_id")?,
        session_title: row.get("session_title")?,
        kind: row.coded("kind", RemarkKind::from_code)?,
        score: row.get("score")?,
        text: row.get("text")?,
        recorded_by: row.get("recorded_by")?,
        reported: row.get("reported")?,
        enterprise: row.get("enterprise_id")?,
        org: row.get("org_id")?,
        org_name: row.get("org_name")?,
        at: row.moment("at", "business_day")?,
    })
}

/// Puts a remark on record; the names of the argument are not read.
///
/// # Errors
/// What the engine says.
pub fn insert(tx: &Tx<'_>, new: &Remark) -> Result<i64, StoreError> {
    tx.insert(
        "insert into agency_remark (campaign_id, agency_id, session_id, kind, score, text, recorded_by, org_id, at, \
         business_day, enterprise_id, reported) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id",
        params![
            new.campaign,
            new.agency,
            new.session,
            new.kind.code(),
            new.score,
            &new.text,
            &new.recorded_by,
            new.org,
            new.at.at,
            new.at.on,
            new.enterprise,
            new.reported
        ],
    )
}

/// Whose remarks are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// All of them: the city office.
    All,
    /// Those that an organisation recorded itself.
    RecordedBy(OrgId),
    /// The evaluations of an agency, for that agency.
    EvaluationsOf(OrgId),
}

impl Seen {
    pub(crate) fn condition(self) -> String {
        match self {
            Self::All => "1 = 1".to_owned(),
            Self::RecordedBy(org) => format!("r.org_id = {}", org.0),
            Self::EvaluationsOf(org) => format!("r.agency_id = {} and r.kind = 'evaluation'", org.0),
        }
    }
}

/// Remarks of a campaign, newest first.
///
/// # Errors
/// What the engine says.
pub fn list(tx: &Tx<'_>, campaign: CampaignId, seen: Seen) -> Result<Vec<Remark>, StoreError> {
    let sql = format!(
        "select r.campaign_id, r.agency_id, a.name as agency_name, r.session_id, \
         coalesce(s.held_on || ' ' || s.title, '') as session_title, r.kind, r.score, r.text, r.recorded_by, \
         r.enterprise_id, r.reported, r.org_id, coalesce(nullif(o.short_name, ''), o.name) as org_name, r.at, r.business_day \
         from agency_remark r join organisation a on a.id = r.agency_id join organisation o on o.id = r.org_id \
         left join session s on s.id = r.session_id where r.campaign_id = $1 and {} order by r.id desc",
        seen.condition()
    );
    tx.query(&sql, params![campaign], from_row)
}

/// An agency's remarks added up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgencyScore {
    /// Agency.
    pub agency: OrgId,
    /// Its name.
    pub name: String,
    /// Recorded as charging.
    pub charging: u32,
    /// Recorded as advertising.
    pub advertising: u32,
    /// Recorded as off the subject.
    pub off_subject: u32,
    /// What enterprises reported; among the breaches once somebody has looked into it and found it true.
    pub reports: u32,
    /// Evaluations.
    pub evaluations: u32,
    /// Their mean score, rounded down; `None` without an evaluation that has one.
    pub mean_score: Option<u32>,
}

/// Every agency of a campaign with its remarks added up, in the order of the plan.
///
/// # Errors
/// What the engine says.
pub fn scores(tx: &Tx<'_>, campaign: CampaignId, seen: Seen) -> Result<Vec<AgencyScore>, StoreError> {
    let count = |kind: RemarkKind| {
        format!(
            "cast(coalesce(sum(case when r.kind = '{}' and (r.reported = 0 or r.finding = 'true') then 1 else 0 end), 0) as bigint)",
            kind.code()
        )
    };
    let only = match seen {
        Seen::EvaluationsOf(agency) => format!("a.id = {}", agency.0),
        Seen::All | Seen::RecordedBy(_) => "1 = 1".to_owned(),
    };
    let sql = format!(
        "select a.id, a.name, {} as charging, {} as advertising, {} as off_subject, {} as evaluations, \
         cast(coalesce(sum(case when r.reported = 1 then 1 else 0 end), 0) as bigint) as reports, \
         case when count(r.score) = 0 then null else cast(sum(r.score) as bigint) / count(r.score) end as mean_score \
         from organisation a left join agency_remark r on r.agency_id = a.id and r.campaign_id = $1 and {} \
         where {only} and a.id in (select agency_id from plan_item where campaign_id = $1) \
         group by a.id, a.name order by a.id",
        count(RemarkKind::Charging),
        count(RemarkKind::Advertising),
        count(RemarkKind::OffSubject),
        count(RemarkKind::Evaluation),
        seen.condition()
    );
    tx.query(&sql, params![campaign], |row| {
        Ok(AgencyScore {
            agency: row.get("id")?,
            name: row.get("name")?,
            charging: row.get("charging")?,
            advertising: row.get("advertising")?,
            off_subject: row.get("off_subject")?,
            reports: row.get("reports")?,
            evaluations: row.get("evaluations")?,
            mean_score: row.get("mean_score")?,
        })
    })
}
