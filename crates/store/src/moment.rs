//! When something was done: the business day on which it counts, and the real time of its entry.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

use crate::error::StoreError;
use crate::value::Row;

/// China has one time zone and no daylight saving since 1992, so no time zone database is needed.
const SHANGHAI: Offset = Offset::constant(8);

/// Day and time in Shanghai at a moment.
pub fn shanghai(at: Timestamp) -> DateTime {
    SHANGHAI.to_datetime(at)
}

/// The moment of a day and time in Shanghai; `None` far outside of history.
pub fn from_shanghai(at: DateTime) -> Option<Timestamp> {
    SHANGHAI.to_timestamp(at).ok()
}

/// The moment of a step (办理时间). Day and time fall together unless the installation's business day is set
/// apart from the real one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Business day on which the step counts.
    pub on: Date,
    /// Real time at which it was entered.
    pub at: Timestamp,
}

impl Moment {
    /// A moment of which only the real time is known, as of rows from before business days were kept.
    pub fn real(at: Timestamp) -> Self {
        Self { on: shanghai(at).date(), at }
    }

    /// Whether business day and real day fall together.
    pub fn is_real(self) -> bool {
        shanghai(self.at).date() == self.on
    }

    /// The hour as people read it: 09:30.
    pub fn hour(self) -> String {
        shanghai(self.at).strftime("%H:%M").to_string()
    }
}

impl Row {
    /// The moment in a column of times and its column of business days.
    ///
    /// # Errors
    /// [`StoreError::Column`].
    pub fn moment(&self, at: &str, on: &str) -> Result<Moment, StoreError> {
        let at = self.get(at)?;
        let on = self.get::<Option<Date>>(on)?;
        Ok(on.map_or_else(|| Moment::real(at), |on| Moment { on, at }))
    }

    /// [`moment`](Self::moment) for something that may not have happened yet.
    ///
    /// # Errors
    /// [`StoreError::Column`].
    pub fn moment_opt(&self, at: &str, on: &str) -> Result<Option<Moment>, StoreError> {
        self.get::<Option<Timestamp>>(at)?.map(|_| self.moment(at, on)).transpose()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_night_in_shanghai_is_its_own_day() {
        let at: Timestamp = "2022-09-14T17:30:00Z".parse().unwrap();
        assert_eq!(Moment::real(at), Moment { on: date(2022, 9, 15), at });
        assert_eq!(Moment::real(at).hour(), "01:30");
        assert!(!Moment { on: date(2022, 9, 14), at }.is_real());
    }
}
