//! Lists on their way in (导入批次, N08).

use xinxiu_domain::ListKind;
use xinxiu_domain::batch::BatchState;
use xinxiu_domain::id::{BatchId, CampaignId, FileId, MappingId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::Row;

/// Purpose under which the report of a trial reading is sealed.
pub const SEALED_REPORT: &str = "batch.report";

/// What came of the rows of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Penalty records.
    pub accepted: i64,
    /// Listings without a decision.
    pub listings: i64,
    /// Rows sent back.
    pub rejected: i64,
    /// Rows that are no records.
    pub skipped: i64,
    /// Accepted rows with something to look at.
    pub problems: i64,
    /// Records and listings that are new on the platform.
    pub created: i64,
    /// Those that say what is on record.
    pub unchanged: i64,
    /// Those that say something else than before.
    pub changed: i64,
    /// Entries of the list that this edition no longer has.
    pub gone: i64,
    /// Imported rows that name their enterprise otherwise than it is on file; the name on file stays.
    pub renamed: i64,
}

/// An uploaded list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Id.
    pub id: BatchId,
    /// Campaign.
    pub campaign: CampaignId,
    /// Which list.
    pub list: ListKind,
    /// The file as received.
    pub file: FileId,
    /// Name of the file as the person knows it.
    pub file_name: String,
    /// State.
    pub state: BatchState,
    /// Generations of the data standard found, by their codes.
    pub generation: String,
    /// Counts.
    pub counts: Counts,
    /// Rejected rows that came back put right.
    pub corrected: i64,
    /// Rows that are on record; an import goes on behind them.
    pub cursor_rows: i64,
    /// The rejected rows as a spreadsheet.
    pub rejected_file: Option<FileId>,
    /// What is new, changed and gone, as a spreadsheet.
    pub difference_file: Option<FileId>,
    /// Why the import is not done.
    pub message: String,
    /// What the trial reading found, sealed; empty before it.
    pub report_sealed: String,
    /// First batch of this edition of the list; `None` where the file only adds to the list.
    pub edition_start: Option<BatchId>,
    /// What a person said of the columns, as JSON; empty where the alias table alone counts.
    pub mapping: String,
    /// The remembered mapping by which the list is read without asking.
    pub mapping_id: Option<MappingId>,
    /// Who uploaded it.
    pub uploaded_by: String,
    /// When.
    pub created_at: Moment,
    /// Version for optimistic locking.
    pub version: i64,
}

const SELECT: &str = "select id, campaign_id, list_kind, file_id, file_name, state, generation, accepted, listings, \
                      rejected, skipped, problems, created_new, unchanged, changed, gone, renamed, cursor_rows, \
                      rejected_file_id, difference_file_id, message, report_sealed, edition_start, mapping, mapping_id, uploaded_by, created_at, created_on, version, \
                      (select count(*) from batch_row r where r.batch_id = batch.id and r.corrected_by_id is not null) as corrected \
                      from batch";

fn from_row(row: &Row) -> Result<Batch, StoreError> {
    Ok(Batch {
        id: row.get("id")?,
        campaign: row.get("campaign_id")?,
        list: row.coded("list_kind", ListKind::from_code)?,
        file: row.get("file_id")?,
        file_name: row.get("file_name")?,
        state: row.coded("state", BatchState::from_code)?,
        generation: row.get("generation")?,
        counts: Counts {
            accepted: row.get("accepted")?,
            listings: row.get("listings")?,
            rejected: row.get("rejected")?,
            skipped: row.get("skipped")?,
            problems: row.get("problems")?,
            created: row.get("created_new")?,
            unchanged: row.get("unchanged")?,
            changed: row.get("changed")?,
            gone: row.get("gone")?,
            renamed: row.get("renamed")?,
        },
        corrected: row.get("corrected")?,
        cursor_rows: row.get("cursor_rows")?,
        rejected_file: row.get("rejected_file_id")?,
        difference_file: row.get("difference_file_id")?,
        message: row.get("message")?,
        report_sealed: row.get("report_sealed")?,
        edition_start: row.get("edition_start")?,
        mapping: row.get("mapping")?,
        mapping_id: row.get("mapping_id")?,
        uploaded_by: row.get("uploaded_by")?,
        created_at: row.moment("created_at", "created_on")?,
        version: row.get("version")?,
    })
}

impl Batch {
    /// Rejected rows that did not come back put right.
    pub const fn rejected_open(&self) -> i64 {
        self.counts.rejected - self.corrected
    }
}

/// What is known of a list when it is uploaded.
#[derive(Debug, Clone)]
pub struct NewBatch<'a> {
    /// Campaign.
    pub campaign: CampaignId,
    /// Which list.
    pub list: ListKind,
    /// The file as received.
    pub file: FileId,
    /// Its name.
    pub file_name: &'a str,
    /// Who uploaded it.
    pub uploaded_by: &'a str,
    /// When.
    pub at: Moment,
}

/// Puts an uploaded list on record.
///
/// # Errors
/// What the engine says.
pub fn insert(tx: &Tx<'_>, new: &NewBatch<'_>) -> Result<BatchId, StoreError> {
    tx.insert(
        "insert into batch (campaign_id, list_kind, file_id, file_name, state, uploaded_by, created_at, created_on) \
         values ($1, $2, $3, $4, $5, $6, $7, $8) returning id",
        params![
            new.campaign,
            new.list.code(),
            new.file,
            new.file_name,
            BatchState::INITIAL.code(),
            new.uploaded_by,
            new.at.at,
            new.at.on
        ],
    )
}

/// Saves a list that has not changed since it was loaded.
///
/// # Errors
/// [`StoreError::Conflict`].
pub fn save(tx: &Tx<'_>, batch: &Batch) -> Result<(), StoreError> {
    let counts = &batch.counts;
    tx.update_version(
        "导入批次",
        "update batch set state = $1, generation = $2, accepted = $3, listings = $4, rejected = $5, skipped = $6, \
         problems = $7, created_new = $8, unchanged = $9, changed = $10, gone = $11, cursor_rows = $12, \
         rejected_file_id = $13, message = $14, report_sealed = $15, edition_start = $16, renamed = $17, \
         mapping = $18, mapping_id = $19, difference_file_id = $20, version = version + 1 \
         where id = $21 and version = $22",
        params![
            batch.state.code(),
            &batch.generation,
            counts.accepted,
            counts.listings,
            counts.rejected,
            counts.skipped,
            counts.problems,
            counts.created,
            counts.unchanged,
            counts.changed,
            counts.gone,
            batch.cursor_rows,
            batch.rejected_file,
            &batch.message,
            &batch.report_sealed,
            batch.edition_start,
            counts.renamed,
            &batch.mapping,
            batch.mapping_id,
            batch.difference_file,
            batch.id,
            batch.version
        ],
    )
}

/// One list.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load(tx: &Tx<'_>, id: BatchId) -> Result<Batch, StoreError> {
    let row = tx
        .query_opt(&format!("{SELECT} where id = $1"), params![id])?
        .ok_or_else(|| StoreError::NotFound("导入批次", id.to_string()))?;
    from_row(&row)
}

/// The newest other list of the campaign that is the same file, byte by byte, and was imported.
///
/// # Errors
/// What the engine says.
pub fn same_file(tx: &Tx<'_>, batch: &Batch) -> Result<Option<Batch>, StoreError> {
    let sql = format!(
        "{SELECT} where campaign_id = $1 and list_kind = $2 and id <> $3 and state = 'imported' and file_id in \
         (select o.id from stored_file o join stored_file f on f.sha256 = o.sha256 where f.id = $4) \
         order by id desc limit 1"
    );
    let row = tx.query_opt(&sql, params![batch.campaign, batch.list.code(), batch.id, batch.file])?;
    row.map(|row| from_row(&row)).transpose()
}

/// The lists of a campaign, newest first.
///
/// # Errors
/// What the engine says.
pub fn of_campaign(tx: &Tx<'_>, campaign: CampaignId) -> Result<Vec<Batch>, StoreError> {
    let sql = format!("{SELECT} where campaign_id = $1 order by id desc limit 200");
    tx.query(&sql, params![campaign], from_row)
}
