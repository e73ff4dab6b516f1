//! Who is in the hall and for how long (签到、签退和听课时长, N05 N11).

use jiff::Timestamp;

use crate::session::CLASS_HOUR_MINUTES;

coded! {
    /// What was called out at the roll-call.
    pub enum Mark {
        CheckIn = "check_in", "签到";
        CheckOut = "check_out", "签退";
    }
}

coded! {
    /// In which way it came to the roll (点名方式).
    pub enum Way {
        Screen = "screen", "大屏签到码";
        Online = "online", "线上签到";
        Clerk = "clerk", "工作人员登记";
        Device = "device", "工作人员离线登记";
        Sheet = "sheet", "纸质签到表";
    }
}

/// Minutes at which a class hour still counts as heard in full: nobody loses an hour over a queue at the door.
pub const GRACE_MINUTES: i64 = 10;

/// How long somebody was there, from the marks in the order of their times.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Presence {
    /// Whole minutes between each check-in in the hall and its check-out, and those that a page online was open.
    pub minutes: i64,
    /// Checked in and not out again.
    pub inside: bool,
    /// Inside by having checked in online.
    pub online: bool,
    /// Checked in at all.
    pub came: bool,
}

impl Presence {
    /// Adds up the marks; who is still inside counts until `until`, and not at all where that is not given because
    /// the session is over. A check-in online counts nothing by itself: whoever signs in and walks away hears
    /// nothing. Its minutes are those that the page noted, `online`.
    pub fn of(
        marks: impl IntoIterator<Item = (Mark, Way, Timestamp)>,
        online: i64,
        until: Option<Timestamp>,
    ) -> Self {
        let (mut seconds, mut since, mut came) = (0, None, false);
        for (mark, way, at) in marks {
            match (mark, since) {
                (Mark::CheckIn, None) => {
                    since = Some((way, at));
                    came = true;
                }
                (Mark::CheckOut, Some(from)) => {
                    seconds += length(from, at);
                    since = None;
                }
                // Called out twice: the first one counts.
                (Mark::CheckIn, Some(_)) | (Mark::CheckOut, None) => {}
            }
        }
        if let (Some(from), Some(until)) = (since, until) {
            seconds += length(from, until);
        }
        let is_online = since.is_some_and(|(way, _)| way == Way::Online);
        // Online nobody is unknown: the minutes are there, with a check-out or without.
        let inside = since.is_some() && (until.is_some() || !is_online);
        Self { minutes: seconds / 60 + online, inside, online: inside && is_online, came }
    }

    /// Minutes that are lacking for the class hours of the session; `None` once they are full.
    pub fn lacking(self, class_hours: u32) -> Option<i64> {
        let due = i64::from(class_hours * CLASS_HOUR_MINUTES);
        (self.minutes + GRACE_MINUTES < due).then_some(due - self.minutes)
    }

    /// As it stands to the class hours of the session.
    pub fn verdict(self, class_hours: u32) -> Heard {
        let due = i64::from(class_hours * CLASS_HOUR_MINUTES);
        if !self.came {
            Heard::Nothing
        } else if self.minutes + GRACE_MINUTES >= due {
            Heard::Whole
        } else if self.inside {
            Heard::Unknown
        } else {
            Heard::TooShort(due - self.minutes)
        }
    }
}

/// Seconds in the hall; none for a time that began online.
fn length((way, from): (Way, Timestamp), to: Timestamp) -> i64 {
    if way == Way::Online { 0 } else { (to.as_second() - from.as_second()).max(0) }
}

/// Whether somebody heard the class hours of a session (N05).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// Never checked in.
    Nothing,
    /// Checked in, not out: nobody knows yet.
    Unknown,
    /// Left too early, by so many minutes.
    TooShort(i64),
    /// All of them.
    Whole,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_655_168_400 + minute * 60).unwrap()
    }

    fn hall<const N: usize>(marks: [(Mark, i64); N]) -> [(Mark, Way, Timestamp); N] {
        marks.map(|(mark, minute)| (mark, Way::Screen, at(minute)))
    }

    #[test]
    fn a_break_outside_does_not_count_and_a_second_call_changes_nothing() {
        let marks = hall([
            (Mark::CheckIn, 0),
            (Mark::CheckIn, 5),
            (Mark::CheckOut, 60),
            (Mark::CheckOut, 61),
            (Mark::CheckIn, 90),
            (Mark::CheckOut, 150),
        ]);
        let found = Presence::of(marks, 0, None);
        assert_eq!(found, Presence { minutes: 120, came: true, ..Presence::default() });
        assert_eq!(found.verdict(3), Heard::TooShort(15));
        assert_eq!(found.verdict(2), Heard::Whole);
    }

    #[test]
    fn who_never_checked_out_counts_while_the_session_runs_and_is_unknown_after_it() {
        let marks = hall([(Mark::CheckIn, 0)]);
        let running = Presence::of(marks, 0, Some(at(130)));
        assert_eq!((running.minutes, running.verdict(3)), (130, Heard::Whole));
        let over = Presence::of(marks, 0, None);
        assert_eq!((over.minutes, over.verdict(3)), (0, Heard::Unknown));
        assert_eq!(Presence::of([], 0, Some(at(1))).verdict(3), Heard::Nothing);
    }

    #[test]
    fn a_sign_in_online_counts_the_minutes_of_its_page_and_no_others() {
        let out = (Mark::CheckOut, Way::Screen, at(180));
        let online = Presence::of([(Mark::CheckIn, Way::Online, at(0)), out], 20, None);
        assert_eq!((online.minutes, online.verdict(3)), (20, Heard::TooShort(115)));
        let left = Presence::of([(Mark::CheckIn, Way::Online, at(0))], 20, None);
        assert_eq!(left.verdict(3), Heard::TooShort(115));
        assert!(Presence::of([(Mark::CheckIn, Way::Online, at(0))], 20, Some(at(30))).online);
    }

    #[test]
    fn a_device_whose_clock_runs_back_takes_no_minutes_away() {
        assert_eq!(Presence::of(hall([(Mark::CheckIn, 9), (Mark::CheckOut, 2)]), 0, None).minutes, 0);
    }
}
