//! Unified social credit code (统一社会信用代码), GB 32100-2015.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::text::{is_surely_plain, squeeze};

/// Characters of a code, all of them ASCII.
const LENGTH: usize = 18;
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const ORGANISATION_WEIGHTS: [usize; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// An 18-character code whose check character is right. A wrong one cannot be held in this type.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Uscc([u8; LENGTH]);

/// Why a text is no USCC.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UsccError {
    /// Nothing was given.
    #[error("统一社会信用代码为空")]
    Empty,
    /// A spreadsheet turned the code into a number; its digits are lost.
    #[error(
        "代码「{0}」已被表格软件转成科学计数，末几位已丢失，请从原始系统重新取得该代码，并把该列设为文本格式"
    )]
    Damaged(String),
    /// A registration number (工商注册号) stands where the code belongs.
    #[error("「{0}」是15位旧工商注册号，不是统一社会信用代码，请补充18位代码")]
    OldRegistrationNumber(String),
    /// Not 18 characters.
    #[error("「{0}」有{1}位，统一社会信用代码应为18位")]
    Length(String, usize),
    /// A character outside the code's alphabet.
    #[error("「{0}」第{1}位的「{2}」不是代码用字（不用 I、O、S、V、Z）")]
    Character(String, usize, char),
    /// The check character does not match.
    #[error("「{0}」的校验位应为「{1}」，代码有误，请核对营业执照")]
    Check(String, char),
}

impl Uscc {
    /// Reads a code as people type it: full-width, lower-case and spaced codes are folded first.
    ///
    /// # Errors
    /// [`UsccError`] says which part of the code is wrong.
    pub fn parse(text: &str) -> Result<Self, UsccError> {
        if let Some(code) = Self::as_shown(text) {
            return Ok(code);
        }
        let mut code = if is_surely_plain(text) && text.is_ascii() { text.to_owned() } else { squeeze(text) };
        code.make_ascii_uppercase();
        if code.is_empty() {
            return Err(UsccError::Empty);
        }
        if is_scientific(&code) {
            return Err(UsccError::Damaged(code));
        }
        let length = code.chars().count();
        if length == 15 && code.bytes().all(|b| b.is_ascii_digit()) {
            return Err(UsccError::OldRegistrationNumber(code));
        }
        if length != LENGTH {
            return Err(UsccError::Length(code, length));
        }
        let expected = check_character(&code)?;
        Self::as_shown(&code).ok_or(UsccError::Check(code, expected))
    }

    /// The code that a text is, where there is nothing to fold and nothing wrong. Nearly all are such, and lists have two
    /// of them in every row.
    pub fn as_shown(text: &str) -> Option<Self> {
        let code = <[u8; LENGTH]>::try_from(text.as_bytes()).ok()?;
        let values = code.map(|byte| VALUES[usize::from(byte & 0x7f)] | byte & 0x80);
        let digits = values[2..8].iter().fold(0, |most, value| most.max(*value)) < 10;
        let known = values.iter().fold(0, |most, value| most.max(*value)) < 31;
        let sum: usize = values.iter().zip(WEIGHTS).map(|(value, weight)| usize::from(*value) * weight).sum();
        (digits && known && (sum + usize::from(values[17])).is_multiple_of(31)).then_some(Self(code))
    }

    /// Completes a 17-character body with its check character; for generators of synthetic data.
    ///
    /// # Errors
    /// [`UsccError`] where the body has the wrong length or a wrong character.
    pub fn from_body(body: &str) -> Result<Self, UsccError> {
        let length = body.chars().count();
        if length != 17 {
            return Err(UsccError::Length(body.to_owned(), length));
        }
        let check = check_character(body)?;
        Self::parse(&format!("{body}{check}"))
    }

    /// The code, 18 upper-case characters.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The organisation code inside (组织机构代码, GB 11714), nine characters.
    pub fn organisation_code(&self) -> &str {
        &self.as_str()[8..17]
    }

    /// Whether the organisation code's own check digit is right. Some old codes fail this; it warns only.
    pub fn organisation_code_is_consistent(&self) -> bool {
        let code = self.organisation_code().as_bytes();
        let sum: usize = code
            .iter()
            .zip(ORGANISATION_WEIGHTS)
            .map(|(b, weight)| {
                usize::from(if b.is_ascii_digit() { b - b'0' } else { b - b'A' + 10 }) * weight
            })
            .sum();
        let expected = match 11 - sum % 11 {
            10 => b'X',
            11 => b'0',
            digit => b"0123456789"[digit],
        };
        code.last() == Some(&expected)
    }

    /// Area code of first registration, six digits. Never the present county: areas merge and firms move.
    pub fn registration_area(&self) -> &str {
        &self.as_str()[2..8]
    }
}

fn is_scientific(code: &str) -> bool {
    code.split_once("E+").is_some_and(|(mantissa, exponent)| {
        !exponent.is_empty()
            && exponent.bytes().all(|b| b.is_ascii_digit())
            && mantissa.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    })
}

/// The number that each ASCII character stands for; [`u8::MAX`] where it is none of the alphabet.
const VALUES: [u8; 128] = {
    let mut values = [u8::MAX; 128];
    let mut value = 0_u8;
    while (value as usize) < ALPHABET.len() {
        values[ALPHABET[value as usize] as usize] = value;
        value += 1;
    }
    values
};

/// The number that a character of the alphabet stands for.
fn value_of(c: char) -> Option<usize> {
    let value = *VALUES.get(c as usize)?;
    (value != u8::MAX).then_some(usize::from(value))
}

fn check_character(code: &str) -> Result<char, UsccError> {
    let mut sum = 0;
    for (position, c) in code.chars().enumerate() {
        let value = value_of(c)
            .filter(|value| !(2..8).contains(&position) || *value < 10)
            .ok_or_else(|| UsccError::Character(code.to_owned(), position + 1, c))?;
        if let Some(weight) = WEIGHTS.get(position) {
            sum += value * weight;
        }
    }
    Ok(char::from(ALPHABET[(31 - sum % 31) % 31]))
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uscc({})", self.as_str())
    }
}

impl TryFrom<String> for Uscc {
    type Error = UsccError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Uscc> for String {
    fn from(code: Uscc) -> Self {
        code.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SYNTHETIC: [&str; 8] = [
        "91320613MA1T00013G",
        "91320612MA1T00021W",
        "91320614MA1T0003XH",
        "91320685MA1T00048C",
        "91320682MA1T00056U",
        "91320623MA1T000648",
        "91320681MA1T000723",
        "91320691MA1T00080D",
    ];

    #[test]
    fn the_synthetic_codes_of_the_field_are_valid() {
        for code in SYNTHETIC {
            let parsed = Uscc::parse(code).unwrap();
            assert_eq!(parsed.as_str(), code);
            assert_eq!(Uscc::from_body(&code[..17]).unwrap(), parsed);
            // The short way agrees with the long one, which a space makes it take, on every slip in one place.
            for place in 0..18 {
                for slip in ('0'..='9').chain('A'..='Z').chain("aé~ ".chars()) {
                    let wrong = format!("{}{slip}{}", &code[..place], &code[place + 1..]);
                    let (short, long) = (Uscc::parse(&wrong), Uscc::parse(&format!(" {wrong}")));
                    assert_eq!(short.is_ok(), long.is_ok(), "{wrong}");
                }
            }
        }
    }

    #[test]
    fn a_wrong_check_character_names_the_right_one() {
        assert_eq!(
            Uscc::parse("915200007143058732"),
            Err(UsccError::Check("915200007143058732".into(), 'H'))
        );
        assert!(matches!(Uscc::parse("91110108MA01712M9L"), Err(UsccError::Check(..))));
    }

    #[test]
    fn each_kind_of_damage_has_its_own_reason() {
        assert_eq!(Uscc::parse("　"), Err(UsccError::Empty));
        assert!(matches!(Uscc::parse("9.132E+17"), Err(UsccError::Damaged(_))));
        assert!(matches!(Uscc::parse("320600000012345"), Err(UsccError::OldRegistrationNumber(_))));
        assert!(matches!(Uscc::parse("9132"), Err(UsccError::Length(_, 4))));
        assert!(matches!(Uscc::parse("91320613MO1T00013G"), Err(UsccError::Character(_, 10, 'O'))));
        assert!(matches!(Uscc::parse("9132061XMA1T00013G"), Err(UsccError::Character(_, 8, 'X'))));
        assert!(matches!(Uscc::parse("统一社会信用代码统一社会信用代码甲乙"), Err(UsccError::Character(..))));
    }

    #[test]
    fn messy_spellings_are_folded() {
        assert_eq!(Uscc::parse(" ９１３２０６１３ma1t00013g ").unwrap().as_str(), SYNTHETIC[0]);
    }
}
