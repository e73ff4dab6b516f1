//! Slows down whoever guesses passwords or links.

use std::collections::HashSet;
use std::num::NonZeroU32;
use std::sync::{PoisonError, RwLock};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

const SIGN_INS_A_MINUTE: u32 = 30;
/// Links that are not known to be good, from one address.
const LINKS_A_MINUTE: u32 = 600;
/// Requests behind one good link: an exam saves each answer, and its page asks again where the network is bad.
const STEPS_A_MINUTE: u32 = 120;

/// Counters by address of the caller, and by link where the link is known to be good.
#[derive(Debug)]
pub struct Limiter {
    sign_in: DefaultKeyedRateLimiter<String>,
    link: DefaultKeyedRateLimiter<String>,
    step: DefaultKeyedRateLimiter<String>,
    /// Tokens behind which there was a page since the start; as many as there are invitations at most.
    good: RwLock<HashSet<String>>,
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
            step: RateLimiter::keyed(quota(STEPS_A_MINUTE)),
            good: RwLock::default(),
        }
    }

    /// Whether one more sign-in may be tried from this address.
    pub fn sign_in(&self, address: &str) -> bool {
        self.sign_in.check_key(&address.to_owned()).is_ok()
    }

    /// Whether one more request behind a personal link may come. A whole hall shares one address, so a link that
    /// is known to be good counts by itself; only the others, guesses among them, count by address.
    pub fn link(&self, address: &str, token: &str) -> bool {
        if self.is_good(token) {
            self.step.check_key(&token.to_owned()).is_ok()
        } else {
            self.link.check_key(&address.to_owned()).is_ok()
        }
    }

    /// Notes that there is a page behind a link.
    pub fn note_good(&self, token: &str) {
        if !self.is_good(token) {
            self.good.write().unwrap_or_else(PoisonError::into_inner).insert(token.to_owned());
        }
    }

    fn is_good(&self, token: &str) -> bool {
        self.good.read().unwrap_or_else(PoisonError::into_inner).contains(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hall_of_phones_behind_one_address_does_not_stop_itself() {
        let limiter = Limiter::new();
        let phones: Vec<String> = (0..500).map(|phone| format!("{phone}-good")).collect();
        for phone in &phones {
            assert!(limiter.link("10.0.0.1", phone));
            limiter.note_good(phone);
        }
        for phone in &phones {
            assert!((0..60).all(|_| limiter.link("10.0.0.1", phone)), "{phone}");
        }
        // Guessing from the same address ends soon, and a single link has a limit of its own.
        let guesses = (0..5_000).filter(|guess| limiter.link("10.0.0.1", &format!("{guess}-bad"))).count();
        assert!(guesses < 1_000, "{guesses}");
        assert!(limiter.link("10.0.0.1", &phones[0]));
        assert!((0..5_000).any(|_| !limiter.link("10.0.0.1", &phones[0])));
    }
}
