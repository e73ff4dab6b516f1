//! Questions out of GIFT text.

use std::fs;
use std::path::Path;

use encoding_rs::{GB18030, UTF_8};
use xinxiu_domain::exam::Question;
use xinxiu_domain::question::Fault;
use xinxiu_domain::session::Module;

use super::ReadQuestions;
use super::gift_answers::{Answers, answers, unescape};
use crate::refusal::Refusal;

/// Largest text that is read: some ten thousand questions.
const LARGEST: u64 = 8 << 20;

pub(super) fn read_file(path: &Path, name: &str, editions: &[&str]) -> Result<ReadQuestions, Refusal> {
    let unreadable = |error| Refusal::unreadable(name, error);
    if fs::metadata(path).map_err(unreadable)?.len() > LARGEST {
        return Err(Refusal::too_large(name, format!("题库文本上限 {} MB", LARGEST >> 20)));
    }
    let bytes = fs::read(path).map_err(unreadable)?;
    let (text, _, wrong) = UTF_8.decode(&bytes);
    if !wrong {
        return Ok(read(&text, editions));
    }
    let (text, _, wrong) = GB18030.decode(&bytes);
    if wrong {
        return Err(Refusal::not_a_spreadsheet(name, "文字编码不是 UTF-8 或 GB18030"));
    }
    Ok(read(&text, editions))
}

/// Reads GIFT text.
pub fn read(text: &str, editions: &[&str]) -> ReadQuestions {
    let mut found = ReadQuestions::default();
    let mut category = None;
    for block in blocks(text) {
        match block.category {
            Some(path) => category = module_of(&path),
            None => found.take(block.line, question(&block, category), editions),
        }
    }
    found.settle()
}

/// One question, or a category, with the comments above it.
#[derive(Debug, Default)]
struct Block {
    line: u64,
    comments: String,
    text: String,
    category: Option<String>,
}

/// A question ends with an empty line, unless its braces are open; so that a brace that was never closed does
/// not swallow the rest, a line that begins as questions do ends it all the same.
fn blocks(text: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut now = Block::default();
    for (number, raw) in (1_u64..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let line = raw.trim();
        let begins = line.starts_with("::") || line.starts_with("$CATEGORY:") || line.starts_with("//");
        if !now.text.is_empty() && ((line.is_empty() && !is_open(&now.text)) || begins) {
            found.push(std::mem::take(&mut now));
        }
        if let Some(comment) = line.strip_prefix("//") {
            now.comments.push_str(comment);
        } else if let Some(path) = line.strip_prefix("$CATEGORY:") {
            let category = Some(path.trim().to_owned());
            found.push(Block { line: number, category, ..Block::default() });
            now = Block::default();
        } else if !line.is_empty() {
            if now.text.is_empty() {
                now.line = number;
            } else {
                now.text.push('\n');
            }
            now.text.push_str(line);
        } else if now.text.is_empty() {
            now.comments.clear();
        }
    }
    if !now.text.is_empty() {
        found.push(now);
    }
    found
}

fn is_open(text: &str) -> bool {
    find(text, '{').is_some_and(|open| find(&text[open..], '}').is_none())
}

/// Where a character stands that no backslash goes before.
pub(super) fn find(text: &str, wanted: char) -> Option<usize> {
    let mut escaped = false;
    for (index, c) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == wanted {
            return Some(index);
        }
    }
    None
}

/// The module that a category or a cell names, by its code or its Chinese name.
pub(super) fn module_of(path: &str) -> Option<Module> {
    let last = path.rsplit('/').next().unwrap_or(path).trim();
    Module::from_code(last).or_else(|| Module::ALL.iter().copied().find(|one| one.label() == last))
}

fn tag<'a>(comments: &'a str, name: &str) -> Option<&'a str> {
    let begin = comments.find(name)? + name.len();
    let rest = &comments[begin..];
    Some(rest[..rest.find(']')?].trim())
}

fn question(block: &Block, category: Option<Module>) -> Result<Question, Vec<Fault>> {
    let mut faults = Vec::new();
    let text = block.text.as_str();
    let (title, body) = titled(text);
    let Some((stem, inside, after)) = braces(body) else {
        let help = "没有用 { } 括起来的答案，请补上；大括号前后成对";
        return Err(vec![Fault::new("题目", shortened(text), help)]);
    };
    if !after.is_empty() {
        faults.push(Fault::new("题目", shortened(after), "不支持填空题：大括号要放在题目最后"));
    }
    let id = tag(&block.comments, "[id:").map_or_else(|| unescape(title), str::to_owned);
    let module = tag(&block.comments, "[tag:module=").and_then(module_of).or(category);
    if module.is_none() {
        let help = "题目前要有分类，如 $CATEGORY: 信用修复/procedure，最后一段是模块代码或名称";
        faults.push(Fault::new("模块", "", help));
    }
    let basis = tag(&block.comments, "[tag:basis=").unwrap_or_default().to_owned();
    if basis.is_empty() {
        let help = "没有依据，请在题目上一行写 // [tag:basis=N11]，填通知要求编号或规则版本";
        faults.push(Fault::new("依据", "", help));
    }
    match (answers(inside), module) {
        (Ok(Answers { kind, choices, answer, explanation }), Some(module)) if faults.is_empty() => {
            let edition = tag(&block.comments, "[tag:edition=").map(str::to_owned);
            let text = unescape(plain(stem));
            Ok(Question { id, module, kind, text, choices, answer, explanation, basis, edition })
        }
        (Err(fault), _) => {
            faults.push(fault);
            Err(faults)
        }
        _ => Err(faults),
    }
}

fn titled(text: &str) -> (&str, &str) {
    let Some(rest) = text.strip_prefix("::") else { return ("", text) };
    rest.split_once("::").map_or(("", text), |(title, body)| (title.trim(), body.trim()))
}

/// The question before its braces, what is inside, and what comes after.
fn braces(body: &str) -> Option<(&str, &str, &str)> {
    let open = find(body, '{')?;
    let inside = &body[open + 1..];
    let close = find(inside, '}')?;
    Some((body[..open].trim(), inside[..close].trim(), inside[close + 1..].trim()))
}

/// Without the mark that says how the text is formatted.
pub(super) fn plain(text: &str) -> &str {
    let text = text.trim();
    let marks = ["[plain]", "[moodle]", "[markdown]", "[html]"];
    marks.iter().find_map(|mark| text.strip_prefix(mark)).unwrap_or(text).trim()
}

pub(super) fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}
