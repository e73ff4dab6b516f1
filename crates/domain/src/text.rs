//! Folding of Chinese text as clerks type it: full-width letters, odd spaces, bracket styles.

/// Whether a text surely holds no white space and no invisible character. `false` says nothing. It looks at
/// every byte in the same way, which the compiler turns into steps of many bytes: this sees every cell of
/// lists with millions of them.
pub fn is_surely_plain(text: &str) -> bool {
    any_in_blocks(text.as_bytes(), |byte, next| {
        let suspect = u8::from(byte <= b' ') | u8::from(byte == 0xc2) | u8::from(byte.wrapping_sub(0xe1) < 2);
        // The ideographic space and the byte order mark are told from common punctuation by their last bytes.
        suspect
            | u8::from(byte == 0x80) & u8::from(next == 0x80)
            | u8::from(byte == 0xbb) & u8::from(next == 0xbf)
    }) == 0
}

/// What `look` says of every byte and the one after it (a space after the last one that is no space), in one
/// set of bits. Blocks of a fixed length, of which the last one overlaps, leave no rest to be done byte by byte.
fn any_in_blocks(bytes: &[u8], look: impl Fn(u8, u8) -> u8) -> u8 {
    const BLOCK: usize = 16;
    let Some(last) = bytes.last() else { return 0 };
    let mut found = look(*last, b' ');
    let next = &bytes[1..];
    if next.len() < BLOCK {
        return bytes.iter().zip(next).fold(found, |found, (byte, next)| found | look(*byte, *next));
    }
    let mut all = [0_u8; BLOCK];
    let mut block = |bytes: &[u8], next: &[u8]| {
        for ((all, byte), next) in all.iter_mut().zip(bytes).zip(next) {
            *all |= look(*byte, *next);
        }
    };
    for (bytes, next) in bytes.chunks_exact(BLOCK).zip(next.chunks_exact(BLOCK)) {
        block(bytes, next);
    }
    let rest = next.len() - BLOCK;
    block(&bytes[rest..rest + BLOCK], &next[rest..]);
    found |= all.iter().fold(0, |found, byte| found | byte);
    found
}

/// Turns full-width ASCII into half-width and the ideographic space into a plain one.
pub fn half_width(text: &str) -> String {
    text.chars().map(half_width_char).collect()
}

/// [`half_width`], with every kind of white space and the zero-width characters removed.
pub fn squeeze(text: &str) -> String {
    // Nothing that is folded grows: one allocation is enough.
    let mut squeezed = String::with_capacity(text.len());
    squeezed.extend(text.chars().map(half_width_char).filter(|c| !c.is_whitespace() && !is_invisible(*c)));
    squeezed
}

/// What somebody typed, for keeping: trimmed, with runs of white space folded into one space and full-width
/// letters and digits made half-width. Chinese punctuation and brackets stay as they are: the text is printed.
pub fn tidy(text: &str) -> String {
    let visible = text.chars().filter(|c| !is_invisible(*c));
    let folded: String = visible
        .map(|c| match half_width_char(c) {
            half if half.is_ascii_alphanumeric() || half == ' ' => half,
            _ => c,
        })
        .collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The key by which two spellings of an enterprise name are compared: white space, width, case and bracket
/// styles folded, 有限责任公司 read as 有限公司. Equal keys make a candidate, never an identity.
pub fn name_key(name: &str) -> String {
    let folded: String = squeeze(name)
        .chars()
        .map(|c| match c {
            '〔' | '[' | '【' | '﹝' | '〈' => '(',
            '〕' | ']' | '】' | '﹞' | '〉' => ')',
            other => other,
        })
        .flat_map(char::to_lowercase)
        .collect();
    folded.replace("有限责任公司", "有限公司")
}

const fn half_width_char(c: char) -> char {
    match c {
        '\u{3000}' | '\u{a0}' => ' ',
        // The full-width block runs parallel to ASCII at a fixed distance.
        '！'..='～' => match char::from_u32(c as u32 - 0xfee0) {
            Some(half) => half,
            None => c,
        },
        _ => c,
    }
}

const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_codes_and_spaces_are_folded() {
        assert_eq!(squeeze("９１３２０６１３ＭＡ１Ｔ０００１３Ｇ　\u{feff}"), "91320613MA1T00013G");
        assert_eq!(tidy("  甲　 乙\n丙 "), "甲 乙 丙");
        assert_eq!(tidy("示例（虚构）公司，Ａ座３楼；已缴清。"), "示例（虚构）公司，A座3楼；已缴清。");
    }

    #[test]
    fn what_is_surely_plain_has_no_space_of_any_kind() {
        for code in 0..=0x0001_ffff {
            let Some(c) = char::from_u32(code) else { continue };
            let text = format!("甲{c}乙");
            if c.is_whitespace() || is_invisible(c) || c == '\0' {
                assert!(!is_surely_plain(&text), "{code:x}");
            }
        }
        assert!(is_surely_plain("罚款，（虚构）、〔2022〕12号。") && is_surely_plain(""));
    }

    #[test]
    fn a_space_is_found_wherever_it_stands() {
        for before in 0..40 {
            for after in 0..40 {
                let plain = format!("{}罚{}", "a".repeat(before), "b".repeat(after));
                assert!(is_surely_plain(&plain), "{plain}");
                for space in [' ', '\n', '\u{a0}', '\u{3000}', '\u{feff}', '\u{200b}'] {
                    let text = format!("{}{space}{}", "a".repeat(before), "b".repeat(after));
                    assert!(!is_surely_plain(&text), "{text:?}");
                }
            }
        }
    }

    #[test]
    fn names_meet_across_brackets_and_company_forms() {
        assert_eq!(name_key("示例（南通）有限责任公司"), name_key("示例(南通) 有限公司"));
    }
}
