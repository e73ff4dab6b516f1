//! The enterprises behind the numbers of a campaign (N03, N19).

use xinxiu_domain::id::{CampaignId, EnterpriseId};
use xinxiu_domain::progress::Measure;

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;
use crate::progress::{FLAGS, ProgressFilter, conditions};
use crate::sort::{Key, Sort};

/// An enterprise behind a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgressMember {
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
    /// Class; empty where none covers it yet.
    pub class: String,
}

/// The columns by which the enterprises behind a number can be sorted.
pub static MEMBER_KEYS: [Key; 5] = [
    Key::text("name", "e.name"),
    Key::text("uscc", "coalesce(e.uscc, '')"),
    Key::text("county", "coalesce(nullif(c.short_name, ''), c.name, '')"),
    Key::text("township", "e.township"),
    Key::text("class", "coalesce(i.name, '')"),
];

/// Who is behind a number, by county, township and name where no order is asked; `offset` and `limit` page
/// through them.
///
/// # Errors
/// What the engine says.
pub fn progress_members(
    tx: &Tx<'_>,
    campaign: CampaignId,
    filter: &ProgressFilter,
    (measure, sort): (Measure, Option<Sort>),
    (offset, limit): (u32, u32),
) -> Result<Vec<ProgressMember>, StoreError> {
    let order = sort
        .map_or_else(|| "coalesce(c.id, 0), e.township, e.name, e.id".to_owned(), |sort| sort.order("e.id"));
    let sql = format!(
        "{FLAGS}{}) select e.id, e.name, coalesce(e.uscc, '') as uscc, \
         coalesce(nullif(c.short_name, ''), c.name, '') as county, e.township, coalesce(i.name, '') as class \
         from flags f join enterprise e on e.id = f.enterprise_id left join organisation c on c.id = e.county_id \
         left join plan_item i on i.id = f.plan_item_id where f.{} = 1 \
         order by {order} limit {limit} offset {offset}",
        conditions(filter),
        measure.code()
    );
    tx.query(&sql, params![campaign], |row| {
        Ok(ProgressMember {
            enterprise: row.get("id")?,
            name: row.get("name")?,
            uscc: row.get("uscc")?,
            county: row.get("county")?,
            township: row.get("township")?,
            class: row.get("class")?,
        })
    })
}
