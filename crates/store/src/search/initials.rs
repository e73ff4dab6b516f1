//! Pinyin initials (拼音首字母) of names: 重庆 is found by zq and by cq.

use pinyin::{ToPinyin, ToPinyinMulti};

/// The initials that a character may be read with, the usual one first; a letter or digit stands for itself.
/// Two readings are enough: the rarer ones of a character only bring noise.
pub(super) fn readings(c: char) -> Vec<char> {
    if c.is_ascii_alphanumeric() {
        return vec![c.to_ascii_lowercase()];
    }
    let usual = c.to_pinyin().and_then(|one| one.first_letter().chars().next());
    let Some(usual) = usual else { return Vec::new() };
    let mut readings = vec![usual];
    if let Some(all) = c.to_pinyin_multi() {
        let others = all.into_iter().filter_map(|one| one.first_letter().chars().next());
        readings.extend(others.filter(|other| *other != usual).take(1));
    }
    readings
}

/// The initials of a name, each character by its usual reading.
pub(super) fn usual(name: &str) -> String {
    name.chars().filter_map(|c| readings(c).first().copied()).collect()
}

/// Every way to read `width` characters that follow one another, for all such places of a name.
pub(super) fn runs(readings: &[Vec<char>], width: usize) -> Vec<String> {
    readings.windows(width).flat_map(spelled).collect()
}

/// Every way to read the characters of one place.
pub(super) fn spelled(place: &[Vec<char>]) -> Vec<String> {
    place.iter().fold(vec![String::new()], |so_far, letters| {
        so_far.iter().flat_map(|head| letters.iter().map(move |letter| format!("{head}{letter}"))).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_with_two_readings_is_found_by_both() {
        let readings: Vec<_> = "重庆".chars().map(readings).collect();
        let spelled = spelled(&readings);
        assert!(spelled.contains(&"zq".to_owned()) && spelled.contains(&"cq".to_owned()), "{spelled:?}");
        assert_eq!(usual("南通A1科技"), "nta1kj");
    }
}
