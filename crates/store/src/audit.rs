//! The audit chain (N21): each entry carries the digest of the one before, so that a changed or removed
//! entry shows.

use jiff::Timestamp;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use xinxiu_domain::actor::Actor;
use xinxiu_domain::id::EnterpriseId;

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::Row;

/// What was done, before it is on record.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// Real time.
    pub at: Timestamp,
    /// Business day.
    pub business_day: Date,
    /// Who did it.
    pub actor: &'a Actor,
    /// Code of the step, for example `session.publish`.
    pub action: &'a str,
    /// Noun, for example `session`.
    pub subject: &'a str,
    /// Id of the record.
    pub subject_id: i64,
    /// The enterprise concerned, so that its page shows its whole history.
    pub enterprise: Option<EnterpriseId>,
    /// One Chinese sentence for the history; never an ID number or a phone.
    pub summary: String,
    /// What was given, as JSON; never an ID number or a phone.
    pub detail: serde_json::Value,
}

/// An entry on record.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Position in the chain.
    pub id: i64,
    /// Business day and real time.
    pub at: Moment,
    /// Name of who did it.
    pub actor: String,
    /// Code of the role.
    pub role: String,
    /// Code of the step.
    pub action: String,
    /// Noun.
    pub subject: String,
    /// Id of the record.
    pub subject_id: i64,
    /// One Chinese sentence.
    pub summary: String,
}

const COLUMNS: &str = "id, at, business_day, actor, account_id, org_id, role, action, subject, subject_id, \
                       enterprise_id, summary, detail, previous_hash, hash";

/// Appends an entry in the transaction of the step it describes.
///
/// # Errors
/// What the engine says.
pub fn append(tx: &Tx<'_>, entry: &Entry<'_>) -> Result<(), StoreError> {
    tx.lock("audit")?;
    let previous = tx
        .query_opt("select hash from audit_entry order by id desc limit 1", &[])?
        .map_or_else(|| Ok(String::new()), |row| row.get("hash"))?;
    let at = entry.at.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string();
    let detail = entry.detail.to_string();
    let hash = digest(&[
        &previous,
        &at,
        &entry.business_day.to_string(),
        &entry.actor.name,
        &number(entry.actor.account.map(|id| id.0)),
        &number(entry.actor.org.map(|id| id.0)),
        entry.actor.role.code(),
        entry.action,
        entry.subject,
        &entry.subject_id.to_string(),
        &number(entry.enterprise.map(|id| id.0)),
        &entry.summary,
        &detail,
    ]);
    tx.execute(
        "insert into audit_entry (at, business_day, actor, account_id, org_id, role, action, subject, subject_id, \
         enterprise_id, summary, detail, previous_hash, hash) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        params![
            at,
            entry.business_day,
            &entry.actor.name,
            entry.actor.account,
            entry.actor.org,
            entry.actor.role.code(),
            entry.action,
            entry.subject,
            entry.subject_id,
            entry.enterprise,
            &entry.summary,
            detail,
            previous,
            hash
        ],
    )?;
    Ok(())
}

/// Walks the whole chain and returns its length.
///
/// # Errors
/// [`StoreError::Audit`] names the first entry that does not fit.
pub fn verify(tx: &Tx<'_>) -> Result<u64, StoreError> {
    let mut previous = String::new();
    let mut length = 0;
    tx.for_each(&format!("select {COLUMNS} from audit_entry order by id"), &[], |row| {
        let id: i64 = row.get("id")?;
        let stored_previous: String = row.get("previous_hash")?;
        let hash: String = row.get("hash")?;
        if stored_previous != previous || expected(&row)? != hash {
            return Err(StoreError::Audit(id));
        }
        previous = hash;
        length += 1;
        Ok(())
    })?;
    Ok(length)
}

fn expected(row: &Row) -> Result<String, StoreError> {
    let mut parts: Vec<String> = Vec::new();
    for column in ["previous_hash", "at", "business_day", "actor"] {
        parts.push(row.get(column)?);
    }
    parts.push(number(row.get("account_id")?));
    parts.push(number(row.get("org_id")?));
    for column in ["role", "action", "subject"] {
        parts.push(row.get(column)?);
    }
    parts.push(row.get::<i64>("subject_id")?.to_string());
    parts.push(number(row.get("enterprise_id")?));
    parts.push(row.get("summary")?);
    parts.push(row.get("detail")?);
    Ok(digest(&parts.iter().map(String::as_str).collect::<Vec<_>>()))
}

fn number(id: Option<i64>) -> String {
    id.map_or_else(String::new, |id| id.to_string())
}

fn digest(parts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        // Lengths keep the borders between parts: ("ab","c") and ("a","bc") must differ.
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    hex::encode(digest.finalize())
}

/// The history of one enterprise, newest last.
///
/// # Errors
/// What the engine says.
pub fn of_enterprise(tx: &Tx<'_>, enterprise: EnterpriseId) -> Result<Vec<Recorded>, StoreError> {
    let sql = format!("select {COLUMNS} from audit_entry where enterprise_id = $1 order by id");
    tx.query(&sql, params![enterprise], from_row)
}

/// The history of one enterprise and of those joined to it, newest last.
///
/// # Errors
/// What the engine says.
pub fn with_joined(tx: &Tx<'_>, enterprise: EnterpriseId) -> Result<Vec<Recorded>, StoreError> {
    let sql = format!(
        "select {COLUMNS} from audit_entry where enterprise_id in \
         (select e.id from enterprise e where e.id = $1 or e.joined_into = $1) order by id"
    );
    tx.query(&sql, params![enterprise], from_row)
}

/// The history of one record, newest last.
///
/// # Errors
/// What the engine says.
pub fn of_subject(tx: &Tx<'_>, subject: &str, id: i64) -> Result<Vec<Recorded>, StoreError> {
    let sql = format!("select {COLUMNS} from audit_entry where subject = $1 and subject_id = $2 order by id");
    tx.query(&sql, params![subject, id], from_row)
}

/// A page of the whole chain, newest first, before a given position.
///
/// # Errors
/// What the engine says.
pub fn page(tx: &Tx<'_>, before: Option<i64>, limit: i64) -> Result<Vec<Recorded>, StoreError> {
    let sql = format!("select {COLUMNS} from audit_entry where id < $1 order by id desc limit $2");
    tx.query(&sql, params![before.unwrap_or(i64::MAX), limit], from_row)
}

fn from_row(row: &Row) -> Result<Recorded, StoreError> {
    Ok(Recorded {
        id: row.get("id")?,
        at: row.moment("at", "business_day")?,
        actor: row.get("actor")?,
        role: row.get("role")?,
        action: row.get("action")?,
        subject: row.get("subject")?,
        subject_id: row.get("subject_id")?,
        summary: row.get("summary")?,
    })
}
