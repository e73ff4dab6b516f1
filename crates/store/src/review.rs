//! First reviews (初审, N12): one row each, so that a return is not overwritten by the next.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use xinxiu_domain::application::ReturnReason;
use xinxiu_domain::id::{ApplicationId, CampaignId, ClinicId, FileId, OrgId};

use crate::application::id_list;
use crate::db::Tx;
use crate::error::StoreError;
use crate::params;
use crate::value::{Row, to_json};

/// One first review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Id, which also numbers the receipt.
    pub id: i64,
    /// Application.
    pub application: ApplicationId,
    /// Accepted, or returned.
    pub accepted: bool,
    /// Coded reasons of a return.
    pub reasons: Vec<ReturnReason>,
    /// Note.
    pub note: String,
    /// Who reviewed.
    pub reviewer: String,
    /// When.
    pub at: Timestamp,
    /// Business day of that.
    pub on: Date,
    /// The hand-in-hand day on which it happened.
    pub clinic: Option<ClinicId>,
    /// What the reviewer attached.
    pub file: Option<FileId>,
}

const SELECT: &str = "select id, application_id, accepted, reasons, note, reviewer, at, reviewed_on, clinic_id, file_id from first_review";

fn from_row(row: &Row) -> Result<Review, StoreError> {
    Ok(Review {
        id: row.get("id")?,
        application: row.get("application_id")?,
        accepted: row.get("accepted")?,
        reasons: row.json("reasons")?,
        note: row.get("note")?,
        reviewer: row.get("reviewer")?,
        at: row.get("at")?,
        on: row.get("reviewed_on")?,
        clinic: row.get("clinic_id")?,
        file: row.get("file_id")?,
    })
}

/// Puts a first review on record; `id` of the argument is not read.
///
/// # Errors
/// What the engine says.
pub fn insert(tx: &Tx<'_>, new: &Review) -> Result<i64, StoreError> {
    let reasons = to_json("reasons", &new.reasons)?;
    tx.insert(
        "insert into first_review (application_id, accepted, reasons, note, reviewer, at, reviewed_on, \
         clinic_id, file_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id",
        params![
            new.application,
            new.accepted,
            reasons,
            &new.note,
            &new.reviewer,
            new.at,
            new.on,
            new.clinic,
            new.file
        ],
    )
}

/// One first review.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load(tx: &Tx<'_>, id: i64) -> Result<Review, StoreError> {
    let row = tx
        .query_opt(&format!("{SELECT} where id = $1"), params![id])?
        .ok_or_else(|| StoreError::NotFound("初审记录", id.to_string()))?;
    from_row(&row)
}

/// The first reviews of several applications, oldest first.
///
/// # Errors
/// What the engine says.
pub fn of_applications(tx: &Tx<'_>, applications: &[ApplicationId]) -> Result<Vec<Review>, StoreError> {
    let ids = id_list(applications.iter().map(|id| id.0));
    tx.query(&format!("{SELECT} where application_id in ({ids}) order by id"), &[], from_row)
}

/// How an agency's applications fared at the window.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FirstPass {
    /// Applications that were reviewed.
    pub reviewed: u32,
    /// Of those, accepted at the very first review.
    pub passed: u32,
    /// Reasons of all returns with how often each was given, most frequent first.
    pub reasons: Vec<(ReturnReason, u32)>,
}

impl FirstPass {
    /// The share of first reviews that were passed, in percent, rounded down; `None` where nothing was reviewed.
    pub fn rate(&self) -> Option<u32> {
        (self.passed * 100).checked_div(self.reviewed)
    }
}

/// The first-pass rate of every agency of a campaign (一次通过率, N12 N14), by agency. `visible` is a condition on `a`
/// (application) and `e` (enterprise), from [`concerns`](crate::concerns) or the actor, never from a request.
///
/// # Errors
/// What the engine says.
pub fn first_pass(
    tx: &Tx<'_>,
    campaign: CampaignId,
    visible: &str,
) -> Result<BTreeMap<OrgId, FirstPass>, StoreError> {
    let sql = format!(
        "select a.id as application_id, a.agency_id, r.accepted, r.reasons from first_review r \
         join application a on a.id = r.application_id join enterprise e on e.id = a.enterprise_id \
         where a.campaign_id = $1 and {visible} order by r.id"
    );
    let rows = tx.query(&sql, params![campaign], |row| {
        let reasons: Vec<ReturnReason> = row.json("reasons")?;
        let application: ApplicationId = row.get("application_id")?;
        Ok((application, row.get::<OrgId>("agency_id")?, row.get::<bool>("accepted")?, reasons))
    })?;
    let (mut found, mut seen) = (BTreeMap::<OrgId, FirstPass>::new(), BTreeSet::new());
    for (application, agency, accepted, reasons) in rows {
        let one = found.entry(agency).or_default();
        if seen.insert(application) {
            one.reviewed += 1;
            one.passed += u32::from(accepted);
        }
        for reason in reasons {
            match one.reasons.iter_mut().find(|(known, _)| *known == reason) {
                Some((_, count)) => *count += 1,
                None => one.reasons.push((reason, 1)),
            }
        }
    }
    for one in found.values_mut() {
        one.reasons.sort_by_key(|(reason, count)| (std::cmp::Reverse(*count), *reason));
    }
    Ok(found)
}
