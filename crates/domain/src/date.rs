//! Days as they are written by the million.

use jiff::civil::Date;

/// A day as [`Date`] shows it, in ASCII and without its formatting: year, month and day. `None` for a year that four
/// digits do not hold.
pub fn digits(day: Date) -> Option<[u8; 10]> {
    let year @ 0..=9999 = u16::try_from(day.year()).ok()? else { return None };
    let [high, low] = [year / 100, year % 100].map(|part| u8::try_from(part).unwrap_or_default());
    let parts = [(0, high), (2, low), (5, day.month().unsigned_abs()), (8, day.day().unsigned_abs())];
    let mut digits = [b'-'; 10];
    for (at, part) in parts {
        digits[at] = b'0' + part / 10;
        digits[at + 1] = b'0' + part % 10;
    }
    Some(digits)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::digits;

    #[test]
    fn a_day_is_written_as_it_is_shown() {
        for day in [date(0, 1, 1), date(999, 9, 9), date(2022, 2, 28), date(2024, 12, 31), date(9999, 10, 1)]
        {
            assert_eq!(digits(day).unwrap(), day.to_string().as_bytes());
        }
        assert_eq!(digits(date(-1, 12, 31)), None);
    }
}
