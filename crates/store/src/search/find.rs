//! What somebody typed, asked of the index in each sense that it can have.

use std::collections::BTreeMap;

use xinxiu_domain::actor::{Action, Actor, Scope};
use xinxiu_domain::id::EnterpriseId;
use xinxiu_domain::text::squeeze;

use super::terms::{self, TermKind};
use super::{index, initials};
use crate::concerns;
use crate::db::Tx;
use crate::engine::search::{self as engine, Parts};
use crate::error::StoreError;
use crate::value::{Row, Value};
use crate::{IntoValue, params};

/// Of each sense so many are looked at before they are put in order.
const CANDIDATES: i64 = 40;
/// Letters of a code that are worth asking for.
const TAIL: usize = 3;

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

/// One sense of what was typed.
#[derive(Debug, Clone)]
struct Sense {
    kinds: Kinds,
    parts: Vec<String>,
    /// How the key must read, as a LIKE pattern; empty where the parts say it all.
    like: String,
    /// Range of keys, for codes.
    range: Option<(String, String)>,
}

/// Of which kinds of terms something is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kinds {
    Names,
    Decisions,
    Codes,
}

impl Kinds {
    const fn condition(self) -> &'static str {
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
    senses: Vec<Sense>,
    letters: Option<String>,
    name: String,
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
            ));
            senses.push(Sense::like(Kinds::Names, within(&name), terms::name_query(&name), None));
        }
        // A number has digits; words without any are looked for in names only.
        if decision.chars().count() >= TAIL && decision.chars().any(|c| c.is_ascii_digit()) {
            senses.push(Sense::like(
                Kinds::Decisions,
                within(&decision),
                terms::decision_parts(&decision),
                None,
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
                ));
                senses.push(Sense::like(Kinds::Names, String::new(), parts, None));
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
    fn like(kinds: Kinds, like: String, parts: Vec<String>, start: Option<String>) -> Self {
        Self { kinds, parts: parts.into_iter().chain(start).collect(), like, range: None }
    }

    fn range(from: String) -> Self {
        // Codes are of digits and capital letters.
        let to = format!("{from}~");
        Self { kinds: Kinds::Codes, parts: Vec::new(), like: String::new(), range: Some((from, to)) }
    }
}

// Keys are letters and digits only, so nothing in them is a wildcard.
fn start(text: &str) -> String {
    format!("{text}%")
}

fn within(text: &str) -> String {
    format!("%{text}%")
}

/// What an actor may see: the condition that decides, and the parts that leave most of the rest out early.
struct Visible {
    condition: String,
    parts: Option<Vec<String>>,
}

impl Visible {
    /// `None` where the actor sees nothing at all.
    fn of(tx: &Tx<'_>, actor: &Actor, action: Action) -> Result<Option<Self>, StoreError> {
        let condition = concerns::enterprise_filter(actor, action, "t.enterprise_id");
        let scopes = actor.scopes(action);
        if scopes.contains(&Scope::All) {
            return Ok(Some(Self { condition, parts: None }));
        }
        let Some(own) = actor.org else { return Ok(None) };
        let mut parts = Vec::new();
        for scope in scopes {
            match scope {
                Scope::County => parts.push(index::county(own)),
                Scope::Authority => parts.push(index::authority(own)),
                Scope::Agency => parts.extend(classes(tx, "agency_id", own.0)?),
                Scope::Organiser => parts.extend(classes(tx, "organiser_id", own.0)?),
                Scope::All | Scope::Own => {}
            }
        }
        Ok((!parts.is_empty()).then_some(Self { condition, parts: Some(parts) }))
    }

    /// The terms of a sense that the actor may see.
    fn rows<T>(
        &self,
        tx: &Tx<'_>,
        sense: &Sense,
        limit: i64,
        map: impl FnMut(&Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let parts = Parts { all: sense.parts.clone(), any: self.parts.clone().into_iter().collect() };
        let (with, mut values) = if sense.range.is_some() || parts.is_empty() {
            (engine::every_term(tx.kind()), Vec::new())
        } else {
            engine::terms_with(tx, &parts, !sense.like.is_empty())?
        };
        let mut mark = |value: Value| {
            values.push(value);
            format!("${}", values.len())
        };
        let mut conditions = vec![format!("t.{}", sense.kinds.condition()), self.condition.clone()];
        if let Some((from, to)) = &sense.range {
            let (from, to) = (mark(from.into_value()), mark(to.into_value()));
            conditions.push(format!("t.key between {from} and {to}"));
        }
        if !sense.like.is_empty() {
            let like = mark((&sense.like).into_value());
            conditions.push(format!("t.key like {like}"));
        }
        let limit = mark(Value::Int(limit));
        let sql = format!(
            "{with} select t.enterprise_id, t.kind, t.shown, e.name, coalesce(e.uscc, '') as uscc \
             from t cross join enterprise e where e.id = t.enterprise_id and e.joined_into is null and {} limit {limit}",
            conditions.join(" and ")
        );
        tx.query(&sql, &values, map)
    }
}

fn classes(tx: &Tx<'_>, column: &str, own: i64) -> Result<Vec<String>, StoreError> {
    tx.query(&format!("select id from plan_item where {column} = $1"), params![own], |row| {
        Ok(index::plan_item(row.get("id")?))
    })
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
            let rank = sought.rank(&hit);
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

/// How likely a hit is meant: the lower, the likelier.
type Rank = (u8, usize);

impl Sought {
    fn rank(&self, hit: &Hit) -> Rank {
        let matched = terms::name_of(&hit.matched);
        let length = matched.chars().count();
        if hit.by_initials {
            let begins = self.letters.as_ref().is_some_and(|own| initials::usual(&matched).starts_with(own));
            return (if begins { 5 } else { 6 }, length);
        }
        let place = match hit.by {
            _ if matched == self.name => 0,
            TermKind::Code => 1,
            TermKind::Name if matched.starts_with(&self.name) => 2,
            TermKind::Name | TermKind::KnownName => 3,
            TermKind::Decision => 4,
        };
        (place, length)
    }
}
