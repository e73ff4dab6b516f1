//! What somebody typed, in each sense that it can have.

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::EnterpriseId;
use xinxiu_domain::text::squeeze;

use super::rank;
use super::terms;
use super::visible::Visible;
use crate::db::Tx;
use crate::error::StoreError;

/// Letters of a code that are worth asking for.
const TAIL: usize = 3;

/// One sense of what was typed.
#[derive(Debug, Clone)]
pub(super) struct Sense {
    pub kinds: Kinds,
    pub parts: Vec<String>,
    /// How the key must read, as a LIKE pattern; empty where the parts say it all.
    pub like: String,
    /// Range of keys, for codes.
    pub range: Option<(String, String)>,
    /// First part of the best [`Rank`](rank::Rank) that it can add to what the senses before it find.
    pub best: u8,
}

/// Of which kinds of terms something is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kinds {
    Names,
    Decisions,
    Codes,
}

impl Kinds {
    pub const fn condition(self) -> &'static str {
        match self {
            Self::Names => "kind in ('name', 'known')",
            Self::Decisions => "kind = 'decision'",
            Self::Codes => "kind = 'code'",
        }
    }
}

/// What was typed, in every sense that it can have; the better senses first.
#[derive(Debug, Clone)]
pub(crate) struct Sought {
    pub(super) senses: Vec<Sense>,
    pub(super) letters: Option<String>,
    pub(super) name: String,
}

impl Sought {
    /// Reads what was typed; `None` where nothing is left of it.
    pub fn new(text: &str) -> Option<Self> {
        let plain = squeeze(text);
        let is_code = plain.chars().all(|c| c.is_ascii_alphanumeric());
        let (name, decision) = (terms::name_of(&plain), terms::decision_of(&plain));
        let mut senses = Vec::new();
        if plain.is_empty() {
            return None;
        }
        if is_code && plain.len() >= TAIL {
            let tail: String = plain.to_ascii_uppercase().chars().rev().collect();
            senses.push(Sense::range(tail));
        }
        if !name.is_empty() {
            senses.push(Sense::like(
                Kinds::Names,
                start(&name),
                terms::name_query(&name),
                terms::name_start(&name),
                rank::SAME,
            ));
            senses.push(Sense::like(
                Kinds::Names,
                within(&name),
                terms::name_query(&name),
                None,
                rank::WITHIN,
            ));
        }
        // A number has digits; words without any are looked for in names only.
        if decision.chars().count() >= TAIL && decision.chars().any(|c| c.is_ascii_digit()) {
            senses.push(Sense::like(
                Kinds::Decisions,
                within(&decision),
                terms::decision_parts(&decision),
                None,
                rank::DECISION,
            ));
        }
        let letters =
            (is_code && plain.bytes().any(|b| b.is_ascii_alphabetic())).then(|| plain.to_lowercase());
        if let Some(letters) = &letters {
            let parts = terms::initials_query(letters);
            if !parts.is_empty() {
                senses.push(Sense::like(
                    Kinds::Names,
                    String::new(),
                    parts.clone(),
                    terms::initials_start(letters),
                    rank::INITIALS_START,
                ));
                senses.push(Sense::like(Kinds::Names, String::new(), parts, None, rank::INITIALS));
            }
        }
        Some(Self { senses, letters, name })
    }

    /// The enterprises that have it in one sense or another, where these are at most `limit`; `None` where
    /// they are more.
    pub fn ids(
        &self,
        tx: &Tx<'_>,
        (actor, action): (&Actor, Action),
        limit: i64,
    ) -> Result<Option<Vec<EnterpriseId>>, StoreError> {
        let Some(visible) = Visible::of(tx, actor, action)? else { return Ok(Some(Vec::new())) };
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut ids = Vec::new();
        for sense in &self.senses {
            let found: Vec<EnterpriseId> =
                visible.rows(tx, sense, limit + 1, |row| row.get("enterprise_id"))?;
            if found.len() > most {
                return Ok(None);
            }
            ids.extend(found);
        }
        ids.sort_unstable();
        ids.dedup();
        Ok((ids.len() <= most).then_some(ids))
    }

    /// The condition on `e` that it has it in one sense or another, looked up for each enterprise; for what so
    /// many have that a list of them would be long. `mark` binds a value and gives its place.
    pub fn condition(&self, mut mark: impl FnMut(String) -> String) -> String {
        let mut any = Vec::new();
        for sense in &self.senses {
            let key = match &sense.range {
                Some((from, to)) => {
                    let (from, to) = (mark(from.clone()), mark(to.clone()));
                    format!("st.key between {from} and {to}")
                }
                None if sense.like.is_empty() => continue,
                None => format!("st.key like {}", mark(sense.like.clone())),
            };
            any.push(format!("(st.{} and {key})", sense.kinds.condition()));
        }
        if let Some(letters) = &self.letters {
            let names = Kinds::Names.condition();
            any.push(format!("(st.{names} and st.initials like {})", mark(within(letters))));
        }
        format!(
            "exists (select 1 from search_term st where st.enterprise_id = e.id and ({}))",
            any.join(" or ")
        )
    }
}

impl Sense {
    fn like(kinds: Kinds, like: String, parts: Vec<String>, start: Option<String>, best: u8) -> Self {
        Self { kinds, parts: parts.into_iter().chain(start).collect(), like, range: None, best }
    }

    fn range(from: String) -> Self {
        // Codes are of digits and capital letters.
        let to = format!("{from}~");
        Self {
            kinds: Kinds::Codes,
            parts: Vec::new(),
            like: String::new(),
            range: Some((from, to)),
            best: rank::SAME,
        }
    }
}

// Keys are letters and digits only, so nothing in them is a wildcard.
fn start(text: &str) -> String {
    format!("{text}%")
}

fn within(text: &str) -> String {
    format!("%{text}%")
}
