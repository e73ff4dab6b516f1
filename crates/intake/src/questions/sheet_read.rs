//! Questions out of a spreadsheet: the header is sought, columns may stand in any order.

use std::path::Path;

use xinxiu_domain::exam::{Question, QuestionKind};
use xinxiu_domain::question::{Fault, MOST_CHOICES, TRUE_FALSE, letters};
use xinxiu_domain::text::{half_width, tidy};

use super::ReadQuestions;
use super::gift_read::module_of;
use crate::cells::Cells;
use crate::heads::Heads;
use crate::preview::preview;
use crate::read::Options;
use crate::refusal::Refusal;

/// Most rows that are read.
const MOST_ROWS: usize = 20_000;

/// Where the columns stand.
struct Columns {
    id: Option<usize>,
    module: Option<usize>,
    kind: Option<usize>,
    text: usize,
    choices: Vec<usize>,
    answer: usize,
    explanation: Option<usize>,
    basis: Option<usize>,
    edition: Option<usize>,
}

impl Columns {
    fn find(cells: &Cells) -> Option<Self> {
        let heads = Heads::of(cells);
        let at = |names: &[&str]| heads.at(names);
        let choice = |index: usize| {
            let letter = letters(&[index]);
            at(&[&format!("选项{letter}"), &letter, &format!("选项{}", index + 1)])
        };
        Some(Self {
            id: at(&["编号", "题号", "id"]),
            module: at(&["模块", "类别", "分类", "module"]),
            kind: at(&["题型", "类型", "kind"]),
            text: at(&["题目", "题干", "试题", "text"])?,
            choices: (0..MOST_CHOICES).map_while(choice).collect(),
            answer: at(&["答案", "正确答案", "answer"])?,
            explanation: at(&["解析", "答案解析", "说明", "explanation"]),
            basis: at(&["依据", "basis"]),
            edition: at(&["适用版本", "版本", "edition"]),
        })
    }
}

pub(super) fn read(path: &Path, options: &Options, editions: &[&str]) -> Result<ReadQuestions, Refusal> {
    let mut options = options.clone();
    options.limits.header_rows = MOST_ROWS;
    let mut found = ReadQuestions::default();
    let mut has_header = false;
    for sheet in preview(path, &options)? {
        let mut columns: Option<Columns> = None;
        for (number, cells) in &sheet.rows {
            let Some(columns) = &columns else {
                columns = Columns::find(cells);
                has_header |= columns.is_some();
                continue;
            };
            // A header that is repeated on each printed page is no question.
            if Columns::find(cells).is_none() {
                found.take(*number, question(columns, cells, *number), editions);
            }
        }
    }
    if !has_header {
        let help = "没有找到表头，要有“题目”和“答案”两列；可以先导出题库，按同样的列填写";
        found.reject(1, vec![Fault::new("表头", "", help)]);
    }
    Ok(found.settle())
}

fn question(columns: &Columns, cells: &Cells, number: u64) -> Result<Question, Vec<Fault>> {
    let cell = |column: Option<usize>| column.map_or("", |column| cells.get(column)).trim().to_owned();
    let mut faults = Vec::new();
    let (module, kind) = (cell(columns.module), cell(columns.kind));
    let found_module = module_of(&module);
    if found_module.is_none() {
        faults.push(Fault::new(
            "模块",
            module,
            "请填写模块名称或代码，如 procedure 或 信用修复流程、要求与易错案例",
        ));
    }
    let mut choices: Vec<String> = columns.choices.iter().map(|column| cell(Some(*column))).collect();
    while choices.last().is_some_and(String::is_empty) {
        choices.pop();
    }
    let answer = tidy(&cell(Some(columns.answer)));
    let found_kind = kind_of(&kind, &choices, &answer);
    if found_kind.is_none() {
        faults.push(Fault::new("题型", kind, "题型是单选、多选或判断"));
    }
    if found_kind == Some(QuestionKind::TrueFalse) && choices.is_empty() {
        choices = TRUE_FALSE.map(str::to_owned).to_vec();
    }
    let right = chosen(&answer, &choices);
    if right.is_none() {
        let help = "答案写选项的字母，如 A 或 ACD；判断题写正确或错误";
        faults.push(Fault::new("答案", answer, help));
    }
    let (Some(module), Some(kind), Some(right), true) = (found_module, found_kind, right, faults.is_empty())
    else {
        return Err(faults);
    };
    let id = Some(cell(columns.id)).filter(|id| !id.is_empty());
    Ok(Question {
        id: id.unwrap_or_else(|| format!("row-{number}")),
        module,
        kind,
        text: cell(Some(columns.text)),
        choices,
        answer: right,
        explanation: cell(columns.explanation),
        basis: cell(columns.basis),
        edition: Some(cell(columns.edition)).filter(|edition| !edition.is_empty()),
    })
}

/// The kind as written; where nothing is written, what the choices and the answer show.
fn kind_of(written: &str, choices: &[String], answer: &str) -> Option<QuestionKind> {
    let plain = written.trim().trim_end_matches('题');
    if let Some(kind) = QuestionKind::from_code(plain) {
        return Some(kind);
    }
    if let Some(kind) = QuestionKind::ALL.iter().find(|kind| kind.label() == plain) {
        return Some(*kind);
    }
    match plain {
        "单项选择" => Some(QuestionKind::Single),
        "多项选择" => Some(QuestionKind::Multiple),
        "是非" | "对错" => Some(QuestionKind::TrueFalse),
        "" if choices.is_empty() => Some(QuestionKind::TrueFalse),
        "" => chosen(answer, choices)
            .map(|right| if right.len() > 1 { QuestionKind::Multiple } else { QuestionKind::Single }),
        _ => None,
    }
}

/// The choices that an answer names: letters with or without separators, or the words of 判断.
pub fn chosen(answer: &str, choices: &[String]) -> Option<Vec<usize>> {
    match answer {
        "正确" | "对" | "√" | "T" | "TRUE" | "true" if choices == TRUE_FALSE || choices.is_empty() => {
            return Some(vec![0]);
        }
        "错误" | "错" | "×" | "F" | "FALSE" | "false" if choices == TRUE_FALSE || choices.is_empty() => {
            return Some(vec![1]);
        }
        _ => {}
    }
    let separates = |c: &char| !matches!(c, ',' | ';' | '、' | ' ' | '/' | '，' | '；');
    let mut right = Vec::new();
    for c in half_width(answer).chars().filter(separates) {
        let letter = c.to_ascii_uppercase();
        if !letter.is_ascii_uppercase() {
            return None;
        }
        right.push(usize::from(u8::try_from(letter).ok()? - b'A'));
    }
    right.sort_unstable();
    (!right.is_empty()).then_some(right)
}
