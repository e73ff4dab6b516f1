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
        if is_canonical(text) {
            return Some(Self(text.to_owned()));
        }
        let mut folded = String::with_capacity(text.len());
        folded.extend(squeeze(text).chars().map(unify_bracket));
        let named = pair_year_brackets(&folded);
        (!named.is_empty()).then_some(Self(named))
    }

    /// The number as shown: 通环罚字〔2022〕12号.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key by which two spellings of one number are equal: brackets, 字, 第 and case do not count.
    pub fn key(&self) -> String {
        let mut key = String::with_capacity(self.0.len());
        let mut from = 0;
        for (at, c) in self.0.char_indices() {
            if matches!(c, '〔' | '〕' | '(' | ')' | '字' | '第') {
                key.push_str(&self.0[from..at]);
                from = at + c.len_utf8();
            }
        }
        key.push_str(&self.0[from..]);
        // Chinese has no case, and nearly all numbers have nothing but that and ASCII.
        if key.bytes().all(|byte| matches!(byte, ..0xc0 | 0xe3..=0xe9)) {
            key.make_ascii_uppercase();
            key
        } else {
            key.to_uppercase()
        }
    }
}

/// Whether nothing is to be folded: ASCII letters and digits, Chinese characters, and years in their brackets.
fn is_canonical(text: &str) -> bool {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('〔') {
        if !before.chars().all(is_kept) {
            return false;
        }
        match after.split_at_checked(4) {
            Some((year, after)) if year.bytes().all(|b| b.is_ascii_digit()) && after.starts_with('〕') => {
                rest = &after['〕'.len_utf8()..];
            }
            _ => return false,
        }
    }
    !text.is_empty() && rest.chars().all(is_kept)
}

const fn is_kept(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '\u{4e00}'..='\u{9fff}')
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
    let mut out = String::with_capacity(text.len() + 4);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('(') {
        out.push_str(before);
        match after.split_at_checked(4) {
            Some((year, after)) if after.starts_with(')') && year.bytes().all(|b| b.is_ascii_digit()) => {
                out.push('〔');
                out.push_str(year);
                out.push('〕');
                rest = &after[1..];
            }
            _ => {
                out.push('(');
                rest = after;
            }
        }
    }
    out.push_str(rest);
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
        for (text, shown) in
            [("(2022", "(2022"), ("((2022)(2021)", "(〔2022〕〔2021〕"), ("(22)(年)1", "(22)(年)1")]
        {
            assert_eq!(DecisionNumber::parse(text).unwrap().as_str(), shown);
        }
        // Nothing is left to be folded of what was folded, and the short way gives the same as the long one.
        for text in [
            "通环罚字〔2022〕12号",
            "A-1〔2021〕〔2022〕",
            "12",
            "〔20222〕1",
            "〔2022〕〔2022)",
            "〕1",
            "甲\u{3000}",
        ] {
            let number = DecisionNumber::parse(text).unwrap();
            let long = DecisionNumber::parse(&format!(" {text}")).unwrap();
            assert_eq!(
                (number.as_str(), DecisionNumber::parse(number.as_str()).as_ref()),
                (long.as_str(), Some(&number))
            );
        }
        assert_eq!(DecisionNumber::parse(""), None);
        assert_eq!(DecisionNumber::parse(" 　"), None);
    }
}
