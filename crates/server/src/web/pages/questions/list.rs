//! The bank as a list.

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::exam::{Question, QuestionKind};
use xinxiu_domain::session::Module;
use xinxiu_domain::text::squeeze;
use xinxiu_intake::questions::{write_gift, write_sheet};
use xinxiu_workflow::Refusal;
use xinxiu_workflow::question_bank::{self, Entry};

use crate::table::XLSX;
use crate::web::reply::PageResult;
use crate::web::request::{Form, Req};
use crate::web::ui;

const PAGE: usize = 50;

pub(super) fn show(req: &Req) -> PageResult {
    let mut entries = question_bank::list(&req.app, req.actor()?)?;
    let whole = entries.len();
    entries.retain(|entry| fits(entry, &req.query));
    match req.query.raw("format") {
        "gift" => return take_along(req, &entries, "gift"),
        "xlsx" => return take_along(req, &entries, "xlsx"),
        _ => {}
    }
    Ok(req.page("题库", body(req, &entries, whole)))
}

/// Whether a question is among those that are asked for.
fn fits(entry: &Entry, query: &Form) -> bool {
    let question = &entry.question;
    let is = |name: &str, code: &str| query.raw(name).is_empty() || query.raw(name) == code;
    let word = squeeze(&query.text("q"));
    let state = if entry.in_force { "used" } else { "retired" };
    is("module", question.module.code())
        && is("kind", question.kind.code())
        && is("state", state)
        && (word.is_empty() || text_of(question).contains(&word))
}

fn text_of(question: &Question) -> String {
    let edition = question.edition.as_deref().unwrap_or_default();
    let all = [question.id.as_str(), &question.text, &question.explanation, &question.basis, edition];
    squeeze(&format!("{}{}", all.join("\n"), question.choices.join("\n")))
}

fn take_along(req: &Req, entries: &[Entry], format: &str) -> PageResult {
    let questions: Vec<Question> = entries.iter().map(|entry| entry.question.clone()).collect();
    let name = format!("题库-{}.{format}", req.app.clock.today());
    if format == "gift" {
        return Ok(req.file(write_gift(&questions).into_bytes(), name, "text/plain; charset=utf-8"));
    }
    let bytes = write_sheet(&questions).map_err(|error| Refusal::Document(error.to_string()))?;
    Ok(req.file(bytes, name, XLSX))
}

fn body(req: &Req, entries: &[Entry], whole: usize) -> Markup {
    let skip = req.query.text("after").parse().unwrap_or(0_usize).min(entries.len());
    let page = &entries[skip..entries.len().min(skip + PAGE)];
    let rows: Vec<_> = page.iter().map(row).collect();
    let next = (skip + PAGE < entries.len()).then(|| (skip + PAGE).to_string());
    let may_edit = req.actor().is_ok_and(|actor| actor.has(Action::EditQuestions));
    html! {
        h1 { "题库" }
        p { "结业考试从这里随机出题。每题写明依据；停用的题不再出现在新的试卷里，已经发出的试卷不变。" }
        p.actions {
            @if may_edit { a.button.primary href="/questions/new" { "新增试题" } }
            a.button href="/questions/statistics" { "试题分析" }
        }
        (ui::search_bar("/questions", &filters(&req.query)))
        p.quiet role="status" { "共" (whole) "题，符合条件的" (entries.len()) "题。" }
        (ui::download_bar(&[(address(&req.query, "gift"), "导出 GIFT"), (address(&req.query, "xlsx"), "导出 XLSX")]))
        @if rows.is_empty() {
            (ui::empty("没有符合条件的试题。", "换个词或清除条件再查；也可以新增试题，或从文件导入。"))
        } @else {
            (ui::table("题库", &["编号", "模块", "题型", "题目", "依据", "状态"], &rows))
            (ui::pager("/questions", &req.query, next.as_deref()))
        }
        @if may_edit { (super::take_in::form(req, &[])) }
    }
}

fn row(entry: &Entry) -> Vec<Markup> {
    let question = &entry.question;
    vec![
        html! { a href={ "/questions/" (question.id) } { (question.id) } },
        html! { (question.module) },
        html! { (question.kind) },
        html! { (question.text) },
        html! { (ui::basis(&question.basis)) },
        super::state(entry),
    ]
}

fn filters(query: &Form) -> Markup {
    let pair = |code: &str, label: &str| (code.to_owned(), label.to_owned());
    let modules = ui::choices(Module::ALL);
    let kinds = ui::choices(QuestionKind::ALL);
    let states = [pair("used", "使用中"), pair("retired", "已停用")];
    html! {
        (ui::field(query, "q", "题目、选项、编号或依据", "", &[]))
        (ui::filter(query, "module", "模块", &modules))
        (ui::filter(query, "kind", "题型", &kinds))
        (ui::filter(query, "state", "状态", &states))
    }
}

fn address(query: &Form, format: &str) -> String {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    let kept = |(key, value): &&(String, String)| key != "after" && key != "format" && !value.is_empty();
    pairs.extend_pairs(query.0.iter().filter(kept));
    pairs.append_pair("format", format);
    format!("/questions?{}", pairs.finish())
}
