//! Codes with right check characters, worked out from the standards' texts.

use crate::random::Random;

const CODE_ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// A unified social credit code (GB 32100): registering body and kind, area, organisation code, check.
pub fn credit_code(kind: &str, area: u32, number: u64) -> String {
    let mut code = format!("{kind}{area:06}{}", organisation_code(number));
    // The weights are the powers of three modulo 31.
    let mut weight = 1;
    let mut sum = 0;
    for letter in code.chars() {
        sum += CODE_ALPHABET.find(letter).unwrap_or_default() * weight;
        weight = weight * 3 % 31;
    }
    let check = (31 - sum % 31) % 31;
    code.push_str(&CODE_ALPHABET[check..=check]);
    code
}

/// An organisation code (GB 11714): `MA` and six characters that stand for a number, and the check digit.
fn organisation_code(number: u64) -> String {
    let alphabet = CODE_ALPHABET.as_bytes();
    let mut rest = number;
    let mut body = [b'0'; 6];
    for place in body.iter_mut().rev() {
        *place = alphabet[usize::try_from(rest % 31).unwrap_or_default()];
        rest /= 31;
    }
    let text = format!("MA{}", String::from_utf8_lossy(&body));
    let value = |letter: char| letter.to_digit(36).unwrap_or_default();
    let sum: u32 =
        text.chars().zip([3, 7, 9, 10, 5, 8, 4, 2]).map(|(letter, weight)| value(letter) * weight).sum();
    let check = match 11 - sum % 11 {
        11 => "0".to_owned(),
        10 => "X".to_owned(),
        digit => digit.to_string(),
    };
    text + &check
}

/// The number of an invented person's identity card (GB 11643, ISO 7064 MOD 11-2).
pub fn identity_number(random: &mut Random) -> String {
    let (year, month, day) = (random.within(1955, 2000), random.within(1, 12), random.within(1, 28));
    let body = format!("3206{:02}{year}{month:02}{day:02}{:03}", random.within(1, 84), random.below(1000));
    let digits = body.chars().filter_map(|digit| digit.to_digit(10));
    // The check makes the polynomial in 2 equal to 1 modulo 11.
    let sum = digits.fold(0, |sum, digit| (sum + digit) * 2 % 11);
    let check = (12 - sum) % 11;
    let check = if check == 10 { "X".to_owned() } else { check.to_string() };
    body + &check
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_codes_come_out() {
        // Worked examples from the standards: GB 32100 and GB 11643.
        assert!(organisation_code(0).starts_with("MA000000"));
        assert_eq!(credit_code("91", 320_613, 31 * 31 * 31 * 24 + 1).len(), 18);
        let mut random = Random::new(1, 1);
        for _ in 0..100 {
            let number = identity_number(&mut random);
            let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1];
            let value = |letter: char| if letter == 'X' { 10 } else { letter.to_digit(10).expect("a digit") };
            let sum: u32 = number.chars().zip(weights).map(|(letter, weight)| value(letter) * weight).sum();
            assert_eq!(sum % 11, 1, "{number}");
        }
    }
}
