//! What stands between the braces of a GIFT question.

use xinxiu_domain::exam::QuestionKind;
use xinxiu_domain::question::{Fault, TRUE_FALSE};

use super::gift_read::{find, plain, shortened};
use super::gift_write::SPECIAL;

/// The kind of a question with its choices and what is right.
#[derive(Debug)]
pub(super) struct Answers {
    pub kind: QuestionKind,
    pub choices: Vec<String>,
    pub answer: Vec<usize>,
    pub explanation: String,
}

/// A choice with its weight in percent and its feedback.
struct Choice<'a> {
    is_right: bool,
    weight: Option<f64>,
    text: String,
    feedback: &'a str,
}

pub(super) fn answers(inside: &str) -> Result<Answers, Fault> {
    let (inside, general) = feedback(inside, "####");
    let (first, own) = feedback(inside, "#");
    let truth = match first.trim().to_ascii_uppercase().as_str() {
        "T" | "TRUE" => Some(0),
        "F" | "FALSE" => Some(1),
        _ => None,
    };
    if let Some(right) = truth {
        // Of two feedbacks the first is for those who answered wrongly; it explains.
        let explanation = if general.is_empty() { feedback(own, "#").0 } else { general };
        return Ok(Answers {
            kind: QuestionKind::TrueFalse,
            choices: TRUE_FALSE.map(str::to_owned).to_vec(),
            answer: vec![right],
            explanation: unescape(plain(explanation)),
        });
    }
    let choices = split(inside)?;
    let kind = kind_of(&choices, inside)?;
    let answer: Vec<usize> =
        choices.iter().enumerate().filter(|(_, choice)| choice.is_right).map(|(index, _)| index).collect();
    let of_right = choices.iter().find(|choice| choice.is_right && !choice.feedback.is_empty());
    let explanation =
        if general.is_empty() { of_right.map_or("", |choice| choice.feedback) } else { general };
    let explanation = unescape(plain(explanation));
    Ok(Answers {
        kind,
        choices: choices.into_iter().map(|choice| choice.text).collect(),
        answer,
        explanation,
    })
}

/// Splits at an unescaped mark of feedback.
fn feedback<'a>(text: &'a str, mark: &str) -> (&'a str, &'a str) {
    let mut from = 0;
    while let Some(place) = find(&text[from..], '#') {
        let place = from + place;
        if text[place..].starts_with(mark) {
            return (text[..place].trim(), text[place + mark.len()..].trim());
        }
        from = place + 1;
    }
    (text.trim(), "")
}

fn split(inside: &str) -> Result<Vec<Choice<'_>>, Fault> {
    let mut marks = Vec::new();
    let mut from = 0;
    while let Some(place) =
        [find(&inside[from..], '='), find(&inside[from..], '~')].into_iter().flatten().min()
    {
        marks.push(from + place);
        from += place + 1;
    }
    let begins = marks.first() == Some(&0);
    if !begins {
        let help =
            "看不懂答案。单选写 =正确 ~错误，多选写 ~%50%正确，判断写 TRUE 或 FALSE；不支持问答题和数值题";
        return Err(Fault::new("答案", shortened(inside), help));
    }
    let ends = marks.iter().skip(1).copied().chain([inside.len()]);
    marks.iter().zip(ends).map(|(begin, end)| choice(&inside[*begin..end])).collect()
}

fn choice(part: &str) -> Result<Choice<'_>, Fault> {
    let (sign, rest) = part.split_at(1);
    let (text, own) = feedback(rest, "#");
    let mut text = text;
    let mut weight = None;
    if let Some(rest) = text.strip_prefix('%')
        && let Some((number, after)) = rest.split_once('%')
    {
        let parsed: Option<f64> = number.trim().parse().ok().filter(|share: &f64| share.is_finite());
        let help = "分值要写成百分数，如 ~%50%；负分如 ~%-100%";
        weight = Some(parsed.ok_or_else(|| Fault::new("答案", shortened(part), help))?);
        text = after;
    }
    let is_right = weight.map_or(sign == "=", |share| share > 0.0);
    Ok(Choice { is_right, weight, text: unescape(plain(text)), feedback: own })
}

fn kind_of(choices: &[Choice<'_>], inside: &str) -> Result<QuestionKind, Fault> {
    let wrong = |help: &str| Err(Fault::new("答案", shortened(inside), help));
    let right: Vec<_> = choices.iter().filter(|choice| choice.is_right).collect();
    if choices.iter().all(|choice| choice.is_right && choice.text.contains("->")) {
        return wrong("不支持配对题，请改为单选、多选或判断");
    }
    let full = |choice: &Choice<'_>| choice.weight.is_none_or(|share| share >= 100.0);
    match right.as_slice() {
        [] => wrong("没有正确选项，请在正确选项前写 ="),
        [one] if full(one) => Ok(QuestionKind::Single),
        [_] => wrong("唯一正确的选项不到100分，请改为 = 或补上其他正确选项"),
        many if many.iter().all(|choice| choice.weight.is_none()) => {
            wrong("有几个 = 是填空题，不支持；多选题请给每个正确选项写分值，如 ~%50%")
        }
        many => {
            let sum: f64 = many.iter().filter_map(|choice| choice.weight).sum();
            if (sum - 100.0).abs() > 1.0 {
                return wrong("正确选项的分值加起来要等于100，全部选对才得分");
            }
            Ok(QuestionKind::Multiple)
        }
    }
}

/// The text without the backslashes before characters that mean something to GIFT.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match (c, rest.clone().next()) {
            ('\\', Some('n')) => {
                out.push('\n');
                rest.next();
            }
            ('\\', Some(next)) if SPECIAL.contains(&next) => {
                out.push(next);
                rest.next();
            }
            // A line break of the file is a space of the sentence.
            ('\n', _) => out.push(' '),
            _ => out.push(c),
        }
    }
    out.trim().to_owned()
}
