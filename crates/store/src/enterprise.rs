//! Enterprises (企业): who they are, where they belong, how they are reached.

use jiff::Timestamp;
use xinxiu_domain::Uscc;
use xinxiu_domain::archive::SurvivalState;
use xinxiu_domain::attendance::Willingness;
use xinxiu_domain::id::{CampaignId, EnterpriseId, OrgId, PlanItemId};
use xinxiu_domain::penalty::SubjectKind;
use xinxiu_domain::text::name_key;

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;
use crate::value::{Row, Value};

/// Purposes under which an enterprise's personal fields are sealed.
pub mod sealed {
    /// ID number of the legal representative or principal.
    pub const LEGAL_REPRESENTATIVE_ID: &str = "enterprise.legal_representative_id";
    /// ID number of the directly responsible department head.
    pub const DEPARTMENT_HEAD_ID: &str = "enterprise.department_head_id";
    /// Phone of the contact person.
    pub const CONTACT_PHONE: &str = "enterprise.contact_phone";
    /// Address for electronic mail of the contact person.
    pub const CONTACT_EMAIL: &str = "enterprise.contact_email";
}

/// An enterprise on record. `*_sealed` fields are opened with the vault for a stated purpose only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enterprise {
    /// Id.
    pub id: EnterpriseId,
    /// Name as first received or last corrected; what lists say otherwise is a known name.
    pub name: String,
    /// USCC; `None` for natural persons and where only an old registration number is known.
    pub uscc: Option<Uscc>,
    /// Old registration number (工商注册号).
    pub registration_number: String,
    /// Kind of the subject.
    pub subject: SubjectKind,
    /// County or park that is responsible.
    pub county: Option<OrgId>,
    /// Name of the county; empty where none is known.
    pub county_name: String,
    /// Township (乡镇、街道).
    pub township: String,
    /// Industry.
    pub industry: String,
    /// Address (注册地).
    pub address: String,
    /// Whether it still exists.
    pub survival: SurvivalState,
    /// Legal representative or principal.
    pub legal_representative: String,
    /// Sealed ID number of the above.
    pub legal_representative_id_sealed: String,
    /// Directly responsible department head.
    pub department_head: String,
    /// Sealed ID number of the above.
    pub department_head_id_sealed: String,
    /// Contact person.
    pub contact_name: String,
    /// Sealed phone of the contact person.
    pub contact_phone_sealed: String,
    /// Sealed address for electronic mail; empty where none is known.
    pub contact_email_sealed: String,
    /// Version for optimistic locking.
    pub version: i64,
}

const SELECT: &str = "select e.id, e.name, e.uscc, e.registration_number, e.subject_kind, e.county_id, \
                      coalesce(nullif(c.short_name, ''), c.name, '') as county_name, e.township, e.industry, e.address, \
                      e.survival, e.legal_representative, e.legal_representative_id_sealed, \
                      e.department_head, e.department_head_id_sealed, e.contact_name, e.contact_phone_sealed, \
                      e.contact_email_sealed, e.version from enterprise e left join organisation c on c.id = e.county_id";

/// Maps a row of [`select`].
///
/// # Errors
/// [`StoreError::Column`].
pub fn from_row(row: &Row) -> Result<Enterprise, StoreError> {
    let uscc: Option<String> = row.get("uscc")?;
    let uscc = uscc.map(|code| Uscc::parse(&code)).transpose();
    Ok(Enterprise {
        id: row.get("id")?,
        name: row.get("name")?,
        uscc: uscc
            .map_err(|error| StoreError::Column { column: "uscc".into(), problem: error.to_string() })?,
        registration_number: row.get("registration_number")?,
        subject: row.coded("subject_kind", SubjectKind::from_code)?,
        county: row.get("county_id")?,
        county_name: row.get("county_name")?,
        township: row.get("township")?,
        industry: row.get("industry")?,
        address: row.get("address")?,
        survival: row.coded("survival", SurvivalState::from_code)?,
        legal_representative: row.get("legal_representative")?,
        legal_representative_id_sealed: row.get("legal_representative_id_sealed")?,
        department_head: row.get("department_head")?,
        department_head_id_sealed: row.get("department_head_id_sealed")?,
        contact_name: row.get("contact_name")?,
        contact_phone_sealed: row.get("contact_phone_sealed")?,
        contact_email_sealed: row.get("contact_email_sealed")?,
        version: row.get("version")?,
    })
}

/// The select over enterprises (`e`) and their counties (`c`), to which lists add their conditions.
pub const fn select() -> &'static str {
    SELECT
}

/// One enterprise.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load(tx: &Tx<'_>, id: EnterpriseId) -> Result<Enterprise, StoreError> {
    let row = tx
        .query_opt(&format!("{SELECT} where e.id = $1"), params![id])?
        .ok_or_else(|| StoreError::NotFound("企业", id.to_string()))?;
    from_row(&row)
}

/// The enterprise with this USCC; where its record was joined to another, that other.
///
/// # Errors
/// What the engine says.
pub fn by_uscc(tx: &Tx<'_>, uscc: &Uscc) -> Result<Option<Enterprise>, StoreError> {
    let sql = format!(
        "{SELECT} where e.id = (select coalesce(u.joined_into, u.id) from enterprise u where u.uscc = $1)"
    );
    tx.query_opt(&sql, params![uscc.as_str()])?.map(|row| from_row(&row)).transpose()
}

/// Columns of a new enterprise, in the order of [`values`].
pub(crate) const COLUMNS: [&str; 18] = [
    "name",
    "name_key",
    "uscc",
    "registration_number",
    "subject_kind",
    "county_id",
    "township",
    "industry",
    "address",
    "survival",
    "legal_representative",
    "legal_representative_id_sealed",
    "department_head",
    "department_head_id_sealed",
    "contact_name",
    "contact_phone_sealed",
    "contact_email_sealed",
    "created_at",
];

/// What a new enterprise has in [`COLUMNS`].
pub(crate) fn values(new: &Enterprise, at: Timestamp) -> Vec<Value> {
    params![
        &new.name,
        name_key(&new.name),
        new.uscc.as_ref().map(Uscc::as_str),
        &new.registration_number,
        new.subject.code(),
        new.county,
        &new.township,
        &new.industry,
        &new.address,
        new.survival.code(),
        &new.legal_representative,
        &new.legal_representative_id_sealed,
        &new.department_head,
        &new.department_head_id_sealed,
        &new.contact_name,
        &new.contact_phone_sealed,
        &new.contact_email_sealed,
        at,
    ]
    .to_vec()
}

/// Several enterprises at once, by id.
///
/// # Errors
/// What the engine says.
pub fn by_ids(tx: &Tx<'_>, ids: &[EnterpriseId]) -> Result<Vec<Enterprise>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!("{SELECT} where {} order by e.id", tx.among_ids("e.id"));
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    tx.query_for(&sql, &ids, &[], from_row)
}

/// Puts an enterprise on record; `id`, `county_name` and `version` of the argument are not read.
///
/// # Errors
/// [`StoreError::Duplicate`] where the USCC is taken.
pub fn insert(tx: &Tx<'_>, new: &Enterprise, at: Timestamp) -> Result<EnterpriseId, StoreError> {
    tx.insert_row("enterprise", &COLUMNS, &values(new, at))
}

/// Saves an enterprise that has not changed since it was loaded.
///
/// # Errors
/// [`StoreError::Conflict`].
pub fn save(tx: &Tx<'_>, enterprise: &Enterprise) -> Result<(), StoreError> {
    tx.update_version(
        "企业信息",
        "update enterprise set name = $1, name_key = $2, registration_number = $3, county_id = $4, \
         township = $5, industry = $6, address = $7, survival = $8, legal_representative = $9, \
         legal_representative_id_sealed = $10, department_head = $11, department_head_id_sealed = $12, \
         contact_name = $13, contact_phone_sealed = $14, contact_email_sealed = $15, version = version + 1 \
         where id = $16 and version = $17",
        params![
            &enterprise.name,
            name_key(&enterprise.name),
            &enterprise.registration_number,
            enterprise.county,
            &enterprise.township,
            &enterprise.industry,
            &enterprise.address,
            enterprise.survival.code(),
            &enterprise.legal_representative,
            &enterprise.legal_representative_id_sealed,
            &enterprise.department_head,
            &enterprise.department_head_id_sealed,
            &enterprise.contact_name,
            &enterprise.contact_phone_sealed,
            &enterprise.contact_email_sealed,
            enterprise.id,
            enterprise.version
        ],
    )
}

/// An enterprise's place in a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Campaign.
    pub campaign: CampaignId,
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// Primary class; `None` where no class covers it yet.
    pub plan_item: Option<PlanItemId>,
    /// Willingness as last answered.
    pub willingness: Willingness,
}

/// An enterprise's place in a campaign, where it has one.
///
/// # Errors
/// What the engine says.
pub fn member(
    tx: &Tx<'_>,
    campaign: CampaignId,
    enterprise: EnterpriseId,
) -> Result<Option<Member>, StoreError> {
    let row = tx.query_opt(
        "select plan_item_id, willingness from member where campaign_id = $1 and enterprise_id = $2",
        params![campaign, enterprise],
    )?;
    row.map(|row| {
        Ok(Member {
            campaign,
            enterprise,
            plan_item: row.get("plan_item_id")?,
            willingness: row.coded("willingness", Willingness::from_code)?,
        })
    })
    .transpose()
}

/// Puts an enterprise into a campaign, or moves it to another class; its willingness stays.
///
/// # Errors
/// What the engine says.
pub fn join(
    tx: &Tx<'_>,
    campaign: CampaignId,
    enterprise: EnterpriseId,
    plan_item: Option<PlanItemId>,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "insert into member (campaign_id, enterprise_id, plan_item_id, joined_at) values ($1, $2, $3, $4) \
         on conflict (campaign_id, enterprise_id) do update set plan_item_id = excluded.plan_item_id",
        params![campaign, enterprise, plan_item, at],
    )?;
    Ok(())
}

/// Whether an enterprise has been invited to a session of its class: then it stays in that class.
///
/// # Errors
/// What the engine says.
pub fn is_bound_to_class(
    tx: &Tx<'_>,
    enterprise: EnterpriseId,
    plan_item: PlanItemId,
) -> Result<bool, StoreError> {
    let invited = tx.number(
        "select count(*) from attendance a join session s on s.id = a.session_id \
         where a.enterprise_id = $1 and s.plan_item_id = $2",
        params![enterprise, plan_item],
    )?;
    Ok(invited > 0)
}

/// Notes an enterprise's willingness.
///
/// # Errors
/// What the engine says.
pub fn set_willingness(
    tx: &Tx<'_>,
    campaign: CampaignId,
    enterprise: EnterpriseId,
    willingness: Willingness,
) -> Result<(), StoreError> {
    tx.execute(
        "update member set willingness = $1 where campaign_id = $2 and enterprise_id = $3",
        params![willingness.code(), campaign, enterprise],
    )?;
    Ok(())
}
