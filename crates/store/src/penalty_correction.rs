//! What people put right in penalty records (更正处罚信息, N08), field by field.

use std::collections::HashMap;

use xinxiu_domain::DecisionNumber;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::correction::{FieldCorrection, PenaltyField};
use xinxiu_domain::id::PenaltyId;

use crate::concerns::enterprise_filter;
use crate::db::Tx;
use crate::error::StoreError;
use crate::params;
use crate::value::Row;

const SELECT: &str =
    "select c.penalty_id, c.field, c.listed, c.known, c.corrected, c.conflict from penalty_correction c";

fn from_row(row: &Row) -> Result<(PenaltyId, FieldCorrection), StoreError> {
    let found = FieldCorrection {
        field: row.coded("field", PenaltyField::from_code)?,
        listed: row.get("listed")?,
        known: row.json("known")?,
        corrected: row.get("corrected")?,
        conflict: row.get("conflict")?,
    };
    Ok((row.get("penalty_id")?, found))
}

/// The corrected fields of a record.
///
/// # Errors
/// What the engine says.
pub fn of_penalty(tx: &Tx<'_>, penalty: PenaltyId) -> Result<Vec<FieldCorrection>, StoreError> {
    let sql = format!("{SELECT} where c.penalty_id = $1 order by c.field");
    Ok(tx.query(&sql, params![penalty], from_row)?.into_iter().map(|(_, found)| found).collect())
}

/// The corrected fields of several records.
///
/// # Errors
/// What the engine says.
pub fn of_many(
    tx: &Tx<'_>,
    penalties: &[PenaltyId],
) -> Result<HashMap<PenaltyId, Vec<FieldCorrection>>, StoreError> {
    let ids: Vec<i64> = penalties.iter().map(|id| id.0).collect();
    let sql = format!("{SELECT} where {} order by c.field", tx.among_ids("c.penalty_id"));
    let mut all: HashMap<PenaltyId, Vec<FieldCorrection>> = HashMap::new();
    for (id, found) in tx.query_for(&sql, &ids, &[], from_row)? {
        all.entry(id).or_default().push(found);
    }
    Ok(all)
}

/// Puts the corrected fields of a record in place of those on record.
///
/// # Errors
/// What the engine says.
pub fn replace(tx: &Tx<'_>, penalty: PenaltyId, all: &[FieldCorrection]) -> Result<(), StoreError> {
    tx.execute("delete from penalty_correction where penalty_id = $1", params![penalty])?;
    for one in all {
        let key = match one.field {
            PenaltyField::DecisionNumber => DecisionNumber::parse(&one.listed).map(|number| number.key()),
            _ => None,
        };
        tx.execute(
            "insert into penalty_correction (penalty_id, field, listed, known, corrected, conflict, match_key) \
             values ($1, $2, $3, $4, $5, $6, $7)",
            params![
                penalty,
                one.field.code(),
                &one.listed,
                serde_json::json!(one.known).to_string(),
                &one.corrected,
                one.conflict.as_deref(),
                key.unwrap_or_default()
            ],
        )?;
    }
    Ok(())
}

/// A corrected record that asks for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The record.
    pub penalty: PenaltyId,
    /// Decision number.
    pub decision: DecisionNumber,
    /// Name of the enterprise.
    pub enterprise: String,
    /// Who decided.
    pub authority: String,
    /// Codes of the fields of which a list says something new.
    pub fields: Vec<PenaltyField>,
    /// The facts that changed under a reviewer's judgement; empty where none did.
    pub stale: String,
}

/// Records of which a list says something new against a correction, or whose judgement stands on facts that have
/// changed, among those on which the actor may act; at most 200.
///
/// # Errors
/// What the engine says.
pub fn waiting(tx: &Tx<'_>, actor: &Actor) -> Result<Vec<Waiting>, StoreError> {
    let own = actor.org.map_or(-1, |org| org.0);
    let is_all = actor.scopes(Action::CorrectPenalty).contains(&xinxiu_domain::actor::Scope::All);
    let mine = if is_all { "1 = 1".to_owned() } else { format!("p.authority_id = {own}") };
    let seen = enterprise_filter(actor, Action::ViewEnterprise, "p.enterprise_id");
    let sql = format!(
        "select p.id, p.decision_number, e.name, p.authority, p.review_stale, coalesce(c.field, '') as field \
         from penalty p join enterprise e on e.id = p.enterprise_id \
         left join penalty_correction c on c.penalty_id = p.id and c.conflict is not null \
         where p.id in (select x.penalty_id from penalty_correction x where x.conflict is not null \
         union select s.id from penalty s where s.review_stale <> '') and {mine} and {seen} order by p.id limit 200"
    );
    let rows = tx.query(&sql, &[], |row| {
        Ok(Waiting {
            penalty: row.get("id")?,
            decision: row.coded("decision_number", DecisionNumber::parse)?,
            enterprise: row.get("name")?,
            authority: row.get("authority")?,
            fields: PenaltyField::from_code(&row.get::<String>("field")?).into_iter().collect(),
            stale: row.get("review_stale")?,
        })
    })?;
    let mut all: Vec<Waiting> = Vec::new();
    for row in rows {
        match all.last_mut().filter(|last| last.penalty == row.penalty) {
            Some(last) => last.fields.extend(row.fields),
            None => all.push(row),
        }
    }
    Ok(all)
}
