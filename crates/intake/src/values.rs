//! Columns with few values, in the codes and words of all generations.

use xinxiu_domain::penalty::{StatedSeverity, SubjectKind};

use crate::fold::squeezed;
use crate::record::RecordStatus;

/// 行政相对人类别, in words or in the older codes 01–04.
pub(crate) fn subject(cell: &str) -> Option<SubjectKind> {
    known_subject(cell).or_else(|| known_subject(&squeezed(cell)))
}

fn known_subject(word: &str) -> Option<SubjectKind> {
    match word {
        "自然人" | "01" | "个人" | "公民" => Some(SubjectKind::NaturalPerson),
        "个体工商户" | "个体户" | "04" => Some(SubjectKind::SoleTrader),
        "法人及非法人组织"
        | "法人"
        | "非法人组织"
        | "企业"
        | "企业法人"
        | "法人和其他组织"
        | "法人或其他组织"
        | "法人或非法人组织"
        | "法人及其他组织"
        | "单位"
        | "02"
        | "03" => Some(SubjectKind::LegalPerson),
        _ => None,
    }
}

/// 失信严重程度: 0 未定, 1 一般, 2 较重, 3 严重, or in words.
pub(crate) fn severity(cell: &str) -> Option<StatedSeverity> {
    let word = squeezed(cell).into_owned();
    let bare = ["失信行为", "失信", "行为", "违法", "涉及", "情节"]
        .iter()
        .fold(word, |word, part| word.replace(part, ""));
    match bare.as_str() {
        "0" | "未定" => Some(StatedSeverity::Undetermined),
        "1" | "一般" => Some(StatedSeverity::General),
        "2" | "较重" => Some(StatedSeverity::Heavier),
        "3" | "严重" => Some(StatedSeverity::Serious),
        "特定严重" => Some(StatedSeverity::SpecifiedSerious),
        _ => None,
    }
}

/// 处罚程序: `Some(true)` for the summary procedure, `None` where the words say neither.
pub(crate) fn summary_procedure(cell: &str) -> Option<bool> {
    if cell.contains("简易") || cell.contains("当场") {
        Some(true)
    } else if cell.contains("普通") || cell.contains("一般") || cell.contains("听证") {
        Some(false)
    } else {
        None
    }
}

/// 当前状态, and whether its code means different things at different sources (2 and 3).
pub(crate) fn status(cell: &str) -> (RecordStatus, bool) {
    match &*squeezed(cell) {
        "" | "0" | "正常" | "有效" => (RecordStatus::Normal, false),
        "1" | "撤销" | "已撤销" | "撤消" => (RecordStatus::Withdrawn, false),
        "异议" | "有异议" | "异议中" => (RecordStatus::Disputed, false),
        "2" => (RecordStatus::Disputed, true),
        "3" => (RecordStatus::Other, true),
        _ => (RecordStatus::Other, false),
    }
}

/// Whether 处罚类别 holds code numbers only, which mean different things at different sources.
pub(crate) fn is_bare_code(kinds: &str) -> bool {
    kinds.chars().any(|c| c.is_ascii_digit())
        && kinds
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, ',' | ';' | '，' | '；' | '、' | ' ' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_codes_mean_the_same() {
        assert_eq!(subject("自 然人"), Some(SubjectKind::NaturalPerson));
        assert_eq!(subject("法人及非法人组织"), Some(SubjectKind::LegalPerson));
        assert_eq!(severity("涉及严重失信行为"), Some(StatedSeverity::Serious));
        assert_eq!(severity("特定严重失信行为"), Some(StatedSeverity::SpecifiedSerious));
        assert_eq!(severity("轻"), None);
        assert_eq!(summary_procedure("简易程序"), Some(true));
        assert_eq!(status("1"), (RecordStatus::Withdrawn, false));
        assert_eq!(status("2"), (RecordStatus::Disputed, true));
        assert!(is_bare_code("1；2") && !is_bare_code("罚款") && !is_bare_code(""));
    }
}
