//! Hand-overs of a class's archives or papers (移交, N22).

use xinxiu_domain::archive::{HandoverKind, HandoverState};
use xinxiu_domain::id::{CampaignId, FileId, HandoverId, OrgId, PlanItemId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::{Row, Value};

/// A hand-over on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    /// Id.
    pub id: HandoverId,
    /// Campaign.
    pub campaign: CampaignId,
    /// Class.
    pub plan_item: PlanItemId,
    /// Name of the class.
    pub class: String,
    /// What it holds.
    pub kind: HandoverKind,
    /// To whom it goes.
    pub receiver: OrgId,
    /// Name of the receiver.
    pub receiver_name: String,
    /// State.
    pub state: HandoverState,
    /// The package.
    pub file: FileId,
    /// Archives in it.
    pub archives: i64,
    /// Size of the package in bytes.
    pub bytes: i64,
    /// Who prepared it.
    pub prepared_by: String,
    /// When.
    pub prepared_at: Moment,
    /// When it was handed over.
    pub handed_over_at: Option<Moment>,
    /// Who received it.
    pub received_by: String,
    /// When.
    pub received_at: Option<Moment>,
    /// Why it was rejected.
    pub note: String,
    /// Version for optimistic locking.
    pub version: i64,
}

const SELECT: &str = "select h.id, h.campaign_id, h.plan_item_id, p.name as class, h.kind, h.receiver_id, \
                      o.name as receiver_name, h.state, h.file_id, h.archives, h.bytes, h.prepared_by, \
                      h.prepared_at, h.prepared_on, h.handed_over_at, h.handed_over_on, h.received_by, \
                      h.received_at, h.received_on, h.note, h.version \
                      from handover h join plan_item p on p.id = h.plan_item_id \
                      join organisation o on o.id = h.receiver_id";

fn from_row(row: &Row) -> Result<Handover, StoreError> {
    Ok(Handover {
        id: row.get("id")?,
        campaign: row.get("campaign_id")?,
        plan_item: row.get("plan_item_id")?,
        class: row.get("class")?,
        kind: row.coded("kind", HandoverKind::from_code)?,
        receiver: row.get("receiver_id")?,
        receiver_name: row.get("receiver_name")?,
        state: row.coded("state", HandoverState::from_code)?,
        file: row.get("file_id")?,
        archives: row.get("archives")?,
        bytes: row.get("bytes")?,
        prepared_by: row.get("prepared_by")?,
        prepared_at: row.moment("prepared_at", "prepared_on")?,
        handed_over_at: row.moment_opt("handed_over_at", "handed_over_on")?,
        received_by: row.get("received_by")?,
        received_at: row.moment_opt("received_at", "received_on")?,
        note: row.get("note")?,
        version: row.get("version")?,
    })
}

/// Puts a prepared hand-over on record with the archives in it; `id`, names and `version` are not read.
///
/// # Errors
/// What the engine says.
pub fn insert(tx: &Tx<'_>, new: &Handover, archives: &[i64]) -> Result<HandoverId, StoreError> {
    let id: HandoverId = tx.insert(
        "insert into handover (campaign_id, plan_item_id, kind, receiver_id, state, file_id, archives, bytes, \
         prepared_by, prepared_at, prepared_on) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
         returning id",
        params![
            new.campaign,
            new.plan_item,
            new.kind.code(),
            new.receiver,
            new.state.code(),
            new.file,
            new.archives,
            new.bytes,
            &new.prepared_by,
            new.prepared_at.at,
            new.prepared_at.on
        ],
    )?;
    let rows = archives.iter().map(|archive| vec![Value::Int(id.0), Value::Int(*archive)]);
    tx.bulk_insert("handover_entry", &["handover_id", "archive_id"], rows)?;
    Ok(id)
}

/// Saves a hand-over that has not changed since it was loaded.
///
/// # Errors
/// [`StoreError::Conflict`].
pub fn save(tx: &Tx<'_>, handover: &Handover) -> Result<(), StoreError> {
    tx.update_version(
        HandoverState::NOUN,
        "update handover set state = $1, handed_over_at = $2, handed_over_on = $3, received_by = $4, \
         received_at = $5, received_on = $6, note = $7, version = version + 1 where id = $8 and version = $9",
        params![
            handover.state.code(),
            handover.handed_over_at.map(|moment| moment.at),
            handover.handed_over_at.map(|moment| moment.on),
            &handover.received_by,
            handover.received_at.map(|moment| moment.at),
            handover.received_at.map(|moment| moment.on),
            &handover.note,
            handover.id,
            handover.version
        ],
    )
}

/// One hand-over.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load(tx: &Tx<'_>, id: HandoverId) -> Result<Handover, StoreError> {
    let row = tx
        .query_opt(&format!("{SELECT} where h.id = $1"), params![id])?
        .ok_or_else(|| StoreError::NotFound(HandoverState::NOUN, id.to_string()))?;
    from_row(&row)
}

/// The hand-overs of a campaign, newest first. `visible` is a condition on `h`, never from a request.
///
/// # Errors
/// What the engine says.
pub fn list(tx: &Tx<'_>, visible: &str, campaign: CampaignId) -> Result<Vec<Handover>, StoreError> {
    let sql = format!("{SELECT} where {visible} and h.campaign_id = $1 order by h.id desc");
    tx.query(&sql, params![campaign], from_row)
}
