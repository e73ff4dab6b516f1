//! When short messages may reach a phone (短信发送时段): nobody is woken by a training.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{DateTime, Time};

/// From when until when on each day, in Shanghai's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SendingHours {
    from: Time,
    /// First moment that is too late; `None` is the end of the day.
    until: Option<Time>,
}

/// Hours that are none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("「{0}」应写成 08:00-21:00 的样子，前面的早于后面的，全天写 00:00-24:00")]
pub struct NoHours(String);

impl SendingHours {
    /// The earliest moment, `at` or later, at which a message may go out.
    pub fn next(self, at: DateTime) -> DateTime {
        if at.time() < self.from {
            return at.date().to_datetime(self.from);
        }
        if self.until.is_none_or(|until| at.time() < until) {
            return at;
        }
        at.date().tomorrow().map_or(at, |next| next.to_datetime(self.from))
    }
}

impl FromStr for SendingHours {
    type Err = NoHours;

    fn from_str(text: &str) -> Result<Self, NoHours> {
        let time = |text: &str| Time::strptime("%H:%M", text.trim()).ok();
        let read = || {
            let (from, until) = text.split_once('-')?;
            let from = time(from)?;
            if until.trim() == "24:00" {
                return Some(Self { from, until: None });
            }
            let until = time(until).filter(|until| from < *until)?;
            Some(Self { from, until: Some(until) })
        };
        read().ok_or_else(|| NoHours(text.to_owned()))
    }
}

impl fmt::Display for SendingHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let until =
            self.until.map_or_else(|| "24:00".to_owned(), |until| until.strftime("%H:%M").to_string());
        write!(f, "{}-{until}", self.from.strftime("%H:%M"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_queued_at_night_goes_out_in_the_morning() {
        let hours: SendingHours = "08:00-21:00".parse().unwrap();
        let at = |text: &str| text.parse::<DateTime>().unwrap();
        for (queued, goes) in [
            ("2022-09-15T07:59:59", "2022-09-15T08:00"),
            ("2022-09-15T08:00", "2022-09-15T08:00"),
            ("2022-09-15T20:59:59", "2022-09-15T20:59:59"),
            ("2022-09-15T21:00", "2022-09-16T08:00"),
            ("2022-12-31T23:30", "2023-01-01T08:00"),
        ] {
            assert_eq!(hours.next(at(queued)), at(goes), "{queued}");
        }
        assert_eq!(hours.to_string(), "08:00-21:00");
        let all_day: SendingHours = "00:00-24:00".parse().unwrap();
        assert_eq!(all_day.next(at("2022-09-15T23:59:59")), at("2022-09-15T23:59:59"));
    }

    #[test]
    fn hours_that_would_never_come_are_refused() {
        for text in ["", "8-21", "21:00-08:00", "09:00-09:00", "08:00", "08:00-25:00"] {
            let refused = text.parse::<SendingHours>().unwrap_err();
            assert!(refused.to_string().contains(&format!("「{text}」")), "{text}");
        }
    }
}
