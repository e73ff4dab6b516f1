//! What an enterprise is found by, cut into the parts that the index holds.
//!
//! The first letter of a part says what it is of: `n` one or two characters of a name, `b` those with which it
//! begins, `p` two or three pinyin initials, `q` those with which they begin, `d` three characters of a
//! decision number; `c`, `a` and `m` the county, an authority and a class of the plan table, by which the
//! index leaves out early what an actor may not see.

use std::collections::BTreeSet;

use xinxiu_domain::DecisionNumber;
use xinxiu_domain::id::EnterpriseId;
use xinxiu_domain::text::name_key;

use super::initials;

/// What a term is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TermKind {
    /// The name on file.
    Name,
    /// Another name: of another list, or from before a correction.
    KnownName,
    /// Number of a decision.
    Decision,
    /// USCC, or an old registration number.
    Code,
}

impl TermKind {
    /// Its code in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::KnownName => "known",
            Self::Decision => "decision",
            Self::Code => "code",
        }
    }

    /// The kind of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Name, Self::KnownName, Self::Decision, Self::Code].into_iter().find(|kind| kind.code() == code)
    }
}

/// One thing that an enterprise is found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    pub enterprise: EnterpriseId,
    pub kind: TermKind,
    pub key: String,
    pub shown: String,
    pub initials: String,
    pub parts: Vec<String>,
}

/// Parts of 有限公司, which nearly every name has: they tell nothing apart and are not indexed.
const EVERYWHERE: [&str; 7] = ["有", "限", "公", "司", "有限", "限公", "公司"];
const EVERYWHERE_INITIALS: [&str; 5] = ["yx", "xg", "gs", "yxg", "xgs"];

/// A name as it is compared: no brackets, no spaces.
pub(super) fn name_of(text: &str) -> String {
    name_key(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// A decision number as it is compared, whatever its brackets.
pub(super) fn decision_of(text: &str) -> String {
    let key = DecisionNumber::parse(text).map(|number| number.key()).unwrap_or_default();
    key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The parts of a folded name.
pub(super) fn name_parts(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut parts: BTreeSet<String> = chars.iter().map(|c| format!("n{c}")).collect();
    parts.extend(chars.windows(2).map(|pair| format!("n{}{}", pair[0], pair[1])));
    parts.retain(|part| !EVERYWHERE.contains(&&part[1..]));
    parts.extend(beginning("b", &chars));
    let readings: Vec<_> = chars.iter().map(|c| initials::readings(*c)).collect();
    for width in [2, 3] {
        let runs = initials::runs(&readings, width);
        parts.extend(runs.into_iter().filter(|run| !is_everywhere(run)).map(|run| format!("p{run}")));
    }
    for width in 1..=readings.len().min(2) {
        parts.extend(initials::spelled(&readings[..width]).into_iter().map(|run| format!("q{run}")));
    }
    parts.into_iter().collect()
}

fn is_everywhere(run: &str) -> bool {
    EVERYWHERE_INITIALS.contains(&run)
}

fn beginning(mark: &str, chars: &[char]) -> Vec<String> {
    (1..=chars.len().min(2)).map(|n| format!("{mark}{}", chars[..n].iter().collect::<String>())).collect()
}

/// The parts that a name with this text in it has.
pub(super) fn name_query(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let parts: BTreeSet<String> = match chars.as_slice() {
        [one] => [one.to_string()].into(),
        many => many.windows(2).map(|pair| pair.iter().collect()).collect(),
    };
    parts
        .into_iter()
        .filter(|part| !EVERYWHERE.contains(&part.as_str()))
        .map(|part| format!("n{part}"))
        .collect()
}

/// The part that a name beginning with this text has besides.
pub(super) fn name_start(text: &str) -> Option<String> {
    beginning("b", &text.chars().collect::<Vec<_>>()).pop()
}

/// The parts that a name with these initials in it has.
pub(super) fn initials_query(letters: &str) -> Vec<String> {
    let chars: Vec<char> = letters.chars().collect();
    let runs: BTreeSet<String> = match chars.len() {
        0 => BTreeSet::new(),
        1 => return vec![format!("q{letters}")],
        2 => [letters.to_owned()].into(),
        _ => chars.windows(3).map(|run| run.iter().collect()).collect(),
    };
    runs.into_iter().filter(|run| !is_everywhere(run)).map(|run| format!("p{run}")).collect()
}

/// The part that a name beginning with these initials has besides.
pub(super) fn initials_start(letters: &str) -> Option<String> {
    beginning("q", &letters.chars().collect::<Vec<_>>()).pop()
}

/// The parts of a folded decision number, and those that a number with this text in it has.
pub(super) fn decision_parts(key: &str) -> Vec<String> {
    let chars: Vec<char> = key.chars().collect();
    let parts: BTreeSet<String> =
        chars.windows(3).map(|run| format!("d{}", run.iter().collect::<String>())).collect();
    parts.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a query asks for must be among what the index holds, or nothing is ever found.
    #[test]
    fn a_part_of_a_name_has_only_parts_that_the_name_has() {
        let name = name_of("重庆（南通）A1科技有限责任公司");
        let parts = name_parts(&name);
        let chars: Vec<char> = name.chars().collect();
        let letters: Vec<char> = initials::usual(&name).chars().collect();
        for from in 0..chars.len() {
            for to in from + 1..=chars.len() {
                let asked: String = chars[from..to].iter().collect();
                assert!(name_query(&asked).iter().all(|part| parts.contains(part)), "{asked}");
                let asked: String = letters[from..to].iter().collect();
                if from == 0 || to - from > 1 {
                    assert!(initials_query(&asked).iter().all(|part| parts.contains(part)), "{asked}");
                }
            }
            let head: String = chars[..=from].iter().collect();
            assert!(parts.contains(&name_start(&head).unwrap()));
            let head: String = letters[..=from].iter().collect();
            assert!(parts.contains(&initials_start(&head).unwrap()));
        }
        assert!(initials_query("cqnt").iter().all(|part| parts.contains(part)));
        assert!(name_query("公司").is_empty());
    }

    #[test]
    fn a_decision_number_is_the_same_in_any_brackets() {
        let key = decision_of("通环罚字〔2022〕12号");
        assert_eq!(key, decision_of("通环罚字[2022] 12号"));
        let parts = decision_parts(&key);
        for asked in ["(2022)12号", "【2022】12", "罚字2022", "2号"] {
            assert!(decision_parts(&decision_of(asked)).iter().all(|part| parts.contains(part)), "{asked}");
        }
    }
}
