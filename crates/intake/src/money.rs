//! Amounts, exactly: from decimal text to 分, never through a floating-point number.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::fold::squeezed;

/// The unit of a column without a unit in its cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MoneyUnit {
    /// 万元, the unit of the 双公示 data standard; up to six decimals are whole 分.
    #[default]
    TenThousandYuan,
    /// 元, where the header says so.
    Yuan,
}

impl MoneyUnit {
    const fn decimals(self) -> u32 {
        match self {
            Self::TenThousandYuan => 6,
            Self::Yuan => 2,
        }
    }
}

/// An amount in 分; `None` where the text is no amount. A unit in the text wins over the column's.
pub fn parse_money(text: &str, column: MoneyUnit) -> Option<i64> {
    if let Some(amount) = decimal(text, column.decimals()) {
        return Some(amount);
    }
    let folded = squeezed(text);
    let mut bare = &*folded;
    while let Some(rest) = bare.strip_prefix("人民币") {
        bare = rest;
    }
    let bare = bare.trim_start_matches(['¥', '￥']).trim_end_matches(['整', '正']);
    if let Some(number) = bare.strip_suffix("万元").or_else(|| bare.strip_suffix('万')) {
        return decimal(number, MoneyUnit::TenThousandYuan.decimals());
    }
    if let Some(number) = bare.strip_suffix('元') {
        return decimal(number, MoneyUnit::Yuan.decimals());
    }
    decimal(bare, column.decimals())
}

/// Decimal text × 10^`decimals`, where that is a whole number that fits.
fn decimal(text: &str, decimals: u32) -> Option<i64> {
    let (mut number, mut places) = (0_i64, None);
    let (mut has_digits, mut zeros) = (false, 0);
    for c in text.chars() {
        match c {
            ',' | '，' => {}
            '.' if places.is_none() => places = Some(0),
            '0'..='9' => {
                has_digits = true;
                let digit = i64::from(u32::from(c) - u32::from('0'));
                match &mut places {
                    None => number = number.checked_mul(10)?.checked_add(digit)?,
                    // Zeros at the end say nothing, however many there are.
                    Some(_) if digit == 0 => zeros += 1,
                    Some(places) => {
                        *places += zeros + 1;
                        if *places > decimals {
                            return None;
                        }
                        number = number.checked_mul(10_i64.pow(zeros + 1))?.checked_add(digit)?;
                        zeros = 0;
                    }
                }
            }
            _ => return None,
        }
    }
    let missing = decimals - places.unwrap_or(0);
    has_digits.then(|| number.checked_mul(10_i64.pow(missing))).flatten()
}

static FINE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("罚款"));

/// Hands over every fine that the content names (罚款…元), in 分.
fn each_fine(content: &str, mut take: impl FnMut(i64)) {
    if FINE.find(content.as_bytes()).is_none() {
        return;
    }
    let folded = squeezed(content);
    let mut rest = after_fine(&folded);
    while let Some(text) = rest {
        rest = after_fine(text);
        // What follows, up to the next one.
        let end = rest.map_or(text.len(), |rest| text.len() - rest.len() - FINE.needle().len());
        if let Some(fine) = leading_amount(&text[..end]) {
            take(fine);
        }
    }
}

/// What stands behind the next 罚款.
fn after_fine(text: &str) -> Option<&str> {
    let at = FINE.find(text.as_bytes())?;
    text.get(at + FINE.needle().len()..)
}

fn leading_amount(text: &str) -> Option<i64> {
    let start = text.find(|c: char| !is_filler(c))?;
    if !text.as_bytes()[start].is_ascii_digit() {
        return None;
    }
    let length = text[start..].bytes().take_while(|byte| matches!(byte, b'0'..=b'9' | b'.' | b',')).count();
    let (number, unit) = text[start..].split_at(length);
    if unit.starts_with('万') {
        decimal(number, MoneyUnit::TenThousandYuan.decimals())
    } else if unit.starts_with('元') || unit.starts_with("余元") {
        decimal(number, MoneyUnit::Yuan.decimals())
    } else {
        None
    }
}

/// Whether a character may stand between 罚款 and its amount.
const fn is_filler(c: char) -> bool {
    matches!(
        c,
        '人' | '民'
            | '币'
            | '金'
            | '额'
            | '数'
            | '计'
            | '共'
            | '合'
            | '为'
            | '处'
            | '以'
            | '的'
            | '罚'
            | '款'
            | ':'
            | '¥'
            | '￥'
            | '('
    )
}

/// Whether an amount contradicts what the content says: neither one of its fines nor their sum.
pub fn contradicts(fine_fen: i64, content: &str) -> bool {
    let (mut sum, mut is_named, mut names_any) = (Some(0_i64), false, false);
    each_fine(content, |fine| {
        names_any = true;
        is_named |= fine == fine_fen;
        sum = sum.and_then(|sum| sum.checked_add(fine));
    });
    names_any && !is_named && sum != Some(fine_fen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_thousand_yuan_become_fen_exactly() {
        let read = |text: &str| parse_money(text, MoneyUnit::TenThousandYuan);
        assert_eq!(read("0.2"), Some(200_000));
        assert_eq!(read("0.000001"), Some(1));
        assert_eq!(read("12.345678"), Some(12_345_678));
        assert_eq!(read("1,234.5"), Some(1_234_500_000));
        assert_eq!(read("０．５万元"), Some(500_000));
        assert_eq!(read("2000元"), Some(200_000));
        assert_eq!(read("人民币2000.50元整"), Some(200_050));
        assert_eq!(read("0.20000000"), Some(200_000));
        assert_eq!(read("0"), Some(0));
        assert_eq!(read(".5"), Some(500_000));
        assert_eq!((read("5."), read(".0"), read("1，2.")), (Some(5_000_000), Some(0), Some(12_000_000)));
        assert_eq!(read(&format!("{}1.5{}", "0".repeat(40), "0".repeat(400))), Some(1_500_000));
        assert_eq!((read("9223372036854.775807"), read("9223372036854.775808")), (Some(i64::MAX), None));
        for bad in [
            "",
            "无",
            "-1",
            "1e3",
            "0.0000001",
            "2千元",
            "1.2.3",
            ",",
            "0.100000001",
            "99999999999999999999",
            ".",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn yuan_columns_have_two_decimals() {
        assert_eq!(parse_money("2000", MoneyUnit::Yuan), Some(200_000));
        assert_eq!(parse_money("2000.05", MoneyUnit::Yuan), Some(200_005));
        assert_eq!(parse_money("0.005", MoneyUnit::Yuan), None);
        assert_eq!(parse_money("0.2万元", MoneyUnit::Yuan), Some(200_000));
    }

    #[test]
    fn every_amount_survives_the_way_there_and_back() {
        let mut fen: i64 = 1;
        while fen < 1_000_000_000_000 {
            let text = format!("{}.{:06}", fen / 1_000_000, fen % 1_000_000);
            assert_eq!(parse_money(&text, MoneyUnit::TenThousandYuan), Some(fen));
            let yuan = format!("{}.{:02}", fen / 100, fen % 100);
            assert_eq!(parse_money(&yuan, MoneyUnit::Yuan), Some(fen));
            fen = fen * 3 + 7;
        }
    }

    #[test]
    fn a_content_that_names_another_fine_contradicts() {
        let fines_in = |content| {
            let mut fines = Vec::new();
            each_fine(content, |fine| fines.push(fine));
            fines
        };
        assert_eq!(fines_in("责令改正，并处罚款人民币2,000元；对负责人罚款0.1万元。"), [200_000, 100_000]);
        assert_eq!(fines_in("罚款罚款2000元，罚款，罚款"), [200_000]);
        assert!(!contradicts(200_000, "罚款2000元"));
        assert!(!contradicts(300_000, "罚款2000元，另罚款1000元"));
        assert!(contradicts(20_000_000, "罚款2000元"));
        assert!(!contradicts(20_000_000, "警告"));
        assert!(!contradicts(1, "罚款贰仟元整"));
    }
}
