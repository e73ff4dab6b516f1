//! What the words of a column said when the same text was read before: lists name the same authorities, legal
//! bases and kinds of penalty over and over.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use foldhash::fast::FixedState;

use crate::lexicon::{Column, Findings, Hit};

/// Texts that a thread remembers; then it begins anew, so that memory stays bounded.
const MOST: usize = 4096;
/// Longer texts are hardly ever the same.
const LONGEST: usize = 512;

/// The word list that the thread's memory is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Owner(u64);

impl Owner {
    /// One like no other in this process.
    pub fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

#[derive(Default)]
struct Memo {
    owner: u64,
    texts: HashMap<Box<str>, Said, FixedState>,
}

/// What a text says in each column that it was read in.
type Said = Vec<(Column, Box<[Hit]>, Box<[Hit]>)>;

thread_local! {
    static MEMO: RefCell<Memo> = RefCell::default();
}

/// Whether texts of this column come again: what happened and what was imposed is told anew each time.
const fn comes_again(column: Column) -> bool {
    matches!(column, Column::Kinds | Column::Violation | Column::Basis | Column::Authority)
}

/// Adds what `text` says in `column`, from memory where it has been read before, else by `scan`.
pub(crate) fn scan_once(
    owner: Owner,
    column: Column,
    text: &str,
    found: &mut Findings,
    scan: impl FnOnce(&mut Findings),
) {
    if !comes_again(column) || text.is_empty() || text.len() > LONGEST {
        return scan(found);
    }
    MEMO.with_borrow_mut(|memo| {
        if memo.owner != owner.0 || memo.texts.len() >= MOST {
            memo.texts.clear();
            memo.owner = owner.0;
        }
        let said = memo.texts.get(text).and_then(|said| said.iter().find(|(known, ..)| *known == column));
        if let Some((_, hits, mentions)) = said {
            found.hits.extend_from_slice(hits);
            found.mentions.extend_from_slice(mentions);
            return;
        }
        let (hits, mentions) = (found.hits.len(), found.mentions.len());
        scan(found);
        let said = (column, found.hits[hits..].into(), found.mentions[mentions..].into());
        memo.texts.entry(text.into()).or_default().push(said);
    });
}
