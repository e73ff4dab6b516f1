//! Text of a cell as it is kept: white space tidied, nothing else changed.

use std::borrow::Cow;

use xinxiu_domain::text::is_surely_plain;

/// Trimmed, without invisible characters; white space inside is dropped between Chinese characters, where
/// it comes from line breaks in cells and would split a word, and folded into one space elsewhere.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let trimmed = text.trim();
    if is_plain(trimmed) {
        return Cow::Borrowed(trimmed);
    }
    let mut out = String::with_capacity(trimmed.len());
    let mut gap = false;
    for c in trimmed.chars().filter(|c| !is_invisible(*c)) {
        if c.is_whitespace() {
            gap = true;
            continue;
        }
        let between_wide = !c.is_ascii() && out.chars().next_back().is_some_and(|last| !last.is_ascii());
        if gap && !between_wide && !out.is_empty() {
            out.push(' ');
        }
        gap = false;
        out.push(c);
    }
    Cow::Owned(out)
}

/// Whether there is neither white space nor an invisible character. By bytes, for this sees every cell.
fn is_plain(text: &str) -> bool {
    is_surely_plain(text) || has_no_space(text)
}

fn has_no_space(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().all(|(at, lead)| match lead {
        0..=b' ' => false,
        0xc2 => bytes.get(at + 1).is_some_and(|b| !matches!(b, 0x85 | 0xa0)),
        0xe1 => bytes.get(at + 1) != Some(&0x9a),
        0xe2 => !matches!(bytes.get(at + 1..at + 3), Some([0x80, 0x80..=0x8f | 0xa8..=0xaf] | [0x81, _])),
        0xe3 => bytes.get(at + 1..at + 3) != Some(&[0x80, 0x80]),
        0xef => bytes.get(at + 1..at + 3) != Some(&[0xbb, 0xbf]),
        _ => true,
    })
}

/// [`squeeze`](xinxiu_domain::text::squeeze), without a copy where nothing is to be folded.
pub(crate) fn squeezed(text: &str) -> Cow<'_, str> {
    // Full-width forms begin with this byte.
    if is_plain(text) && memchr::memchr(0xef, text.as_bytes()).is_none() {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(xinxiu_domain::text::squeeze(text))
    }
}

const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}' | '\0')
}

/// Whether a cell says that there is nothing to say.
pub(crate) fn is_blank(text: &str) -> bool {
    const LONGEST: usize = "（空）".len();
    // Most cells begin with a character with which none of the words below begins.
    match text.as_bytes() {
        [] => return true,
        [b'0'..=b'9' | b'A'..=b'M' | b'O'..=b'Z', ..] => return false,
        [0xe4..=0xe9, ..] if !text.starts_with(['无', '暂', '空']) => return false,
        _ => {}
    }
    if text.trim_end().len() > LONGEST && !text.starts_with(|c: char| c.is_whitespace() || is_invisible(c)) {
        return false;
    }
    let bare = text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
    bare.is_empty()
        || matches!(
            bare,
            "/" | "\\"
                | "-"
                | "--"
                | "—"
                | "——"
                | "－"
                | "无"
                | "暂无"
                | "空"
                | "NULL"
                | "null"
                | "N/A"
                | "#N/A"
                | "(空)"
                | "（空）"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_folded_where_nothing_is_to_fold() {
        for text in [
            "罚款，“整改”——（虚构）",
            "A\u{3000}",
            "\u{200b}甲",
            "甲\u{a0}乙",
            "甲\u{2028}",
            "Ａ",
            "　",
            "\u{1680}é",
        ] {
            let plain = !text.chars().any(|c| c.is_whitespace() || is_invisible(c));
            assert_eq!(is_plain(text), plain, "{text:?}");
            assert_eq!(squeezed(text), xinxiu_domain::text::squeeze(text), "{text:?}");
        }
    }

    #[test]
    fn line_breaks_inside_a_word_go_and_punctuation_stays() {
        assert_eq!(clean(" 责令停产\r\n停业，罚款 2000 元 "), "责令停产停业，罚款 2000 元");
        assert_eq!(clean("示例（虚构）\u{feff}有限公司"), "示例（虚构）有限公司");
        assert_eq!(clean("A  B"), "A B");
        assert!(is_blank(" 　") && is_blank("/") && is_blank("无") && !is_blank("无锡"));
    }
}
