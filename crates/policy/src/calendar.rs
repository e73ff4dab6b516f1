//! Working days (工作日): Monday to Friday, without the holidays and with the make-up days of the yearly
//! notice of the State Council's General Office.

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday};
use serde::Deserialize;
use xinxiu_domain::penalty::Certainty;

/// One year's notice, as `rules/calendar/<year>.yaml` holds it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarYear {
    /// The year that the notice is about.
    pub year: i16,
    /// The notice, by its number on gov.cn.
    pub notice: String,
    /// Source key.
    pub source: String,
    /// How certain the source makes the days.
    pub certainty: Certainty,
    /// Days off, in closed ranges.
    pub off: Vec<DayRange>,
    /// Saturdays and Sundays that are worked.
    pub work: Vec<Date>,
}

/// Days from the first to the last, both included.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayRange {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

/// The end of a limit in working days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkingDay {
    /// The day on which the limit ends.
    pub date: Date,
    /// Whether the limit leaves the published years, so that holidays yet unknown may move it.
    pub provisional: bool,
}

/// All published years.
#[derive(Debug, Clone)]
pub struct Calendar {
    years: Vec<CalendarYear>,
    off: BTreeSet<Date>,
    work: BTreeSet<Date>,
    first: i16,
    last: i16,
}

impl Calendar {
    pub(crate) fn new(mut years: Vec<CalendarYear>) -> Self {
        years.sort_by_key(|year| year.year);
        let off = years
            .iter()
            .flat_map(|year| &year.off)
            .flat_map(|range| range.from.series(jiff::Span::new().days(1)).take_while(|day| *day <= range.to))
            .collect();
        let work = years.iter().flat_map(|year| year.work.iter().copied()).collect();
        let first = years.first().map_or(i16::MAX, |year| year.year);
        let last = years.last().map_or(i16::MIN, |year| year.year);
        Self { years, off, work, first, last }
    }

    /// The published years, earliest first.
    pub fn years(&self) -> &[CalendarYear] {
        &self.years
    }

    /// Whether `day` is worked; outside the published years only the weekend is known.
    pub fn is_working_day(&self, day: Date) -> bool {
        if self.work.contains(&day) {
            return true;
        }
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        !weekend && !self.off.contains(&day)
    }

    /// Whether the year of `day` has no published notice.
    pub fn is_provisional(&self, day: Date) -> bool {
        !(self.first..=self.last).contains(&day.year())
    }

    /// The `count`-th working day after `from`; the day of the event is not counted (民法典第二百零一条).
    /// A count of zero is the day itself.
    pub fn add_working_days(&self, from: Date, count: u32) -> WorkingDay {
        let mut day = from;
        let mut left = count;
        let mut provisional = self.is_provisional(from);
        while left > 0 {
            let Ok(next) = day.tomorrow() else { break };
            day = next;
            provisional |= self.is_provisional(day);
            left -= u32::from(self.is_working_day(day));
        }
        WorkingDay { date: day, provisional: provisional && count > 0 }
    }

    /// The `count`-th working day before `day`, which is not counted itself; a count of zero is the day itself. So `count` working
    /// days have passed on a day since everything that happened before `working_days_before(tomorrow, count)`.
    pub fn working_days_before(&self, day: Date, count: u32) -> Date {
        let mut found = day;
        let mut left = count;
        while left > 0 {
            let Ok(earlier) = found.yesterday() else { break };
            found = earlier;
            left -= u32::from(self.is_working_day(found));
        }
        found
    }

    /// Working days after `from` up to and including `to`; zero where `to` is not later.
    pub fn working_days_between(&self, from: Date, to: Date) -> u32 {
        let days = from.series(jiff::Span::new().days(1)).skip(1).take_while(|day| *day <= to);
        days.map(|day| u32::from(self.is_working_day(day))).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rules;
    use jiff::civil::date;

    #[test]
    fn holidays_rest_and_make_up_days_work() {
        let rules = Rules::embedded().unwrap();
        let calendar = rules.calendar();
        for worked in
            [date(2022, 1, 29), date(2022, 6, 14), date(2024, 2, 9), date(2026, 1, 4), date(2026, 10, 10)]
        {
            assert!(calendar.is_working_day(worked), "{worked}");
        }
        for off in
            [date(2022, 10, 1), date(2022, 12, 31), date(2023, 1, 2), date(2024, 2, 12), date(2025, 10, 8)]
        {
            assert!(!calendar.is_working_day(off), "{off}");
        }
    }

    #[test]
    fn limits_do_not_count_their_first_day_and_jump_holidays() {
        let rules = Rules::embedded().unwrap();
        let calendar = rules.calendar();
        let cases = [
            (date(2022, 6, 14), 10, date(2022, 6, 28)),
            (date(2022, 9, 30), 3, date(2022, 10, 10)),
            (date(2022, 1, 28), 2, date(2022, 1, 30)),
            (date(2022, 12, 30), 1, date(2023, 1, 3)),
            (date(2022, 6, 14), 0, date(2022, 6, 14)),
        ];
        for (from, count, end) in cases {
            let given = calendar.add_working_days(from, count);
            assert_eq!(given, WorkingDay { date: end, provisional: false }, "{from} + {count}");
            assert_eq!(calendar.working_days_between(from, end), count);
        }
        assert_eq!(calendar.working_days_between(date(2022, 6, 14), date(2022, 6, 1)), 0);
    }

    /// From every day of the published years: adding and counting agree, an end is a working day, and each day
    /// more moves the end.
    #[test]
    fn adding_and_counting_agree_on_every_day() {
        let rules = Rules::embedded().unwrap();
        let calendar = rules.calendar();
        let mut day = date(2022, 1, 1);
        while day < date(2026, 12, 1) {
            let mut last = day;
            for count in 1..=12 {
                let end = calendar.add_working_days(day, count);
                assert!(calendar.is_working_day(end.date) && end.date > last, "{day} + {count}");
                assert_eq!(calendar.working_days_between(day, end.date), count, "{day} + {count}");
                assert!(!end.provisional);
                last = end.date;
            }
            day = day.tomorrow().unwrap();
        }
        let worked = |year| {
            (1..=12)
                .map(|month| {
                    let first = date(year, month, 1);
                    first
                        .series(jiff::Span::new().days(1))
                        .take_while(|day| day.month() == month)
                        .filter(|day| calendar.is_working_day(*day))
                        .count()
                })
                .sum::<usize>()
        };
        // Working days of the years as the notices make them.
        assert_eq!([2022, 2023, 2024, 2025, 2026].map(worked), [249, 249, 251, 248, 248]);
    }

    #[test]
    fn counting_back_lands_on_working_days_over_weekends_and_holidays() {
        let rules = Rules::embedded().unwrap();
        let calendar = rules.calendar();
        let cases = [
            // Monday, Saturday and Sunday go back to the same Friday.
            (date(2022, 6, 13), 1, date(2022, 6, 10)),
            (date(2022, 6, 12), 1, date(2022, 6, 10)),
            (date(2022, 6, 11), 1, date(2022, 6, 10)),
            (date(2022, 6, 17), 5, date(2022, 6, 10)),
            // Over the autumn holidays, and onto the make-up days that were worked before and after them.
            (date(2022, 10, 8), 1, date(2022, 9, 30)),
            (date(2022, 10, 10), 2, date(2022, 10, 8)),
            (date(2022, 6, 14), 0, date(2022, 6, 14)),
            (date(2022, 6, 12), 0, date(2022, 6, 12)),
        ];
        for (day, count, earlier) in cases {
            assert_eq!(calendar.working_days_before(day, count), earlier, "{day} - {count}");
        }
    }

    /// On every day of a year: what is older than the count back from tomorrow is what a limit of as many days has run out for.
    #[test]
    fn counting_back_and_adding_agree_on_every_day() {
        let rules = Rules::embedded().unwrap();
        let calendar = rules.calendar();
        let all: Vec<Date> =
            date(2022, 1, 1).series(jiff::Span::new().days(1)).take_while(|day| day.year() == 2022).collect();
        for (place, today) in all.iter().enumerate() {
            for count in 1..=6 {
                let since = calendar.working_days_before(today.tomorrow().unwrap(), count);
                for earlier in &all[place.saturating_sub(20)..=place] {
                    let has_passed = calendar.add_working_days(*earlier, count).date <= *today;
                    assert_eq!(*earlier < since, has_passed, "{earlier} + {count} on {today}");
                }
            }
        }
    }

    #[test]
    fn past_the_last_notice_a_limit_is_provisional() {
        let rules = Rules::embedded().unwrap();
        let given = rules.calendar().add_working_days(date(2026, 12, 30), 3);
        assert_eq!(given, WorkingDay { date: date(2027, 1, 4), provisional: true });
        assert!(!rules.calendar().add_working_days(date(2026, 12, 30), 1).provisional);
    }
}
