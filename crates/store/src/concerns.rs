//! Whom a record concerns: the one place from which authorisation learns it, and its twin for lists.

use xinxiu_domain::actor::{Action, Actor, Concerns, Scope};
use xinxiu_domain::id::{EnterpriseId, OrgId, PenaltyId, PlanItemId, SessionId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;
use crate::value::Value;

/// Whom an enterprise concerns: its county, the authorities of its records and listings, the agencies and
/// organisers of its classes.
///
/// # Errors
/// [`StoreError::NotFound`] where there is no such enterprise.
pub fn of_enterprise(tx: &Tx<'_>, enterprise: EnterpriseId) -> Result<Concerns, StoreError> {
    let county = tx
        .query_opt("select county_id from enterprise where id = $1", params![enterprise])?
        .ok_or_else(|| StoreError::NotFound("企业", enterprise.to_string()))?
        .get::<Option<OrgId>>("county_id")?;
    let authorities = orgs(
        tx,
        "select authority_id as id from penalty where enterprise_id = $1 and authority_id is not null \
         union select authority_id from listing where enterprise_id = $1 and authority_id is not null",
        params![enterprise],
    )?;
    let agencies = orgs(
        tx,
        &format!(
            "select distinct p.agency_id as id from member m join plan_item p on p.id = m.plan_item_id \
             where m.enterprise_id = $1 and p.agency_id is not null and {}",
            not_followed("m", "p")
        ),
        params![enterprise],
    )?;
    let organisers = orgs(
        tx,
        "select distinct p.organiser_id as id from member m join plan_item p on p.id = m.plan_item_id \
         where m.enterprise_id = $1",
        params![enterprise],
    )?;
    Ok(Concerns {
        counties: county.into_iter().collect(),
        authorities,
        agencies,
        organisers,
        enterprise: Some(enterprise),
    })
}

/// SQL over a membership and its class: no later campaign that was published gave the enterprise to another agency. A class of an
/// earlier year lets its agency go on until then, for its cases may outlast the campaign; once another guides the enterprise, the
/// earlier one keeps only what is its own (its classes, sessions and hand-overs). The newest class counts, whatever its agency.
fn not_followed(member: &str, class: &str) -> String {
    format!(
        "not exists (select 1 from member nm join plan_item np on np.id = nm.plan_item_id \
         join campaign nc on nc.id = np.campaign_id where nm.enterprise_id = {member}.enterprise_id \
         and np.campaign_id > {class}.campaign_id and nc.state <> 'draft' and np.agency_id <> {class}.agency_id)"
    )
}

/// Whom a single penalty record concerns: as its enterprise, but of the authorities only its own.
///
/// # Errors
/// [`StoreError::NotFound`] where there is no such record.
pub fn of_penalty(tx: &Tx<'_>, penalty: PenaltyId) -> Result<Concerns, StoreError> {
    let row = tx
        .query_opt("select enterprise_id, authority_id from penalty where id = $1", params![penalty])?
        .ok_or_else(|| StoreError::NotFound("处罚记录", penalty.to_string()))?;
    let enterprise = of_enterprise(tx, row.get("enterprise_id")?)?;
    let authority: Option<OrgId> = row.get("authority_id")?;
    Ok(Concerns { authorities: authority.into_iter().collect(), ..enterprise })
}

/// Whom a class of the plan table concerns.
///
/// # Errors
/// [`StoreError::NotFound`] where there is no such class.
pub fn of_plan_item(tx: &Tx<'_>, item: PlanItemId) -> Result<Concerns, StoreError> {
    let row = tx
        .query_opt("select agency_id, organiser_id from plan_item where id = $1", params![item])?
        .ok_or_else(|| StoreError::NotFound("培训班", item.to_string()))?;
    let counties =
        orgs(tx, "select county_id as id from plan_item_county where plan_item_id = $1", params![item])?;
    Ok(Concerns {
        counties,
        agencies: row.get::<Option<OrgId>>("agency_id")?.into_iter().collect(),
        organisers: vec![row.get("organiser_id")?],
        ..Concerns::default()
    })
}

/// Whom a session concerns: those whom its class concerns.
///
/// # Errors
/// [`StoreError::NotFound`] where there is no such session.
pub fn of_session(tx: &Tx<'_>, session: SessionId) -> Result<Concerns, StoreError> {
    let row = tx
        .query_opt("select plan_item_id from session where id = $1", params![session])?
        .ok_or_else(|| StoreError::NotFound("培训场次", session.to_string()))?;
    of_plan_item(tx, row.get("plan_item_id")?)
}

/// What concerns one organisation alone, for example a county's push or an authority's follow-up.
pub fn of_county(county: OrgId) -> Concerns {
    Concerns { counties: vec![county], ..Concerns::default() }
}

/// What concerns one authority alone.
pub fn of_authority(authority: OrgId) -> Concerns {
    Concerns { authorities: vec![authority], ..Concerns::default() }
}

/// What concerns one agency alone.
pub fn of_agency(agency: OrgId) -> Concerns {
    Concerns { agencies: vec![agency], ..Concerns::default() }
}

fn orgs(tx: &Tx<'_>, sql: &str, params: &[Value]) -> Result<Vec<OrgId>, StoreError> {
    tx.query(sql, params, |row| row.get("id"))
}

/// The condition that keeps a list of enterprises to those an actor may see; the twin of
/// [`of_enterprise`]. `enterprise` is the SQL of the enterprise's id, for example `e.id`. Ids come from the
/// signed-in actor, never from the request, so they stand in the text as numbers.
pub fn enterprise_filter(actor: &Actor, action: Action, enterprise: &str) -> String {
    let own = actor.org.map_or(-1, |org| org.0);
    let of = |scope| match scope {
        Scope::All => "1 = 1".to_owned(),
        Scope::County => {
            format!(
                "exists (select 1 from enterprise ve where ve.id = {enterprise} and ve.county_id = {own})"
            )
        }
        Scope::Authority => format!(
            "(exists (select 1 from penalty vp where vp.enterprise_id = {enterprise} and vp.authority_id = {own}) \
             or exists (select 1 from listing vl where vl.enterprise_id = {enterprise} and vl.authority_id = {own}))"
        ),
        Scope::Agency => member_filter(enterprise, "agency_id", own),
        Scope::Organiser => member_filter(enterprise, "organiser_id", own),
        Scope::Own => format!("{enterprise} = {}", actor.enterprise.map_or(-1, |id| id.0)),
    };
    any(actor.scopes(action).into_iter().map(of))
}

fn member_filter(enterprise: &str, column: &str, own: i64) -> String {
    let current =
        if column == "agency_id" { format!(" and {}", not_followed("vm", "vi")) } else { String::new() };
    format!(
        "exists (select 1 from member vm join plan_item vi on vi.id = vm.plan_item_id \
         where vm.enterprise_id = {enterprise} and vi.{column} = {own}{current})"
    )
}

/// The condition that keeps a list to the classes of the plan table an actor may see; the twin of
/// [`of_plan_item`]. `item` is the SQL of the class's id, for example `p.id`.
pub fn plan_item_filter(actor: &Actor, action: Action, item: &str) -> String {
    let own = actor.org.map_or(-1, |org| org.0);
    let column = |column: &str| {
        format!("exists (select 1 from plan_item vi where vi.id = {item} and vi.{column} = {own})")
    };
    let of = |scope| match scope {
        Scope::All => "1 = 1".to_owned(),
        Scope::County => format!(
            "exists (select 1 from plan_item_county vc where vc.plan_item_id = {item} and vc.county_id = {own})"
        ),
        Scope::Agency => column("agency_id"),
        Scope::Organiser => column("organiser_id"),
        Scope::Authority | Scope::Own => "1 = 0".to_owned(),
    };
    any(actor.scopes(action).into_iter().map(of))
}

fn any(conditions: impl Iterator<Item = String>) -> String {
    let conditions: Vec<String> = conditions.collect();
    if conditions.is_empty() { "1 = 0".to_owned() } else { format!("({})", conditions.join(" or ")) }
}
