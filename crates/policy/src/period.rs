//! Periods of publicity (公示期) as the editions give them: `P3M`, `P1Y`, `P0D`.

use std::fmt;
use std::str::FromStr;

use jiff::{Span, civil::Date};
use xinxiu_domain::date::digits;

use crate::PolicyError;

/// An ISO 8601 period in calendar years, months and days; it has no time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    years: i16,
    months: i16,
    days: i16,
}

impl Period {
    /// Whether the period is empty, so that the first day already reaches it.
    pub const fn is_zero(self) -> bool {
        self.years == 0 && self.months == 0 && self.days == 0
    }

    /// The corresponding day (对应日), or the month's last day where the month has no such day.
    ///
    /// # Errors
    /// [`PolicyError::DateOverflow`] past the year 9999.
    pub fn after(self, day: Date) -> Result<Date, PolicyError> {
        self.whole_months_after(day).map_or_else(|| self.counted_after(day), Ok)
    }

    /// The day, where the period has no days of its own and no year is left: a span costs more than all of this,
    /// and every record asks twice.
    fn whole_months_after(self, day: Date) -> Option<Date> {
        if self.days != 0 {
            return None;
        }
        let months = i16::from(day.month()) - 1 + self.months;
        let year = day.year() + self.years + months / 12;
        let first = Date::new(year, i8::try_from(months % 12 + 1).ok()?, 1).ok()?;
        Date::new(year, first.month(), day.day().min(first.days_in_month())).ok()
    }

    fn counted_after(self, day: Date) -> Result<Date, PolicyError> {
        let span = Span::new().years(self.years).months(self.months).days(self.days);
        day.checked_add(span).map_err(|_| PolicyError::DateOverflow { day, period: self.to_string() })
    }
}

impl Period {
    /// The period as people say it: 3个月, 1年, 1年6个月; an empty one is 无期限要求.
    pub fn in_words(self) -> String {
        if self.is_zero() {
            return "无期限要求".to_owned();
        }
        let parts = [(self.years, "年"), (self.months, "个月"), (self.days, "天")];
        let said = parts.iter().filter(|(number, _)| *number != 0);
        said.map(|(number, unit)| format!("{number}{unit}")).collect::<Vec<_>>().concat()
    }
}

impl FromStr for Period {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("「{text}」不是 ISO 期间（例如 P3M、P1Y）");
        let mut rest = text.strip_prefix('P').filter(|rest| !rest.is_empty()).ok_or_else(wrong)?;
        let mut period = Self { years: 0, months: 0, days: 0 };
        for (unit, slot) in [('Y', &mut period.years), ('M', &mut period.months), ('D', &mut period.days)] {
            if let Some((number, after)) = rest.split_once(unit) {
                *slot = number.parse().ok().filter(|n| (0..=999).contains(n)).ok_or_else(wrong)?;
                rest = after;
            }
        }
        if rest.is_empty() { Ok(period) } else { Err(wrong()) }
    }
}

/// Puts a day at the end of a text, as year, month and day: what [`Date`] shows, without its formatting.
pub(crate) fn day_in_digits(day: Date, out: &mut String) {
    match digits(day) {
        Some(digits) => out.extend(digits.map(char::from)),
        None => out.push_str(&day.to_string()),
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("P")?;
        for (number, unit) in [(self.years, 'Y'), (self.months, 'M'), (self.days, 'D')] {
            if number != 0 || (unit == 'D' && self.is_zero()) {
                write!(f, "{number}{unit}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn period(text: &str) -> Period {
        text.parse().unwrap()
    }

    #[test]
    fn a_period_ends_on_the_corresponding_day_or_the_last_of_the_month() {
        let cases = [
            (date(2022, 1, 5), "P3M", date(2022, 4, 5)),
            (date(2021, 11, 30), "P3M", date(2022, 2, 28)),
            (date(2023, 11, 30), "P3M", date(2024, 2, 29)),
            (date(2024, 2, 29), "P1Y", date(2025, 2, 28)),
            (date(2020, 2, 29), "P3Y", date(2023, 2, 28)),
            (date(2022, 2, 28), "P3M", date(2022, 5, 28)),
            (date(2022, 8, 31), "P6M", date(2023, 2, 28)),
        ];
        for (from, text, until) in cases {
            assert_eq!(period(text).after(from), Ok(until), "{from} + {text}");
        }
    }

    /// Every day of eight years, leap days and month ends among them, against the calendar itself.
    #[test]
    fn every_day_has_its_corresponding_day_or_the_last_of_the_month() {
        let mut day = date(2019, 1, 1);
        while day < date(2027, 1, 1) {
            for (text, months) in [("P3M", 3), ("P6M", 6), ("P1Y", 12), ("P3Y", 36)] {
                let until = period(text).after(day).unwrap();
                let ahead = i32::from(day.month()) - 1 + months;
                let year = day.year() + i16::try_from(ahead / 12).unwrap();
                let first = date(year, i8::try_from(ahead % 12 + 1).unwrap(), 1);
                assert_eq!((until.year(), until.month()), (first.year(), first.month()), "{day} {text}");
                assert_eq!(until.day(), day.day().min(first.days_in_month()), "{day} {text}");
            }
            for text in ["P3M", "P1Y6M", "P11M", "P999Y999M", "P1Y1D", "P0D"] {
                assert_eq!(period(text).after(day), period(text).counted_after(day), "{day} {text}");
            }
            let mut digits = String::new();
            day_in_digits(day, &mut digits);
            assert_eq!(digits, day.to_string());
            assert_eq!(period("P0D").after(day), Ok(day));
            day = day.tomorrow().unwrap();
        }
    }

    #[test]
    fn years_without_end_are_refused_and_far_ones_are_counted() {
        for day in
            [date(9999, 10, 31), date(9998, 12, 31), date(-9999, 1, 31), date(-1, 12, 31), date(999, 9, 9)]
        {
            for text in ["P3M", "P1Y", "P999Y", "P999M"] {
                assert_eq!(period(text).after(day), period(text).counted_after(day), "{day} {text}");
            }
            let mut digits = String::new();
            day_in_digits(day, &mut digits);
            assert_eq!(digits, day.to_string());
        }
    }

    #[test]
    fn periods_are_said_in_chinese() {
        let said = ["P3M", "P1Y", "P1Y6M", "P10D", "P0D"].map(|text| period(text).in_words());
        assert_eq!(said, ["3个月", "1年", "1年6个月", "10天", "无期限要求"]);
    }

    #[test]
    fn spelling_is_kept_and_nonsense_refused() {
        for text in ["P3M", "P1Y", "P0D", "P1Y6M"] {
            assert_eq!(period(text).to_string(), text);
        }
        for text in ["", "P", "3M", "P3", "P-1M", "PT3M", "P3M1Y"] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }
}
