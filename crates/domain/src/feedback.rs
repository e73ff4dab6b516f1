//! What enterprises say of a session after it (培训评价, N06 N14): three questions in four words each.

use jiff::civil::Date;

coded! {
    /// An answer; the words that people know from counters.
    pub enum Rating {
        VeryGood = "very_good", "很满意";
        Good = "good", "满意";
        Fair = "fair", "一般";
        Poor = "poor", "不满意";
    }
}

coded! {
    /// What is asked.
    pub enum Question {
        Content = "content", "讲的内容有没有用";
        Lecturer = "lecturer", "讲得清不清楚";
        Arrangement = "arrangement", "现场安排好不好";
    }
}

/// Answers from which an agency sees results: below it could tell who said what.
pub const ENOUGH_TO_SHOW: u32 = 3;

/// Days after the session in which it may be said, and said anew.
pub const OPEN_DAYS: i32 = 30;

/// Whether an enterprise may still say how a session was.
pub fn is_open(came: bool, held_on: Date, today: Date) -> bool {
    let days = held_on.until(today).map(|span| span.get_days());
    came && days.is_ok_and(|days| (0..=OPEN_DAYS).contains(&days))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn only_who_came_says_how_it_was_and_not_forever() {
        let held = date(2022, 6, 28);
        assert!(is_open(true, held, held) && is_open(true, held, date(2022, 7, 28)));
        assert!(!is_open(true, held, date(2022, 7, 29)) && !is_open(true, held, date(2022, 6, 27)));
        assert!(!is_open(false, held, held));
    }
}
