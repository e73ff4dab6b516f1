//! A campaign's enterprises counted by cause, rectification, conditions, place, sector and outlook (对象分析,
//! N02, N07).
//!
//! One line per member, `base`, is under every count and every list, so that a number and the list behind it
//! cannot differ.

use jiff::ToSpan;
use jiff::civil::Date;
use xinxiu_domain::analysis::{Condition, Dimension, IN_SIGHT_DAYS, Likelihood, NEAR_DAYS};
use xinxiu_domain::attendance::Willingness;
use xinxiu_domain::id::{CampaignId, EnterpriseId, PlanItemId};
use xinxiu_domain::proposal::Candidate;
use xinxiu_domain::rectification::RectificationStatus;

use crate::db::Tx;
use crate::engine::json_text;
use crate::error::StoreError;
use crate::params;
use crate::value::{IntoValue, Row, Value};

/// Which members are counted; every part given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Values by dimension, as codes: ids, coded values or the text itself; empty for "not said".
    pub values: Vec<(Dimension, String)>,
    /// A condition for repair that is met, or not.
    pub condition: Option<(Condition, bool)>,
}

/// Whose enterprises are counted, and on which day.
#[derive(Debug, Clone)]
pub struct Scope<'a> {
    /// Campaign.
    pub campaign: CampaignId,
    /// Business day.
    pub today: Date,
    /// What the reader may see: SQL over `m.enterprise_id`.
    pub visible: &'a str,
}

/// One number: enterprises that have these values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Value in the first dimension, as in [`Filter::values`].
    pub value: String,
    /// Value in the second dimension; empty where there is none.
    pub across: String,
    /// Enterprises.
    pub count: i64,
}

/// Values of a dimension that free text fills: so many of the commonest are shown.
pub const COMMONEST: usize = 20;

/// One line per member of campaign `$1` that may be seen, on the days `$2` (today), `$3` (near), `$4` (in
/// sight). What is said last counts; a check passed and a form that states the duty performed weigh more.
fn base(visible: &str) -> String {
    format!(
        "with rec as (select p.enterprise_id, \
         sum(case when p.verdict = 'repairable_now' or (p.verdict = 'repairable_later' \
         and p.repairable_from <= $2) then 1 else 0 end) as ready, \
         sum(case when p.verdict = 'repairable_later' and p.repairable_from > $2 then 1 else 0 end) as later, \
         min(case when p.verdict = 'repairable_later' and p.repairable_from > $2 then p.repairable_from end) as ready_on, \
         sum(case when p.verdict = 'needs_review' then 1 else 0 end) as review, \
         sum(case when p.verdict = 'not_repairable' then 1 else 0 end) as barred, count(*) as records \
         from penalty p join member rm on rm.enterprise_id = p.enterprise_id and rm.campaign_id = $1 \
         where p.state = 'public' group by p.enterprise_id), \
         spoken as (select f.enterprise_id, max(f.id) as last_id, \
         max(case when f.party = 'enterprise' then f.id end) as own_id, \
         max(case when f.party = 'authority' then f.id end) as body_id, \
         max(case when f.party in ('agency', 'county') then f.id end) as helper_id \
         from finding f join member fm on fm.enterprise_id = f.enterprise_id and fm.campaign_id = $1 \
         group by f.enterprise_id), \
         passed as (select distinct r.enterprise_id from rectification r \
         where r.campaign_id = $1 and r.state = 'passed'), \
         served as (select distinct a.enterprise_id from application a \
         join application_item i on i.application_id = a.id where a.campaign_id = $1 and i.duty_performed = 1), \
         signed as (select distinct k.enterprise_id from commitment k \
         where k.campaign_id = $1 and k.state = 'signed'), \
         trained as (select distinct t.enterprise_id from attendance t join session ts on ts.id = t.session_id \
         join plan_item ti on ti.id = ts.plan_item_id where ti.campaign_id = $1 and t.state = 'passed'), \
         fact as (select m.enterprise_id, m.plan_item_id, m.willingness, e.county_id, e.township, e.industry, \
         coalesce(own.cause, '') as cause_own, coalesce(body.cause, '') as cause_authority, \
         coalesce(helper.cause, '') as cause_helper, \
         case when passed.enterprise_id is not null then 'done' else coalesce(spoke.rectification, '') end as rectification, \
         coalesce(spoke.conditions, '') as conditions, \
         coalesce(rec.ready, 0) as ready, coalesce(rec.later, 0) as later, rec.ready_on, \
         coalesce(rec.review, 0) as review, coalesce(rec.barred, 0) as barred, coalesce(rec.records, 0) as records, \
         case when rec.ready > 0 then 1 else 0 end as period, \
         case when passed.enterprise_id is not null or served.enterprise_id is not null \
         or spoke.rectification = 'done' then 1 else 0 end as duty, \
         case when signed.enterprise_id is null then 0 else 1 end as commitment, \
         case when trained.enterprise_id is null then 0 else 1 end as training \
         from member m join enterprise e on e.id = m.enterprise_id \
         left join rec on rec.enterprise_id = m.enterprise_id \
         left join spoken on spoken.enterprise_id = m.enterprise_id \
         left join finding spoke on spoke.id = spoken.last_id left join finding own on own.id = spoken.own_id \
         left join finding body on body.id = spoken.body_id left join finding helper on helper.id = spoken.helper_id \
         left join passed on passed.enterprise_id = m.enterprise_id \
         left join served on served.enterprise_id = m.enterprise_id \
         left join signed on signed.enterprise_id = m.enterprise_id \
         left join trained on trained.enterprise_id = m.enterprise_id \
         where m.campaign_id = $1 and {visible}), \
         base as materialized (select fact.*, period + duty + commitment + training as met, \
         case when ready = 0 and later = 0 and review = 0 then 'barred' \
         when (ready > 0 or ready_on <= $3) and duty = 1 then 'high' \
         when (ready > 0 or ready_on <= $4) and rectification <> 'not_started' then 'fair' \
         else 'low' end as likelihood, \
         case when ready > 0 then 'repairable_now' when later > 0 then 'repairable_later' \
         when review > 0 then 'needs_review' when barred > 0 then 'not_repairable' \
         when records > 0 then 'ended' else '' end as verdict from fact) "
    )
}

impl Scope<'_> {
    fn params(&self) -> Vec<Value> {
        let ahead = |days: i64| self.today.saturating_add(days.days());
        params![self.campaign, self.today, ahead(NEAR_DAYS), ahead(IN_SIGHT_DAYS)].to_vec()
    }
}

/// The SQL of a dimension's value as text, over `b` (a line of [`base`]) or a penalty record.
fn value_of(tx: &Tx<'_>, dimension: Dimension, record: &str) -> String {
    match dimension {
        Dimension::County => "cast(coalesce(b.county_id, 0) as text)".to_owned(),
        Dimension::Class => "cast(coalesce(b.plan_item_id, 0) as text)".to_owned(),
        Dimension::Met => "cast(b.met as text)".to_owned(),
        Dimension::Authority => format!("{record}.authority"),
        Dimension::Violation => json_text(tx.kind(), &format!("{record}.facts"), "violation"),
        other => format!("b.{}", other.code()),
    }
}

struct Query {
    conditions: Vec<String>,
    /// Conditions on a record, with `@` where its alias goes.
    of_records: Vec<String>,
    params: Vec<Value>,
}

impl Query {
    fn new(tx: &Tx<'_>, scope: &Scope<'_>, filter: &Filter) -> Self {
        let mut query = Self { conditions: Vec::new(), of_records: Vec::new(), params: scope.params() };
        for (dimension, value) in &filter.values {
            query.params.push(value.into_value());
            let mark = format!("${}", query.params.len());
            if dimension.of_records() {
                query.of_records.push(format!("{} = {mark}", value_of(tx, *dimension, "@")));
            } else {
                query.conditions.push(format!("{} = {mark}", value_of(tx, *dimension, "")));
            }
        }
        if let Some((condition, met)) = filter.condition {
            query.conditions.push(format!("b.{} = {}", condition.code(), i64::from(met)));
        }
        query
    }

    /// The members left, joined to their records where a dimension asks for them.
    fn from(&self, with_records: bool) -> String {
        let mut conditions = self.conditions.clone();
        let of = |alias: &str| self.of_records.iter().map(|one| one.replace('@', alias)).collect::<Vec<_>>();
        let join = if with_records {
            conditions.extend(of("r"));
            " join penalty r on r.enterprise_id = b.enterprise_id and r.state = 'public'"
        } else {
            if !self.of_records.is_empty() {
                conditions.push(format!(
                    "exists (select 1 from penalty q where q.enterprise_id = b.enterprise_id \
                     and q.state = 'public' and {})",
                    of("q").join(" and ")
                ));
            }
            ""
        };
        let all = if conditions.is_empty() { "1 = 1".to_owned() } else { conditions.join(" and ") };
        format!("from base b{join} where {all}")
    }
}

fn counted(dimensions: &[Dimension]) -> &'static str {
    if dimensions.iter().any(|one| one.of_records()) { "count(distinct b.enterprise_id)" } else { "count(*)" }
}

fn count(row: &Row) -> Result<Count, StoreError> {
    Ok(Count { value: row.get("value")?, across: row.get("across")?, count: row.get("number")? })
}

/// The members counted by each of several dimensions, in one statement; values in the order of their numbers.
///
/// # Errors
/// What the engine says.
pub fn counts(
    tx: &Tx<'_>,
    scope: &Scope<'_>,
    filter: &Filter,
    dimensions: &[Dimension],
) -> Result<Vec<(Dimension, Vec<Count>)>, StoreError> {
    if dimensions.is_empty() {
        return Ok(Vec::new());
    }
    let query = Query::new(tx, scope, filter);
    let parts: Vec<String> = dimensions
        .iter()
        .map(|one| {
            let (value, from) = (value_of(tx, *one, "r"), query.from(one.of_records()));
            format!(
                "select * from (select '{}' as dimension, {value} as value, '' as across, {} as number \
                 {from} group by {value} order by number desc, value limit {}) as part_{}",
                one.code(),
                counted(&[*one]),
                if one.of_records() { COMMONEST } else { 1_000 },
                one.code()
            )
        })
        .collect();
    let sql = format!("{}{}", base(scope.visible), parts.join(" union all "));
    let found = tx
        .query(&sql, &query.params, |row| Ok((row.coded("dimension", Dimension::from_code)?, count(row)?)))?;
    let of = |dimension: Dimension| {
        let of = found.iter().filter(|(known, _)| *known == dimension);
        (dimension, of.map(|(_, count)| count.clone()).collect())
    };
    Ok(dimensions.iter().map(|one| of(*one)).collect())
}

/// The members counted by two dimensions at once.
///
/// # Errors
/// What the engine says.
pub fn cross(
    tx: &Tx<'_>,
    scope: &Scope<'_>,
    filter: &Filter,
    (down, across): (Dimension, Dimension),
) -> Result<Vec<Count>, StoreError> {
    let query = Query::new(tx, scope, filter);
    let (value, other) = (value_of(tx, down, "r"), value_of(tx, across, "r"));
    let sql = format!(
        "{}select {value} as value, {other} as across, {} as number {} group by {value}, {other} \
         order by number desc, value, across limit 20000",
        base(scope.visible),
        counted(&[down, across]),
        query.from(down.of_records() || across.of_records())
    );
    tx.query(&sql, &query.params, count)
}

/// How many members are left, and how many of them meet each condition for repair.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// Members.
    pub members: i64,
    /// Of these, by condition, in the order of [`Condition::ALL`].
    pub met: Vec<i64>,
}

/// How many members are left, and how many meet each condition.
///
/// # Errors
/// What the engine says.
pub fn totals(tx: &Tx<'_>, scope: &Scope<'_>, filter: &Filter) -> Result<Totals, StoreError> {
    let query = Query::new(tx, scope, filter);
    let sums: Vec<String> = Condition::ALL
        .iter()
        .map(|one| format!("cast(coalesce(sum(b.{0}), 0) as bigint) as {0}", one.code()))
        .collect();
    let sql = format!(
        "{}select count(*) as members, {} {}",
        base(scope.visible),
        sums.join(", "),
        query.from(false)
    );
    let row = tx.query_one(&sql, &query.params)?;
    let met = Condition::ALL.iter().map(|one| row.get(one.code())).collect::<Result<_, _>>()?;
    Ok(Totals { members: row.get("members")?, met })
}

/// An enterprise behind a number, with what its outlook rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// Name.
    pub name: String,
    /// USCC; empty where none is on record.
    pub uscc: String,
    /// County, by its short name.
    pub county: String,
    /// Township.
    pub township: String,
    /// Industry.
    pub industry: String,
    /// How likely it repairs.
    pub likelihood: Likelihood,
    /// Whether it wants to.
    pub willingness: Willingness,
    /// Records that can be repaired today.
    pub ready: i64,
    /// When the next one can.
    pub ready_on: Option<Date>,
    /// Records that wait for a judgement.
    pub review: i64,
    /// State of rectification; `None` where nobody has said.
    pub rectification: Option<RectificationStatus>,
    /// Conditions met, in the order of [`Condition::ALL`].
    pub met: Vec<bool>,
}

/// A page (offset, length) of the members left: the likely and willing first.
///
/// # Errors
/// What the engine says.
pub fn lines(
    tx: &Tx<'_>,
    scope: &Scope<'_>,
    filter: &Filter,
    (offset, limit): (u32, u32),
) -> Result<Vec<Line>, StoreError> {
    let query = Query::new(tx, scope, filter);
    let sql = format!(
        "{}, page as (select b.*, {ORDER_COLUMNS} {} order by first_order, second_order, b.enterprise_id limit {limit} offset {offset}) \
         select b.*, e.name, coalesce(e.uscc, '') as uscc, coalesce(nullif(c.short_name, ''), c.name, '') as county \
         from page b join enterprise e on e.id = b.enterprise_id left join organisation c on c.id = b.county_id \
         order by b.first_order, b.second_order, b.enterprise_id",
        base(scope.visible).trim_end(),
        query.from(false)
    );
    tx.query(&sql, &query.params, |row| {
        let met = Condition::ALL.iter().map(|one| Ok(row.get::<i64>(one.code())? == 1));
        let said: String = row.get("rectification")?;
        Ok(Line {
            enterprise: row.get("enterprise_id")?,
            name: row.get("name")?,
            uscc: row.get("uscc")?,
            county: row.get("county")?,
            township: row.get("township")?,
            industry: row.get("industry")?,
            likelihood: row.coded("likelihood", Likelihood::from_code)?,
            willingness: row.coded("willingness", Willingness::from_code)?,
            ready: row.get("ready")?,
            ready_on: row.get("ready_on")?,
            review: row.get("review")?,
            rectification: RectificationStatus::from_code(&said),
            met: met.collect::<Result<_, StoreError>>()?,
        })
    })
}

const ORDER_COLUMNS: &str = "case b.likelihood when 'high' then 0 when 'fair' then 1 when 'low' then 2 else 3 end \
                             as first_order, case b.willingness when 'willing' then 0 when 'undecided' then 1 \
                             else 2 end as second_order";

/// Members of a class that may be called to a session: not trained, in no session that lies ahead, in no
/// proposal that waits. `cluster` is the dimension that keeps them together.
///
/// # Errors
/// What the engine says.
pub fn uncalled(
    tx: &Tx<'_>,
    scope: &Scope<'_>,
    class: PlanItemId,
    cluster: Dimension,
) -> Result<Vec<Candidate>, StoreError> {
    let mut params = scope.params();
    params.push(class.into_value());
    let cluster = value_of(tx, cluster, "");
    let sql = format!(
        "{}select b.enterprise_id, {cluster} as cluster, b.likelihood, b.willingness from base b \
         where b.plan_item_id = $5 and b.training = 0 and not exists (select 1 from attendance a \
         join session s on s.id = a.session_id where a.enterprise_id = b.enterprise_id \
         and s.state in ('planned', 'published', 'open') and s.held_on >= $2 and a.state <> 'declined') \
         and not exists (select 1 from session_proposal_entry x join session_proposal o on o.id = x.proposal_id \
         left join session os on os.id = o.session_id where x.enterprise_id = b.enterprise_id \
         and (o.state = 'proposed' or (o.state = 'accepted' and os.state = 'planned')))",
        base(scope.visible)
    );
    tx.query(&sql, &params, |row| {
        Ok(Candidate {
            enterprise: row.get("enterprise_id")?,
            cluster: row.get("cluster")?,
            likelihood: row.coded("likelihood", Likelihood::from_code)?,
            willingness: row.coded("willingness", Willingness::from_code)?,
        })
    })
}
