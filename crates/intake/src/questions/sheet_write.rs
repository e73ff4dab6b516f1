//! Questions as a spreadsheet that can be read in again.

use rust_xlsxwriter::{Format, FormatAlign, Workbook, XlsxError};
use xinxiu_domain::exam::{Question, QuestionKind};
use xinxiu_domain::question::{MOST_CHOICES, letters};

/// Columns before and after those of the choices.
const BEFORE: [(&str, f64); 4] = [("编号", 16.0), ("模块", 30.0), ("题型", 8.0), ("题目", 56.0)];
const AFTER: [(&str, f64); 4] = [("答案", 8.0), ("解析", 48.0), ("依据", 10.0), ("适用版本", 12.0)];

/// The questions as an .xlsx, one in a row.
///
/// # Errors
/// What the writer says; more questions than a sheet has rows.
pub fn write(questions: &[Question]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let sheet = book.add_worksheet();
    sheet.set_name("题库")?.set_freeze_panes(1, 0)?;
    let choices = (0..MOST_CHOICES).map(|index| (format!("选项{}", letters(&[index])), 20.0));
    let named = |(name, width): (&str, f64)| (name.to_owned(), width);
    let heads = BEFORE.map(named).into_iter().chain(choices).chain(AFTER.map(named));
    for (column, (head, width)) in (0_u16..).zip(heads) {
        sheet.set_column_width(column, width)?.write_string_with_format(0, column, head, &bold)?;
    }
    for (row, question) in (1_u32..).zip(questions) {
        for (column, cell) in (0_u16..).zip(cells(question)) {
            sheet.write_string_with_format(row, column, cell, &wrapped)?;
        }
    }
    book.save_to_buffer()
}

fn cells(question: &Question) -> Vec<String> {
    let mut cells = vec![
        question.id.clone(),
        question.module.label().to_owned(),
        question.kind.label().to_owned(),
        question.text.clone(),
    ];
    let is_judged = question.kind == QuestionKind::TrueFalse;
    for index in 0..MOST_CHOICES {
        // The two choices of 判断 are always the same: the answer says 正确 or 错误.
        let choice = if is_judged { None } else { question.choices.get(index) };
        cells.push(choice.cloned().unwrap_or_default());
    }
    let right = question.answer.first().and_then(|right| question.choices.get(*right));
    cells.push(match right {
        Some(choice) if is_judged => choice.clone(),
        _ => letters(&question.answer),
    });
    cells.push(question.explanation.clone());
    cells.push(question.basis.clone());
    cells.push(question.edition.clone().unwrap_or_default());
    cells
}
