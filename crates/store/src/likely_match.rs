//! Pairs that may be one enterprise (疑似同一企业), and what people found of them (N08 N18).

use jiff::civil::Date;
use xinxiu_domain::id::{EnterpriseId, JoinId, MatchId, OrgId};
use xinxiu_domain::identity::{Clue, MatchState};

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::Row;

/// A pair on record; the smaller id stands first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LikelyMatch {
    /// Id.
    pub id: MatchId,
    /// The one.
    pub one: EnterpriseId,
    /// The other.
    pub other: EnterpriseId,
    /// From 1 to 99.
    pub score: i64,
    /// What speaks for and against it.
    pub clues: Vec<Clue>,
    /// What was found.
    pub state: MatchState,
    /// Day on which it was proposed.
    pub found_on: Date,
    /// The person who put it forward; empty where the platform found it.
    pub proposed_by: String,
    /// Why that person did.
    pub proposed_why: String,
    /// Who found so; empty while it is open.
    pub decided_by: String,
    /// When.
    pub decided_at: Option<Moment>,
    /// Why.
    pub reason: String,
    /// The joining that followed.
    pub join: Option<JoinId>,
    /// Version for optimistic locking.
    pub version: i64,
}

impl LikelyMatch {
    /// Whether a person put it forward.
    pub const fn is_by_hand(&self) -> bool {
        !self.proposed_by.is_empty()
    }
}

const COLUMNS: &str = "m.id, m.one_id, m.other_id, m.score, m.clues, m.state, m.found_on, m.proposed_by, \
                       m.proposed_why, m.decided_by, m.decided_at, m.decided_on, m.reason, m.join_id, m.version";

fn from_row(row: &Row) -> Result<LikelyMatch, StoreError> {
    Ok(LikelyMatch {
        id: row.get("id")?,
        one: row.get("one_id")?,
        other: row.get("other_id")?,
        score: row.get("score")?,
        clues: row.json("clues")?,
        state: row.coded("state", MatchState::from_code)?,
        found_on: row.get("found_on")?,
        proposed_by: row.get("proposed_by")?,
        proposed_why: row.get("proposed_why")?,
        decided_by: row.get("decided_by")?,
        decided_at: row.moment_opt("decided_at", "decided_on")?,
        reason: row.get("reason")?,
        join: row.get("join_id")?,
        version: row.get("version")?,
    })
}

fn json(clues: &[Clue]) -> String {
    serde_json::json!(clues).to_string()
}

/// Puts a pair on record that is not there yet, the smaller id first. One of which something was found is
/// never proposed again.
///
/// # Errors
/// [`StoreError::Duplicate`] where it is on record.
pub fn insert(
    tx: &Tx<'_>,
    (one, other): (EnterpriseId, EnterpriseId),
    score: u8,
    clues: &[Clue],
    today: Date,
) -> Result<LikelyMatch, StoreError> {
    let id: MatchId = tx.insert(
        "insert into likely_match (one_id, other_id, score, clues, state, found_on) \
         values ($1, $2, $3, $4, $5, $6) returning id",
        params![one, other, u32::from(score), json(clues), MatchState::INITIAL.code(), today],
    )?;
    load(tx, id)
}

/// One pair.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load(tx: &Tx<'_>, id: MatchId) -> Result<LikelyMatch, StoreError> {
    let row = tx
        .query_opt(&format!("select {COLUMNS} from likely_match m where m.id = $1"), params![id])?
        .ok_or_else(|| StoreError::NotFound(MatchState::NOUN, id.to_string()))?;
    from_row(&row)
}

/// The pair of two enterprises, the smaller id first; `None` where they are not on record as one.
///
/// # Errors
/// What the engine says.
pub fn between(
    tx: &Tx<'_>,
    (one, other): (EnterpriseId, EnterpriseId),
) -> Result<Option<LikelyMatch>, StoreError> {
    let sql = format!("select {COLUMNS} from likely_match m where m.one_id = $1 and m.other_id = $2");
    tx.query_opt(&sql, params![one, other])?.as_ref().map(from_row).transpose()
}

/// Notes that a person put a pair forward, unless somebody was faster.
///
/// # Errors
/// [`StoreError::Conflict`].
pub fn put_forward(tx: &Tx<'_>, found: &LikelyMatch, by: &str, why: &str) -> Result<(), StoreError> {
    tx.update_version(
        MatchState::NOUN,
        "update likely_match set proposed_by = $1, proposed_why = $2, version = version + 1 \
         where id = $3 and version = $4",
        params![by, why, found.id, found.version],
    )
}

/// Saves what was found, unless somebody was faster.
///
/// # Errors
/// [`StoreError::Conflict`].
pub fn save(tx: &Tx<'_>, found: &LikelyMatch) -> Result<(), StoreError> {
    tx.update_version(
        MatchState::NOUN,
        "update likely_match set state = $1, decided_by = $2, decided_at = $3, decided_on = $4, reason = $5, \
         join_id = $6, version = version + 1 where id = $7 and version = $8",
        params![
            found.state.code(),
            &found.decided_by,
            found.decided_at.map(|moment| moment.at),
            found.decided_at.map(|moment| moment.on),
            &found.reason,
            found.join,
            found.id,
            found.version
        ],
    )
}

/// One side of a pair in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// Enterprise.
    pub id: EnterpriseId,
    /// Name.
    pub name: String,
    /// USCC, or empty.
    pub uscc: String,
    /// County, or empty.
    pub county: String,
}

/// A line of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queued {
    /// The pair.
    pub found: LikelyMatch,
    /// The one.
    pub one: Side,
    /// The other.
    pub other: Side,
}

/// Which pairs are asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueueFilter {
    /// What was found of them; all where none is given.
    pub state: Option<MatchState>,
    /// One side stands in this county.
    pub county: Option<OrgId>,
}

impl QueueFilter {
    /// SQL over `m`, `e` and `o`. Codes and ids are of our own types, so they stand in the text. An open pair of
    /// which one was joined elsewhere asks for nothing any more.
    fn conditions(self) -> String {
        let state = self.state.map_or_else(String::new, |state| format!(" and m.state = '{}'", state.code()));
        let county = self
            .county
            .map_or_else(String::new, |id| format!(" and (e.county_id = {0} or o.county_id = {0})", id.0));
        format!("(m.state <> 'open' or (e.joined_into is null and o.joined_into is null)){state}{county}")
    }
}

const FROM: &str = "from likely_match m join enterprise e on e.id = m.one_id join enterprise o on o.id = m.other_id \
                    left join organisation ec on ec.id = e.county_id left join organisation oc on oc.id = o.county_id";

/// A page of the queue: open pairs that people put forward, then the likeliest.
///
/// # Errors
/// What the engine says.
pub fn page(tx: &Tx<'_>, filter: QueueFilter, (skip, limit): (i64, i64)) -> Result<Vec<Queued>, StoreError> {
    let sql = format!(
        "select {COLUMNS}, e.name as one_name, coalesce(e.uscc, '') as one_uscc, \
         coalesce(nullif(ec.short_name, ''), ec.name, '') as one_county, o.name as other_name, \
         coalesce(o.uscc, '') as other_uscc, coalesce(nullif(oc.short_name, ''), oc.name, '') as other_county \
         {FROM} where {} order by case m.state when 'open' then 0 when 'unsure' then 1 else 2 end, \
         case m.proposed_by when '' then 1 else 0 end, m.score desc, m.id \
         limit $1 offset $2",
        filter.conditions()
    );
    tx.query(&sql, params![limit, skip], |row| {
        let found = from_row(row)?;
        let side = |id, name: &str| {
            Ok::<_, StoreError>(Side {
                id,
                name: row.get(&format!("{name}_name"))?,
                uscc: row.get(&format!("{name}_uscc"))?,
                county: row.get(&format!("{name}_county"))?,
            })
        };
        Ok(Queued { one: side(found.one, "one")?, other: side(found.other, "other")?, found })
    })
}

/// How many pairs a filter finds.
///
/// # Errors
/// What the engine says.
pub fn count(tx: &Tx<'_>, filter: QueueFilter) -> Result<i64, StoreError> {
    tx.number(&format!("select count(*) {FROM} where {}", filter.conditions()), &[])
}
