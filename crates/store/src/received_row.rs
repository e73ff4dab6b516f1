//! Rows as received, looked at again (原始行, N08): one with everything that was kept of it, or a page of a list's.

use xinxiu_domain::id::{BatchId, EnterpriseId, ListingId, PenaltyId, RowId};
use xinxiu_domain::text::tidy;
use xinxiu_domain::{DecisionNumber, coded};

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;
use crate::value::{Row, Value};

coded! {
    /// What became of a row.
    pub enum RowOutcome {
        Accepted = "accepted", "处罚记录";
        Listing = "listing", "名单条目";
        Rejected = "rejected", "退回";
    }
}

/// A row as received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedRow {
    /// Id.
    pub id: RowId,
    /// The list that brought it.
    pub batch: BatchId,
    /// Sheet; empty for text files.
    pub sheet: String,
    /// Row in the sheet, from 1.
    pub number: i64,
    /// What became of it.
    pub outcome: RowOutcome,
    /// The enterprise to which it was matched.
    pub enterprise: Option<EnterpriseId>,
    /// The penalty record.
    pub penalty: Option<PenaltyId>,
    /// The listing.
    pub listing: Option<ListingId>,
    /// Header and cell of each column, sealed.
    pub raw_sealed: String,
    /// What was noted on it.
    pub notes: String,
}

/// One row as received.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load(tx: &Tx<'_>, id: RowId) -> Result<ReceivedRow, StoreError> {
    let row = tx
        .query_opt(
            "select id, batch_id, sheet, row_number, outcome, enterprise_id, penalty_id, listing_id, raw_sealed, \
             notes from batch_row where id = $1",
            params![id],
        )?
        .ok_or_else(|| StoreError::NotFound("原始行", id.to_string()))?;
    Ok(ReceivedRow {
        id: row.get("id")?,
        batch: row.get("batch_id")?,
        sheet: row.get("sheet")?,
        number: row.get("row_number")?,
        outcome: row.coded("outcome", RowOutcome::from_code)?,
        enterprise: row.get("enterprise_id")?,
        penalty: row.get("penalty_id")?,
        listing: row.get("listing_id")?,
        raw_sealed: row.get("raw_sealed")?,
        notes: row.get("notes")?,
    })
}

/// The row at a place of a list, where it is on record.
///
/// # Errors
/// What the engine says.
pub fn at(tx: &Tx<'_>, batch: BatchId, sheet: &str, number: i64) -> Result<Option<RowId>, StoreError> {
    let sql = "select id from batch_row where batch_id = $1 and sheet = $2 and row_number = $3";
    let row = tx.query_opt(sql, params![batch, sheet, number])?;
    row.map(|row| row.get("id")).transpose()
}

/// A line of the rows of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowLine {
    /// Id.
    pub id: RowId,
    /// Sheet; empty for text files.
    pub sheet: String,
    /// Row in the sheet.
    pub number: i64,
    /// What became of it.
    pub outcome: RowOutcome,
    /// Name of the enterprise on file, or what a rejected row has for one.
    pub name: String,
    /// Decision number, or why it is listed.
    pub what: String,
    /// What was noted on it.
    pub notes: String,
    /// The row that stands for it now, where it was rejected and came back put right.
    pub corrected_by: Option<RowId>,
}

/// Which rows of a list are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowFilter {
    /// What became of them; all where none is given.
    pub outcome: Option<RowOutcome>,
    /// Only those on which something was noted.
    pub noted: bool,
    /// Only those that did not come back put right.
    pub open: bool,
    /// Part of a name, a code, a decision number or a reason, or the number of the row.
    pub text: String,
}

const FROM: &str = "from batch_row r left join enterprise e on e.id = r.enterprise_id \
                    left join penalty p on p.id = r.penalty_id left join listing l on l.id = r.listing_id";

impl RowFilter {
    /// The condition and its parameters behind `first`, which is the list.
    fn condition(&self, batch: BatchId) -> (String, Vec<Value>) {
        let mut sql = "r.batch_id = $1".to_owned();
        let mut values = params![batch].to_vec();
        if let Some(outcome) = self.outcome {
            sql += &format!(" and r.outcome = '{}'", outcome.code());
        }
        if self.noted {
            sql += " and r.notes <> ''";
        }
        if self.open {
            sql += " and r.corrected_by_id is null";
        }
        let text = tidy(&self.text).to_lowercase();
        if text.is_empty() {
            return (sql, values);
        }
        let key = DecisionNumber::parse(&text).map_or_else(|| text.clone(), |number| number.key());
        let number = text.parse::<i64>().unwrap_or(-1);
        values.extend(params![like(&text), like(&key.to_lowercase()), number].to_vec());
        sql += " and (r.row_number = $4";
        for column in [
            "e.name",
            "e.uscc",
            "p.decision_number",
            "p.authority",
            "l.reason",
            "l.listing_body",
            "r.label",
            "r.notes",
        ] {
            sql += &format!(" or lower({column}) like $2 escape '!'");
        }
        sql += " or lower(p.decision_key) like $3 escape '!')";
        (sql, values)
    }
}

/// The pattern of texts that contain this one.
fn like(text: &str) -> String {
    let escaped: String = text
        .chars()
        .flat_map(|c| matches!(c, '%' | '_' | '!').then_some('!').into_iter().chain([c]))
        .collect();
    format!("%{escaped}%")
}

/// A page of the rows of a list, in the order of the file, behind a row.
///
/// # Errors
/// What the engine says.
pub fn page(
    tx: &Tx<'_>,
    batch: BatchId,
    filter: &RowFilter,
    (after, limit): (RowId, i64),
) -> Result<Vec<RowLine>, StoreError> {
    let (condition, mut values) = filter.condition(batch);
    let sql = format!(
        "select r.id, r.sheet, r.row_number, r.outcome, r.notes, r.corrected_by_id, coalesce(e.name, r.label) as name, \
         coalesce(p.decision_number, l.reason, '') as what {FROM} where {condition} and r.id > ${} order by r.id \
         limit ${}",
        values.len() + 1,
        values.len() + 2
    );
    values.extend(params![after, limit].to_vec());
    tx.query(&sql, &values, from_row)
}

fn from_row(row: &Row) -> Result<RowLine, StoreError> {
    Ok(RowLine {
        id: row.get("id")?,
        sheet: row.get("sheet")?,
        number: row.get("row_number")?,
        outcome: row.coded("outcome", RowOutcome::from_code)?,
        name: row.get("name")?,
        what: row.get("what")?,
        notes: row.get("notes")?,
        corrected_by: row.get("corrected_by_id")?,
    })
}

/// How many rows of a list a filter leaves.
///
/// # Errors
/// What the engine says.
pub fn count(tx: &Tx<'_>, batch: BatchId, filter: &RowFilter) -> Result<i64, StoreError> {
    let (condition, values) = filter.condition(batch);
    tx.number(&format!("select count(*) {FROM} where {condition}"), &values)
}
