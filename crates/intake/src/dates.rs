//! Dates as lists write them.

use std::borrow::Cow;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use xinxiu_domain::text::half_width;

/// The day from which a workbook counts its serial dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DateSystem {
    /// Day 1 is 1900-01-01 (Excel's default; text files that hold serials come from it).
    #[default]
    From1900,
    /// Day 0 is 1904-01-01 (old Excel for Mac).
    From1904,
}

/// End of a period in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// The period ends on this day.
    Day(Date),
    /// No end: 2099-12-31 or later in the data standard, 长期 in words.
    NoEnd,
}

const FIRST: Date = date(1950, 1, 1);
const LAST: Date = date(2100, 12, 31);
const FIRST_SERIAL: Date = date(1990, 1, 1);
const NO_END: Date = date(2099, 12, 31);

/// Reads a day: `2022-01-05`, `2022/1/5`, `2022.1.5`, `2022年1月5日`, `20220105`, any of them with a time
/// part or in full-width characters, or a serial number of a spreadsheet. `None` for anything else.
pub fn parse_date(text: &str, system: DateSystem) -> Option<Date> {
    if let Some(day) = parse_ten(text) {
        return Some(day);
    }
    let folded = if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(half_width(text)) };
    let folded = folded.trim();
    let digits = folded.bytes().filter(u8::is_ascii_digit).count();
    if digits > 0
        && folded.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && let Some(day) = parse_bare_number(folded, system)
    {
        return Some(day);
    }
    parse_parts(folded).or_else(|| parse_in_words(folded))
}

/// Reads the end of a period: a day as [`parse_date`] does, or no end.
pub fn parse_until(text: &str, system: DateSystem) -> Option<Until> {
    if matches!(text.trim(), "长期" | "永久" | "无限期" | "长期有效" | "永久有效") {
        return Some(Until::NoEnd);
    }
    // No-end markers lie outside the range of days that a decision can have.
    let day = parse_date(text, system).or_else(|| parse_far_end(text))?;
    Some(if day >= NO_END { Until::NoEnd } else { Until::Day(day) })
}

/// The spellings that nearly every list has, 2022-01-05 and 2022/01/05, without looking for another.
fn parse_ten(text: &str) -> Option<Date> {
    let (year, rest) = text.as_bytes().split_first_chunk::<4>()?;
    let (first, month, second, day) = match rest {
        [first, month @ .., second, tens, ones] if month.len() == 2 => (first, month, second, [*tens, *ones]),
        _ => return None,
    };
    if first != second || !matches!(first, b'-' | b'/') {
        return None;
    }
    let number = |digits: &[u8]| {
        digits
            .iter()
            .try_fold(0, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + i16::from(*digit - b'0')))
    };
    checked(number(year)?, number(month)?, number(&day)?)
}

fn parse_far_end(text: &str) -> Option<Date> {
    text.trim().starts_with("9999").then_some(NO_END)
}

fn parse_bare_number(text: &str, system: DateSystem) -> Option<Date> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.contains('.') {
        return None;
    }
    match (whole.len(), fraction.is_empty()) {
        (8 | 14, true) => {
            checked(whole[..4].parse().ok()?, whole[4..6].parse().ok()?, whole[6..8].parse().ok()?)
        }
        (5, _) => from_serial(whole.parse().ok()?, system),
        _ => None,
    }
}

/// The day of a serial number between 1990 and 2100; outside of that a number is no date.
pub fn from_serial(serial: i64, system: DateSystem) -> Option<Date> {
    let epoch = match system {
        DateSystem::From1900 => date(1899, 12, 30),
        DateSystem::From1904 => date(1904, 1, 1),
    };
    if !(0..=80_000).contains(&serial) {
        return None;
    }
    let day = epoch.checked_add(serial.days()).ok()?;
    (FIRST_SERIAL..=LAST).contains(&day).then_some(day)
}

/// Year, month and day with separators between them; what follows the day must look like a time.
fn parse_parts(text: &str) -> Option<Date> {
    let (year, rest) = number(text, 4)?;
    let rest = separator(rest, &['-', '/', '.', '年', '—', '–', '\u{2212}'])?;
    let (month, rest) = number(rest, 2)?;
    let rest = separator(rest, &['-', '/', '.', '月', '—', '–', '\u{2212}'])?;
    let (day, rest) = number(rest, 2)?;
    let year_is_whole = year >= 1000;
    (year_is_whole && is_time(rest)).then(|| checked(year, month, day)).flatten()
}

/// A day in Chinese numerals, as papers with a seal have it: 二〇二二年五月六日.
fn parse_in_words(text: &str) -> Option<Date> {
    let (year, rest) = text.split_once('年')?;
    let (month, rest) = rest.split_once('月')?;
    let day = rest.trim_end().strip_suffix(['日', '号'])?;
    let year =
        year.trim().chars().map(numeral).collect::<Option<Vec<_>>>().filter(|digits| digits.len() == 4)?;
    let year = year.into_iter().fold(0, |sum, digit| sum * 10 + digit);
    checked(year, below_hundred(month.trim())?, below_hundred(day.trim())?)
}

/// 一 to 九十九.
fn below_hundred(text: &str) -> Option<i16> {
    let Some((tens, ones)) = text.split_once('十') else {
        let mut one = text.chars();
        return one.next().and_then(numeral).filter(|_| one.next().is_none());
    };
    let part = |text: &str, none| if text.is_empty() { Some(none) } else { below_hundred(text) };
    Some(part(tens, 1)? * 10 + part(ones, 0)?)
}

fn numeral(c: char) -> Option<i16> {
    let digit = "〇一二三四五六七八九".chars().position(|numeral| numeral == c);
    let digit = digit.or_else(|| matches!(c, '零' | '○' | 'Ｏ' | 'O').then_some(0))?;
    i16::try_from(digit).ok()
}

fn number(text: &str, most: usize) -> Option<(i16, &str)> {
    let text = text.trim_start();
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    if length == 0 || length > most {
        return None;
    }
    Some((text[..length].parse().ok()?, &text[length..]))
}

fn separator<'a>(text: &'a str, allowed: &[char]) -> Option<&'a str> {
    text.trim_start().strip_prefix(allowed)
}

fn is_time(rest: &str) -> bool {
    let rest = rest.trim_start();
    let rest = rest.strip_prefix(['日', '号']).unwrap_or(rest).trim();
    let rest = rest.strip_prefix('T').unwrap_or(rest);
    rest.chars()
        .all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | ' ' | 'Z' | '+' | '-' | '时' | '分' | '秒'))
        && (rest.is_empty() || rest.contains([':', '时']))
}

fn checked(year: i16, month: i16, day: i16) -> Option<Date> {
    let day = Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()?;
    (FIRST..=LAST).contains(&day).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Date> {
        parse_date(text, DateSystem::From1900)
    }

    #[test]
    fn every_way_of_writing_a_day() {
        for text in [
            "2022-01-05",
            "2022/01/05",
            "2022/01-05",
            "2022/1/5",
            "2022.1.5",
            "2022.01.05",
            "2022年1月5日",
            "2022年01月05日 ",
            " 2022 年 1 月 5 日",
            "20220105",
            "二〇二二年一月五日",
            "二零二二年一月五日",
            "二○二二年一月五号 ",
            "20220105000000",
            "2022-01-05 00:00:00",
            "2022-01-05T08:30:00",
            "2022-01-05 00:00:00.0",
            "2022/1/5 0:00",
            "２０２２－０１－０５",
            "２０２２／１／５",
            "44566",
            "44566.5",
            "44566.0",
        ] {
            assert_eq!(read(text), Some(date(2022, 1, 5)), "{text}");
        }
    }

    #[test]
    fn what_is_no_day_stays_unread() {
        for text in [
            "",
            "　",
            "无",
            "2022",
            "2022-13-01",
            "2022-02-30",
            "2021-02-29",
            "22-1-5",
            "1/5/2022",
            "5月",
            "44",
            "2022-01",
            "2022-01-05至2023-01-05",
            "12345678",
            "99999",
            "2022-01-051",
            "2022年1月",
            "0022-01-05",
            "2022..1.5",
            "320613",
            "2022-1-5-",
            "2022-01-05 12",
            "..",
            "44566.1.2",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn every_serial_of_a_century_agrees_in_both_systems() {
        let mut day = FIRST_SERIAL;
        let mut serial = 32_874;
        while day <= LAST {
            assert_eq!(from_serial(serial, DateSystem::From1900), Some(day));
            assert_eq!(from_serial(serial - 1462, DateSystem::From1904), Some(day));
            assert_eq!(read(&day.to_string()), Some(day));
            assert_eq!(read(&day.to_string().replace('-', "")), Some(day));
            day = day.tomorrow().unwrap();
            serial += 1;
        }
        assert_eq!(from_serial(32_873, DateSystem::From1900), None);
        assert_eq!(from_serial(serial, DateSystem::From1900), None);
    }

    #[test]
    fn an_end_far_away_is_no_end() {
        assert_eq!(parse_until("2099/12/31", DateSystem::From1900), Some(Until::NoEnd));
        assert_eq!(parse_until("9999-12-31", DateSystem::From1900), Some(Until::NoEnd));
        assert_eq!(parse_until("长期", DateSystem::From1900), Some(Until::NoEnd));
        assert_eq!(parse_until("2023/1/5", DateSystem::From1900), Some(Until::Day(date(2023, 1, 5))));
        assert_eq!(parse_until("一年", DateSystem::From1900), None);
    }
}
