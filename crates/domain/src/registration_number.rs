//! Old registration number (工商注册号, 15 digits), in use before the unified social credit code.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::text::squeeze;

/// Fifteen digits: six of the registering office, eight in sequence, one check digit that is right. A wrong one
/// cannot be held in this type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RegistrationNumber(String);

/// Why a text is no registration number.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RegistrationNumberError {
    /// Nothing was given.
    #[error("工商注册号为空")]
    Empty,
    /// Not fifteen digits. Numbers of thirteen digits from before 2007 have no check digit and prove nothing.
    #[error("「{0}」不是15位数字，不是工商注册号")]
    Form(String),
    /// The check digit does not match.
    #[error("「{0}」的校验位应为「{1}」，注册号有误，请核对")]
    Check(String, char),
}

impl RegistrationNumber {
    /// Reads a number as people type it.
    ///
    /// # Errors
    /// [`RegistrationNumberError`] says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, RegistrationNumberError> {
        let number = squeeze(text);
        if number.is_empty() {
            return Err(RegistrationNumberError::Empty);
        }
        if number.len() != 15 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(RegistrationNumberError::Form(number));
        }
        let expected = check_digit(&number[..14]);
        if number.ends_with(expected) {
            Ok(Self(number))
        } else {
            Err(RegistrationNumberError::Check(number, expected))
        }
    }

    /// Completes fourteen digits with their check digit; for generators of synthetic data.
    ///
    /// # Errors
    /// [`RegistrationNumberError::Form`] where these are not fourteen digits.
    pub fn from_body(body: &str) -> Result<Self, RegistrationNumberError> {
        if body.len() != 14 || !body.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(RegistrationNumberError::Form(body.to_owned()));
        }
        Ok(Self(format!("{body}{}", check_digit(body))))
    }

    /// The number, fifteen digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// ISO 7064 MOD 11,10, as the rules of coding (GS 15—2006) ask.
fn check_digit(body: &str) -> char {
    let product = body.bytes().fold(10, |product, byte| {
        let sum = (product + u32::from(byte - b'0')) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    char::from_digit((11 - product) % 10, 10).unwrap_or('0')
}

impl fmt::Display for RegistrationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for RegistrationNumber {
    type Error = RegistrationNumberError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<RegistrationNumber> for String {
    fn from(number: RegistrationNumber) -> Self {
        number.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_is_that_of_the_rules_of_coding() {
        // The example of GS 15—2006.
        assert_eq!(RegistrationNumber::from_body("11010800000001").unwrap().as_str(), "110108000000016");
        assert!(RegistrationNumber::parse(" １１０１０８０００００００１６ ").is_ok());
        assert_eq!(
            RegistrationNumber::parse("110108000000017"),
            Err(RegistrationNumberError::Check("110108000000017".into(), '6'))
        );
    }

    #[test]
    fn every_slip_in_one_digit_is_found() {
        let right = RegistrationNumber::from_body("32060000012345").unwrap().to_string();
        for place in 0..15 {
            for digit in '0'..='9' {
                let mut wrong: Vec<char> = right.chars().collect();
                wrong[place] = digit;
                let wrong: String = wrong.into_iter().collect();
                assert_eq!(RegistrationNumber::parse(&wrong).is_ok(), wrong == right, "{wrong}");
            }
        }
    }

    #[test]
    fn other_numbers_are_none() {
        assert_eq!(RegistrationNumber::parse("　"), Err(RegistrationNumberError::Empty));
        for text in ["3206002300001", "91320613MA1T00013G", "32060000012345X"] {
            assert!(
                matches!(RegistrationNumber::parse(text), Err(RegistrationNumberError::Form(_))),
                "{text}"
            );
        }
    }
}
