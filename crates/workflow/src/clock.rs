//! One clock. Business days can be set (`--today`, the demo); sign-in and link expiry run on real time.

use std::sync::{Arc, RwLock};

use jiff::civil::Date;
use jiff::{Span, Timestamp};
use xinxiu_store::Moment;
use xinxiu_store::moment::shanghai;

/// Real time, and the business day that may run apart from it.
#[derive(Debug, Clone)]
pub struct Clock {
    set: Arc<RwLock<Option<Setting>>>,
}

/// From when a set business day counts.
#[derive(Debug, Clone, Copy)]
struct Setting {
    day: Date,
    at: Timestamp,
}

impl Clock {
    /// Business days are real days.
    pub fn real() -> Self {
        Self { set: Arc::new(RwLock::new(None)) }
    }

    /// Business days start on `day` and advance with real days since `at`.
    pub fn starting(day: Date, at: Timestamp) -> Self {
        Self { set: Arc::new(RwLock::new(Some(Setting { day, at }))) }
    }

    /// Moves the business day; for the demo's generator and for tests.
    pub fn set(&self, day: Date) {
        if let Ok(mut set) = self.set.write() {
            *set = Some(Setting { day, at: Timestamp::now() });
        }
    }

    /// Real time.
    pub fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    /// The business day.
    pub fn today(&self) -> Date {
        self.day_of(self.now())
    }

    /// Real time with the business day on which it falls.
    pub fn moment(&self) -> Moment {
        let at = self.now();
        Moment { on: self.day_of(at), at }
    }

    /// The business day that a moment will be, as the clock runs now: for what ends in real time.
    pub fn day_of(&self, at: Timestamp) -> Date {
        let real = shanghai_day(at);
        let setting = self.set.read().ok().and_then(|set| *set);
        setting.map_or(real, |setting| {
            let passed = shanghai_day(setting.at).until(real).unwrap_or_else(|_| Span::new());
            setting.day.checked_add(passed).unwrap_or(setting.day)
        })
    }

    /// Whether the business day is set apart from the real one; the page head then shows it.
    pub fn is_set(&self) -> bool {
        self.set.read().is_ok_and(|set| set.is_some())
    }
}

/// The day in Shanghai at a moment.
pub fn shanghai_day(at: Timestamp) -> Date {
    shanghai(at).date()
}

/// A moment as people read it: 2022-09-15 09:30.
pub fn shanghai_minute(at: Timestamp) -> String {
    shanghai(at).strftime("%Y-%m-%d %H:%M").to_string()
}
