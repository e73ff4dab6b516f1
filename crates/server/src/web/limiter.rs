//! Slows down whoever guesses passwords or links.

use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

const SIGN_INS_A_MINUTE: u32 = 30;
const LINKS_A_MINUTE: u32 = 600;

/// Counters by address of the caller.
#[derive(Debug)]
pub struct Limiter {
    sign_in: DefaultKeyedRateLimiter<String>,
    link: DefaultKeyedRateLimiter<String>,
}

impl Default for Limiter {
    fn default() -> Self {
        Self::new()
    }
}

impl Limiter {
    /// Fresh counters.
    pub fn new() -> Self {
        let quota = |n: u32| Quota::per_minute(NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN));
        Self {
            sign_in: RateLimiter::keyed(quota(SIGN_INS_A_MINUTE)),
            link: RateLimiter::keyed(quota(LINKS_A_MINUTE)),
        }
    }

    /// Whether one more sign-in may be tried from this address.
    pub fn sign_in(&self, address: &str) -> bool {
        self.sign_in.check_key(&address.to_owned()).is_ok()
    }

    /// Whether one more personal link may be opened from this address. A whole hall may share one.
    pub fn link(&self, address: &str) -> bool {
        self.link.check_key(&address.to_owned()).is_ok()
    }
}
