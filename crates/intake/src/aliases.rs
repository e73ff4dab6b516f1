//! The spellings of each column's header, from `data/headers.txt`.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use crate::field::Field;

pub(crate) static ALIASES: LazyLock<HashMap<String, Field>> = LazyLock::new(|| {
    let lines = include_str!("../data/headers.txt").lines();
    let named = lines.filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(':'));
    named
        .filter_map(|(code, aliases)| Some((Field::from_code(code)?, aliases)))
        .flat_map(|(field, aliases)| aliases.split('|').map(move |alias| (normal(alias), field)))
        .collect()
});

/// A header as it is compared: NFKC, upper case, no white space, one style of brackets and dashes, and
/// without the mark that a column must be filled.
pub fn normal(header: &str) -> String {
    let folded: String = header
        .nfkc()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '*'))
        .map(|c| match c {
            '[' | '【' | '〔' | '﹝' | '{' => '(',
            ']' | '】' | '〕' | '﹞' | '}' => ')',
            '-' | '—' | '–' | '‐' | '‑' | '−' | '―' => '_',
            other => other,
        })
        .flat_map(char::to_uppercase)
        .collect();
    let mut bare = folded;
    for mark in ["(必填)", "(必填项)", "(选填)", "(非必填)", "(必录)", "(*)"] {
        bare = bare.replace(mark, "");
    }
    bare.trim_end_matches([':', '。', '、']).to_owned()
}

/// The field that a header names, in any spelling of the alias table.
pub fn field_of(header: &str) -> Option<Field> {
    let normal = normal(header);
    ALIASES.get(&normal).copied().or_else(|| {
        // A unit or a remark in brackets at the end: 处罚决定日期(yyyy/mm/dd).
        let (bare, _) = normal.strip_suffix(')')?.rsplit_once('(')?;
        ALIASES.get(bare).copied()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_in_the_field_meet_the_table() {
        for (header, field) in [
            ("行政相对人代码_1（统一社会信用代码）", Field::Uscc),
            ("行政相对人代码_1 (统一社会信用代码)", Field::Uscc),
            ("行政相对人代码-1（统一社会信用代码）", Field::Uscc),
            ("行政相对人代码－统一社会信用代码", Field::Uscc),
            ("行政处罚决定书文号(必填)", Field::DecisionNumber),
            ("*行政处罚决定文书号", Field::DecisionNumber),
            ("penDecNo", Field::DecisionNumber),
            ("罚款金额 (万元)", Field::Fine),
            ("罚款金额（元）", Field::Fine),
            ("没收违法所得、没收非法财务的金额（万元）", Field::Confiscated),
            ("处罚决定日期(yyyy/mm/dd)", Field::DecisionDate),
            ("cf_jdrq", Field::DecisionDate),
            ("企 业 名 称", Field::Name),
            ("处罚名称", Field::CaseName),
            ("法定代表人（负责人）姓名", Field::LegalRep),
        ] {
            assert_eq!(field_of(header), Some(field), "{header}");
        }
        for header in ["", "来源文件", "工作表", "行号", "退回原因", "关于2022年名单的说明"]
        {
            assert_eq!(field_of(header), None, "{header}");
        }
    }

    #[test]
    fn every_field_has_an_alias_and_its_own_label_finds_it() {
        for field in Field::ALL {
            assert!(ALIASES.values().any(|known| known == field), "{field}");
            assert_eq!(field_of(field.label()), Some(*field), "{field}");
        }
    }
}
