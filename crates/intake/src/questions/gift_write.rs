//! Questions as GIFT. What GIFT has no place for (basis, edition) stands in the tags that Moodle reads from the
//! comment above a question.

use std::fmt::Write;

use xinxiu_domain::exam::{Question, QuestionKind};

/// Characters that mean something to GIFT.
pub(super) const SPECIAL: [char; 7] = ['\\', '~', '=', '#', '{', '}', ':'];

/// All questions, those of one module after another under its category.
pub fn write(questions: &[Question]) -> String {
    let mut out = String::new();
    let mut category = None;
    for question in questions {
        if category != Some(question.module) {
            category = Some(question.module);
            let _ = writeln!(out, "$CATEGORY: $course$/top/信用修复/{}\n", question.module.code());
        }
        one(&mut out, question);
    }
    out
}

fn one(out: &mut String, question: &Question) {
    let _ = write!(out, "// [id:{}] [tag:basis={}]", question.id, question.basis);
    if let Some(edition) = &question.edition {
        let _ = write!(out, " [tag:edition={edition}]");
    }
    let _ = write!(out, "\n::{}::[plain]{} {{", question.id, escape(&question.text));
    if question.kind == QuestionKind::TrueFalse {
        out.push_str(if question.answer == [0] { "TRUE" } else { "FALSE" });
    } else {
        choices(out, question);
    }
    let _ = write!(out, "\n####{}\n}}\n\n", escape(&question.explanation));
}

fn choices(out: &mut String, question: &Question) {
    let is_multiple = question.kind == QuestionKind::Multiple;
    let right = question.answer.len();
    for (index, choice) in question.choices.iter().enumerate() {
        let is_right = question.answer.contains(&index);
        let mark = match (is_multiple, is_right) {
            (true, true) => format!("~%{}%", share(right)),
            (true, false) => "~%-100%".to_owned(),
            // A choice that itself begins with a percent sign would be read as a weight.
            (false, true) if choice.starts_with('%') => "=%100%".to_owned(),
            (false, false) if choice.starts_with('%') => "~%0%".to_owned(),
            (false, true) => "=".to_owned(),
            (false, false) => "~".to_owned(),
        };
        let format = if choice.starts_with('[') { "[plain]" } else { "" };
        let _ = write!(out, "\n\t{mark}{format}{}", escape(choice));
    }
}

/// The share of one of several right choices, as Moodle writes it: at most five decimals, none where even.
fn share(right: usize) -> String {
    let parts = 10_000_000 / right.max(1);
    let (whole, rest) = (parts / 100_000, parts % 100_000);
    let decimals = format!("{rest:05}");
    let decimals = decimals.trim_end_matches('0');
    if decimals.is_empty() { whole.to_string() } else { format!("{whole}.{decimals}") }
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => {}
            c => {
                if SPECIAL.contains(&c) {
                    out.push('\\');
                }
                out.push(c);
            }
        }
    }
    out
}
