//! When, where and for how many a session is held: what the agency plans and the organiser may change once it is
//! published (N05 N14).

use jiff::civil::{Date, Time};
use xinxiu_domain::session::SessionMode;
use xinxiu_domain::text::tidy;
use xinxiu_store::session::Session;

use crate::refusal::FieldError;

/// Day, hours, place and seats.
#[derive(Debug, Clone)]
pub struct TimeAndPlace {
    /// Day.
    pub held_on: Date,
    /// Begin.
    pub starts_at: Time,
    /// End.
    pub ends_at: Time,
    /// How it is held.
    pub mode: SessionMode,
    /// Hall.
    pub place: String,
    /// Meeting link.
    pub link: String,
    /// Seats.
    pub capacity: u32,
}

impl TimeAndPlace {
    /// The session held so.
    pub(super) fn onto(&self, base: Session) -> Session {
        Session {
            held_on: self.held_on,
            starts_at: minute(self.starts_at),
            ends_at: minute(self.ends_at),
            mode: self.mode,
            place: tidy(&self.place),
            link: tidy(&self.link),
            capacity: self.capacity,
            ..base
        }
    }

    /// Minutes from begin to end; fewer than none where the end comes first.
    pub(super) fn minutes(&self) -> i64 {
        let span = self.starts_at.until(self.ends_at);
        span.map_or(0, |span| i64::from(span.get_hours()) * 60 + span.get_minutes())
    }

    /// What no session may have, be it planned or published.
    pub(super) fn faults(&self) -> Vec<FieldError> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, message: &str| {
            faults.push(FieldError { field: field.to_owned(), message: message.to_owned() });
        };
        if self.ends_at <= self.starts_at {
            fault("ends_at", "结束时间应晚于开始时间");
        }
        if self.capacity == 0 {
            fault("capacity", "名额应大于0");
        }
        let link = tidy(&self.link);
        if !link.is_empty() && !link.starts_with("http://") && !link.starts_with("https://") {
            fault("link", "会议链接应以 http:// 或 https:// 开头");
        }
        faults
    }
}

/// A time of day as it is kept, 13:30.
pub(crate) fn minute(time: Time) -> String {
    time.strftime("%H:%M").to_string()
}
