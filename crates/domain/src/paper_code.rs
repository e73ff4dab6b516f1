//! The code on a printed paper (文书二维码, N10 N26): which paper it is and with which words, so that a photograph of it is filed
//! under the right record. It names no person, opens nothing, and is short, for a bad photograph to show it still.

use crate::commitment::{ABOUT_LISTING, ABOUT_PENALTY};

coded! {
    /// Papers that carry a code.
    pub enum PaperKind {
        Commitment = "C", "信用修复承诺书";
        RectificationForm = "F", "信用修复表";
    }
}

coded! {
    /// What the code on the photographs of a paper said (扫码核对).
    pub enum ScanOutcome {
        Matched = "matched", "扫码核对一致";
        Unread = "unread", "未能识别二维码，须人工核对";
    }
}

/// Edition of annex 3 that is in force.
pub const FORM_EDITION: &str = "annex3-2022";
/// What every code of this platform begins with: the name, and the version of the layout.
const PREFIX: &str = "XX1";
/// Characters of the edition's fingerprint and of the tag.
const PART: usize = 4;
/// Longest code that is looked at: a number of nineteen digits.
const LONGEST: usize = PREFIX.len() + 1 + 2 * PART + 19;

/// The code on a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperCode {
    /// Kind of paper.
    pub kind: PaperKind,
    /// Fingerprint of the edition of its words.
    pub words: String,
    /// Tag of the installation that printed it, over all the rest.
    pub tag: String,
    /// Record it belongs to: the commitment, or the penalty record within an application.
    pub record: i64,
}

impl PaperCode {
    /// The code of a paper before its tag is known.
    pub fn untagged(kind: PaperKind, record: i64, edition: &str) -> Self {
        Self { kind, words: fingerprint(edition), tag: String::new(), record }
    }

    /// What the tag is made over.
    pub fn tagged_text(&self) -> String {
        format!("{}:{}:{}", self.kind.code(), self.words, self.record)
    }

    /// The code with the first characters of a keyed digest as its tag.
    #[must_use]
    pub fn with_tag(mut self, digest: &str) -> Self {
        self.tag = digest.chars().take(PART).collect::<String>().to_ascii_uppercase();
        self
    }

    /// As it is printed: capital letters and digits alone, which a QR code holds most tightly.
    pub fn text(&self) -> String {
        format!("{PREFIX}{}{}{}{}", self.kind.code(), self.words, self.tag, self.record)
    }

    /// Reads what a code says; `None` for the codes of others, such as the one on a business licence.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST || !text.is_ascii() {
            return None;
        }
        let rest = text.strip_prefix(PREFIX)?;
        let (kind, rest) = rest.split_at_checked(1)?;
        let (words, rest) = rest.split_at_checked(PART)?;
        let (tag, record) = rest.split_at_checked(PART)?;
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        let is_number = !record.is_empty() && record.bytes().all(|byte| byte.is_ascii_digit());
        if !plain(words) || !plain(tag) || !is_number {
            return None;
        }
        let kind = PaperKind::from_code(kind)?;
        Some(Self { kind, words: words.into(), tag: tag.into(), record: record.parse().ok()? })
    }

    /// Whether the words are those of an edition in force.
    pub fn has_current_words(&self) -> bool {
        let current: &[&str] = match self.kind {
            PaperKind::Commitment => &[ABOUT_PENALTY, ABOUT_LISTING],
            PaperKind::RectificationForm => &[FORM_EDITION],
        };
        current.iter().any(|edition| fingerprint(edition) == self.words)
    }
}

/// Four characters of an edition's name: FNV-1a, folded to twenty bits, in letters and digits that nobody confuses.
fn fingerprint(edition: &str) -> String {
    const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let hash = edition
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let folded = (hash >> 20) ^ hash;
    (0..PART).map(|place| char::from(SIGNS[(folded >> (5 * place) & 31) as usize])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code() -> PaperCode {
        PaperCode::untagged(PaperKind::Commitment, 1234, ABOUT_PENALTY).with_tag("0a1b2c")
    }

    #[test]
    fn a_code_is_short_and_is_read_as_it_was_written() {
        let text = code().text();
        assert_eq!(PaperCode::parse(&text), Some(code()));
        // Sixteen characters fit into the smallest QR code with a quarter of it unreadable.
        assert!(text.len() <= 16 && text.ends_with("0A1B1234"), "{text}");
    }

    #[test]
    fn codes_of_others_are_none() {
        let text = code().text();
        for other in ["", "https://example.invalid/", &text[..12], &text.to_lowercase(), &format!("{text}x")]
        {
            assert_eq!(PaperCode::parse(other), None, "{other}");
        }
        assert_eq!(PaperCode::parse(&format!("{text}99999999999999999999")), None);
        assert_eq!(PaperCode::parse(&text.replace("XX1C", "XX1Z")), None);
    }

    #[test]
    fn editions_are_told_apart() {
        assert!(code().has_current_words());
        assert!(!PaperCode::untagged(PaperKind::Commitment, 1, "annex2-2021").has_current_words());
        assert!(!PaperCode::untagged(PaperKind::RectificationForm, 1, ABOUT_PENALTY).has_current_words());
        let all = [ABOUT_PENALTY, ABOUT_LISTING, FORM_EDITION, "annex2-2021"].map(fingerprint);
        for (place, one) in all.iter().enumerate() {
            assert!(!all[..place].contains(one));
        }
    }
}
