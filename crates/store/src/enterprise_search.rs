//! Lists of enterprises: filtered by what the actor may see and asks for, paged by key.

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::{CampaignId, EnterpriseId, OrgId, PlanItemId};
use xinxiu_domain::penalty::VerdictKind;
use xinxiu_domain::text::{name_key, squeeze};
use xinxiu_domain::{DecisionNumber, ListKind};

use crate::IntoValue;
use crate::concerns;
use crate::db::Tx;
use crate::error::StoreError;
use crate::value::{Row, Value};

/// What is asked for; each part narrows the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Part of the name, end of the USCC, or a decision number in any bracket style.
    pub text: String,
    /// County or park.
    pub county: Option<OrgId>,
    /// Only enterprises whose county or park is not known.
    pub unplaced: bool,
    /// Township.
    pub township: String,
    /// Campaign whose classes are shown, and within which `list` counts; narrows nothing by itself.
    pub campaign: Option<CampaignId>,
    /// Class of the plan table.
    pub plan_item: Option<PlanItemId>,
    /// With a public record of this verdict, by `authority` where one is given.
    pub verdict: Option<VerdictKind>,
    /// On this list now.
    pub list: Option<ListKind>,
    /// Recognising authority of a record or listing.
    pub authority: Option<OrgId>,
}

/// In which order the list stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// By name.
    #[default]
    Name,
    /// Last recorded first.
    Newest,
}

/// Where a page of the list begins: behind this row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    /// Name of the last row of the page before.
    pub name: String,
    /// Its id.
    pub id: EnterpriseId,
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Id.
    pub id: EnterpriseId,
    /// Name.
    pub name: String,
    /// USCC, or empty.
    pub uscc: String,
    /// County, or empty.
    pub county: String,
    /// Township.
    pub township: String,
    /// Class in the filter's campaign, or empty.
    pub plan_item: String,
    /// Public records.
    pub penalties: i64,
    /// Of these, repairable now.
    pub repairable: i64,
    /// Of these, waiting for a judgement.
    pub to_review: i64,
    /// Listings without a decision that still stand.
    pub listings: i64,
    /// Whether no list has it any more.
    pub is_gone: bool,
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

    fn new(actor: &Actor, action: Action, filter: &Filter) -> Self {
        let visible = concerns::enterprise_filter(actor, action, "e.id");
        let mut query = Self { conditions: vec![visible], params: Vec::new() };
        query.text(&filter.text);
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
        query
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

    /// One box for three things: most people do not know which of them they hold.
    fn text(&mut self, text: &str) {
        let text = squeeze(text);
        if text.is_empty() {
            return;
        }
        let name = self.bind(format!("%{}%", escaped(&name_key(&text))));
        let mut any = vec![
            format!("e.name_key like {name} escape '\\'"),
            format!(
                "exists (select 1 from known_name fk where fk.enterprise_id = e.id \
                 and fk.name_key like {name} escape '\\')"
            ),
        ];
        if text.len() >= 4 && text.bytes().all(|b| b.is_ascii_alphanumeric()) {
            let end = self.bind(format!("%{}", text.to_ascii_uppercase()));
            any.push(format!("e.uscc like {end}"));
        }
        let has_digit = text.bytes().any(|b| b.is_ascii_digit());
        if let Some(number) = DecisionNumber::parse(&text).filter(|_| has_digit && text.chars().count() >= 4)
        {
            let part = self.bind(format!("%{}%", escaped(&number.key())));
            any.push(format!(
                "exists (select 1 from penalty ft where ft.enterprise_id = e.id \
                 and ft.decision_key like {part} escape '\\')"
            ));
        }
        self.conditions.push(format!("({})", any.join(" or ")));
    }

    fn source(&self, filter: &Filter) -> String {
        // An enterprise stands once however many campaigns it belongs to; the id comes from our own record.
        let campaign = filter.campaign.map_or(-1, |campaign| campaign.0);
        format!(
            "from enterprise e left join organisation c on c.id = e.county_id \
             left join member m on m.enterprise_id = e.id and m.campaign_id = {campaign} \
             left join plan_item i on i.id = m.plan_item_id where {}",
            self.conditions.join(" and ")
        )
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

const COLUMNS: &str = "select e.id, e.name, coalesce(e.uscc, '') as uscc, \
    coalesce(nullif(c.short_name, ''), c.name, '') as county, e.township, coalesce(i.name, '') as plan_item, \
    (select count(*) from penalty n where n.enterprise_id = e.id and n.state = 'public') as penalties, \
    (select count(*) from penalty n where n.enterprise_id = e.id and n.state = 'public' \
     and n.verdict = 'repairable_now') as repairable, \
    (select count(*) from penalty n where n.enterprise_id = e.id and n.state = 'public' \
     and n.verdict = 'needs_review') as to_review, \
    (select count(*) from listing n where n.enterprise_id = e.id and n.gone_since is null) as listings, \
    case when exists (select 1 from list_entry g where g.enterprise_id = e.id) and not exists \
     (select 1 from list_entry g where g.enterprise_id = e.id and g.gone_since is null) then 1 else 0 end as is_gone";

fn from_row(row: &Row) -> Result<Listed, StoreError> {
    Ok(Listed {
        id: row.get("id")?,
        name: row.get("name")?,
        uscc: row.get("uscc")?,
        county: row.get("county")?,
        township: row.get("township")?,
        plan_item: row.get("plan_item")?,
        penalties: row.get("penalties")?,
        repairable: row.get("repairable")?,
        to_review: row.get("to_review")?,
        listings: row.get("listings")?,
        is_gone: row.get("is_gone")?,
    })
}

/// A page of the enterprises on which the actor has `action` and that the filter leaves.
///
/// # Errors
/// What the engine says.
pub fn page(
    tx: &Tx<'_>,
    (actor, action): (&Actor, Action),
    filter: &Filter,
    (order, after): (Order, Option<&After>),
    limit: i64,
) -> Result<Vec<Listed>, StoreError> {
    let mut query = Query::new(actor, action, filter);
    if let Some(after) = after {
        let id = query.bind(after.id);
        let condition = match order {
            Order::Newest => format!("e.id < {id}"),
            Order::Name => {
                let name = query.bind(&after.name);
                format!("(e.name > {name} or (e.name = {name} and e.id > {id}))")
            }
        };
        query.conditions.push(condition);
    }
    let from = query.source(filter);
    let by = match order {
        Order::Name => "e.name, e.id",
        Order::Newest => "e.id desc",
    };
    let limit = query.bind(limit);
    tx.query(&format!("{COLUMNS} {from} order by {by} limit {limit}"), &query.params, from_row)
}

/// How many there are, up to one more than [`COUNT_CAP`].
///
/// # Errors
/// What the engine says.
pub fn count(tx: &Tx<'_>, (actor, action): (&Actor, Action), filter: &Filter) -> Result<i64, StoreError> {
    let query = Query::new(actor, action, filter);
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
