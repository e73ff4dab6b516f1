//! The code by which a certificate of training (培训证明, N11) is checked.

use std::fmt;

/// Letters and digits that nobody mistakes for one another on paper: no I, L, O and U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Bits that a letter stands for.
const BITS: usize = 5;

/// Characters of a code.
const LENGTH: usize = 16;

/// A code to check a certificate by (核验码): 80 random bits in sixteen characters, so that nobody comes by
/// a certificate that he does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CertificateCode(String);

impl CertificateCode {
    /// Random bytes that a code is made of.
    pub const BYTES: usize = LENGTH * BITS / 8;

    /// The code of random bytes.
    pub fn from_random(bytes: [u8; Self::BYTES]) -> Self {
        let bit = |place: usize| usize::from(bytes[place / 8] >> (7 - place % 8) & 1);
        let letter = |at: usize| (0..BITS).fold(0, |value, place| value * 2 + bit(at * BITS + place));
        Self((0..LENGTH).map(|at| char::from(ALPHABET[letter(at)])).collect())
    }

    /// Reads a code as people type it: in either case, with blanks or lines between its groups, full-width, and with
    /// the letters that look like digits taken for these.
    pub fn parse(text: &str) -> Option<Self> {
        let typed = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '—' | '－' | '·'));
        let code: String = typed.map(letter).collect::<Option<_>>()?;
        (code.len() == LENGTH).then_some(Self(code))
    }

    /// The sixteen characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn letter(typed: char) -> Option<char> {
    let narrow = match typed {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => char::from_u32(u32::from(typed) - 0xFEE0)?,
        other => other,
    };
    let upper = match narrow.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    u8::try_from(upper).is_ok_and(|byte| ALPHABET.contains(&byte)).then_some(upper)
}

/// In groups of four, as it is printed.
impl fmt::Display for CertificateCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, letter) in self.0.chars().enumerate() {
            if at > 0 && at % 4 == 0 {
                f.write_str("-")?;
            }
            write!(f, "{letter}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::CertificateCode;

    #[test]
    fn every_bit_counts() {
        let zero = CertificateCode::from_random([0; CertificateCode::BYTES]);
        assert_eq!(zero.to_string(), "0000-0000-0000-0000");
        assert_eq!(CertificateCode::from_random([0xFF; 10]).as_str(), "ZZZZZZZZZZZZZZZZ");
        for bit in 0..80 {
            let mut bytes = [0; CertificateCode::BYTES];
            bytes[bit / 8] = 1 << (bit % 8);
            assert_ne!(CertificateCode::from_random(bytes), zero, "{bit}");
        }
    }

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = CertificateCode::from_random([7, 91, 33, 250, 18, 77, 129, 64, 5, 200]);
        let printed = code.to_string();
        for typed in [
            printed.clone(),
            printed.to_lowercase(),
            printed.replace('-', " "),
            printed.replace('0', "O").replace('1', "l"),
            printed.replace('-', "—"),
        ] {
            assert_eq!(CertificateCode::parse(&typed).as_ref(), Some(&code), "{typed}");
        }
        for wrong in
            ["", "0000", "0000-0000-0000-000U", "0000-0000-0000-00000", "证明证明证明证明证明证明证明证明"]
        {
            assert_eq!(CertificateCode::parse(wrong), None, "{wrong}");
        }
    }
}
