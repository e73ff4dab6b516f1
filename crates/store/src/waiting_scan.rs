//! Scans whose code could not be read and that nobody has looked at yet (待人工核对的扫描件, N10 N12): signed commitments, and
//! the rectification forms of applications that are still under way.

use xinxiu_domain::id::{CampaignId, EnterpriseId};
use xinxiu_domain::paper_code::PaperKind;

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::part::Part;

/// A scan that waits for an eye.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingScan {
    /// Kind of paper.
    pub paper: PaperKind,
    /// The commitment, or the application that holds the form.
    pub holder: i64,
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// Its name.
    pub name: String,
    /// Its county.
    pub county: String,
    /// Number of the decision that it is about; empty where it is about none, or about a whole application.
    pub decision: String,
    /// Who handed it in.
    pub by: String,
    /// When.
    pub at: Moment,
}

/// SQL of the scans of a campaign (`$1`) in enterprises that `filter` (SQL over `e.id`) admits.
fn waiting_sql(filter: &str) -> String {
    let columns = "e.id as enterprise_id, e.name, coalesce(nullif(c.short_name, ''), c.name, '') as county, \
                   coalesce(p.decision_number, '') as decision, u.file_id, u.checked_by, u.checked_at, u.business_day";
    let of = "join enterprise e on e.id = t.enterprise_id left join organisation c on c.id = e.county_id";
    let open = "u.outcome = 'unread' and u.confirmed_by = ''";
    // A form that was read, or that somebody has looked at, vouches for its record: then the other is not waited for.
    let other = "select 1 from application_material o left join paper_check oc on oc.file_id = o.file_id \
                 where o.application_id = m.application_id and o.kind = m.kind \
                 and coalesce(o.penalty_id, 0) = coalesce(m.penalty_id, 0) \
                 and (oc.file_id is null or oc.outcome <> 'unread' or oc.confirmed_by <> '')";
    let pending = "select 1 from application_item i where i.application_id = t.id and i.state = 'pending' \
                   and (m.penalty_id is null or i.penalty_id = m.penalty_id)";
    format!(
        "select u.paper, t.id as holder, {columns} from commitment t \
         join paper_check u on u.file_id = t.scan_file_id {of} left join penalty p on p.id = t.penalty_id \
         where t.campaign_id = $1 and t.state = 'signed' and {open} and {filter} \
         union all select u.paper, t.id as holder, {columns} from application_material m \
         join application t on t.id = m.application_id join paper_check u on u.file_id = m.file_id {of} \
         left join penalty p on p.id = m.penalty_id \
         where t.campaign_id = $1 and t.state in ('draft', 'returned', 'submitted') \
         and m.kind = 'rectification_form' and {open} and exists ({pending}) and not exists ({other}) and {filter}"
    )
}

/// A part of the scans that wait in a campaign, the oldest first.
///
/// # Errors
/// What the engine says.
pub fn list(
    tx: &Tx<'_>,
    filter: &str,
    campaign: CampaignId,
    part: Part,
) -> Result<Vec<WaitingScan>, StoreError> {
    let sql =
        format!("select * from ({}) w order by w.checked_at, w.file_id {}", waiting_sql(filter), part.sql());
    tx.query(&sql, params![campaign], |row| {
        Ok(WaitingScan {
            paper: row.coded("paper", PaperKind::from_code)?,
            holder: row.get("holder")?,
            enterprise: row.get("enterprise_id")?,
            name: row.get("name")?,
            county: row.get("county")?,
            decision: row.get("decision")?,
            by: row.get("checked_by")?,
            at: row.moment("checked_at", "business_day")?,
        })
    })
}

/// How many wait.
///
/// # Errors
/// What the engine says.
pub fn count(tx: &Tx<'_>, filter: &str, campaign: CampaignId) -> Result<i64, StoreError> {
    tx.number(&format!("select count(*) from ({}) w", waiting_sql(filter)), params![campaign])
}
