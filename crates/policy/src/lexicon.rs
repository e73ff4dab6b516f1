//! The word list (用语表): which Chinese words are evidence of what, in which columns, and when a word that
//! is there does not count (否定、假设、包含它的长词).

use std::borrow::Cow;
use std::cell::OnceCell;

use serde::Deserialize;
use xinxiu_domain::penalty::PenaltyFacts;
use xinxiu_domain::text::{is_surely_plain, squeeze};

use crate::PolicyError;
use crate::context::{Context, Endings, NegationData};
use crate::quotation::QuotationData;
use crate::words::{self, Words};

/// A column that is read for evidence, in the order in which a record is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Column {
    Kinds,
    Content,
    Violation,
    Facts,
    Basis,
    Authority,
}

impl Column {
    pub const ALL: [Self; 6] =
        [Self::Kinds, Self::Content, Self::Violation, Self::Facts, Self::Basis, Self::Authority];

    /// What a record has in it.
    pub fn of<T: AsRef<str>>(self, facts: &PenaltyFacts<T>) -> &str {
        let text = match self {
            Self::Kinds => &facts.kinds,
            Self::Content => &facts.content,
            Self::Violation => &facts.violation,
            Self::Facts => &facts.facts,
            Self::Basis => &facts.basis,
            Self::Authority => &facts.authority,
        };
        text.as_ref()
    }

    /// The column's name in the list.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Kinds => "处罚类别",
            Self::Content => "处罚内容",
            Self::Violation => "违法行为类型",
            Self::Facts => "违法事实",
            Self::Basis => "处罚依据",
            Self::Authority => "处罚机关",
        }
    }
}

/// How far the surroundings of a word are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Guard {
    /// Must be what this decision really imposes: no negation, no hypothesis.
    Imposed,
    /// Must be said, not denied.
    Asserted,
    /// Counts wherever it stands.
    Plain,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LexiconData {
    pub negation: NegationData,
    pub conditional: Vec<String>,
    pub quotation: QuotationData,
    pub signals: Vec<SignalData>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignalData {
    pub id: String,
    pub title: String,
    pub fields: Vec<Column>,
    pub guard: Guard,
    pub words: Vec<String>,
    #[serde(default)]
    pub unless_within: Vec<String>,
    #[serde(default)]
    pub negation: Vec<String>,
}

/// What one word to be found stands for.
#[derive(Debug, Clone, Copy)]
enum Role {
    Word(u8),
    Mask(u8),
    Conditional,
}

/// A word found in a column, by byte positions in the folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hit {
    pub signal: u8,
    pub column: Column,
    pub start: usize,
    pub end: usize,
}

/// What decides whether a word of a text counts.
struct Surroundings<'a> {
    text: &'a str,
    /// Ends of conditional words.
    conditions: &'a [usize],
    /// Whether anything in the text can be a quotation.
    may_quote: OnceCell<bool>,
}

/// What was found in one column; buffers are kept between columns.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// Words that count.
    pub hits: Vec<Hit>,
    /// Penalty kinds named in a column where they do not count, for example in a quoted law.
    pub mentions: Vec<Hit>,
    found: Vec<words::Found>,
    words: Vec<Hit>,
    masks: Vec<Hit>,
    conditions: Vec<usize>,
}

impl Findings {
    /// Forgets a record; the room stays for the next one.
    pub fn clear(&mut self) {
        self.hits.clear();
        self.mentions.clear();
    }
}

/// The compiled word list.
#[derive(Debug)]
pub(crate) struct Lexicon {
    words: Words,
    roles: Vec<Vec<Role>>,
    quotes: Words,
    pub data: LexiconData,
    context: Context,
    /// The denials of each signal that has its own.
    denials: Vec<Option<Endings>>,
    kinds: u128,
}

impl Lexicon {
    pub fn new(file: &str, data: LexiconData) -> Result<Self, PolicyError> {
        let mut patterns: Vec<String> = Vec::new();
        let mut roles: Vec<Vec<Role>> = Vec::new();
        let mut add = |word: &str, role: Role| {
            let index = patterns.iter().position(|known| known == word).unwrap_or_else(|| {
                patterns.push(word.to_owned());
                roles.push(Vec::new());
                patterns.len() - 1
            });
            roles[index].push(role);
        };
        let mut kinds = 0;
        for (index, signal) in data.signals.iter().enumerate() {
            let number = u8::try_from(index)
                .ok()
                .filter(|number| *number < crate::derived::FIRST)
                .ok_or_else(|| PolicyError::malformed(file, &"关键词组超过100组"))?;
            kinds |= u128::from(signal.id.starts_with("kind.")) << number;
            signal.words.iter().for_each(|word| add(word, Role::Word(number)));
            signal.unless_within.iter().for_each(|word| add(word, Role::Mask(number)));
        }
        data.conditional.iter().for_each(|word| add(word, Role::Conditional));
        if patterns.iter().any(String::is_empty) {
            return Err(PolicyError::malformed(file, &"关键词为空"));
        }
        let context = Context::new(&data.negation);
        let quotes = Words::new(data.quotation.signs());
        let own = |signal: &SignalData| (!signal.negation.is_empty()).then(|| Endings::new(&signal.negation));
        let denials = data.signals.iter().map(own).collect();
        Ok(Self { words: Words::new(patterns), roles, quotes, data, context, denials, kinds })
    }

    /// The number of the signal called `id`.
    pub fn signal(&self, id: &str) -> Option<u8> {
        let index = self.data.signals.iter().position(|signal| signal.id == id)?;
        u8::try_from(index).ok()
    }

    /// Signals that are kinds of penalty (处罚种类).
    pub const fn kinds(&self) -> u128 {
        self.kinds
    }

    /// Adds what `text`, folded with [`fold`], says in `column`.
    pub fn scan(&self, column: Column, text: &str, found: &mut Findings) {
        found.words.clear();
        found.masks.clear();
        found.conditions.clear();
        self.words.find(text, &mut found.found);
        for words::Found { word, start, end } in found.found.iter().copied() {
            for role in &self.roles[word] {
                let hit = |signal| Hit { signal, column, start, end };
                match *role {
                    Role::Word(signal) => found.words.push(hit(signal)),
                    Role::Mask(signal) => found.masks.push(hit(signal)),
                    Role::Conditional => found.conditions.push(end),
                }
            }
        }
        let Findings { hits, mentions, words, masks, conditions, .. } = found;
        let surroundings = Surroundings { text, conditions, may_quote: OnceCell::new() };
        for word in words.iter() {
            let signal = &self.data.signals[usize::from(word.signal)];
            let masked = masks
                .iter()
                .any(|mask| mask.signal == word.signal && mask.start <= word.start && word.end <= mask.end);
            if masked {
                continue;
            }
            if !signal.fields.contains(&column) {
                if self.kinds >> word.signal & 1 == 1 {
                    mentions.push(*word);
                }
            } else if self.counts(signal, *word, &surroundings) {
                hits.push(*word);
            } else if self.kinds >> word.signal & 1 == 1 && self.is_quoted(*word, &surroundings) {
                mentions.push(*word);
            }
        }
    }

    fn counts(&self, signal: &SignalData, word: Hit, surroundings: &Surroundings<'_>) -> bool {
        let Surroundings { text, conditions, .. } = *surroundings;
        match signal.guard {
            Guard::Plain => true,
            Guard::Asserted => match &self.denials[usize::from(word.signal)] {
                Some(denials) => !self.context.is_negated_by(denials, text, word.start),
                None => !self.context.is_negated(text, word.start, word.end),
            },
            Guard::Imposed => {
                !self.context.is_negated(text, word.start, word.end)
                    && !self.context.is_hypothetical(text, word.start, conditions)
                    && !self.is_quoted(word, surroundings)
            }
        }
    }

    /// Where the tier of a law ends that begins before `position`: with its sentence or its quotation.
    pub fn tier_end(&self, text: &str, position: usize) -> usize {
        let sentence = self.context.sentence_end(text, position);
        self.data.quotation.end(text, position).map_or(sentence, |quotation| quotation.min(sentence))
    }

    /// Whether the word belongs to an article that the decision only repeats.
    fn is_quoted(&self, word: Hit, surroundings: &Surroundings<'_>) -> bool {
        let text = surroundings.text;
        if !surroundings.may_quote.get_or_init(|| self.quotes.is_in(text)) {
            return false;
        }
        let begins = self.context.sentence_start(text, word.start);
        let ends = self.context.sentence_end(text, word.end);
        self.data.quotation.holds(text, word.start, begins, ends)
    }
}

/// The text as the automaton reads it: white space inside words (cell line breaks) is gone.
pub(crate) fn fold(text: &str) -> Cow<'_, str> {
    if !is_surely_plain(text) && text.chars().any(is_space) {
        Cow::Owned(squeeze(text))
    } else {
        Cow::Borrowed(text)
    }
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_space_inside_a_word_is_folded_and_clean_text_is_borrowed() {
        for space in [" ", "\n", "\t", "\u{3000}", "\u{a0}", "\u{200b}", "\u{feff}", "\u{2003}", "\u{1680}"] {
            assert_eq!(fold(&format!("停产{space}停业")), "停产停业", "{space:?}");
        }
        for clean in ["责令停产停业，“整改”。", "《安全生产法》第九十四条·注"] {
            assert!(matches!(fold(clean), Cow::Borrowed(_)));
        }
    }
}
