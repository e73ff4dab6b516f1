//! What the QR code on the scan of a paper said (扫码核对, N10 N26), and who confirmed a scan whose code could not be read.

use std::collections::BTreeMap;

use xinxiu_domain::id::{CommitmentId, FileId};
use xinxiu_domain::paper_code::{PaperKind, ScanOutcome};

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::Row;

/// The check of a scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperCheck {
    /// First page of the scan.
    pub file: FileId,
    /// Kind of paper.
    pub paper: PaperKind,
    /// Record that the paper belongs to.
    pub record: i64,
    /// What came of it.
    pub outcome: ScanOutcome,
    /// What was read; empty where nothing was.
    pub code: String,
    /// On which page it was read, from 1; 0 where on none.
    pub page: i64,
    /// Who handed the scan in.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Who confirmed by hand that it is the right paper, and when.
    pub confirmed: Option<(String, Moment)>,
}

impl PaperCheck {
    /// Whether a person still has to look at the scan.
    pub fn is_open(&self) -> bool {
        self.outcome == ScanOutcome::Unread && self.confirmed.is_none()
    }
}

const SELECT: &str = "select file_id, paper, record_id, outcome, code, page, checked_by, checked_at, business_day, \
                      confirmed_by, confirmed_at, confirmed_on from paper_check";

fn from_row(row: &Row) -> Result<PaperCheck, StoreError> {
    let confirmed_by: String = row.get("confirmed_by")?;
    let confirmed = if confirmed_by.is_empty() {
        None
    } else {
        Some((confirmed_by, row.moment("confirmed_at", "confirmed_on")?))
    };
    Ok(PaperCheck {
        file: row.get("file_id")?,
        paper: row.coded("paper", PaperKind::from_code)?,
        record: row.get("record_id")?,
        outcome: row.coded("outcome", ScanOutcome::from_code)?,
        code: row.get("code")?,
        page: row.get("page")?,
        by: row.get("checked_by")?,
        at: row.moment("checked_at", "business_day")?,
        confirmed,
    })
}

/// Puts a check on record; a confirmation is made by [`confirm`].
///
/// # Errors
/// [`StoreError::Duplicate`] where the scan has one.
pub fn insert(tx: &Tx<'_>, new: &PaperCheck) -> Result<(), StoreError> {
    tx.execute(
        "insert into paper_check (file_id, paper, record_id, outcome, code, page, checked_by, checked_at, business_day) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            new.file,
            new.paper.code(),
            new.record,
            new.outcome.code(),
            &new.code,
            new.page,
            &new.by,
            new.at.at,
            new.at.on
        ],
    )?;
    Ok(())
}

/// The check of a scan, by the file of its first page.
///
/// # Errors
/// What the engine says.
pub fn find(tx: &Tx<'_>, file: FileId) -> Result<Option<PaperCheck>, StoreError> {
    tx.query_opt(&format!("{SELECT} where file_id = $1"), params![file])?
        .map(|row| from_row(&row))
        .transpose()
}

/// The checks of several scans, by the file of the first page.
///
/// # Errors
/// What the engine says.
pub fn of_files(
    tx: &Tx<'_>,
    files: impl IntoIterator<Item = FileId>,
) -> Result<BTreeMap<FileId, PaperCheck>, StoreError> {
    let ids = crate::application::id_list(files.into_iter().map(|id| id.0));
    let found = tx.query(&format!("{SELECT} where file_id in ({ids})"), &[], from_row)?;
    Ok(found.into_iter().map(|check| (check.file, check)).collect())
}

/// The checks of the scans of several commitments.
///
/// # Errors
/// What the engine says.
pub fn of_commitments(
    tx: &Tx<'_>,
    commitments: impl IntoIterator<Item = CommitmentId>,
) -> Result<BTreeMap<CommitmentId, PaperCheck>, StoreError> {
    let ids = crate::application::id_list(commitments.into_iter().map(|id| id.0));
    let sql = format!(
        "select k.id, t.* from commitment k join ({SELECT}) t on t.file_id = k.scan_file_id where k.id in ({ids})"
    );
    Ok(tx.query(&sql, &[], |row| Ok((row.get("id")?, from_row(row)?)))?.into_iter().collect())
}

/// SQL of whether one of an enterprise's commitments in a campaign has a scan that a person still has to look at.
pub fn open_sql(campaign: &str, enterprise: &str) -> String {
    format!(
        "exists (select 1 from commitment uk join paper_check uc on uc.file_id = uk.scan_file_id \
         where uk.campaign_id = {campaign} and uk.enterprise_id = {enterprise} and uc.outcome = 'unread' \
         and uc.confirmed_by = '')"
    )
}

/// A person confirms a scan without a readable code. Returns whether it was open.
///
/// # Errors
/// What the engine says.
pub fn confirm(tx: &Tx<'_>, file: FileId, by: &str, at: Moment) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "update paper_check set confirmed_by = $1, confirmed_at = $2, confirmed_on = $3 \
         where file_id = $4 and outcome = 'unread' and confirmed_by = ''",
        params![by, at.at, at.on, file],
    )?;
    Ok(changed > 0)
}
