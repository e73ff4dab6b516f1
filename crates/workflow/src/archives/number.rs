//! Numbers of archives: the city's initials and the year, for example `NT2022`.

/// First character of each letter's stretch in GB2312, whose first level is sorted by pronunciation. No common
/// character begins with I, U or V.
const STRETCHES: [(u16, char); 23] = [
    (0xb0a1, 'A'),
    (0xb0c5, 'B'),
    (0xb2c1, 'C'),
    (0xb4ee, 'D'),
    (0xb6ea, 'E'),
    (0xb7a2, 'F'),
    (0xb8c1, 'G'),
    (0xb9fe, 'H'),
    (0xbbf7, 'J'),
    (0xbfa6, 'K'),
    (0xc0ac, 'L'),
    (0xc2e8, 'M'),
    (0xc4c3, 'N'),
    (0xc5b6, 'O'),
    (0xc5be, 'P'),
    (0xc6da, 'Q'),
    (0xc8bb, 'R'),
    (0xc8f6, 'S'),
    (0xcbfa, 'T'),
    (0xcdda, 'W'),
    (0xcef4, 'X'),
    (0xd1b9, 'Y'),
    (0xd4d1, 'Z'),
];
/// First code after the stretch of Z.
const END: u16 = 0xd7fa;

/// The prefix of a campaign's archive numbers. A city whose name has no initials gives `DA` (档案).
pub(super) fn prefix(city: &str, year: u32) -> String {
    let name = city.trim_end_matches('市');
    let initials: String = name.chars().filter_map(initial).collect();
    let initials = if initials.is_empty() { "DA" } else { &initials };
    format!("{initials}{year}")
}

fn initial(character: char) -> Option<char> {
    if character.is_ascii_alphabetic() {
        return Some(character.to_ascii_uppercase());
    }
    let text = character.to_string();
    let (bytes, _, unmappable) = encoding_rs::GBK.encode(&text);
    let [high, low] = *bytes else { return None };
    let code = u16::from_be_bytes([high, low]);
    if unmappable || code >= END {
        return None;
    }
    STRETCHES.iter().rev().find(|(first, _)| code >= *first).map(|(_, letter)| *letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_city_gives_its_initials() {
        assert_eq!(prefix("南通市", 2022), "NT2022");
        assert_eq!(prefix("苏州市", 2023), "SZ2023");
        assert_eq!(prefix("", 2022), "DA2022");
    }
}
