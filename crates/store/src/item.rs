//! Penalty records inside applications (修复事项): the authority's decision on each, and its removal (N27).

use std::collections::BTreeMap;

use jiff::civil::Date;
use xinxiu_domain::application::{ApplicationState, Grade, ItemState};
use xinxiu_domain::id::{ApplicationId, CampaignId, EnterpriseId, FileId, ItemId, PenaltyId};

use crate::application::id_list;
use crate::db::Tx;
use crate::error::StoreError;
use crate::params;
use crate::value::{Row, to_json};

/// Purpose under which the phone of the authority's handler is sealed.
pub const AUTHORITY_PHONE: &str = "item.authority_phone";

/// A penalty record inside an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Id.
    pub id: ItemId,
    /// Application.
    pub application: ApplicationId,
    /// Penalty record.
    pub penalty: PenaltyId,
    /// State.
    pub state: ItemState,
    /// Statement of the applicant about this record (annex 3).
    pub statement: String,
    /// 违法情节, as the authority finds.
    pub severity: Option<Grade>,
    /// 失信行为, as the authority finds.
    pub conduct: Option<Grade>,
    /// Whether the duty of the penalty has been performed, as the authority finds.
    pub duty_performed: Option<bool>,
    /// The authority's opinion.
    pub opinion: String,
    /// Who decided.
    pub decided_by: String,
    /// Day of the decision.
    pub decided_on: Option<Date>,
    /// Who handles it at the authority (行政处罚机关经办人).
    pub authority_handler: String,
    /// That person's phone, sealed.
    pub authority_phone_sealed: String,
    /// The version of the operator's contact that the form was printed with; `None` where none was printed here.
    pub form_contact_version: Option<i64>,
    /// Whether the statement was changed after the form was printed.
    pub form_outdated: bool,
    /// The sealed form.
    pub decision_file: Option<FileId>,
    /// Day on which the record was taken down.
    pub taken_down_on: Option<Date>,
    /// Who recorded that.
    pub taken_down_by: String,
    /// The values of the penalty decision when somebody looked at them last, in the order of
    /// [`RESTS_ON`](xinxiu_domain::repair_fact::RESTS_ON); empty in items from before this was kept.
    pub seen: Vec<String>,
    /// Version for optimistic locking.
    pub version: i64,
}

const COLUMNS: &str = "i.id, i.application_id, i.penalty_id, i.state, i.severity, i.conduct, i.duty_performed, \
                       i.opinion, i.decided_by, i.decided_on, i.decision_file_id, i.taken_down_on, \
                       i.taken_down_by, i.seen, i.authority_handler, i.authority_phone_sealed, i.form_contact_version, \
                       i.statement, i.form_outdated, i.version";

fn from_row(row: &Row) -> Result<Item, StoreError> {
    Ok(Item {
        id: row.get("id")?,
        application: row.get("application_id")?,
        penalty: row.get("penalty_id")?,
        state: row.coded("state", ItemState::from_code)?,
        statement: row.get("statement")?,
        severity: row.coded_opt("severity", Grade::from_code)?,
        conduct: row.coded_opt("conduct", Grade::from_code)?,
        duty_performed: row.get("duty_performed")?,
        opinion: row.get("opinion")?,
        decided_by: row.get("decided_by")?,
        decided_on: row.get("decided_on")?,
        authority_handler: row.get("authority_handler")?,
        authority_phone_sealed: row.get("authority_phone_sealed")?,
        form_contact_version: row.get("form_contact_version")?,
        form_outdated: row.get("form_outdated")?,
        decision_file: row.get("decision_file_id")?,
        taken_down_on: row.get("taken_down_on")?,
        taken_down_by: row.get("taken_down_by")?,
        seen: row.json("seen")?,
        version: row.get("version")?,
    })
}

/// Puts a penalty record into an application.
///
/// # Errors
/// [`StoreError::Duplicate`] where the application has it already.
pub fn insert(
    tx: &Tx<'_>,
    application: ApplicationId,
    penalty: PenaltyId,
    seen: &[String],
) -> Result<ItemId, StoreError> {
    tx.insert(
        "insert into application_item (application_id, penalty_id, state, seen) values ($1, $2, $3, $4) returning id",
        params![application, penalty, ItemState::INITIAL.code(), to_json("seen", &seen)?],
    )
}

/// Takes a penalty record out of an application that is still being prepared, with its own documents. Documents and facts stay
/// on record; the facts name the record by its number.
///
/// # Errors
/// What the engine says.
pub fn remove(tx: &Tx<'_>, item: &Item, number: &str, (by, on): (&str, Date)) -> Result<(), StoreError> {
    tx.execute(
        "update application_material set removed_by = $1, removed_on = $2 where application_id = $3 \
         and penalty_id = $4 and removed_on is null",
        params![by, on, item.application, item.penalty],
    )?;
    tx.execute(
        "update repair_fact set item_id = null, result = result || $1 where item_id = $2",
        params![format!("（{number}）"), item.id],
    )?;
    tx.execute("delete from application_item where id = $1", params![item.id])?;
    Ok(())
}

/// Saves an item that has not changed since it was loaded.
///
/// # Errors
/// [`StoreError::Conflict`].
pub fn save(tx: &Tx<'_>, item: &Item) -> Result<(), StoreError> {
    tx.update_version(
        ItemState::NOUN,
        "update application_item set state = $1, severity = $2, conduct = $3, duty_performed = $4, \
         opinion = $5, decided_by = $6, decided_on = $7, decision_file_id = $8, taken_down_on = $9, \
         taken_down_by = $10, seen = $11, authority_handler = $12, authority_phone_sealed = $13, form_contact_version = $14, \
         statement = $15, form_outdated = $16, version = version + 1 where id = $17 and version = $18",
        params![
            item.state.code(),
            item.severity.map(Grade::code),
            item.conduct.map(Grade::code),
            item.duty_performed,
            &item.opinion,
            &item.decided_by,
            item.decided_on,
            item.decision_file,
            item.taken_down_on,
            &item.taken_down_by,
            to_json("seen", &item.seen)?,
            &item.authority_handler,
            &item.authority_phone_sealed,
            item.form_contact_version,
            &item.statement,
            item.form_outdated,
            item.id,
            item.version
        ],
    )
}

/// One item.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load(tx: &Tx<'_>, id: ItemId) -> Result<Item, StoreError> {
    let sql = format!("select {COLUMNS} from application_item i where i.id = $1");
    let row = tx
        .query_opt(&sql, params![id])?
        .ok_or_else(|| StoreError::NotFound(ItemState::NOUN, id.to_string()))?;
    from_row(&row)
}

/// The items of several applications, in the order in which they were added.
///
/// # Errors
/// What the engine says.
pub fn of_applications(tx: &Tx<'_>, applications: &[ApplicationId]) -> Result<Vec<Item>, StoreError> {
    let ids = id_list(applications.iter().map(|id| id.0));
    let sql =
        format!("select {COLUMNS} from application_item i where i.application_id in ({ids}) order by i.id");
    tx.query(&sql, &[], from_row)
}

/// The items of one penalty record in all applications, oldest first.
///
/// # Errors
/// What the engine says.
pub fn of_penalty(tx: &Tx<'_>, penalty: PenaltyId) -> Result<Vec<Item>, StoreError> {
    let sql = format!("select {COLUMNS} from application_item i where i.penalty_id = $1 order by i.id");
    tx.query(&sql, params![penalty], from_row)
}

/// The application in which a penalty record is under way, other than `except`: one that is neither withdrawn
/// nor decided against.
///
/// # Errors
/// What the engine says.
pub fn open_application_of(
    tx: &Tx<'_>,
    penalty: PenaltyId,
    except: Option<ApplicationId>,
) -> Result<Option<ApplicationId>, StoreError> {
    let row = tx.query_opt(
        "select a.id from application_item i join application a on a.id = i.application_id \
         where i.penalty_id = $1 and a.id <> $2 and a.state <> 'withdrawn' and i.state in ('pending', 'agreed') \
         order by a.id limit 1",
        params![penalty, except.map_or(0, |id| id.0)],
    )?;
    row.map(|row| row.get("id")).transpose()
}

/// Records under way whose penalty decision was withdrawn.
///
/// # Errors
/// What the engine says.
pub fn under_way_without_decision(tx: &Tx<'_>) -> Result<Vec<ItemId>, StoreError> {
    tx.query(
        "select i.id from application_item i join application a on a.id = i.application_id \
         join penalty p on p.id = i.penalty_id where p.state = 'withdrawn' and i.state in ('pending', 'agreed') \
         and a.state <> 'withdrawn' order by i.id",
        &[],
        |row| row.get("id"),
    )
}

/// On which of the records the last decision was a refusal, and when; a record that is applied for again is not
/// among them.
///
/// # Errors
/// What the engine says.
pub fn refusals(tx: &Tx<'_>, penalties: &[PenaltyId]) -> Result<BTreeMap<PenaltyId, Date>, StoreError> {
    let ids = id_list(penalties.iter().map(|id| id.0));
    let sql = format!(
        "select i.penalty_id, i.decided_on from application_item i join application a on a.id = i.application_id \
         where i.penalty_id in ({ids}) and a.state <> 'withdrawn' and i.state = 'refused' \
         and i.decided_on is not null and not exists (select 1 from application_item j \
         join application b on b.id = j.application_id where j.penalty_id = i.penalty_id and j.id > i.id \
         and b.state <> 'withdrawn') order by i.id"
    );
    let found = tx.query(&sql, &[], |row| Ok((row.get("penalty_id")?, row.get("decided_on")?)))?;
    Ok(found.into_iter().collect())
}

/// An item of an accepted application as the lists of authorities and center show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedItem {
    /// The item.
    pub item: Item,
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// Name of the enterprise.
    pub enterprise_name: String,
    /// Decision number of the penalty.
    pub decision_number: String,
    /// Name of the authority that made it.
    pub authority: String,
    /// End of the minimum publicity period.
    pub min_until: Option<Date>,
    /// Day on which the application passed the first review.
    pub accepted_on: Option<Date>,
}

/// Items of accepted applications in one state, also where the application went back over another of its records; over `i`, `a`, `p` and `e`.
const LISTED: &str = "from application_item i join application a on a.id = i.application_id \
                      join penalty p on p.id = i.penalty_id join enterprise e on e.id = a.enterprise_id \
                      where a.campaign_id = $1 and (a.state = $2 or i.state <> 'pending') and a.state <> 'withdrawn' \
                      and i.state = $3";

/// How many items [`list`] has in all.
///
/// # Errors
/// What the engine says.
pub fn count(tx: &Tx<'_>, visible: &str, campaign: CampaignId, state: ItemState) -> Result<i64, StoreError> {
    let sql = format!("select count(*) {LISTED} and {visible}");
    tx.number(&sql, params![campaign, ApplicationState::Accepted.code(), state.code()])
}

/// Items of accepted applications in one state, oldest first. `visible` is a condition on `p` (penalty), from
/// [`concerns`](crate::concerns) or the actor, never from a request.
///
/// # Errors
/// What the engine says.
pub fn list(
    tx: &Tx<'_>,
    visible: &str,
    campaign: CampaignId,
    state: ItemState,
    after: ItemId,
    limit: u32,
) -> Result<Vec<ListedItem>, StoreError> {
    let sql = format!(
        "select {COLUMNS}, e.id as enterprise_id, e.name as enterprise_name, p.decision_number, p.authority, \
         p.min_until, a.reviewed_on {LISTED} and {visible} and i.id > $4 order by i.id limit {limit}"
    );
    tx.query(&sql, params![campaign, ApplicationState::Accepted.code(), state.code(), after], |row| {
        Ok(ListedItem {
            item: from_row(row)?,
            enterprise: row.get("enterprise_id")?,
            enterprise_name: row.get("enterprise_name")?,
            decision_number: row.get("decision_number")?,
            authority: row.get("authority")?,
            min_until: row.get("min_until")?,
            accepted_on: row.get("reviewed_on")?,
        })
    })
}
