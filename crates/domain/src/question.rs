//! What makes a question fit for the bank (题库, N09 N11): its form, its basis, and that no other asks the same.

use std::collections::HashSet;

use crate::exam::{Question, QuestionKind};
use crate::requirement::REQUIREMENTS;
use crate::text::half_width;

/// Choices of a true/false question (判断), in this order.
pub const TRUE_FALSE: [&str; 2] = ["正确", "错误"];
/// Most choices of a question: more do not fit on a phone's screen.
pub const MOST_CHOICES: usize = 8;
/// Two questions are the same to a reader from this similarity on, in thousandths.
pub const ALIKE: u32 = 620;
/// Shortest explanation that explains anything, in characters.
const LEAST_EXPLANATION: usize = 8;

/// Something wrong with a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The column or part that is wrong, as people call it.
    pub part: &'static str,
    /// What stands there.
    pub value: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl Fault {
    /// A fault of a part.
    pub fn new(part: &'static str, value: impl Into<String>, message: impl Into<String>) -> Self {
        Self { part, value: value.into(), message: message.into() }
    }
}

/// Everything wrong with a question by itself. `editions` are the ids of the known rule editions.
pub fn faults(question: &Question, editions: &[&str]) -> Vec<Fault> {
    let mut found = Vec::new();
    words(question, &mut found);
    choices(question, &mut found);
    answer(question, &mut found);
    let basis = question.basis.as_str();
    if !is_basis(basis, editions) {
        let help = "填写通知要求编号（N01—N29）或规则版本编号，如 cn-527";
        found.push(Fault::new("依据", basis, help));
    }
    if let Some(edition) = question.edition.as_deref()
        && !editions.contains(&edition)
    {
        found.push(Fault::new(
            "适用版本",
            edition,
            "没有这个规则版本，请填写规则版本编号，如 cn-527，或留空",
        ));
    }
    found
}

/// Whether an id names a requirement of the notice or a known edition of the rules.
pub fn is_basis(basis: &str, editions: &[&str]) -> bool {
    REQUIREMENTS.iter().any(|(id, ..)| *id == basis) || editions.contains(&basis)
}

fn words(question: &Question, found: &mut Vec<Fault>) {
    let id = question.id.as_str();
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if id.is_empty() || id.len() > 60 || !id.chars().all(plain) {
        found.push(Fault::new("编号", id, "编号用字母、数字和短横，不超过60个字符，如 procedure-41"));
    }
    if question.text.trim().is_empty() {
        found.push(Fault::new("题目", "", "请写出题目"));
    }
    if question.explanation.chars().count() < LEAST_EXPLANATION {
        let help = format!("请写明为什么，至少{LEAST_EXPLANATION}个字");
        found.push(Fault::new("解析", question.explanation.as_str(), help));
    }
}

fn choices(question: &Question, found: &mut Vec<Fault>) {
    let given = question.choices.join("；");
    let distinct: HashSet<_> = question.choices.iter().map(|choice| choice.trim()).collect();
    if question.choices.iter().any(|choice| choice.trim().is_empty()) {
        found.push(Fault::new("选项", given, "有空白的选项，请补写或删去"));
    } else if distinct.len() != question.choices.len() {
        found.push(Fault::new("选项", given, "有相同的选项，请改成不同的"));
    } else if question.kind == QuestionKind::TrueFalse && question.choices != TRUE_FALSE {
        found.push(Fault::new("选项", given, "判断题的选项只能是“正确”和“错误”"));
    } else if question.kind != QuestionKind::TrueFalse
        && !(3..=MOST_CHOICES).contains(&question.choices.len())
    {
        let help = format!("选择题要有3至{MOST_CHOICES}个选项");
        found.push(Fault::new("选项", given, help));
    }
}

fn answer(question: &Question, found: &mut Vec<Fault>) {
    let answer = &question.answer;
    let given = letters(answer);
    if answer.iter().any(|choice| *choice >= question.choices.len()) {
        found.push(Fault::new("答案", given, "答案不在选项里，请填写选项的字母，如 A 或 ACD"));
    } else if !answer.windows(2).all(|pair| pair[0] < pair[1]) {
        found.push(Fault::new("答案", given, "答案要按选项的先后写，每个字母写一次"));
    } else if question.kind == QuestionKind::Multiple && !(2..=question.choices.len()).contains(&answer.len())
    {
        found.push(Fault::new("答案", given, "多选题至少有两个正确选项；只有一个的请改为单选"));
    } else if question.kind != QuestionKind::Multiple && answer.len() != 1 {
        found.push(Fault::new("答案", given, "单选和判断只有一个正确选项；有多个的请改为多选"));
    }
}

/// The letters of choices: 0 is A.
pub fn letters(choices: &[usize]) -> String {
    choices
        .iter()
        .filter_map(|choice| u8::try_from(*choice).ok().filter(|one| *one < 26))
        .map(letter)
        .collect()
}

const fn letter(choice: u8) -> char {
    (b'A' + choice) as char
}

/// How alike two texts read, in thousandths: pairs of neighbouring characters that both have, of all that one of
/// them has (Jaccard). Spaces, punctuation and the width of characters do not count.
pub fn similarity(one: &str, other: &str) -> u32 {
    of_pairs(&pairs(one), &pairs(other))
}

/// Pairs of neighbouring characters, sorted, each once.
type Pairs = Vec<(char, char)>;

fn of_pairs(one: &Pairs, other: &Pairs) -> u32 {
    let (mut left, mut right, mut both) = (0, 0, 0);
    while let (Some(a), Some(b)) = (one.get(left), other.get(right)) {
        both += usize::from(a == b);
        left += usize::from(a <= b);
        right += usize::from(b <= a);
    }
    let either = one.len() + other.len() - both;
    // Two without a character are the same.
    (both * 1000).checked_div(either).and_then(|alike| u32::try_from(alike).ok()).unwrap_or(1000)
}

fn pairs(text: &str) -> Pairs {
    let plain: Vec<char> =
        half_width(text).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let mut found: Pairs = match plain.as_slice() {
        [only] => vec![(*only, *only)],
        many => many.windows(2).map(|pair| (pair[0], pair[1])).collect(),
    };
    found.sort_unstable();
    found.dedup();
    found
}

/// What a question reads like.
#[derive(Debug, Clone)]
pub struct Likeness {
    text: Pairs,
    whole: Pairs,
}

impl Likeness {
    /// Of a question; 判断 has no words of its own in its choices.
    pub fn of(question: &Question) -> Self {
        let text = pairs(&question.text);
        let mut whole = text.clone();
        if question.kind != QuestionKind::TrueFalse {
            whole.extend(question.choices.iter().flat_map(|choice| pairs(choice)));
            whole.sort_unstable();
            whole.dedup();
        }
        Self { text, whole }
    }

    /// How alike, in thousandths: by the text alone, or with the choices, whichever is more.
    pub fn to(&self, other: &Self) -> u32 {
        of_pairs(&self.text, &other.text).max(of_pairs(&self.whole, &other.whole))
    }
}

/// Every two questions that ask the same, as indices with their similarity.
pub fn repetitions(bank: &[Question]) -> Vec<(usize, usize, u32)> {
    let read: Vec<_> = bank.iter().map(Likeness::of).collect();
    let mut found = Vec::new();
    for (index, one) in read.iter().enumerate() {
        for (later, other) in read.iter().enumerate().skip(index + 1) {
            let alike = one.to(other);
            if alike >= ALIKE {
                found.push((index, later, alike));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Module;

    fn question(kind: QuestionKind, choices: &[&str], answer: &[usize]) -> Question {
        Question {
            id: "procedure-90".into(),
            module: Module::Procedure,
            kind,
            text: "一般失信行为的处罚信息最短公示多久？".into(),
            choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
            answer: answer.to_vec(),
            explanation: "最短公示三个月，从决定之日起算。".into(),
            basis: "cn-527".into(),
            edition: None,
        }
    }

    fn parts(question: &Question) -> Vec<&'static str> {
        faults(question, &["cn-527"]).into_iter().map(|fault| fault.part).collect()
    }

    #[test]
    fn each_kind_has_its_form() {
        use QuestionKind::{Multiple, Single, TrueFalse};
        assert!(parts(&question(Single, &["甲", "乙", "丙"], &[1])).is_empty());
        assert!(parts(&question(TrueFalse, &TRUE_FALSE, &[1])).is_empty());
        assert!(parts(&question(Multiple, &["甲", "乙", "丙"], &[0, 1, 2])).is_empty());
        assert_eq!(parts(&question(Single, &["甲", "乙"], &[1])), ["选项"]);
        assert_eq!(parts(&question(Single, &["甲", "乙", "丙"], &[0, 1])), ["答案"]);
        assert_eq!(parts(&question(Single, &["甲", "乙", "甲"], &[0])), ["选项"]);
        assert_eq!(parts(&question(Multiple, &["甲", "乙", "丙"], &[0])), ["答案"]);
        assert_eq!(parts(&question(Multiple, &["甲", "乙", "丙"], &[1, 0])), ["答案"]);
        assert_eq!(parts(&question(TrueFalse, &["是", "否", "不知"], &[1])), ["选项"]);
        assert_eq!(parts(&question(Single, &["甲", "乙", "丙"], &[3])), ["答案"]);
    }

    #[test]
    fn a_question_rests_on_something_that_exists() {
        let mut one = question(QuestionKind::TrueFalse, &TRUE_FALSE, &[0]);
        one.basis = "N30".into();
        assert_eq!(parts(&one), ["依据"]);
        one.basis = "N29".into();
        one.edition = Some("cn-1999".into());
        assert_eq!(parts(&one), ["适用版本"]);
    }

    #[test]
    fn punctuation_and_width_hide_no_repetition() {
        let one = question(QuestionKind::Single, &["甲", "乙", "丙"], &[1]);
        let mut other = question(QuestionKind::Single, &["一月", "二月", "三月"], &[1]);
        other.text = "一般失信行为的处罚信息，最短要公示多久?".into();
        assert_eq!(repetitions(&[one.clone(), other.clone()]).len(), 1);
        other.text = "信用报告从哪里下载？".into();
        assert!(repetitions(&[one, other]).is_empty());
        assert_eq!(similarity("ＡＢＣ", "abc"), 1000);
    }
}
