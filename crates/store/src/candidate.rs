//! Enterprises that can be invited to a session (可邀请的企业, N07, N08).

use jiff::civil::Date;
use xinxiu_domain::ListKind;
use xinxiu_domain::attendance::Willingness;
use xinxiu_domain::id::{CampaignId, EnterpriseId, PlanItemId, SessionId};

use crate::db::Tx;
use crate::enterprise_search::over_codes;
use crate::error::StoreError;
use crate::params;
use crate::value::Value;

/// An enterprise that can be invited to a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// Name.
    pub name: String,
    /// County.
    pub county: String,
    /// Township.
    pub township: String,
    /// Industry.
    pub industry: String,
    /// Willingness as last known.
    pub willingness: Willingness,
    /// Class; empty where none covers it.
    pub class: String,
    /// Records that can be repaired now.
    pub repairable: u32,
    /// Whether it passed the exam of a session of this campaign already.
    pub trained: bool,
    /// Whether the proposal from which the session was drafted names it (N07).
    pub proposed: bool,
}

/// How candidates are chosen.
#[derive(Debug, Clone, Default)]
pub struct CandidateFilter {
    /// Only members of this class.
    pub plan_item: Option<PlanItemId>,
    /// Part of the name.
    pub search: String,
    /// Part of the township.
    pub township: String,
    /// Only those with a record that can be repaired now.
    pub repairable: bool,
    /// Only those of this willingness.
    pub willingness: Option<Willingness>,
    /// Only those on this list now.
    pub list: Option<ListKind>,
    /// Only those whom the session's proposal names.
    pub proposed: bool,
}

/// Everybody who can be invited, over `$1` campaign, `$2` name, `$3` township, `$4` session and `$5` today.
/// `filter` is SQL over `e.id`.
fn invitable(wanted: &CandidateFilter, filter: &str) -> String {
    let class = wanted.plan_item.map_or_else(|| "1 = 1".to_owned(), |id| format!("m.plan_item_id = {id}"));
    // Codes of the domain, never of a request, so they stand in the text.
    let willing = wanted
        .willingness
        .map_or_else(|| "1 = 1".to_owned(), |one| format!("m.willingness = '{}'", one.code()));
    let listed = wanted.list.map_or_else(
        || "1 = 1".to_owned(),
        |list| {
            format!(
                "exists (select 1 from list_entry le where le.enterprise_id = e.id and le.gone_since is null \
                 and le.campaign_id = m.campaign_id and le.list_kind = '{}')",
                list.code()
            )
        },
    );
    let over = over_codes();
    let mut repairable = if wanted.repairable { "t.repairable > 0" } else { "1 = 1" }.to_owned();
    if wanted.proposed {
        repairable.push_str(" and t.proposed = 1");
    }
    format!(
        "from (select e.id, e.name, coalesce(nullif(c.short_name, ''), c.name, '') as county, \
         e.township, e.industry, m.willingness, coalesce(p.name, '') as class, \
         (select count(*) from penalty rp where rp.enterprise_id = e.id and rp.state = 'public' \
         and (rp.verdict = 'repairable_now' or (rp.verdict = 'repairable_later' \
         and rp.repairable_from <= $5))) as repairable, \
         case when exists (select 1 from attendance ta join session ts on ts.id = ta.session_id \
         join plan_item tp on tp.id = ts.plan_item_id where ta.enterprise_id = e.id and ta.state = 'passed' \
         and tp.campaign_id = m.campaign_id) then 1 else 0 end as trained, \
         case when exists (select 1 from session_proposal so join session_proposal_entry sx on sx.proposal_id = so.id \
         where so.session_id = $4 and sx.enterprise_id = e.id) then 1 else 0 end as proposed \
         from member m join enterprise e on e.id = m.enterprise_id \
         left join organisation c on c.id = e.county_id left join plan_item p on p.id = m.plan_item_id \
         where m.campaign_id = $1 and e.survival not in ({over}) and e.name like $2 and e.township like $3 and {class} and {willing} and {listed} \
         and {filter} and not exists \
         (select 1 from attendance xa where xa.session_id = $4 and xa.enterprise_id = e.id)) t where {repairable}"
    )
}

/// Where a session's candidates come from and on which day they are asked for.
#[derive(Debug, Clone, Copy)]
pub struct Calling {
    /// Campaign.
    pub campaign: CampaignId,
    /// Session.
    pub session: SessionId,
    /// Business day.
    pub today: Date,
}

impl Calling {
    fn values(&self, wanted: &CandidateFilter) -> Vec<Value> {
        let (search, township) = (format!("%{}%", wanted.search), format!("%{}%", wanted.township));
        params![self.campaign, search, township, self.session, self.today].to_vec()
    }
}

/// How many members of a campaign [`candidates`] has in all.
///
/// # Errors
/// What the engine says.
pub fn count_candidates(
    tx: &Tx<'_>,
    calling: &Calling,
    wanted: &CandidateFilter,
    filter: &str,
) -> Result<i64, StoreError> {
    tx.number(&format!("select count(*) {}", invitable(wanted, filter)), &calling.values(wanted))
}

/// A page of the members of a campaign who are not invited to a session yet, the likeliest to repair first
/// (N07). `filter` is SQL over `e.id`.
///
/// # Errors
/// What the engine says.
pub fn candidates(
    tx: &Tx<'_>,
    calling: &Calling,
    wanted: &CandidateFilter,
    filter: &str,
    (skip, limit): (i64, i64),
) -> Result<Vec<Candidate>, StoreError> {
    let sql = format!(
        "select t.* {} order by t.proposed desc, t.trained, case t.willingness when 'willing' then 0 \
         when 'undecided' then 1 else 2 end, t.repairable desc, t.county, t.township, t.name, t.id \
         limit $6 offset $7",
        invitable(wanted, filter)
    );
    let mut values = calling.values(wanted);
    values.extend_from_slice(params![limit, skip]);
    tx.query(&sql, &values, |row| {
        Ok(Candidate {
            enterprise: row.get("id")?,
            name: row.get("name")?,
            county: row.get("county")?,
            township: row.get("township")?,
            industry: row.get("industry")?,
            willingness: row.coded("willingness", Willingness::from_code)?,
            class: row.get("class")?,
            repairable: row.get("repairable")?,
            trained: row.get("trained")?,
            proposed: row.get("proposed")?,
        })
    })
}
