//! Authorities as lists name them (处罚机关), where the name is not that of an organisation on record.

use xinxiu_domain::batch::RecordState;
use xinxiu_domain::id::{EnterpriseId, OrgId, PenaltyId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;

/// A name of an authority for which no organisation is known, with what waits for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unassigned {
    /// The name as lists give it.
    pub name: String,
    /// Public penalty records under it.
    pub penalties: u32,
    /// Standing listings under it.
    pub listings: u32,
    /// Records that wait for its decision on an application.
    pub waiting: u32,
}

/// Every name without an organisation, those with waiting decisions first.
///
/// # Errors
/// What the engine says.
pub fn unassigned(tx: &Tx<'_>) -> Result<Vec<Unassigned>, StoreError> {
    let sql = format!(
        "select t.name, cast(sum(t.penalties) as bigint) as penalties, cast(sum(t.listings) as bigint) as listings, \
         cast(sum(t.waiting) as bigint) as waiting from (\
           select p.authority as name, 1 as penalties, 0 as listings, case when exists \
             (select 1 from application_item i join application a on a.id = i.application_id \
              where i.penalty_id = p.id and i.state = 'pending' and a.state = 'accepted') then 1 else 0 end as waiting \
           from penalty p where p.authority_id is null and p.authority <> '' and p.state = '{public}' \
           union all select l.listing_body, 0, 1, 0 from listing l \
           where l.authority_id is null and l.listing_body <> '' and l.gone_since is null\
         ) t group by t.name order by 4 desc, 2 desc, 3 desc, t.name",
        public = RecordState::Public.code()
    );
    tx.query(&sql, &[], |row| {
        Ok(Unassigned {
            name: row.get("name")?,
            penalties: row.get("penalties")?,
            listings: row.get("listings")?,
            waiting: row.get("waiting")?,
        })
    })
}

/// What one name was given to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assigned {
    /// Records, each with its enterprise and decision number.
    pub penalties: Vec<(PenaltyId, EnterpriseId, String)>,
    /// Enterprises of its listings.
    pub listed: Vec<EnterpriseId>,
}

/// Gives everything under a name that has no organisation yet to one, now and for later lists.
///
/// # Errors
/// What the engine says.
pub fn assign(tx: &Tx<'_>, name: &str, authority: OrgId) -> Result<Assigned, StoreError> {
    tx.lock("authority_name")?;
    let penalties = tx.query(
        "select id, enterprise_id, decision_number from penalty where authority = $1 and authority_id is null \
         order by id",
        params![name],
        |row| Ok((row.get("id")?, row.get("enterprise_id")?, row.get("decision_number")?)),
    )?;
    let listed = tx.query(
        "select distinct enterprise_id from listing where listing_body = $1 and authority_id is null",
        params![name],
        |row| row.get("enterprise_id"),
    )?;
    tx.execute(
        "update penalty set authority_id = $1, version = version + 1 where authority = $2 and authority_id is null",
        params![authority, name],
    )?;
    tx.execute(
        "update listing set authority_id = $1, version = version + 1 \
         where listing_body = $2 and authority_id is null",
        params![authority, name],
    )?;
    tx.execute(
        "insert into authority_name (name, authority_id) values ($1, $2) \
         on conflict (name) do update set authority_id = excluded.authority_id",
        params![name, authority],
    )?;
    Ok(Assigned { penalties, listed })
}

/// Every name that was given to an organisation.
///
/// # Errors
/// What the engine says.
pub fn all(tx: &Tx<'_>) -> Result<Vec<(String, OrgId)>, StoreError> {
    tx.query("select name, authority_id from authority_name", &[], |row| {
        Ok((row.get("name")?, row.get("authority_id")?))
    })
}
