//! Lists of enterprises: filtered by what the actor may see and asks for, paged by key.

use xinxiu_domain::ListKind;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::archive::SurvivalState;
use xinxiu_domain::id::{CampaignId, EnterpriseId, OrgId, PlanItemId};
use xinxiu_domain::penalty::VerdictKind;
use xinxiu_domain::standing::{RepairStanding, TrainingFilter};

use crate::IntoValue;
use crate::concerns;
use crate::db::Tx;
use crate::engine::among_ids;
use crate::enterprise_line::{REPAIR, TRAINING, columns, from_row};
use crate::error::StoreError;
use crate::search::Sought;
use crate::search::index::id_array;
use crate::sort::Sort;
use crate::value::Value;

pub use crate::enterprise_line::{BY_NAME, KEYS, Listed};

/// What is asked for; each part narrows the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Part of a name, pinyin initials, end of the USCC, or a decision number in any bracket style.
    pub text: String,
    /// County or park.
    pub county: Option<OrgId>,
    /// Only enterprises whose county or park is not known.
    pub unplaced: bool,
    /// Township.
    pub township: String,
    /// Campaign whose classes and standings are shown, and within which `list` counts; narrows nothing by
    /// itself.
    pub campaign: Option<CampaignId>,
    /// Class of the plan table.
    pub plan_item: Option<PlanItemId>,
    /// With a public record of this verdict, by `authority` where one is given.
    pub verdict: Option<VerdictKind>,
    /// On this list now.
    pub list: Option<ListKind>,
    /// Recognising authority of a record or listing.
    pub authority: Option<OrgId>,
    /// How far in training.
    pub training: Option<TrainingFilter>,
    /// How far with an application.
    pub repair: Option<RepairStanding>,
}

/// Where a page of the list begins: behind this row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    /// Value of the last row of the page before in the column by which the list is sorted.
    pub value: String,
    /// Its id.
    pub id: EnterpriseId,
}

/// Counts beyond this are shown as "more than".
pub const COUNT_CAP: i64 = 10_000;

struct Query {
    conditions: Vec<String>,
    params: Vec<Value>,
}

impl Query {
    fn bind(&mut self, value: impl IntoValue) -> String {
        self.params.push(value.into_value());
        format!("${}", self.params.len())
    }

    fn new(tx: &Tx<'_>, (actor, action): (&Actor, Action), filter: &Filter) -> Result<Self, StoreError> {
        let visible = concerns::enterprise_filter(actor, action, "e.id");
        // One that was joined to another is found as that other.
        let mut query =
            Self { conditions: vec![visible, "e.joined_into is null".to_owned()], params: Vec::new() };
        query.text(tx, (actor, action), &filter.text)?;
        if let Some(county) = filter.county {
            let mark = query.bind(county);
            query.conditions.push(format!("e.county_id = {mark}"));
        }
        if filter.unplaced {
            query.conditions.push("e.county_id is null".to_owned());
        }
        if !filter.township.is_empty() {
            let mark = query.bind(&filter.township);
            query.conditions.push(format!("e.township = {mark}"));
        }
        query.membership(filter);
        query.standing(filter);
        if let Some(verdict) = filter.verdict {
            let mark = query.bind(verdict.code());
            // Verdict and authority are asked of one and the same record.
            let of_authority = filter.authority.map_or_else(String::new, |authority| {
                format!(" and fp.authority_id = {}", query.bind(authority))
            });
            query.conditions.push(format!(
                "exists (select 1 from penalty fp where fp.enterprise_id = e.id and fp.state = 'public' \
                 and fp.verdict = {mark}{of_authority})"
            ));
        }
        if let Some(authority) = filter.authority {
            let mark = query.bind(authority);
            query.conditions.push(format!(
                "(exists (select 1 from penalty fa where fa.enterprise_id = e.id and fa.authority_id = {mark}) \
                 or exists (select 1 from listing fl where fl.enterprise_id = e.id and fl.authority_id = {mark}))"
            ));
        }
        Ok(query)
    }

    fn membership(&mut self, filter: &Filter) {
        if let Some(item) = filter.plan_item {
            let mark = self.bind(item);
            self.conditions.push(format!(
                "exists (select 1 from member fm where fm.enterprise_id = e.id and fm.plan_item_id = {mark})"
            ));
        }
        if let Some(list) = filter.list {
            let mark = self.bind(list.code());
            let campaign = filter.campaign.map_or_else(String::new, |campaign| {
                let mark = self.bind(campaign);
                format!(" and le.campaign_id = {mark}")
            });
            self.conditions.push(format!(
                "exists (select 1 from list_entry le where le.enterprise_id = e.id and le.list_kind = {mark} \
                 and le.gone_since is null{campaign})"
            ));
        }
    }

    fn standing(&mut self, filter: &Filter) {
        if let Some((first, last)) = filter.training.map(TrainingFilter::range) {
            let (first, last) = (self.bind(first.rank()), self.bind(last.rank()));
            self.conditions.push(format!("{TRAINING} between {first} and {last}"));
            // Nobody is called to training who exists no more.
            if filter.training.is_some_and(TrainingFilter::is_to_call) {
                self.conditions.push(format!("e.survival not in ({})", over_codes()));
            }
        }
        if let Some(repair) = filter.repair {
            let mark = self.bind(repair.code());
            self.conditions.push(format!("{REPAIR} = {mark}"));
        }
    }

    /// One box for names, initials, codes and decisions: most people do not know which of them they hold.
    fn text(&mut self, tx: &Tx<'_>, who: (&Actor, Action), text: &str) -> Result<(), StoreError> {
        let Some(sought) = Sought::new(text) else { return Ok(()) };
        let condition = match sought.ids(tx, who, COUNT_CAP)? {
            Some(ids) => {
                self.params.push(id_array(&ids).into_value());
                among_ids(tx.kind(), "e.id", self.params.len())
            }
            None => sought.condition(|value| self.bind(value)),
        };
        self.conditions.push(condition);
        Ok(())
    }

    fn source(&self, filter: &Filter) -> String {
        format!("from enterprise e {} where {}", joined(filter), self.conditions.join(" and "))
    }
}

/// What stands beside an enterprise, which stands once however many campaigns it belongs to.
fn joined(filter: &Filter) -> String {
    // The id comes from our own record.
    let campaign = filter.campaign.map_or(-1, |campaign| campaign.0);
    format!(
        "left join organisation c on c.id = e.county_id \
         left join member m on m.enterprise_id = e.id and m.campaign_id = {campaign} \
         left join plan_item i on i.id = m.plan_item_id"
    )
}

/// The codes of survival of enterprises that exist no more, for a condition.
pub(crate) fn over_codes() -> String {
    let over = SurvivalState::ALL.iter().filter(|state| state.is_over());
    over.map(|state| format!("'{}'", state.code())).collect::<Vec<_>>().join(", ")
}

/// A page of the enterprises on which the actor has `action` and that the filter leaves.
///
/// # Errors
/// What the engine says.
pub fn page(
    tx: &Tx<'_>,
    (actor, action): (&Actor, Action),
    filter: &Filter,
    (sort, after): (Sort, Option<&After>),
    limit: i64,
) -> Result<Vec<Listed>, StoreError> {
    let mut query = Query::new(tx, (actor, action), filter)?;
    if let Some(after) = after {
        let (value, id) = (query.bind(sort.value(&after.value)), query.bind(after.id));
        query.conditions.push(sort.behind("e.id", &value, &id));
    }
    let (columns, from, by) = (columns(filter), query.source(filter), sort.order("e.id"));
    let (limit, key, beside) = (query.bind(limit), sort.key.sql, joined(filter));
    // The columns are counted for the lines of the page only.
    let sql = format!(
        "with page as (select e.id {from} order by {by} limit {limit}) {columns}, \
         cast({key} as text) as sort_value from page join enterprise e on e.id = page.id {beside} order by {by}"
    );
    tx.query(&sql, &query.params, from_row)
}

/// How many there are, up to one more than [`COUNT_CAP`].
///
/// # Errors
/// What the engine says.
pub fn count(tx: &Tx<'_>, (actor, action): (&Actor, Action), filter: &Filter) -> Result<i64, StoreError> {
    let query = Query::new(tx, (actor, action), filter)?;
    let from = query.source(filter);
    let cap = COUNT_CAP + 1;
    tx.number(
        &format!("select count(*) as n from (select e.id {from} limit {cap}) as counted"),
        &query.params,
    )
}

/// The townships of a county that have enterprises, for the filter.
///
/// # Errors
/// What the engine says.
pub fn townships(tx: &Tx<'_>, actor: &Actor, action: Action) -> Result<Vec<String>, StoreError> {
    let visible = concerns::enterprise_filter(actor, action, "e.id");
    tx.query(
        &format!("select distinct e.township from enterprise e where e.township <> '' and {visible} order by 1 limit 500"),
        &[],
        |row| row.get("township"),
    )
}

/// The counties of the enterprises on which the actor has `action`, for the filter.
///
/// # Errors
/// What the engine says.
pub fn counties(tx: &Tx<'_>, actor: &Actor, action: Action) -> Result<Vec<OrgId>, StoreError> {
    let visible = concerns::enterprise_filter(actor, action, "e.id");
    tx.query(
        &format!(
            "select distinct e.county_id as id from enterprise e where e.county_id is not null and {visible}"
        ),
        &[],
        |row| row.get("id"),
    )
}
