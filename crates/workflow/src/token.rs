//! Addresses that are keys: an id and a signature over it and a nonce. Nobody without the installation's key can make
//! one, and a new nonce makes the old address worthless.

use std::fmt::Display;
use std::str::FromStr;

use subtle::ConstantTimeEq;

use crate::app::App;
use crate::refusal::Refusal;

/// A kind of such addresses.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    /// What is signed for: a token of one kind is none of another.
    pub purpose: &'static str,
    /// Hex digits of the signature that stand in the address; four bits each.
    pub digits: usize,
}

impl Kind {
    /// The token of a record with its nonce.
    pub fn token(self, app: &App, id: impl Display, nonce: &str) -> Result<String, Refusal> {
        let signature = app.store.vault.sign(self.purpose, &format!("{id}:{nonce}"))?;
        let short = signature.get(..self.digits).unwrap_or(&signature);
        Ok(format!("{id}-{short}"))
    }
}

/// The id that a token claims to be of; whether it is, [`is_same`] says.
pub(crate) fn claimed<T: FromStr>(token: &str) -> Option<T> {
    token.split_once('-').and_then(|(id, _)| id.parse().ok())
}

/// Whether a token is the good one, in a time that does not tell how much of it is.
pub(crate) fn is_same(good: &str, given: &str) -> bool {
    bool::from(good.as_bytes().ct_eq(given.as_bytes()))
}
