//! Which decisions have been read before, across the files of a call.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use xinxiu_domain::text::name_key;
use xinxiu_domain::{DecisionNumber, Uscc};

use crate::fold::squeezed;
use crate::record::Source;

/// Shards grow one at a time, so that growing never doubles the whole.
const SHARDS: usize = 64;

#[derive(Debug, Clone, Copy)]
struct Place {
    sheet: u32,
    row: u32,
}

#[derive(Debug, Default)]
struct AlreadyHashed(u64);

impl Hasher for AlreadyHashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

type Shard = HashMap<u64, Place, BuildHasherDefault<AlreadyHashed>>;

/// Decisions by a 64-bit hash of decision number, enterprise and authority: 16 bytes an entry, at most 39
/// with the table's own slack. Two different decisions of a million share a hash once in 30 million lists.
#[derive(Debug)]
pub struct Seen {
    shards: Vec<Shard>,
    sheets: Vec<(Arc<str>, Arc<str>)>,
}

impl Default for Seen {
    fn default() -> Self {
        Self::new()
    }
}

impl Seen {
    /// Nothing seen yet.
    pub fn new() -> Self {
        Self { shards: (0..SHARDS).map(|_| Shard::default()).collect(), sheets: Vec::new() }
    }

    /// Number of different decisions.
    pub fn len(&self) -> usize {
        self.shards.iter().map(HashMap::len).sum()
    }

    /// Whether nothing has been seen.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Notes a decision; the earlier row where it has been seen before.
    pub(crate) fn note(&mut self, key: u64, source: &Source) -> Option<Source> {
        let sheet = self.sheet_index(source);
        let row = u32::try_from(source.row).unwrap_or(u32::MAX);
        let shard = usize::try_from(key >> 32).unwrap_or_default() % SHARDS;
        match self.shards[shard].entry(key) {
            Entry::Vacant(free) => {
                free.insert(Place { sheet, row });
                None
            }
            Entry::Occupied(earlier) => {
                let place = *earlier.get();
                let (file, sheet) = self.sheets.get(place.sheet as usize)?;
                Some(Source { file: file.clone(), sheet: sheet.clone(), row: place.row.into() })
            }
        }
    }

    fn sheet_index(&mut self, source: &Source) -> u32 {
        let is_current = self.sheets.last().is_some_and(|(file, sheet)| {
            Arc::ptr_eq(file, &source.file) && Arc::ptr_eq(sheet, &source.sheet)
        });
        if !is_current {
            self.sheets.push((source.file.clone(), source.sheet.clone()));
        }
        u32::try_from(self.sheets.len() - 1).unwrap_or(u32::MAX)
    }
}

/// The hash of a decision: any bracket style of its number, the enterprise by code or else by name, and the
/// authority.
pub(crate) fn decision_hash(
    decision: &DecisionNumber,
    uscc: Option<&Uscc>,
    name: &str,
    authority: &str,
) -> u64 {
    let mut hasher = DefaultHasher::new();
    decision.key().hash(&mut hasher);
    match uscc {
        Some(uscc) => uscc.as_str().hash(&mut hasher),
        None => name_key(name).hash(&mut hasher),
    }
    squeezed(authority).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_one_names_the_first() {
        let mut seen = Seen::new();
        let at = |row| Source { file: "甲.csv".into(), sheet: "".into(), row };
        let hash = |number| {
            decision_hash(&DecisionNumber::parse(number).unwrap(), None, "示例（虚构）有限公司", "示例局")
        };
        assert_eq!(seen.note(hash("通环罚字〔2022〕12号"), &at(2)), None);
        assert_eq!(seen.note(hash("通环罚字[2022]13号"), &at(3)), None);
        assert_eq!(seen.note(hash("通环罚字（2022） 12号"), &at(9)).unwrap().row, 2);
        assert_eq!(seen.len(), 2);
    }

    #[test]
    fn an_entry_stays_within_forty_bytes() {
        assert_eq!(size_of::<(u64, Place)>(), 16);
    }
}
