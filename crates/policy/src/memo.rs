//! What the words of a column said when the same text was read before: lists name the same authorities, legal
//! bases and kinds of penalty over and over.

use std::borrow::Cow;

use foldhash::HashMap;

use crate::lexicon::{Column, Findings, Hit, fold};

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
    /// The text without its white space, where it has any.
    folded: Option<Box<str>>,
    hits: Box<[Hit]>,
    mentions: Box<[Hit]>,
}

/// Whether texts of this column come again: what happened and what was imposed is told anew each time.
const fn comes_again(column: Column) -> bool {
    matches!(column, Column::Kinds | Column::Violation | Column::Basis | Column::Authority)
}

impl Memory {
    /// Folds `text` and adds what it says in `column`, from memory where it has been read before, else by `scan`.
    pub fn recall<'t>(
        &mut self,
        column: Column,
        text: &'t str,
        found: &mut Findings,
        scan: impl FnOnce(&str, &mut Findings),
    ) -> Cow<'t, str> {
        if text.is_empty() {
            return Cow::Borrowed(text);
        }
        let read = |found: &mut Findings| {
            let folded = fold(text);
            scan(&folded, found);
            folded
        };
        if !comes_again(column) || text.len() > LONGEST {
            return read(found);
        }
        let texts = &mut self.columns[column as usize];
        if let Some(said) = texts.get(text) {
            found.hits.extend_from_slice(&said.hits);
            found.mentions.extend_from_slice(&said.mentions);
            return said
                .folded
                .as_deref()
                .map_or(Cow::Borrowed(text), |folded| Cow::Owned(folded.to_owned()));
        }
        if texts.len() >= MOST {
            texts.clear();
        }
        let (hits, mentions) = (found.hits.len(), found.mentions.len());
        let folded = read(found);
        let said = Said {
            folded: matches!(folded, Cow::Owned(_)).then(|| folded.as_ref().into()),
            hits: found.hits[hits..].into(),
            mentions: found.mentions[mentions..].into(),
        };
        texts.insert(text.into(), said);
        folded
    }
}
