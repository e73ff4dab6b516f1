//! Suggestions while somebody types.

use std::collections::BTreeMap;

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::EnterpriseId;

use super::rank::{Rank, rank};
use super::sought::Sought;
use super::terms::TermKind;
use super::visible::Visible;
use crate::db::Tx;
use crate::error::StoreError;

/// Of each sense so many are looked at before they are put in order.
const CANDIDATES: i64 = 40;

/// An enterprise that was found, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The enterprise.
    pub enterprise: EnterpriseId,
    /// Its name on file.
    pub name: String,
    /// Its USCC, or empty.
    pub uscc: String,
    /// What kind of thing matched.
    pub by: TermKind,
    /// What matched, as it is read.
    pub matched: String,
    /// Whether it matched by pinyin initials.
    pub by_initials: bool,
}

/// The first `limit` enterprises for what was typed so far, the likeliest first: the end of a code, a name that
/// begins so, a name that has it, a former name, a decision, pinyin initials.
///
/// # Errors
/// What the engine says.
pub fn suggest(tx: &Tx<'_>, who: (&Actor, Action), text: &str, limit: usize) -> Result<Vec<Hit>, StoreError> {
    let Some(sought) = Sought::new(text) else { return Ok(Vec::new()) };
    let Some(visible) = Visible::of(tx, who.0, who.1)? else { return Ok(Vec::new()) };
    let mut best: BTreeMap<EnterpriseId, (Rank, Hit)> = BTreeMap::new();
    for sense in &sought.senses {
        // What is left to ask could not come before what is already there.
        if best.values().filter(|(rank, _)| rank.0 < sense.best).count() >= limit {
            break;
        }
        let by_initials = sense.like.is_empty() && sense.range.is_none();
        let found = visible.rows(tx, sense, CANDIDATES, |row| {
            Ok(Hit {
                enterprise: row.get("enterprise_id")?,
                name: row.get("name")?,
                uscc: row.get("uscc")?,
                by: row.coded("kind", TermKind::from_code)?,
                matched: row.get("shown")?,
                by_initials,
            })
        })?;
        for hit in found {
            let rank = rank(&sought, &hit);
            let known = best.get(&hit.enterprise).is_some_and(|(known, _)| *known <= rank);
            if !known {
                best.insert(hit.enterprise, (rank, hit));
            }
        }
    }
    let mut ranked: Vec<(Rank, Hit)> = best.into_values().collect();
    ranked.sort_by(|(a, x), (b, y)| a.cmp(b).then_with(|| x.enterprise.cmp(&y.enterprise)));
    Ok(ranked.into_iter().take(limit).map(|(_, hit)| hit).collect())
}
