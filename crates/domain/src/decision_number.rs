//! Number of an administrative penalty decision (行政处罚决定书文号).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text::squeeze;

/// A decision number, shown with 〔 〕 around its year whatever brackets it came with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DecisionNumber(String);

impl DecisionNumber {
    /// Reads a number as people type it; `None` where nothing is left after folding.
    pub fn parse(text: &str) -> Option<Self> {
        let folded: String = squeeze(text).chars().map(unify_bracket).collect();
        let named = pair_year_brackets(&folded);
        (!named.is_empty()).then_some(Self(named))
    }

    /// The number as shown: 通环罚字〔2022〕12号.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key by which two spellings of one number are equal: brackets, 字, 第 and case do not count.
    pub fn key(&self) -> String {
        self.0
            .chars()
            .filter(|c| !matches!(c, '〔' | '〕' | '(' | ')' | '字' | '第'))
            .flat_map(upper)
            .collect()
    }
}

/// The upper case of a character; those of Chinese have none, which spares a search.
fn upper(c: char) -> impl Iterator<Item = char> {
    let (simple, cased) = match c {
        '\0'..='\u{7f}' => (Some(c.to_ascii_uppercase()), None),
        '\u{2e80}'..='\u{a63f}' => (Some(c), None),
        other => (None, Some(other.to_uppercase())),
    };
    simple.into_iter().chain(cased.into_iter().flatten())
}

const fn unify_bracket(c: char) -> char {
    match c {
        '[' | '【' | '﹝' | '〔' | '〈' | '<' | '(' => '(',
        ']' | '】' | '﹞' | '〕' | '〉' | '>' | ')' => ')',
        other => other,
    }
}

/// Puts 〔 〕 around a bracketed year; other brackets stay round.
fn pair_year_brackets(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut index = 0;
    while index < chars.len() {
        let is_year = chars.len() > index + 5
            && chars[index] == '('
            && chars[index + 5] == ')'
            && chars[index + 1..index + 5].iter().all(char::is_ascii_digit);
        if is_year {
            out.push('〔');
            out.extend(&chars[index + 1..index + 5]);
            out.push('〕');
            index += 6;
        } else {
            out.push(chars[index]);
            index += 1;
        }
    }
    out
}

impl fmt::Display for DecisionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for DecisionNumber {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or_else(|| "决定书文号为空".to_owned())
    }
}

impl From<DecisionNumber> for String {
    fn from(number: DecisionNumber) -> Self {
        number.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bracket_style_is_the_same_decision() {
        let styles = [
            "通环罚字〔2022〕12号",
            "通环罚字[2022]12号",
            "通环罚字（2022）12号",
            "通环罚字【2022】 12 号",
            "通环罚字﹝2022﹞12号",
        ];
        for style in styles {
            let number = DecisionNumber::parse(style).unwrap();
            assert_eq!(number.as_str(), "通环罚字〔2022〕12号");
            assert_eq!(number.key(), "通环罚202212号");
        }
    }

    #[test]
    fn brackets_around_other_things_stay() {
        assert_eq!(
            DecisionNumber::parse("苏通(海)应急罚〔2022〕3号").unwrap().as_str(),
            "苏通(海)应急罚〔2022〕3号"
        );
        assert_eq!(DecisionNumber::parse(" 　"), None);
    }
}
