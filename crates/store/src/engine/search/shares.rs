//! How common the parts of terms are, as a PostgreSQL server's own statistics know it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Parts;
use crate::db::Tx;
use crate::error::StoreError;

/// How long the statistics are remembered: reading them takes longer than most searches.
const KEPT: Duration = Duration::from_mins(10);

/// The shares of all terms that the commonest parts have, remembered for a while.
#[derive(Debug, Default)]
pub(crate) struct Shares(Mutex<Option<Kept>>);

#[derive(Debug)]
struct Kept {
    read: Instant,
    shares: Arc<HashMap<String, f64>>,
}

impl Shares {
    /// The share of all terms that have these parts: as if groups fell independently of each other, and what is not
    /// among the commonest had none.
    pub fn of(&self, tx: &Tx<'_>, parts: &Parts) -> Result<f64, StoreError> {
        let known = self.known(tx)?;
        let share = |part: &String| known.get(part).copied().unwrap_or_default();
        // Parts of one text come together, so that the rarest of them says how many have all.
        let all = parts.all.iter().map(share).fold(1.0, f64::min);
        let any = parts.any.iter().map(|group| group.iter().map(share).sum::<f64>().min(1.0));
        Ok(any.fold(all, |product, group| product * group))
    }

    fn known(&self, tx: &Tx<'_>) -> Result<Arc<HashMap<String, f64>>, StoreError> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = kept.as_ref().filter(|kept| kept.read.elapsed() < KEPT) {
            return Ok(Arc::clone(&kept.shares));
        }
        let rows = tx.query(
            "select unnest(most_common_elems::text::text[]) as part, \
             cast(unnest(most_common_elem_freqs) as text) as share from pg_stats \
             where schemaname = current_schema() and tablename = 'search_term' and attname = 'grams'",
            &[],
            |row| Ok((row.get::<Option<String>>("part")?, row.get::<Option<String>>("share")?)),
        )?;
        // The last shares are bounds and belong to no part.
        let shares = rows.into_iter().filter_map(|(part, share)| Some((part?, share?.parse().ok()?)));
        let shares = Arc::new(shares.collect());
        *kept = Some(Kept { read: Instant::now(), shares: Arc::clone(&shares) });
        Ok(shares)
    }
}
