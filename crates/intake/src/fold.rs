//! Text of a cell as it is kept: white space tidied, nothing else changed.

/// Trimmed, without invisible characters; white space inside is dropped between Chinese characters, where
/// it comes from line breaks in cells and would split a word, and folded into one space elsewhere.
pub(crate) fn clean(text: &str) -> String {
    let trimmed = text.trim();
    if is_plain(trimmed) {
        return trimmed.to_owned();
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
    out
}

/// Whether there is neither white space nor an invisible character: true of most cells, and cheap to see.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| b > b' ' && !matches!(b, 0xc2 | 0xe2 | 0xef) && b != 0xe3)
        || !text.chars().any(|c| c.is_whitespace() || is_invisible(c))
}

const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}' | '\0')
}

/// Whether a cell says that there is nothing to say.
pub(crate) fn is_blank(text: &str) -> bool {
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
    fn line_breaks_inside_a_word_go_and_punctuation_stays() {
        assert_eq!(clean(" 责令停产\r\n停业，罚款 2000 元 "), "责令停产停业，罚款 2000 元");
        assert_eq!(clean("示例（虚构）\u{feff}有限公司"), "示例（虚构）有限公司");
        assert_eq!(clean("A  B"), "A B");
        assert!(is_blank(" 　") && is_blank("/") && is_blank("无") && !is_blank("无锡"));
    }
}
