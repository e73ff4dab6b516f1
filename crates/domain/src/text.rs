//! Folding of Chinese text as clerks type it: full-width letters, odd spaces, bracket styles.

/// Turns full-width ASCII into half-width and the ideographic space into a plain one.
pub fn half_width(text: &str) -> String {
    text.chars().map(half_width_char).collect()
}

/// [`half_width`], with every kind of white space and the zero-width characters removed.
pub fn squeeze(text: &str) -> String {
    text.chars().map(half_width_char).filter(|c| !c.is_whitespace() && !is_invisible(*c)).collect()
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
    fn names_meet_across_brackets_and_company_forms() {
        assert_eq!(name_key("示例（南通）有限责任公司"), name_key("示例(南通) 有限公司"));
    }
}
