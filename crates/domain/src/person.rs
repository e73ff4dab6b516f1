//! Masking of what identifies a natural person (N21). The full value never has a `Display`.

/// 张三 → 张*; an empty name stays empty.
pub fn mask_name(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| {
        let rest = chars.count().max(1);
        format!("{first}{}", "*".repeat(rest.min(2)))
    })
}

/// A phone by its first three and last four digits; shorter numbers are hidden whole.
pub fn mask_phone(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    if digits.len() < 8 {
        return "*".repeat(digits.len());
    }
    let head: String = digits[..3].iter().collect();
    let tail: String = digits[digits.len() - 4..].iter().collect();
    format!("{head}****{tail}")
}

/// An ID number by its last four characters, as the commitment shows it (annex 2).
pub fn mask_id_number(number: &str) -> String {
    let chars: Vec<char> = number.chars().collect();
    if chars.len() < 8 {
        return "*".repeat(chars.len());
    }
    let tail: String = chars[chars.len() - 4..].iter().collect();
    format!("{}{tail}", "*".repeat(chars.len() - 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_keep_what_the_forms_show_and_no_more() {
        assert_eq!(mask_name("甲某某"), "甲**");
        assert_eq!(mask_phone("100-0000-1234"), "100****1234");
        assert_eq!(mask_phone("12345"), "*****");
        assert_eq!(mask_id_number("11010519491231002X"), "**************002X");
    }
}
