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

/// An address for electronic mail by its first letter and its domain.
pub fn mask_email(address: &str) -> String {
    match address.split_once('@') {
        Some((name, domain)) => format!("{}***@{domain}", name.chars().take(1).collect::<String>()),
        None => "*".repeat(address.chars().count()),
    }
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

/// A text with the ID numbers and phones inside it masked; codes of organisations stay.
pub fn mask_numbers(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut word = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            word.push(c);
            continue;
        }
        shown.push_str(&mask_word(&word));
        word.clear();
        shown.push(c);
    }
    shown + &mask_word(&word)
}

fn mask_word(word: &str) -> String {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    // An ID number has its year of birth in the seventh to tenth place; codes of organisations do not.
    let born = word.get(6..8).is_some_and(|century| matches!(century, "19" | "20"));
    let is_id_number = word.len() == 18 && digits >= 17 && born;
    let is_phone = word.len() == 11 && digits == 11;
    match (is_id_number, is_phone) {
        (true, _) => mask_id_number(word),
        (_, true) => mask_phone(word),
        _ => word.to_owned(),
    }
}

/// Whether a text without spaces can be a phone number: 7 to 15 digits, with area code and hyphens or brackets.
pub fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_plain =
        text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'(' | b')'));
    is_plain && (7..=15).contains(&digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_persons_are_masked_and_codes_are_not() {
        assert_eq!(mask_numbers("11010519491231002X"), "**************002X");
        assert_eq!(mask_numbers("10000001234"), "100****1234");
        assert_eq!(mask_numbers("11320600014200011X"), "11320600014200011X");
        assert_eq!(
            mask_numbers("张三 11010519491231002X，10000001234"),
            "张三 **************002X，100****1234"
        );
    }

    #[test]
    fn masks_keep_what_the_forms_show_and_no_more() {
        assert_eq!(mask_name("甲某某"), "甲**");
        assert_eq!(mask_phone("100-0000-1234"), "100****1234");
        assert_eq!(mask_phone("12345"), "*****");
        assert_eq!(mask_email("zhang@example.invalid"), "z***@example.invalid");
        assert_eq!(mask_email(""), "");
        assert_eq!(mask_id_number("11010519491231002X"), "**************002X");
    }
}
