//! Agencies that were replaced in mid-campaign (更换服务机构, N14 N17), and what went over with a class.

use xinxiu_domain::application::ApplicationState;
use xinxiu_domain::id::{ApplicationId, EnterpriseId, OrgId, PlanItemId};

use crate::application::UNFINISHED;
use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;

/// How much of a class goes over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Load {
    /// Applications that are not finished.
    pub applications: u32,
    /// Commitments that are not signed.
    pub commitments: u32,
    /// Archives of enterprises.
    pub archives: u32,
    /// Talks of guidance, with their history.
    pub talks: u32,
}

/// One replacement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Id.
    pub id: i64,
    /// Name of the agency that went.
    pub old: String,
    /// Name of the agency that came.
    pub new: String,
    /// Why.
    pub reason: String,
    /// What went over.
    pub load: Load,
    /// Who decided.
    pub by: String,
    /// When.
    pub at: Moment,
}

/// An unfinished application of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// Application.
    pub application: ApplicationId,
    /// Its state.
    pub state: ApplicationState,
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// Name of the enterprise.
    pub name: String,
}

/// SQL of the applications of a class's enterprises that somebody still has to work on, over `a` and `e`; `$1` is the class.
fn unfinished() -> String {
    format!(
        "from application a join enterprise e on e.id = a.enterprise_id \
         join plan_item i on i.id = $1 and i.campaign_id = a.campaign_id \
         where exists (select 1 from member m where m.campaign_id = a.campaign_id \
         and m.enterprise_id = a.enterprise_id and m.plan_item_id = i.id) and {UNFINISHED}"
    )
}

/// The unfinished applications of a class, oldest first.
///
/// # Errors
/// What the engine says.
pub fn open(tx: &Tx<'_>, class: PlanItemId) -> Result<Vec<Open>, StoreError> {
    let sql = format!("select a.id, a.state, e.id as enterprise_id, e.name {} order by a.id", unfinished());
    tx.query(&sql, params![class], |row| {
        Ok(Open {
            application: row.get("id")?,
            state: row.coded("state", ApplicationState::from_code)?,
            enterprise: row.get("enterprise_id")?,
            name: row.get("name")?,
        })
    })
}

/// How much of a class would go over.
///
/// # Errors
/// What the engine says.
pub fn load(tx: &Tx<'_>, class: PlanItemId) -> Result<Load, StoreError> {
    let of = |table: &str, more: &str| {
        format!(
            "select count(*) from {table} x join member m on m.campaign_id = x.campaign_id \
             and m.enterprise_id = x.enterprise_id where m.plan_item_id = $1 {more}"
        )
    };
    let number = |sql: &str| {
        let found = tx.number(sql, params![class])?;
        Ok::<_, StoreError>(u32::try_from(found).unwrap_or(u32::MAX))
    };
    Ok(Load {
        applications: number(&format!("select count(*) {}", unfinished()))?,
        commitments: number(&of("commitment", "and x.state in ('prepared', 'printed')"))?,
        archives: number(&of("archive", ""))?,
        talks: number(&of("guidance", ""))?,
    })
}

/// Gives an application to another agency. Its version moves on, so that a page of the old one is out of date.
///
/// # Errors
/// What the engine says.
pub fn give(tx: &Tx<'_>, application: ApplicationId, agency: OrgId) -> Result<(), StoreError> {
    tx.execute(
        "update application set agency_id = $1, version = version + 1 where id = $2",
        params![agency, application],
    )?;
    Ok(())
}

/// Puts a replacement on record.
///
/// # Errors
/// What the engine says.
pub fn insert(
    tx: &Tx<'_>,
    class: PlanItemId,
    (old, new): (OrgId, OrgId),
    reason: &str,
    load: Load,
    (by, at): (&str, Moment),
) -> Result<i64, StoreError> {
    tx.insert(
        "insert into agency_change (plan_item_id, old_agency_id, new_agency_id, reason, applications, commitments, \
         archives, talks, changed_by, changed_at, changed_on) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
         returning id",
        params![
            class,
            old,
            new,
            reason,
            load.applications,
            load.commitments,
            load.archives,
            load.talks,
            by,
            at.at,
            at.on
        ],
    )
}

/// The replacements in a class, newest first.
///
/// # Errors
/// What the engine says.
pub fn of_class(tx: &Tx<'_>, class: PlanItemId) -> Result<Vec<Change>, StoreError> {
    tx.query(
        "select c.id, o.name as old_name, n.name as new_name, c.reason, c.applications, c.commitments, c.archives, \
         c.talks, c.changed_by, c.changed_at, c.changed_on from agency_change c \
         join organisation o on o.id = c.old_agency_id join organisation n on n.id = c.new_agency_id \
         where c.plan_item_id = $1 order by c.id desc",
        params![class],
        |row| {
            Ok(Change {
                id: row.get("id")?,
                old: row.get("old_name")?,
                new: row.get("new_name")?,
                reason: row.get("reason")?,
                load: Load {
                    applications: row.get("applications")?,
                    commitments: row.get("commitments")?,
                    archives: row.get("archives")?,
                    talks: row.get("talks")?,
                },
                by: row.get("changed_by")?,
                at: row.moment("changed_at", "changed_on")?,
            })
        },
    )
}
