//! Questions from a file: what was taken, and each that was not with its reason.

use maud::{Markup, html};
use xinxiu_intake::Options;
use xinxiu_intake::questions::read_questions;
use xinxiu_workflow::question_bank::{self, Imported};
use xinxiu_workflow::{FieldError, Refusal};

use crate::web::reply::PageResult;
use crate::web::request::Req;
use crate::web::ui;

/// The form that asks for a file.
pub(super) fn form(req: &Req, errors: &[FieldError]) -> Markup {
    let hint =
        "GIFT 文本（.gift、.txt）或表格（.xlsx、.csv 等）；可以先导出，照样子填写。编号相同的会修改原题";
    ui::panel(
        "从文件导入",
        &ui::upload_form(
            req,
            "/questions/import",
            &html! {
                (ui::upload_field("file", "题库文件", hint, ".gift,.txt,.xlsx,.xls,.ods,.csv", errors))
                (ui::tick(&req.form, "trial", "先试读，不导入", errors))
                (ui::button("导入试题"))
            },
        ),
    )
}

pub(super) fn take_in(req: &Req) -> PageResult {
    let actor = req.actor()?;
    let refused = |message: String| {
        let errors = [FieldError { field: "file".into(), message }];
        Ok(req.again("导入试题", html! { h1 { "导入试题" } (ui::errors(&errors)) (form(req, &errors)) }))
    };
    let Some(upload) = req.upload("file") else {
        return refused("请选择题库文件".into());
    };
    let mut options = Options::new(req.app.clock.today());
    options.file_name = Some(upload.file_name.clone());
    let editions = question_bank::editions(&req.app.rules);
    let read = match read_questions(upload.content.path(), &options, &editions) {
        Ok(read) => read,
        Err(refusal) => return refused(refusal.to_string()),
    };
    let is_trial = req.form.ticked("trial");
    let done: Result<Imported, Refusal> = if is_trial {
        question_bank::judge(&req.app, actor, read)
    } else {
        question_bank::import(&req.app, actor, read, &upload.file_name)
    };
    Ok(req.page("导入试题", report(req, &done?, &upload.file_name, is_trial)))
}

fn report(req: &Req, done: &Imported, file: &str, is_trial: bool) -> Markup {
    let rows: Vec<_> = done
        .rejected
        .iter()
        .map(|one| {
            vec![html! { (one.line) }, html! { (one.column) }, html! { (one.value) }, html! { (one.message) }]
        })
        .collect();
    html! {
        h1 { "导入试题" }
        p role="status" {
            @if is_trial { "试读“" (file) "”，还没有导入：可新增" } @else { "“" (file) "”已导入：新增" }
            strong { (done.added.len()) } "题，修改" strong { (done.changed.len()) } "题，与题库相同"
            (done.same) "题，退回" strong { (done.rejected.len()) } "处。"
        }
        @if rows.is_empty() {
            p { "没有退回的题。" }
        } @else {
            p { "下面这些没有导入。在原文件里改好后再导入一次，已经导入的不会重复。" }
            (ui::table("退回的题", &["#行", "列", "原来写的", "怎么改"], &rows))
        }
        p { a href="/questions" { "返回题库" } }
        (form(req, &[]))
    }
}
