//! What the name of an enterprise says beyond its letters: its form, whether it is a branch, and the key under
//! which badly written names still meet.

use crate::text::name_key;

/// Endings of a branch (分支机构) that need no company before them.
const BRANCHES: [&str; 14] = [
    "分公司",
    "支公司",
    "分店",
    "分厂",
    "分院",
    "分校",
    "分所",
    "分行",
    "支行",
    "分理处",
    "营业部",
    "营业厅",
    "办事处",
    "项目部",
];
/// Words about the form of an enterprise that lists write or leave out.
const FORMS: [&str; 7] =
    ["特殊普通合伙", "普通合伙", "有限合伙", "个人独资", "个体工商户", "股份有限公司", "有限公司"];
/// Letters of a name before which a province, city or district may stand.
const REGION: usize = 9;

/// A name taken apart for comparing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameParts {
    /// [`name_key`]: equal keys are the same name in another spelling.
    pub key: String,
    /// The name without brackets, punctuation, form of company, and the words 省市县区 of its region. Equal loose
    /// keys make a candidate and nothing more.
    pub loose: String,
    /// Whether it is a branch: one is never its head office.
    pub is_branch: bool,
    /// Whether it is a company limited by shares.
    pub is_joint_stock: bool,
    /// Whether it is a company at all.
    pub is_company: bool,
}

impl NameParts {
    /// Takes a name apart.
    pub fn of(name: &str) -> Self {
        let key = name_key(name);
        let plain = without_trailing_bracket(&key);
        Self {
            loose: loose(&key),
            is_branch: is_branch(plain),
            is_joint_stock: plain.contains("股份有限公司"),
            is_company: plain.contains("公司"),
            key,
        }
    }

    /// Whether two loose keys differ in one letter: one typed wrong, left out or too many.
    pub fn is_near(&self, other: &Self) -> bool {
        one_letter_apart(&self.loose, &other.loose)
    }
}

/// `示例有限公司(普通合伙)` without what stands in the last bracket.
fn without_trailing_bracket(key: &str) -> &str {
    key.strip_suffix(')').and_then(|rest| rest.rfind('(').map(|at| &rest[..at])).unwrap_or(key)
}

/// A name goes on behind 公司 where it is that of a shop, station or office of the company.
fn is_branch(plain: &str) -> bool {
    if BRANCHES.iter().any(|ending| plain.ends_with(ending)) {
        return true;
    }
    plain.rfind("公司").is_some_and(|at| {
        let behind = plain[at + "公司".len()..].trim_matches(['(', ')']);
        !behind.is_empty() && !FORMS.contains(&behind)
    })
}

fn loose(key: &str) -> String {
    let bare: String = key.chars().filter(|c| c.is_alphanumeric()).collect();
    let region: String = bare
        .chars()
        .enumerate()
        .filter(|(place, c)| !((2..REGION).contains(place) && matches!(c, '省' | '市' | '县' | '区')))
        .map(|(_, c)| c)
        .collect();
    let without_form = FORMS.iter().fold(region, |name, form| name.replace(form, ""));
    let short = without_form
        .strip_suffix("公司")
        .filter(|rest| !rest.ends_with(['分', '支']))
        .unwrap_or(&without_form);
    if short.is_empty() { bare } else { short.to_owned() }
}

fn one_letter_apart(one: &str, other: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.len() < 4 || long.len() - short.len() > 1 {
        return false;
    }
    let same = short.iter().zip(&long).take_while(|(x, y)| x == y).count();
    if same == long.len() {
        return false;
    }
    let rest = if short.len() == long.len() { &short[same + 1..] } else { &short[same..] };
    rest == &long[same + 1..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loose_keys_meet_across_spelling_and_form_and_not_across_branches() {
        let loose = |name: &str| NameParts::of(name).loose;
        for (one, other) in [
            ("示例（南通）食品有限责任公司", "示例南通食品有限公司"),
            ("南通市海门区示例建材有限公司", "南通海门示例建材股份有限公司"),
            ("示例·三和会计师事务所（普通合伙）", "示例三和会计师事务所"),
            ("ＡＢＣ示例有限公司", "abc示例公司"),
        ] {
            assert_eq!(loose(one), loose(other), "{one} {other}");
        }
        for (one, other) in [
            ("示例食品有限公司", "示例食品有限公司海门分公司"),
            ("示例食品有限公司海门分公司", "示例食品有限公司启东分公司"),
            ("示例好又多超市有限公司", "示例好又多有限公司"),
        ] {
            assert_ne!(loose(one), loose(other), "{one} {other}");
        }
        assert_eq!(loose("有限公司"), "有限公司");
    }

    #[test]
    fn a_branch_is_known_by_what_stands_behind_the_company() {
        for name in [
            "示例医药有限公司海门分公司",
            "示例石油有限责任公司第三加油站",
            "示例超市有限公司（人民路店）有限公司启东分店",
            "示例银行南通支行",
            "示例物业有限公司如东项目部",
        ] {
            assert!(NameParts::of(name).is_branch, "{name}");
        }
        for name in [
            "示例医药有限公司",
            "示例医药有限公司（虚构）",
            "示例加油站",
            "示例（集团）股份有限公司",
            "示例经营部",
        ] {
            assert!(!NameParts::of(name).is_branch, "{name}");
        }
    }

    #[test]
    fn one_letter_is_near_and_two_are_not() {
        let near = |one: &str, other: &str| NameParts::of(one).is_near(&NameParts::of(other));
        assert!(near("南通示例鸿达公司", "南通示例宏达公司"));
        assert!(near("南通示例鸿达公司", "南通示例鸿达达公司"));
        assert!(!near("南通示例鸿达公司", "南通示例鸿达有限公司"));
        assert!(!near("南通示例鸿达公司", "南通示例宏大公司"));
        assert!(!near("鸿达公司", "宏达公司"));
    }
}
