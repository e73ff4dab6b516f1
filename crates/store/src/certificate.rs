//! Certificates of training as they were issued (培训证明, N11).

use jiff::civil::Date;
use xinxiu_domain::certificate::CertificateCode;
use xinxiu_domain::id::{AttendanceId, CertificateId, PenaltyId, SessionId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::Row;

/// A certificate on record. What it says is never changed: one that is wrong is revoked, and another issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Id.
    pub id: CertificateId,
    /// The attendance that earned it.
    pub attendance: AttendanceId,
    /// Which one of this attendance, from 1.
    pub serial: u32,
    /// 证明编号.
    pub number: String,
    /// 核验码.
    pub code: CertificateCode,
    /// What the paper says, as JSON.
    pub content: String,
    /// 结业日期: the business day on which the exam was passed.
    pub completed_on: Date,
    /// When it was issued.
    pub issued: Moment,
    /// Who issued it.
    pub issued_by: String,
    /// Since when and why it is no longer good.
    pub revoked: Option<Revoked>,
}

/// That a certificate is no longer good (作废).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revoked {
    /// When.
    pub at: Moment,
    /// By whom.
    pub by: String,
    /// Why.
    pub reason: String,
}

const SELECT: &str = "select t.id, t.attendance_id, t.serial, t.number, t.code, t.content, t.completed_on, \
                      t.issued_at, t.issued_on, t.issued_by, t.revoked_at, t.revoked_on, t.revoked_by, \
                      t.revoke_reason from certificate t";

fn from_row(row: &Row) -> Result<Certificate, StoreError> {
    let revoked = row.moment_opt("revoked_at", "revoked_on")?;
    Ok(Certificate {
        id: row.get("id")?,
        attendance: row.get("attendance_id")?,
        serial: row.get("serial")?,
        number: row.get("number")?,
        code: row.coded("code", CertificateCode::parse)?,
        content: row.get("content")?,
        completed_on: row.get("completed_on")?,
        issued: row.moment("issued_at", "issued_on")?,
        issued_by: row.get("issued_by")?,
        revoked: match revoked {
            Some(at) => Some(Revoked { at, by: row.get("revoked_by")?, reason: row.get("revoke_reason")? }),
            None => None,
        },
    })
}

/// Puts a certificate on record with the decisions for whose repair it is material; `id` and `revoked` of the
/// argument are not read.
///
/// # Errors
/// [`StoreError::Duplicate`] where this one of the attendance is on record already.
pub fn insert(tx: &Tx<'_>, new: &Certificate, serves: &[PenaltyId]) -> Result<CertificateId, StoreError> {
    let id: CertificateId = tx.insert(
        "insert into certificate (attendance_id, serial, number, code, content, completed_on, issued_at, \
         issued_on, issued_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id",
        params![
            new.attendance,
            new.serial,
            &new.number,
            new.code.as_str(),
            &new.content,
            new.completed_on,
            new.issued.at,
            new.issued.on,
            &new.issued_by
        ],
    )?;
    for penalty in serves {
        let sql = "insert into certificate_penalty (certificate_id, penalty_id) values ($1, $2)";
        tx.execute(sql, params![id, *penalty])?;
    }
    Ok(id)
}

/// Marks a certificate as no longer good.
///
/// # Errors
/// [`StoreError::Conflict`] where it is not any more already.
pub fn revoke(tx: &Tx<'_>, id: CertificateId, revoked: &Revoked) -> Result<(), StoreError> {
    tx.update_version(
        "培训证明",
        "update certificate set revoked_at = $1, revoked_on = $2, revoked_by = $3, revoke_reason = $4 \
         where id = $5 and revoked_at is null",
        params![revoked.at.at, revoked.at.on, &revoked.by, &revoked.reason, id],
    )
}

/// The certificates of an attendance, first to last.
///
/// # Errors
/// What the engine says.
pub fn of_attendance(tx: &Tx<'_>, attendance: AttendanceId) -> Result<Vec<Certificate>, StoreError> {
    tx.query(&format!("{SELECT} where t.attendance_id = $1 order by t.serial"), params![attendance], from_row)
}

/// The certificate of a code.
///
/// # Errors
/// What the engine says.
pub fn by_code(tx: &Tx<'_>, code: &CertificateCode) -> Result<Option<Certificate>, StoreError> {
    let row = tx.query_opt(&format!("{SELECT} where t.code = $1"), params![code.as_str()])?;
    row.map(|row| from_row(&row)).transpose()
}

/// The good certificates of a session, by enterprise, kept to those that `filter` (SQL over `a.enterprise_id`)
/// admits.
///
/// # Errors
/// What the engine says.
pub fn of_session(tx: &Tx<'_>, session: SessionId, filter: &str) -> Result<Vec<Certificate>, StoreError> {
    let sql = format!(
        "{SELECT} join attendance a on a.id = t.attendance_id join enterprise e on e.id = a.enterprise_id \
         where a.session_id = $1 and t.revoked_at is null and {filter} order by e.name, t.id"
    );
    tx.query(&sql, params![session], from_row)
}

/// Attendances of a session that passed and never had a certificate, as those from before there were any on record.
///
/// # Errors
/// What the engine says.
pub fn missing_in(tx: &Tx<'_>, session: SessionId) -> Result<Vec<AttendanceId>, StoreError> {
    tx.query(
        "select a.id from attendance a where a.session_id = $1 and a.state = 'passed' \
         and not exists (select 1 from certificate t where t.attendance_id = a.id) order by a.id",
        params![session],
        |row| row.get("id"),
    )
}

/// The good certificates that are material for the repair of a decision.
///
/// # Errors
/// What the engine says.
pub fn serving(tx: &Tx<'_>, penalty: PenaltyId) -> Result<Vec<Certificate>, StoreError> {
    let sql = format!(
        "{SELECT} join certificate_penalty s on s.certificate_id = t.id \
         where s.penalty_id = $1 and t.revoked_at is null order by t.id"
    );
    tx.query(&sql, params![penalty], from_row)
}
