//! Hand-in-hand days (手把手服务日, N12).

use jiff::civil::Date;
use xinxiu_domain::actor::{Action, Actor, Concerns, Scope};
use xinxiu_domain::clinic::ClinicState;
use xinxiu_domain::id::{CampaignId, ClinicId, EnterpriseId, OrgId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;
use crate::value::{Row, to_json};

/// A day on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clinic {
    /// Id.
    pub id: ClinicId,
    /// Campaign.
    pub campaign: CampaignId,
    /// County that organises it.
    pub county: OrgId,
    /// Name of the county.
    pub county_name: String,
    /// Day.
    pub held_on: Date,
    /// Place.
    pub place: String,
    /// One or two townships.
    pub townships: Vec<String>,
    /// Whether internet access is confirmed.
    pub internet: bool,
    /// State.
    pub state: ClinicState,
    /// Version for optimistic locking.
    pub version: i64,
}

const SELECT: &str = "select c.id, c.campaign_id, c.county_id, o.name as county_name, c.held_on, c.place, \
                      c.townships, c.internet, c.state, c.version from clinic c \
                      join organisation o on o.id = c.county_id";

fn from_row(row: &Row) -> Result<Clinic, StoreError> {
    Ok(Clinic {
        id: row.get("id")?,
        campaign: row.get("campaign_id")?,
        county: row.get("county_id")?,
        county_name: row.get("county_name")?,
        held_on: row.get("held_on")?,
        place: row.get("place")?,
        townships: row.json("townships")?,
        internet: row.get("internet")?,
        state: row.coded("state", ClinicState::from_code)?,
        version: row.get("version")?,
    })
}

fn townships(clinic: &Clinic) -> Result<String, StoreError> {
    to_json("townships", &clinic.townships)
}

/// Puts a day on record; `id`, `county_name` and `version` of the argument are not read.
///
/// # Errors
/// What the engine says.
pub fn insert(tx: &Tx<'_>, new: &Clinic) -> Result<ClinicId, StoreError> {
    tx.insert(
        "insert into clinic (campaign_id, county_id, held_on, place, townships, internet, state) \
         values ($1, $2, $3, $4, $5, $6, $7) returning id",
        params![
            new.campaign,
            new.county,
            new.held_on,
            &new.place,
            townships(new)?,
            new.internet,
            new.state.code()
        ],
    )
}

/// Saves a day that has not changed since it was loaded.
///
/// # Errors
/// [`StoreError::Conflict`].
pub fn save(tx: &Tx<'_>, clinic: &Clinic) -> Result<(), StoreError> {
    tx.update_version(
        ClinicState::NOUN,
        "update clinic set held_on = $1, place = $2, townships = $3, internet = $4, state = $5, \
         version = version + 1 where id = $6 and version = $7",
        params![
            clinic.held_on,
            &clinic.place,
            townships(clinic)?,
            clinic.internet,
            clinic.state.code(),
            clinic.id,
            clinic.version
        ],
    )
}

/// One day.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load(tx: &Tx<'_>, id: ClinicId) -> Result<Clinic, StoreError> {
    let row = tx
        .query_opt(&format!("{SELECT} where c.id = $1"), params![id])?
        .ok_or_else(|| StoreError::NotFound(ClinicState::NOUN, id.to_string()))?;
    from_row(&row)
}

/// Whom a day concerns: its county, and the agencies and organisers of the classes that cover the county.
///
/// # Errors
/// What the engine says.
pub fn concerns(tx: &Tx<'_>, clinic: &Clinic) -> Result<Concerns, StoreError> {
    let classes = tx.query(
        "select p.agency_id, p.organiser_id from plan_item p join plan_item_county c on c.plan_item_id = p.id \
         where p.campaign_id = $1 and c.county_id = $2",
        params![clinic.campaign, clinic.county],
        |row| Ok((row.get::<Option<OrgId>>("agency_id")?, row.get::<OrgId>("organiser_id")?)),
    )?;
    Ok(Concerns {
        counties: vec![clinic.county],
        agencies: classes.iter().filter_map(|(agency, _)| *agency).collect(),
        organisers: classes.iter().map(|(_, organiser)| *organiser).collect(),
        ..Concerns::default()
    })
}

/// The days of a campaign that an actor may see, the next first.
///
/// # Errors
/// What the engine says.
pub fn list(tx: &Tx<'_>, actor: &Actor, campaign: CampaignId) -> Result<Vec<Clinic>, StoreError> {
    let own = actor.org.map_or(-1, |org| org.0);
    let visible: Vec<String> = actor
        .scopes(Action::ViewClinic)
        .into_iter()
        .filter_map(|scope| match scope {
            Scope::All => Some("1 = 1".to_owned()),
            Scope::County => Some(format!("c.county_id = {own}")),
            Scope::Agency => Some(format!(
                "exists (select 1 from plan_item p join plan_item_county pc on pc.plan_item_id = p.id \
                 where p.campaign_id = c.campaign_id and pc.county_id = c.county_id and p.agency_id = {own})"
            )),
            _ => None,
        })
        .collect();
    if visible.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "{SELECT} where c.campaign_id = $1 and ({}) order by c.held_on desc, c.id desc",
        visible.join(" or ")
    );
    tx.query(&sql, params![campaign], from_row)
}

/// One enterprise of a county with what matters for a day: whether it was trained, and where its applications
/// stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// Name.
    pub name: String,
    /// Township; empty where none is known.
    pub township: String,
    /// Code of the willingness.
    pub willingness: String,
    /// Whether it came to a session.
    pub trained: bool,
    /// Public records that can be repaired on the given day.
    pub repairable: i64,
    /// Its number in the queue of the day asked for.
    pub ticket: Option<i64>,
}

/// The enterprises of a county in a campaign that have a record repairable on `day`, by township and name.
/// `visible` is a condition on `e`, from [`concerns`](crate::concerns), never from a request.
///
/// # Errors
/// What the engine says.
pub fn candidates(
    tx: &Tx<'_>,
    visible: &str,
    (campaign, county): (CampaignId, OrgId),
    clinic: Option<ClinicId>,
    day: Date,
) -> Result<Vec<Candidate>, StoreError> {
    tx.query(
        &format!(
            "select e.id, e.name, e.township, m.willingness, \
         (select count(*) from attendance t join session s on s.id = t.session_id \
          join plan_item pi on pi.id = s.plan_item_id where t.enterprise_id = e.id \
          and pi.campaign_id = m.campaign_id and t.state in ('present', 'passed', 'failed')) as trained, \
         (select count(*) from penalty p where p.enterprise_id = e.id and p.state = 'public' \
          and p.verdict in ('repairable_now', 'repairable_later') \
          and coalesce(p.repairable_from, p.assessed_on) <= $3 \
          and coalesce(p.max_until, '9999-12-31') >= $3) as repairable, \
         (select k.number from ticket k where k.clinic_id = $4 and k.enterprise_id = e.id) as ticket \
         from member m join enterprise e on e.id = m.enterprise_id \
         where {visible} and m.campaign_id = $1 and e.county_id = $2 and exists (select 1 from penalty q \
          where q.enterprise_id = e.id and q.state = 'public' \
          and q.verdict in ('repairable_now', 'repairable_later') \
          and coalesce(q.repairable_from, q.assessed_on) <= $3 \
          and coalesce(q.max_until, '9999-12-31') >= $3) \
         order by e.township, e.name, e.id"
        ),
        params![campaign, county, day, clinic.map_or(0, |id| id.0)],
        |row| {
            Ok(Candidate {
                enterprise: row.get("id")?,
                name: row.get("name")?,
                township: row.get("township")?,
                willingness: row.get("willingness")?,
                trained: row.get::<i64>("trained")? > 0,
                repairable: row.get("repairable")?,
                ticket: row.get("ticket")?,
            })
        },
    )
}
