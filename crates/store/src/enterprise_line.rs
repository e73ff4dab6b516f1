//! A line of the list of enterprises: its columns, and those by which the list can be sorted.
//!
//! The SQL stands over `e` (enterprise), `c` (county), `m` (membership in a campaign) and `i` (its class).

use xinxiu_domain::ListKind;
use xinxiu_domain::archive::SurvivalState;
use xinxiu_domain::id::EnterpriseId;
use xinxiu_domain::standing::{RepairStanding, TrainingStanding};

use crate::enterprise_search::Filter;
use crate::error::StoreError;
use crate::sort::{Key, Sort};
use crate::value::Row;

/// The columns by which the list can be sorted; by its first it stands where nothing is asked.
pub static KEYS: [Key; 9] = [
    Key::text("name", "e.name"),
    Key::number("recorded", "e.id"),
    Key::text("county", COUNTY),
    Key::text("class", "coalesce(i.name, '')"),
    Key::number("training", TRAINING),
    Key::number("penalties", PENALTIES),
    Key::number("repairable", REPAIRABLE),
    Key::number("to_review", TO_REVIEW),
    Key::text("repair", REPAIR),
];

/// By name.
pub const BY_NAME: Sort = Sort { key: &KEYS[0], descending: false };

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
    /// Lists on which it stands now, within the filter's campaign.
    pub lists: Vec<ListKind>,
    /// How far in training.
    pub training: TrainingStanding,
    /// How far with an application.
    pub repair: RepairStanding,
    /// Whether it still exists.
    pub survival: SurvivalState,
    /// Whether no list has it any more.
    pub is_gone: bool,
    /// Its value in the column by which the list is sorted.
    pub sort_value: String,
}

const COUNTY: &str = "coalesce(nullif(c.short_name, ''), c.name, '')";

const PENALTIES: &str =
    "(select count(*) from penalty n where n.enterprise_id = e.id and n.state = 'public')";

const REPAIRABLE: &str = "(select count(*) from penalty n where n.enterprise_id = e.id and n.state = 'public' \
                          and n.verdict = 'repairable_now')";

const TO_REVIEW: &str = "(select count(*) from penalty n where n.enterprise_id = e.id and n.state = 'public' \
                         and n.verdict = 'needs_review')";

/// The rank of the [`TrainingStanding`] in the campaign of which `m` is the membership, counted as the progress
/// of the campaign counts.
pub(crate) const TRAINING: &str = "coalesce((select max(case when ta.state = 'passed' then 3 \
    when ta.state in ('present', 'failed') then 2 when ts.state <> 'cancelled' then 1 else 0 end) \
    from attendance ta join session ts on ts.id = ta.session_id join plan_item ti on ti.id = ts.plan_item_id \
    where ta.enterprise_id = e.id and ti.campaign_id = m.campaign_id), 0)";

/// The code of the [`RepairStanding`] in that campaign.
pub(crate) const REPAIR: &str = "coalesce((select case when ra.state <> 'accepted' then ra.state \
    when exists (select 1 from application_item ri where ri.application_id = ra.id and ri.state = 'pending') \
    then 'pending' \
    when exists (select 1 from application_item ri where ri.application_id = ra.id and ri.state = 'agreed') \
    then 'agreed' \
    when exists (select 1 from application_item ri where ri.application_id = ra.id and ri.state = 'taken_down') \
    then 'taken_down' \
    when exists (select 1 from application_item ri where ri.application_id = ra.id and ri.state = 'refused') \
    then 'refused' else 'none' end \
    from application ra where ra.enterprise_id = e.id and ra.campaign_id = m.campaign_id \
    and ra.state <> 'withdrawn' order by ra.id desc limit 1), 'none')";

/// The columns of a line, without those of the lists.
pub(crate) fn columns(filter: &Filter) -> String {
    let campaign = filter.campaign.map_or_else(String::new, |id| format!(" and l.campaign_id = {}", id.0));
    // Codes of the domain, never of a request, so they stand in the text.
    let on_list = |kind: &ListKind| {
        let code = kind.code();
        format!(
            ", case when exists (select 1 from list_entry l where l.enterprise_id = e.id and l.list_kind = '{code}' \
             and l.gone_since is null{campaign}) then 1 else 0 end as {}",
            column_of(*kind)
        )
    };
    let lists: String = ListKind::ALL.iter().map(on_list).collect();
    format!(
        "select e.id, e.name, coalesce(e.uscc, '') as uscc, {COUNTY} as county, e.township, e.survival, \
         coalesce(i.name, '') as plan_item, {PENALTIES} as penalties, {REPAIRABLE} as repairable, \
         {TO_REVIEW} as to_review, {TRAINING} as training, {REPAIR} as repair, \
         case when exists (select 1 from list_entry g where g.enterprise_id = e.id) and not exists \
         (select 1 from list_entry g where g.enterprise_id = e.id and g.gone_since is null) then 1 else 0 end \
         as is_gone{lists}"
    )
}

/// The name of the column that says whether an enterprise stands on a list.
fn column_of(kind: ListKind) -> String {
    format!("on_{}", kind.code().replace('-', "_"))
}

pub(crate) fn from_row(row: &Row) -> Result<Listed, StoreError> {
    let mut lists = Vec::new();
    for kind in ListKind::ALL {
        if row.get(&column_of(*kind))? {
            lists.push(*kind);
        }
    }
    let rank: i64 = row.get("training")?;
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
        lists,
        training: TrainingStanding::from_rank(rank)
            .ok_or_else(|| StoreError::Column { column: "training".into(), problem: rank.to_string() })?,
        repair: row.coded("repair", RepairStanding::from_code)?,
        survival: row.coded("survival", SurvivalState::from_code)?,
        is_gone: row.get("is_gone")?,
        sort_value: row.get("sort_value")?,
    })
}
