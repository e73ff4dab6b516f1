//! Filings outward (对外申报), and the parcels that came back.

use jiff::civil::Date;
use xinxiu_domain::filing::{FilingState, ParcelOutcome};
use xinxiu_domain::id::{ApplicationId, CampaignId, EnterpriseId, FileId, FilingId};
use xinxiu_domain::penalty::Lane;

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::part::Part;
use crate::value::Row;

/// A filing on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    /// Id.
    pub id: FilingId,
    /// Campaign.
    pub campaign: CampaignId,
    /// Application.
    pub application: ApplicationId,
    /// Enterprise of the application.
    pub enterprise: EnterpriseId,
    /// Its name.
    pub enterprise_name: String,
    /// Lane.
    pub lane: Lane,
    /// The number under which we send it.
    pub reference: String,
    /// State.
    pub state: FilingState,
    /// How many penalty records are in it.
    pub records: i64,
    /// The package.
    pub file: FileId,
    /// Who prepared it.
    pub prepared_by: String,
    /// When.
    pub prepared: Moment,
    /// Day on which it was sent.
    pub sent_on: Option<Date>,
    /// Who sent it.
    pub sent_by: String,
    /// The other side's number.
    pub number: String,
    /// What the other side says besides.
    pub note: String,
    /// Day of the result.
    pub result_on: Option<Date>,
    /// Who recorded number and result.
    pub answered_by: String,
    /// Version for optimistic locking.
    pub version: i64,
}

const SELECT: &str = "select f.id, f.campaign_id, f.application_id, a.enterprise_id, e.name as enterprise_name, f.lane, f.reference, \
                      f.state, f.records, f.file_id, f.prepared_by, f.prepared_at, f.prepared_on, f.sent_on, f.sent_by, \
                      f.number, f.note, f.result_on, f.answered_by, f.version from filing f \
                      join application a on a.id = f.application_id join enterprise e on e.id = a.enterprise_id";

fn from_row(row: &Row) -> Result<Filing, StoreError> {
    Ok(Filing {
        id: row.get("id")?,
        campaign: row.get("campaign_id")?,
        application: row.get("application_id")?,
        enterprise: row.get("enterprise_id")?,
        enterprise_name: row.get("enterprise_name")?,
        lane: row.coded("lane", Lane::from_code)?,
        reference: row.get("reference")?,
        state: row.coded("state", FilingState::from_code)?,
        records: row.get("records")?,
        file: row.get("file_id")?,
        prepared_by: row.get("prepared_by")?,
        prepared: row.moment("prepared_at", "prepared_on")?,
        sent_on: row.get("sent_on")?,
        sent_by: row.get("sent_by")?,
        number: row.get("number")?,
        note: row.get("note")?,
        result_on: row.get("result_on")?,
        answered_by: row.get("answered_by")?,
        version: row.get("version")?,
    })
}

/// Puts a filing on record; id and names are not read.
///
/// # Errors
/// What the engine says.
pub fn insert(tx: &Tx<'_>, new: &Filing) -> Result<FilingId, StoreError> {
    tx.insert(
        "insert into filing (campaign_id, application_id, lane, reference, state, records, file_id, prepared_by, prepared_at, \
         prepared_on) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id",
        params![
            new.campaign,
            new.application,
            new.lane.code(),
            &new.reference,
            new.state.code(),
            new.records,
            new.file,
            &new.prepared_by,
            new.prepared.at,
            new.prepared.on
        ],
    )
}

/// Saves one that has not changed since it was loaded.
///
/// # Errors
/// [`StoreError::Conflict`].
pub fn save(tx: &Tx<'_>, filing: &Filing) -> Result<(), StoreError> {
    tx.update_version(
        FilingState::NOUN,
        "update filing set state = $1, sent_on = $2, sent_by = $3, number = $4, note = $5, result_on = $6, answered_by = $7, \
         version = version + 1 where id = $8 and version = $9",
        params![
            filing.state.code(),
            filing.sent_on,
            &filing.sent_by,
            &filing.number,
            &filing.note,
            filing.result_on,
            &filing.answered_by,
            filing.id,
            filing.version
        ],
    )
}

/// One filing.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load(tx: &Tx<'_>, id: FilingId) -> Result<Filing, StoreError> {
    let row = tx
        .query_opt(&format!("{SELECT} where f.id = $1"), params![id])?
        .ok_or_else(|| StoreError::NotFound(FilingState::NOUN, id.to_string()))?;
    from_row(&row)
}

/// The filing that was sent under a reference.
///
/// # Errors
/// What the engine says.
pub fn by_reference(tx: &Tx<'_>, reference: &str) -> Result<Option<Filing>, StoreError> {
    let row = tx.query_opt(&format!("{SELECT} where f.reference = $1"), params![reference])?;
    row.as_ref().map(from_row).transpose()
}

/// The filings of an application, newest first.
///
/// # Errors
/// What the engine says.
pub fn of_application(tx: &Tx<'_>, application: ApplicationId) -> Result<Vec<Filing>, StoreError> {
    tx.query(
        &format!("{SELECT} where f.application_id = $1 order by f.id desc"),
        params![application],
        from_row,
    )
}

/// A condition on a filing `f` of a campaign; `visible` is one on `e` (enterprise), from [`concerns`](crate::concerns), never from
/// a request.
fn wanted(visible: &str, states: &[FilingState]) -> String {
    let states: Vec<String> = states.iter().map(|state| format!("'{}'", state.code())).collect();
    format!("f.campaign_id = $1 and f.state in ({}) and {visible}", states.join(", "))
}

/// How many filings of a campaign stand in some states.
///
/// # Errors
/// What the engine says.
pub fn count(
    tx: &Tx<'_>,
    visible: &str,
    campaign: CampaignId,
    states: &[FilingState],
) -> Result<i64, StoreError> {
    let sql = format!(
        "select count(*) from filing f join application a on a.id = f.application_id \
         join enterprise e on e.id = a.enterprise_id where {}",
        wanted(visible, states)
    );
    tx.number(&sql, params![campaign])
}

/// A part of the filings of a campaign in some states, newest first.
///
/// # Errors
/// What the engine says.
pub fn list(
    tx: &Tx<'_>,
    visible: &str,
    (campaign, states): (CampaignId, &[FilingState]),
    part: Part,
) -> Result<Vec<Filing>, StoreError> {
    let sql = format!("{SELECT} where {} order by f.id desc {}", wanted(visible, states), part.sql());
    tx.query(&sql, params![campaign], from_row)
}

/// A parcel that was read from the other side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// The other side's name for it, which comes once.
    pub message: String,
    /// The reference that it names; empty where it could not be read.
    pub reference: String,
    /// What became of it.
    pub outcome: ParcelOutcome,
    /// Why, or what it said.
    pub note: String,
    /// Who read it in.
    pub read_by: String,
    /// When.
    pub at: Moment,
}

/// Puts a parcel on record.
///
/// # Errors
/// What the engine says.
pub fn insert_parcel(tx: &Tx<'_>, new: &Parcel) -> Result<i64, StoreError> {
    tx.insert(
        "insert into exchange_parcel (message_id, reference, outcome, note, read_by, read_at, read_on) \
         values ($1, $2, $3, $4, $5, $6, $7) returning id",
        params![
            &new.message,
            &new.reference,
            new.outcome.code(),
            &new.note,
            &new.read_by,
            new.at.at,
            new.at.on
        ],
    )
}

/// Whether a parcel of this name was taken before.
///
/// # Errors
/// What the engine says.
pub fn was_taken(tx: &Tx<'_>, message: &str) -> Result<bool, StoreError> {
    let sql = "select count(*) from exchange_parcel where message_id = $1 and outcome = 'taken'";
    Ok(tx.number(sql, params![message])? > 0)
}

/// The newest parcels.
///
/// # Errors
/// What the engine says.
pub fn parcels(tx: &Tx<'_>, limit: u32) -> Result<Vec<Parcel>, StoreError> {
    let sql = format!(
        "select message_id, reference, outcome, note, read_by, read_at, read_on from exchange_parcel order by id desc limit {limit}"
    );
    tx.query(&sql, &[], |row| {
        Ok(Parcel {
            message: row.get("message_id")?,
            reference: row.get("reference")?,
            outcome: row.coded("outcome", ParcelOutcome::from_code)?,
            note: row.get("note")?,
            read_by: row.get("read_by")?,
            at: row.moment("read_at", "read_on")?,
        })
    })
}
