//! The enterprises behind a number.

use jiff::civil::Date;
use xinxiu_domain::analysis::{Condition, Dimension, Likelihood};
use xinxiu_domain::attendance::Willingness;
use xinxiu_domain::id::{EnterpriseId, PlanItemId};
use xinxiu_domain::proposal::Candidate;
use xinxiu_domain::rectification::RectificationStatus;

use super::base::{Query, base, value_of};
use super::{Filter, Scope};
use crate::db::Tx;
use crate::error::StoreError;
use crate::value::IntoValue;

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
        query.with(scope.visible).trim_end(),
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
         and s.state in ('planned', 'published', 'open') and s.held_on >= $2 and a.state not in ('declined', 'withdrawn')) \
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
