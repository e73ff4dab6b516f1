//! What the words of a column said when the same text was read before: lists name the same authorities, legal
//! bases and kinds of penalty over and over.

use foldhash::HashMap;

use crate::lexicon::{Column, Findings, Hit};

/// Texts that are remembered; then the memory begins anew, so that it stays bounded.
const MOST: usize = 4096;
/// Longer texts are hardly ever the same.
const LONGEST: usize = 512;

/// Texts that one [`Assessor`](crate::Assessor) has read, by column.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    columns: [HashMap<Box<str>, Said>; Column::ALL.len()],
}

#[derive(Debug)]
struct Said {
    hits: Box<[Hit]>,
    mentions: Box<[Hit]>,
}

/// Whether texts of this column come again: what happened and what was imposed is told anew each time.
const fn comes_again(column: Column) -> bool {
    matches!(column, Column::Kinds | Column::Violation | Column::Basis | Column::Authority)
}

impl Memory {
    /// Adds what `text` says in `column`, from memory where it has been read before, else by `scan`.
    pub fn recall(
        &mut self,
        column: Column,
        text: &str,
        found: &mut Findings,
        scan: impl FnOnce(&mut Findings),
    ) {
        if text.is_empty() {
            return;
        }
        if !comes_again(column) || text.len() > LONGEST {
            return scan(found);
        }
        let texts = &mut self.columns[column as usize];
        if let Some(said) = texts.get(text) {
            found.hits.extend_from_slice(&said.hits);
            found.mentions.extend_from_slice(&said.mentions);
            return;
        }
        if texts.len() >= MOST {
            texts.clear();
        }
        let (hits, mentions) = (found.hits.len(), found.mentions.len());
        scan(found);
        let said = Said { hits: found.hits[hits..].into(), mentions: found.mentions[mentions..].into() };
        texts.insert(text.into(), said);
    }
}
