//! Applications for repair (修复申请, N12).

use jiff::Timestamp;
use jiff::civil::Date;
use xinxiu_domain::application::ApplicationState;
use xinxiu_domain::id::{ApplicationId, CampaignId, ClinicId, EnterpriseId, OrgId};

pub use crate::application_material::{
    OnFile, add_material, add_page, load_material, materials, pages, remove_material, replace_file,
};
use crate::db::Tx;
use crate::error::StoreError;
use crate::params;
use crate::sort::{Key, Sort};
use crate::value::{IntoValue, Row, Value};

/// Purpose under which the operator's phone is sealed.
pub const CONTACT_PHONE: &str = "application.contact_phone";

/// An application on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Id.
    pub id: ApplicationId,
    /// Campaign.
    pub campaign: CampaignId,
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// Name of the enterprise.
    pub enterprise_name: String,
    /// Agency that assembles it.
    pub agency: OrgId,
    /// Name of the agency.
    pub agency_name: String,
    /// State.
    pub state: ApplicationState,
    /// Operator (经办人).
    pub contact_name: String,
    /// Sealed phone of the operator.
    pub contact_phone_sealed: String,
    /// How often operator or phone were changed, so that a form printed before is known to be out of date.
    pub contact_version: i64,
    /// When it was last submitted.
    pub submitted_at: Option<Timestamp>,
    /// Business day of that.
    pub submitted_on: Option<Date>,
    /// When it was last reviewed.
    pub reviewed_at: Option<Timestamp>,
    /// Business day of that.
    pub reviewed_on: Option<Date>,
    /// Who reviewed it last.
    pub reviewed_by: String,
    /// What the reviewer noted last.
    pub review_note: String,
    /// Version for optimistic locking.
    pub version: i64,
}

impl Application {
    /// Its value in the column by which a list is sorted.
    pub fn value_in(&self, sort: Sort) -> String {
        let value = match sort.key.code {
            "name" => self.enterprise_name.as_str().into_value(),
            "agency" => self.agency_name.as_str().into_value(),
            "submitted" => self.submitted_at.into_value(),
            _ => self.id.into_value(),
        };
        match value {
            Value::Text(text) => text,
            Value::Int(number) => number.to_string(),
            Value::Null => String::new(),
        }
    }
}

const SELECT: &str = "select a.id, a.campaign_id, a.enterprise_id, e.name as enterprise_name, a.agency_id, \
                      g.name as agency_name, a.state, a.contact_name, a.contact_phone_sealed, a.contact_version, \
                      a.submitted_at, a.submitted_on, a.reviewed_at, a.reviewed_on, a.reviewed_by, a.review_note, a.version \
                      from application a join enterprise e on e.id = a.enterprise_id \
                      join organisation g on g.id = a.agency_id";

fn from_row(row: &Row) -> Result<Application, StoreError> {
    Ok(Application {
        id: row.get("id")?,
        campaign: row.get("campaign_id")?,
        enterprise: row.get("enterprise_id")?,
        enterprise_name: row.get("enterprise_name")?,
        agency: row.get("agency_id")?,
        agency_name: row.get("agency_name")?,
        state: row.coded("state", ApplicationState::from_code)?,
        contact_name: row.get("contact_name")?,
        contact_phone_sealed: row.get("contact_phone_sealed")?,
        contact_version: row.get("contact_version")?,
        submitted_at: row.get("submitted_at")?,
        submitted_on: row.get("submitted_on")?,
        reviewed_at: row.get("reviewed_at")?,
        reviewed_on: row.get("reviewed_on")?,
        reviewed_by: row.get("reviewed_by")?,
        review_note: row.get("review_note")?,
        version: row.get("version")?,
    })
}

/// Opens an application.
///
/// # Errors
/// What the engine says.
pub fn insert(
    tx: &Tx<'_>,
    campaign: CampaignId,
    enterprise: EnterpriseId,
    agency: OrgId,
    contact: (&str, &str),
) -> Result<ApplicationId, StoreError> {
    tx.insert(
        "insert into application (campaign_id, enterprise_id, agency_id, state, contact_name, \
         contact_phone_sealed) values ($1, $2, $3, $4, $5, $6) returning id",
        params![campaign, enterprise, agency, ApplicationState::INITIAL.code(), contact.0, contact.1],
    )
}

/// Saves an application that has not changed since it was loaded.
///
/// # Errors
/// [`StoreError::Conflict`].
pub fn save(tx: &Tx<'_>, application: &Application) -> Result<(), StoreError> {
    tx.update_version(
        ApplicationState::NOUN,
        "update application set state = $1, contact_name = $2, contact_phone_sealed = $3, \
         submitted_at = $4, submitted_on = $5, reviewed_at = $6, reviewed_on = $7, reviewed_by = $8, \
         review_note = $9, contact_version = $10, version = version + 1 where id = $11 and version = $12",
        params![
            application.state.code(),
            &application.contact_name,
            &application.contact_phone_sealed,
            application.submitted_at,
            application.submitted_on,
            application.reviewed_at,
            application.reviewed_on,
            &application.reviewed_by,
            &application.review_note,
            application.contact_version,
            application.id,
            application.version
        ],
    )
}

/// One application.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load(tx: &Tx<'_>, id: ApplicationId) -> Result<Application, StoreError> {
    let row = tx
        .query_opt(&format!("{SELECT} where a.id = $1"), params![id])?
        .ok_or_else(|| StoreError::NotFound(ApplicationState::NOUN, id.to_string()))?;
    from_row(&row)
}

/// Several applications, newest first.
///
/// # Errors
/// What the engine says.
pub fn load_many(tx: &Tx<'_>, ids: &[ApplicationId]) -> Result<Vec<Application>, StoreError> {
    let ids = id_list(ids.iter().map(|id| id.0));
    tx.query(&format!("{SELECT} where a.id in ({ids}) order by a.id desc"), &[], from_row)
}

/// Applications of a campaign's enterprises in one county that were not withdrawn, oldest first.
///
/// # Errors
/// What the engine says.
pub fn of_county(tx: &Tx<'_>, campaign: CampaignId, county: OrgId) -> Result<Vec<ApplicationId>, StoreError> {
    tx.query(
        "select a.id from application a join enterprise e on e.id = a.enterprise_id where a.campaign_id = $1 \
         and e.county_id = $2 and a.state <> 'withdrawn' order by a.id",
        params![campaign, county],
        |row| row.get("id"),
    )
}

/// The newest application of each enterprise in a day's queue, unless it was withdrawn.
///
/// # Errors
/// What the engine says.
pub fn of_queue(
    tx: &Tx<'_>,
    clinic: ClinicId,
) -> Result<Vec<(EnterpriseId, ApplicationId, ApplicationState)>, StoreError> {
    tx.query(
        "select a.enterprise_id, a.id, a.state from ticket t join application a on a.enterprise_id = t.enterprise_id \
         join clinic c on c.id = t.clinic_id and c.campaign_id = a.campaign_id \
         where t.clinic_id = $1 and a.state <> 'withdrawn' order by a.id",
        params![clinic],
        |row| {
            Ok((
                row.get("enterprise_id")?,
                row.get("id")?,
                row.coded("state", ApplicationState::from_code)?,
            ))
        },
    )
}

/// Every application of an enterprise, newest first.
///
/// # Errors
/// What the engine says.
pub fn of_enterprise(tx: &Tx<'_>, enterprise: EnterpriseId) -> Result<Vec<Application>, StoreError> {
    tx.query(
        &format!("{SELECT} where a.enterprise_id = $1 order by a.id desc"),
        params![enterprise],
        from_row,
    )
}

/// SQL over the application `a`: somebody still has to work on it.
pub(crate) const UNFINISHED: &str = "(a.state in ('draft', 'submitted', 'returned') or (a.state = 'accepted' and exists \
     (select 1 from application_item t where t.application_id = a.id and t.state in ('pending', 'agreed'))))";

/// Which applications a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Condition on `a` and `e` that keeps the list to what the reader may see; from
    /// [`concerns`](crate::concerns), never from a request.
    pub visible: String,
    /// Campaign; every campaign where `None`.
    pub campaign: Option<CampaignId>,
    /// States; every state where empty.
    pub states: Vec<ApplicationState>,
    /// Part of the enterprise's name.
    pub name: String,
    /// Order; newest first where none is asked.
    pub sort: Option<Sort>,
    /// Only applications behind this one, by its value in the order and its id, for the next page.
    pub after: Option<(String, ApplicationId)>,
}

/// The columns by which the list can be sorted.
pub static KEYS: [Key; 4] = [
    Key::number("opened", "a.id"),
    Key::text("name", "e.name"),
    Key::text("agency", "g.name"),
    Key::text("submitted", "coalesce(a.submitted_at, '')"),
];

/// Newest first.
pub const NEWEST: Sort = Sort { key: &KEYS[0], descending: true };

impl Filter {
    fn condition(&self) -> (String, Vec<Value>) {
        // Codes of the domain, never of a request, so they stand in the text.
        let states: Vec<String> = self.states.iter().map(|state| format!("'{}'", state.code())).collect();
        let states =
            if states.is_empty() { String::new() } else { format!("and a.state in ({})", states.join(", ")) };
        let mut values = params![self.campaign.map_or(0, |id| id.0), &self.name].to_vec();
        let mut behind = String::new();
        if let Some((value, id)) = &self.after {
            let sort = self.sort.unwrap_or(NEWEST);
            behind = format!("and {}", sort.behind("a.id", "$3", "$4"));
            values.extend([sort.value(value), id.into_value()]);
        }
        let sql = format!(
            "{} {states} and ($1 = 0 or a.campaign_id = $1) and ($2 = '' or e.name like '%' || $2 || '%') \
             {behind}",
            self.visible
        );
        (sql, values)
    }
}

/// One page of applications.
///
/// # Errors
/// What the engine says.
pub fn list(tx: &Tx<'_>, filter: &Filter, limit: u32) -> Result<Vec<Application>, StoreError> {
    let (condition, values) = filter.condition();
    let order = filter.sort.unwrap_or(NEWEST).order("a.id");
    tx.query(&format!("{SELECT} where {condition} order by {order} limit {limit}"), &values, from_row)
}

/// How many applications of enterprises whose name holds `name` stand in each state, for the tabs of a list.
///
/// # Errors
/// What the engine says.
pub fn count_by_state(
    tx: &Tx<'_>,
    visible: &str,
    campaign: CampaignId,
    name: &str,
) -> Result<Vec<(ApplicationState, i64)>, StoreError> {
    tx.query(
        &format!(
            "select a.state, count(*) as n from application a join enterprise e on e.id = a.enterprise_id \
             where {visible} and a.campaign_id = $1 and ($2 = '' or e.name like '%' || $2 || '%') group by a.state"
        ),
        params![campaign, name],
        |row| Ok((row.coded("state", ApplicationState::from_code)?, row.get("n")?)),
    )
}

/// Ids as the inside of an SQL `in (…)`; none of them gives a list that matches nothing.
pub(crate) fn id_list(ids: impl Iterator<Item = i64>) -> String {
    let ids: Vec<String> = ids.map(|id| id.to_string()).collect();
    if ids.is_empty() { "-1".to_owned() } else { ids.join(", ") }
}
