//! The content check of a session (N20): nothing charged, no advertising, nothing off the subject. Words that make a text
//! look otherwise are found by a list; a person says of each what is behind it.

coded! {
    /// What whoever publishes a session vouches for, point by point (N20).
    pub enum ContentPoint {
        Charging = "charging", "不收取任何费用";
        Advertising = "advertising", "没有商业宣传";
        OffSubject = "off_subject", "没有与培训无关的内容";
    }
}

/// A word to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The word.
    pub word: String,
    /// What it would speak against.
    pub about: ContentPoint,
    /// Why it is looked for.
    pub reason: String,
    /// Phrases in which it is harmless.
    pub except: Vec<String>,
}

/// A text without what is put between characters to hide a word: spaces, marks, and the difference of capitals.
fn folded(text: &str) -> String {
    let shown = text.chars().filter(|c| c.is_alphanumeric());
    shown.flat_map(char::to_lowercase).collect()
}

/// The words found in a text, each once. A word inside a longer one of the list, or inside a phrase in which it is
/// harmless, is not found.
pub fn find<'a>(text: &str, words: &'a [Word]) -> Vec<&'a Word> {
    let text = folded(text);
    let spans = |word: &str| {
        let word = folded(word);
        let found = text.match_indices(&word).map(|(from, found)| (from, from + found.len()));
        if word.is_empty() { Vec::new() } else { found.collect::<Vec<_>>() }
    };
    let all: Vec<(&Word, Vec<(usize, usize)>)> = words.iter().map(|word| (word, spans(&word.word))).collect();
    let is_covered = |one: &Word, (from, to): (usize, usize)| {
        let inside = |(start, end): &(usize, usize)| *start <= from && to <= *end;
        let longer = all.iter().filter(|(other, _)| other.word.len() > one.word.len());
        longer.flat_map(|(_, spans)| spans).any(inside)
            || one.except.iter().flat_map(|phrase| spans(phrase)).any(|span| inside(&span))
    };
    let stands =
        |(word, spans): &&(&Word, Vec<(usize, usize)>)| spans.iter().any(|span| !is_covered(word, *span));
    all.iter().filter(stands).map(|(word, _)| *word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(word: &str, except: &[&str]) -> Word {
        Word {
            word: word.into(),
            about: ContentPoint::Charging,
            reason: "示例".into(),
            except: except.iter().map(|one| (*one).to_owned()).collect(),
        }
    }

    fn found(text: &str) -> Vec<String> {
        let words =
            [word("收费", &["不收费", "违规收费"]), word("代办", &[]), word("代办费", &[]), word("VIP", &[])];
        find(text, &words).iter().map(|one| one.word.clone()).collect()
    }

    #[test]
    fn hidden_words_are_found_and_harmless_phrases_are_not() {
        assert_eq!(found("本班收 费，限 v-i-p"), ["收费", "VIP"]);
        assert_eq!(found("本班不收费，举报违规收费"), [""; 0]);
        assert_eq!(found("本班不收费，资料另收费"), ["收费"]);
        assert_eq!(found("代办费面议"), ["代办费"]);
        assert_eq!(found("代办，代办费"), ["代办", "代办费"]);
        assert_eq!(found(""), [""; 0]);
    }
}
