//! Penalty records (处罚记录) with the answer of the rules on each.

use jiff::civil::Date;
use xinxiu_domain::DecisionNumber;
use xinxiu_domain::batch::RecordState;
use xinxiu_domain::correction::Stated;
use xinxiu_domain::id::{BatchId, CampaignId, EnterpriseId, OrgId, PenaltyId};
use xinxiu_domain::penalty::{Assessment, PenaltyClass, PenaltyFacts};

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;
use crate::value::{Row, Value, to_json};

/// A penalty record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Penalty {
    /// Id.
    pub id: PenaltyId,
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// Decision number.
    pub decision: DecisionNumber,
    /// The authority on record, where its name matched one.
    pub authority: Option<OrgId>,
    /// What the list says of the decision; the authority's name and the decision date are in here.
    pub facts: PenaltyFacts,
    /// 处罚有效期.
    pub valid_until: Option<Date>,
    /// 公示截止期 as the list states it; never used for our own dates.
    pub stated_publicity_end: Option<Date>,
    /// 数据来源单位.
    pub source_unit: String,
    /// 备注.
    pub remark: String,
    /// Whether it still counts.
    pub state: RecordState,
    /// When it was taken down.
    pub taken_down_on: Option<Date>,
    /// Answer of the rules.
    pub assessment: Assessment,
    /// Day of that answer.
    pub assessed_on: Date,
    /// A reviewer's class, which wins over the rules' reading.
    pub review_class: Option<PenaltyClass>,
    /// Why.
    pub review_reason: String,
    /// Who.
    pub review_by: String,
    /// The facts that changed under that class since, by name; empty where it stands on what it was found on.
    pub review_stale: String,
    /// List that brought it first.
    pub first_batch: Option<BatchId>,
    /// List that brought it last.
    pub last_batch: Option<BatchId>,
    /// Since when a later edition of its list no longer has it.
    pub gone_since: Option<Date>,
    /// 入库时间.
    pub recorded_on: Date,
    /// Version for optimistic locking.
    pub version: i64,
}

impl Penalty {
    /// What of it can be put right, as it counts.
    pub fn stated(&self) -> Stated {
        Stated {
            decision: self.decision.clone(),
            facts: self.facts.clone(),
            valid_until: self.valid_until,
            publicity_end: self.stated_publicity_end,
        }
    }
}

const SELECT: &str = "select p.id, p.enterprise_id, p.decision_number, p.authority_id, p.facts, p.valid_until, \
                      p.stated_publicity_end, p.source_unit, p.remark, p.state, p.taken_down_on, p.assessment, \
                      p.assessed_on, p.review_class, p.review_reason, p.review_by, p.review_stale, p.first_batch_id, \
                      p.last_batch_id, p.gone_since, p.recorded_on, p.version from penalty p";

/// Maps a row of [`select`].
///
/// # Errors
/// [`StoreError::Column`].
pub fn from_row(row: &Row) -> Result<Penalty, StoreError> {
    Ok(Penalty {
        id: row.get("id")?,
        enterprise: row.get("enterprise_id")?,
        decision: row.coded("decision_number", DecisionNumber::parse)?,
        authority: row.get("authority_id")?,
        facts: row.json("facts")?,
        valid_until: row.get("valid_until")?,
        stated_publicity_end: row.get("stated_publicity_end")?,
        source_unit: row.get("source_unit")?,
        remark: row.get("remark")?,
        state: row.coded("state", RecordState::from_code)?,
        taken_down_on: row.get("taken_down_on")?,
        assessment: row.json("assessment")?,
        assessed_on: row.get("assessed_on")?,
        review_class: row.coded_opt("review_class", PenaltyClass::from_code)?,
        review_reason: row.get("review_reason")?,
        review_by: row.get("review_by")?,
        review_stale: row.get("review_stale")?,
        first_batch: row.get("first_batch_id")?,
        last_batch: row.get("last_batch_id")?,
        gone_since: row.get("gone_since")?,
        recorded_on: row.get("recorded_on")?,
        version: row.get("version")?,
    })
}

/// The select over penalty records (`p`), to which lists add their conditions.
pub const fn select() -> &'static str {
    SELECT
}

/// Columns of a new penalty record, in the order of [`values`].
pub(crate) const COLUMNS: [&str; 23] = [
    "enterprise_id",
    "decision_number",
    "decision_key",
    "authority",
    "authority_id",
    "decision_date",
    "facts",
    "valid_until",
    "stated_publicity_end",
    "source_unit",
    "remark",
    "state",
    "edition",
    "class",
    "verdict",
    "min_until",
    "max_until",
    "repairable_from",
    "assessed_on",
    "assessment",
    "first_batch_id",
    "last_batch_id",
    "recorded_on",
];

/// What a new penalty record has in [`COLUMNS`].
pub(crate) fn values(new: &Penalty) -> Result<Vec<Value>, StoreError> {
    let answer = &new.assessment;
    let values = params![
        new.enterprise,
        new.decision.as_str(),
        new.decision.key(),
        &new.facts.authority,
        new.authority,
        new.facts.decision_date,
        to_json("json", &new.facts)?,
        new.valid_until,
        new.stated_publicity_end,
        &new.source_unit,
        &new.remark,
        new.state.code(),
        &answer.edition,
        answer.class.code(),
        answer.verdict.code(),
        answer.min_until,
        answer.max_until,
        answer.repairable_from,
        new.assessed_on,
        to_json("json", answer)?,
        new.first_batch,
        new.last_batch,
        new.recorded_on,
    ];
    Ok(values.to_vec())
}

/// Puts a penalty record on record; `id` and `version` of the argument are not read.
///
/// # Errors
/// [`StoreError::Duplicate`] where the enterprise has this decision of this authority already.
pub fn insert(tx: &Tx<'_>, new: &Penalty) -> Result<PenaltyId, StoreError> {
    tx.insert_row("penalty", &COLUMNS, &values(new)?)
}

/// Saves a penalty record that has not changed since it was loaded.
///
/// # Errors
/// [`StoreError::Conflict`].
pub fn save(tx: &Tx<'_>, penalty: &Penalty) -> Result<(), StoreError> {
    let answer = &penalty.assessment;
    tx.update_version(
        "处罚记录",
        "update penalty set authority_id = $1, decision_date = $2, facts = $3, valid_until = $4, \
         stated_publicity_end = $5, source_unit = $6, remark = $7, state = $8, taken_down_on = $9, \
         edition = $10, class = $11, verdict = $12, min_until = $13, max_until = $14, repairable_from = $15, \
         assessed_on = $16, assessment = $17, review_class = $18, review_reason = $19, review_by = $20, \
         last_batch_id = $21, gone_since = $22, review_stale = $23, version = version + 1 \
         where id = $24 and version = $25",
        params![
            penalty.authority,
            penalty.facts.decision_date,
            to_json("json", &penalty.facts)?,
            penalty.valid_until,
            penalty.stated_publicity_end,
            &penalty.source_unit,
            &penalty.remark,
            penalty.state.code(),
            penalty.taken_down_on,
            &answer.edition,
            answer.class.code(),
            answer.verdict.code(),
            answer.min_until,
            answer.max_until,
            answer.repairable_from,
            penalty.assessed_on,
            to_json("json", answer)?,
            penalty.review_class.map(PenaltyClass::code),
            &penalty.review_reason,
            &penalty.review_by,
            penalty.last_batch,
            penalty.gone_since,
            &penalty.review_stale,
            penalty.id,
            penalty.version
        ],
    )
}

/// Gives a record the decision number and authority of its fields, by which it is known.
///
/// # Errors
/// [`StoreError::Duplicate`] where the enterprise has this decision of this authority already.
pub fn rename(tx: &Tx<'_>, penalty: &Penalty) -> Result<(), StoreError> {
    tx.execute(
        "update penalty set decision_number = $1, decision_key = $2, authority = $3 where id = $4",
        params![penalty.decision.as_str(), penalty.decision.key(), &penalty.facts.authority, penalty.id],
    )?;
    Ok(())
}

/// One penalty record.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load(tx: &Tx<'_>, id: PenaltyId) -> Result<Penalty, StoreError> {
    let row = tx
        .query_opt(&format!("{SELECT} where p.id = $1"), params![id])?
        .ok_or_else(|| StoreError::NotFound("处罚记录", id.to_string()))?;
    from_row(&row)
}

/// Every penalty record of an enterprise, newest decision first.
///
/// # Errors
/// What the engine says.
pub fn of_enterprise(tx: &Tx<'_>, enterprise: EnterpriseId) -> Result<Vec<Penalty>, StoreError> {
    let sql = format!("{SELECT} where p.enterprise_id = $1 order by p.decision_date desc, p.id");
    tx.query(&sql, params![enterprise], from_row)
}

/// Several penalty records, oldest decision first.
///
/// # Errors
/// What the engine says.
pub fn load_many(tx: &Tx<'_>, ids: &[PenaltyId]) -> Result<Vec<Penalty>, StoreError> {
    let ids = crate::application::id_list(ids.iter().map(|id| id.0));
    tx.query(&format!("{SELECT} where p.id in ({ids}) order by p.decision_date, p.id"), &[], from_row)
}

/// Records of a campaign's enterprises that were not assessed on `day`, by id, behind `after`.
///
/// # Errors
/// What the engine says.
pub fn to_assess(
    tx: &Tx<'_>,
    campaign: CampaignId,
    day: Date,
    after: PenaltyId,
    limit: i64,
) -> Result<Vec<Penalty>, StoreError> {
    let sql = format!(
        "{SELECT} where p.id > $1 and p.assessed_on <> $2 and p.state = 'public' and exists \
         (select 1 from member m where m.enterprise_id = p.enterprise_id and m.campaign_id = $3) \
         order by p.id limit $4"
    );
    tx.query(&sql, params![after, day, campaign, limit], from_row)
}

/// Notes that the rules gave the same answer on a later day.
///
/// # Errors
/// What the engine says.
pub fn assessed_again(tx: &Tx<'_>, id: PenaltyId, day: Date) -> Result<(), StoreError> {
    tx.execute("update penalty set assessed_on = $1 where id = $2", params![day, id])?;
    Ok(())
}
