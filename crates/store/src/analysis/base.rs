//! The line per member, and the members that a filter leaves.

use jiff::ToSpan;
use xinxiu_domain::analysis::{Dimension, IN_SIGHT_DAYS, NEAR_DAYS};

use super::{Filter, Scope};
use crate::db::Tx;
use crate::engine::json_text;
use crate::params;
use crate::value::{IntoValue, Value};

/// One line per member of campaign `$1` that may be seen, on the days `$2` (today), `$3` (near), `$4` (in
/// sight). What is said last counts; a check passed and a form that states the duty performed weigh more.
pub(super) fn base(visible: &str) -> String {
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
    pub(super) fn params(&self) -> Vec<Value> {
        let ahead = |days: i64| self.today.saturating_add(days.days());
        params![self.campaign, self.today, ahead(NEAR_DAYS), ahead(IN_SIGHT_DAYS)].to_vec()
    }
}

/// The SQL of a dimension's value as text, over `b` (a line of [`base`]) or a penalty record.
pub(super) fn value_of(tx: &Tx<'_>, dimension: Dimension, record: &str) -> String {
    match dimension {
        Dimension::County => "cast(coalesce(b.county_id, 0) as text)".to_owned(),
        Dimension::Class => "cast(coalesce(b.plan_item_id, 0) as text)".to_owned(),
        Dimension::Met => "cast(b.met as text)".to_owned(),
        Dimension::Authority => format!("{record}.authority"),
        Dimension::Violation => json_text(tx.kind(), &format!("{record}.facts"), "violation"),
        other => format!("b.{}", other.code()),
    }
}

/// What a filter asks of members and of their records.
pub(super) struct Query {
    conditions: Vec<String>,
    /// Conditions on a record, with `@` where its alias goes.
    of_records: Vec<String>,
    pub(super) params: Vec<Value>,
}

impl Query {
    pub(super) fn new(tx: &Tx<'_>, scope: &Scope<'_>, filter: &Filter) -> Self {
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

    /// [`base`] for these members, and `chosen`: who has a record as asked for. Found once, for it takes a look into the
    /// facts of every record.
    pub(super) fn with(&self, visible: &str) -> String {
        let base = base(visible);
        if self.of_records.is_empty() {
            return base;
        }
        format!(
            "{base}, chosen as materialized (select distinct q.enterprise_id from member qm \
             join penalty q on q.enterprise_id = qm.enterprise_id and q.state = 'public' \
             where qm.campaign_id = $1 and {}) ",
            self.records("q").join(" and ")
        )
    }

    /// The conditions on a record of this alias.
    fn records(&self, alias: &str) -> Vec<String> {
        self.of_records.iter().map(|one| one.replace('@', alias)).collect()
    }

    /// The members left, joined to their records where a dimension asks for them.
    pub(super) fn from(&self, with_records: bool) -> String {
        let mut conditions = self.conditions.clone();
        if !self.of_records.is_empty() {
            conditions.push("b.enterprise_id in (select enterprise_id from chosen)".to_owned());
        }
        let mut join = "";
        if with_records {
            conditions.extend(self.records("r"));
            join = " join penalty r on r.enterprise_id = b.enterprise_id and r.state = 'public'";
        }
        let all = if conditions.is_empty() { "1 = 1".to_owned() } else { conditions.join(" and ") };
        format!("from base b{join} where {all}")
    }
}
