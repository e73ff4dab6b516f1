//! What happened to records after they were taken down, and what repaired enterprises did since (后续跟踪, N17 N19).

use jiff::civil::Date;
use xinxiu_domain::follow_up::{Found, Look, Platform};
use xinxiu_domain::id::{EnterpriseId, PenaltyId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::part::Part;

/// A look at a platform as it was put on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// Where, what and when.
    pub look: Look,
    /// Whatever else was seen.
    pub note: String,
    /// Who looked.
    pub by: String,
}

/// Puts a look on record.
///
/// # Errors
/// What the engine says.
pub fn insert(
    tx: &Tx<'_>,
    penalty: PenaltyId,
    (platform, found): (Platform, Found),
    note: &str,
    (by, at): (&str, Moment),
) -> Result<i64, StoreError> {
    tx.insert(
        "insert into platform_look (penalty_id, platform, result, note, looked_by, looked_at, looked_on) \
         values ($1, $2, $3, $4, $5, $6, $7) returning id",
        params![penalty, platform.code(), found.code(), note, by, at.at, at.on],
    )
}

/// The looks for one record, oldest first.
///
/// # Errors
/// What the engine says.
pub fn of_penalty(tx: &Tx<'_>, penalty: PenaltyId) -> Result<Vec<Looked>, StoreError> {
    tx.query(
        "select platform, result, note, looked_by, looked_on from platform_look where penalty_id = $1 order by id",
        params![penalty],
        |row| {
            Ok(Looked {
                look: Look {
                    platform: row.coded("platform", Platform::from_code)?,
                    found: row.coded("result", Found::from_code)?,
                    on: row.get("looked_on")?,
                },
                note: row.get("note")?,
                by: row.get("looked_by")?,
            })
        },
    )
}

/// A record that was taken down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repaired {
    /// The record.
    pub penalty: PenaltyId,
    /// Its decision number.
    pub decision: String,
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// Name of the enterprise.
    pub name: String,
    /// County.
    pub county: String,
    /// When it was taken down.
    pub taken_down_on: Option<Date>,
    /// The looks so far, oldest first.
    pub looks: Vec<Look>,
}

/// Which of the records that were taken down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All of them.
    All,
    /// Those for which somebody has to look: a platform was never looked at, or was behind when it was last looked at before
    /// this day.
    Due(Date),
}

impl Which {
    /// A condition on `p`. A platform is settled by its last look, where it had followed or where that look is young.
    fn sql(self) -> String {
        let Self::Due(before) = self else { return "1 = 1".into() };
        format!(
            "(select count(*) from platform_look l where l.penalty_id = p.id \
             and (l.result <> 'behind' or l.looked_on >= '{before}') and not exists (select 1 from platform_look n \
             where n.penalty_id = l.penalty_id and n.platform = l.platform and n.id > l.id)) < {}",
            Platform::ALL.len()
        )
    }
}

/// How many records were taken down, of enterprises that `filter` (SQL over `e.id`) admits.
///
/// # Errors
/// What the engine says.
pub fn count(tx: &Tx<'_>, filter: &str, which: Which) -> Result<i64, StoreError> {
    let sql = format!(
        "select count(*) from penalty p join enterprise e on e.id = p.enterprise_id \
         where p.state = 'taken_down' and {filter} and {}",
        which.sql()
    );
    tx.number(&sql, &[])
}

/// The records that were taken down, of enterprises that `filter` (SQL over `e.id`) admits, longest ago first.
///
/// # Errors
/// What the engine says.
pub fn repaired(tx: &Tx<'_>, filter: &str, which: Which, part: Part) -> Result<Vec<Repaired>, StoreError> {
    let sql = format!(
        "select p.id, p.decision_number, p.enterprise_id, e.name, p.taken_down_on, \
         coalesce(nullif(c.short_name, ''), c.name, '') as county \
         from penalty p join enterprise e on e.id = p.enterprise_id \
         left join organisation c on c.id = e.county_id where p.state = 'taken_down' and {filter} and {} \
         order by coalesce(p.taken_down_on, ''), p.id {}",
        which.sql(),
        part.sql()
    );
    let mut all: Vec<Repaired> = tx.query(&sql, &[], |row| {
        Ok(Repaired {
            penalty: row.get("id")?,
            decision: row.get("decision_number")?,
            enterprise: row.get("enterprise_id")?,
            name: row.get("name")?,
            county: row.get("county")?,
            taken_down_on: row.get("taken_down_on")?,
            looks: Vec::new(),
        })
    })?;
    let ids: Vec<String> = all.iter().map(|one| one.penalty.to_string()).collect();
    if ids.is_empty() {
        return Ok(all);
    }
    let looks = format!(
        "select penalty_id, platform, result, looked_on from platform_look where penalty_id in ({}) order by id",
        ids.join(", ")
    );
    let looks = tx.query(&looks, &[], |row| {
        let look = Look {
            platform: row.coded("platform", Platform::from_code)?,
            found: row.coded("result", Found::from_code)?,
            on: row.get("looked_on")?,
        };
        Ok((row.get::<PenaltyId>("penalty_id")?, look))
    })?;
    for (penalty, look) in looks {
        if let Some(one) = all.iter_mut().find(|one| one.penalty == penalty) {
            one.looks.push(look);
        }
    }
    Ok(all)
}

/// A new penalty of an enterprise whose record had been repaired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relapse {
    /// The new record.
    pub penalty: PenaltyId,
    /// Its decision number.
    pub decision: String,
    /// Who decided.
    pub authority: String,
    /// Day of the decision.
    pub decided_on: Date,
    /// Since when it is on record here.
    pub recorded_on: Date,
    /// When the enterprise was repaired last before that.
    pub repaired_on: Date,
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// Name of the enterprise.
    pub name: String,
    /// County.
    pub county: String,
}

/// A condition on `p`: public records that came with a list after another record of the same enterprise was taken down, and of
/// which nobody has taken note.
const OPEN_RELAPSE: &str = "p.state = 'public' and exists (select 1 from penalty o where o.enterprise_id = p.enterprise_id \
                            and o.state = 'taken_down' and o.taken_down_on < p.recorded_on) \
                            and not exists (select 1 from relapse r where r.penalty_id = p.id)";

/// How many new penalties of repaired enterprises nobody has taken note of.
///
/// # Errors
/// What the engine says.
pub fn count_relapses(tx: &Tx<'_>, filter: &str) -> Result<i64, StoreError> {
    let sql = format!(
        "select count(*) from penalty p join enterprise e on e.id = p.enterprise_id where {OPEN_RELAPSE} and {filter}"
    );
    tx.number(&sql, &[])
}

/// New penalties of repaired enterprises of which nobody has taken note, newest first.
///
/// # Errors
/// What the engine says.
pub fn relapses(tx: &Tx<'_>, filter: &str, part: Part) -> Result<Vec<Relapse>, StoreError> {
    let sql = format!(
        "select p.id, p.decision_number, p.authority, p.decision_date, p.recorded_on, p.enterprise_id, e.name, \
         coalesce(nullif(c.short_name, ''), c.name, '') as county, \
         (select max(o.taken_down_on) from penalty o where o.enterprise_id = p.enterprise_id \
         and o.state = 'taken_down' and o.taken_down_on < p.recorded_on) as repaired_on \
         from penalty p join enterprise e on e.id = p.enterprise_id left join organisation c on c.id = e.county_id \
         where {OPEN_RELAPSE} and {filter} order by p.recorded_on desc, p.id desc {}",
        part.sql()
    );
    tx.query(&sql, &[], |row| {
        Ok(Relapse {
            penalty: row.get("id")?,
            decision: row.get("decision_number")?,
            authority: row.get("authority")?,
            decided_on: row.get("decision_date")?,
            recorded_on: row.get("recorded_on")?,
            repaired_on: row.get("repaired_on")?,
            enterprise: row.get("enterprise_id")?,
            name: row.get("name")?,
            county: row.get("county")?,
        })
    })
}

/// Takes note of a new penalty; whether nobody had before.
///
/// # Errors
/// What the engine says.
pub fn take_note(
    tx: &Tx<'_>,
    penalty: PenaltyId,
    note: &str,
    (by, at): (&str, Moment),
) -> Result<bool, StoreError> {
    let made = tx.execute(
        "insert into relapse (penalty_id, note, noted_by, noted_at, noted_on) values ($1, $2, $3, $4, $5) \
         on conflict (penalty_id) do nothing",
        params![penalty, note, by, at.at, at.on],
    )?;
    Ok(made > 0)
}
