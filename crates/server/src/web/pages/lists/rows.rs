//! Rows of lists as received (原始行): a list's rows, and one with each cell as it came beside what was made of it.

use maud::{Markup, html};
use xinxiu_domain::batch::BatchState;
use xinxiu_domain::id::{BatchId, RowId};
use xinxiu_intake::{ReadCell, Taken};
use xinxiu_store::received_row::{RowFilter, RowLine, RowOutcome};
use xinxiu_store::row_correction::LinkedRow;
use xinxiu_workflow::lists::{self, At, RowCard};
use xinxiu_workflow::{FieldError, Refusal};

use crate::web::reply::PageResult;
use crate::web::request::{Form, Req};
use crate::web::ui;

const TITLE: &str = "原始行";
const PAGE: i64 = 50;
/// Choices of the filter that are no outcomes: rows on which something was noted, and rejected rows that did not come back
/// put right.
const NOTED: &str = "noted";
const OPEN: &str = "open";

/// The address of the row at a place of a list.
pub(super) fn address(batch: BatchId, sheet: &str, row: impl std::fmt::Display) -> String {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    pairs.append_pair("sheet", sheet).append_pair("row", &row.to_string());
    format!("/lists/{batch}/rows/at?{}", pairs.finish())
}

pub(super) fn list(req: &Req) -> PageResult {
    let id: BatchId = req.id("id")?;
    let asked = req.query.raw("outcome");
    let filter = RowFilter {
        outcome: RowOutcome::from_code(asked).or((asked == OPEN).then_some(RowOutcome::Rejected)),
        noted: asked == NOTED,
        open: asked == OPEN,
        text: req.query.text("q"),
    };
    let after = RowId(req.query.raw("after").parse().unwrap_or(0));
    let page = lists::rows(&req.app, req.actor()?, id, &filter, (after, PAGE))?;
    let path = format!("/lists/{id}/rows");
    let mut outcomes: Vec<_> =
        RowOutcome::ALL.iter().map(|one| (one.code().to_owned(), one.to_string())).collect();
    outcomes.push((OPEN.to_owned(), "退回未更正的".to_owned()));
    outcomes.push((NOTED.to_owned(), "有提示的".to_owned()));
    let rows: Vec<_> = page.lines.iter().map(line).collect();
    let is_narrowed = filter != RowFilter::default();
    let body = html! {
        h1 { (TITLE) }
        p { a href={ "/lists/" (id) } { (page.batch.file_name) } " " (page.batch.list) }
        p { "名单的每一行都原样保留。点行号看这一行收到时的样子，以及从中读出了什么。" }
        (ui::search_bar(&path, &html! {
            (ui::field(&req.query, "q", "查找", "企业名称、代码、文号、机关、退回原因或行号", &[]))
            (ui::filter(&req.query, "outcome", "结果", &outcomes))
        }))
        @if rows.is_empty() && is_narrowed {
            (ui::empty("没有符合条件的行。", "可以换一个条件，或清除条件查看全部。"))
        } @else if rows.is_empty() {
            (ui::empty("还没有原始行。", "名单确认导入后，每一行（包括退回的行）列在这里。"))
        } @else {
            p role="status" { "共" (page.count) "行" }
            (ui::table(TITLE, &["工作表", "#行", "结果", "企业名称", "文号或事由", "提示"], &rows))
            (ui::pager(&path, &req.query, page.next.map(|next| next.to_string()).as_deref()))
        }
        @if page.batch.counts.rejected > 0 && page.batch.state == BatchState::Imported {
            (ui::download_bar(&[(format!("/lists/{id}/rejected"), "下载退回的行（更正后重新上传）")]))
        }
    };
    Ok(req.page(TITLE, body))
}

fn line(line: &RowLine) -> Vec<Markup> {
    vec![
        html! { (if line.sheet.is_empty() { "—" } else { &line.sheet }) },
        html! { a href={ "/rows/" (line.id) } aria-label={ "第" (line.number) "行" } { (line.number) } },
        html! {
            (outcome(line.outcome))
            @if let Some(by) = line.corrected_by { " " a href={ "/rows/" (by) } { "已更正" } }
        },
        html! { (line.name) },
        html! { (line.what) },
        html! { (line.notes) },
    ]
}

fn outcome(outcome: RowOutcome) -> Markup {
    let tone = match outcome {
        RowOutcome::Accepted => "good",
        RowOutcome::Listing => "plain",
        RowOutcome::Rejected => "bad",
    };
    ui::badge(tone, outcome.label())
}

pub(super) fn at(req: &Req) -> PageResult {
    let id: BatchId = req.id("id")?;
    let number: i64 = req.query.raw("row").parse().unwrap_or(0);
    Ok(match lists::row_at(&req.app, req.actor()?, id, (req.query.raw("sheet"), number))? {
        At::OnRecord(row) => req.see(format!("/rows/{row}"), ""),
        At::InFile(card) => req.page(&title(&card), body(req, &card, &Form::default(), &[])),
    })
}

pub(super) fn show(req: &Req) -> PageResult {
    let card = lists::row(&req.app, req.actor()?, req.id("id")?)?;
    Ok(req.page(&title(&card), body(req, &card, &Form::default(), &[])))
}

pub(super) fn reveal(req: &Req) -> PageResult {
    let id: RowId = req.id("id")?;
    let actor = req.actor()?;
    match lists::reveal_row(&req.app, actor, id, &req.form.text("purpose")) {
        Ok(card) => Ok(req.page(&title(&card), body(req, &card, &Form::default(), &[]))),
        Err(Refusal::Invalid(errors)) => {
            let card = lists::row(&req.app, actor, id)?;
            Ok(req.again(&title(&card), body(req, &card, &req.form, &errors)))
        }
        Err(other) => Err(other.into()),
    }
}

fn title(card: &RowCard) -> String {
    format!("原始行：第{}行", card.number)
}

fn body(req: &Req, card: &RowCard, values: &Form, errors: &[FieldError]) -> Markup {
    let batch = &card.batch;
    html! {
        h1 { (title(card)) }
        (ui::errors(errors))
        p {
            (outcome(card.outcome)) " "
            @if let Some((id, name)) = &card.enterprise { a href={ "/enterprises/" (id) } { (name) } " " }
            @if let Some((id, number)) = &card.penalty { a href={ "/penalties/" (id) } { (number) } }
        }
        @if card.id.is_none() {
            p.notice role="status" { "这份名单还没有导入，下面是从文件里读出的这一行。" }
        }
        @if let Some(from) = &card.corrects { p { "这一行更正了退回的" (link(from, card.may_list)) "。" } }
        (verdict(card))
        (ui::panel("收到的内容和读出的内容", &cells(card)))
        @if let Some(id) = card.id.filter(|_| card.may_reveal) {
            (ui::panel("完整内容", &reveal_form(req, card, id, values, errors)))
        }
        (ui::panel("来源", &ui::facts(&[
            ("名单", html! { (batch.list) }),
            ("文件", html! { @if card.may_list { a href={ "/lists/" (batch.id) } { (batch.file_name) } } @else { (batch.file_name) } }),
            ("SHA-256", html! { code { (card.sha256) } }),
            ("工作表", html! { (card.sheet) }),
            ("行", html! { (card.number) }),
            ("上传", html! { (batch.uploaded_by) "，" (ui::when(batch.created_at)) }),
        ])))
        @if card.may_list && card.id.is_some() { p { a href={ "/lists/" (batch.id) "/rows" } { "查看这份名单的全部原始行" } } }
    }
}

/// A row of another list, by its file and place; a link for whoever sees lists.
fn link(row: &LinkedRow, may_list: bool) -> Markup {
    let place = html! {
        "「" (row.file_name) "」" @if !row.sheet.is_empty() { "工作表「" (row.sheet) "」" } "第" (row.number) "行"
    };
    html! { @if may_list { a href={ "/rows/" (row.id) } { (place) } } @else { (place) } }
}

/// Why a row was sent back and what to do, or what was noted on one that was taken.
fn verdict(card: &RowCard) -> Markup {
    let is_rejected = card.outcome == RowOutcome::Rejected;
    let rows: Vec<_> = card
        .problems
        .iter()
        .map(|problem| {
            vec![html! { (problem.field) }, html! { (problem.value) }, html! { (problem.message) }]
        })
        .collect();
    html! {
        @if let Some(by) = &card.corrected_by {
            p.notice role="status" { "这一行退回后已更正，更正后的行见" (link(by, card.may_list)) "。" }
        } @else if is_rejected {
            p.warning role="status" { "这一行被退回，没有计入任何记录。请按下面的说明更正后，在退回的表格里重新上传。" }
        }
        @if !rows.is_empty() {
            (ui::table(if is_rejected { "退回的原因和办法" } else { "提示" }, &["字段", "原值", "说明"], &rows))
        }
        @if !card.notes.is_empty() { p { "导入时记下的提示：" (card.notes) } }
        @if is_rejected && card.corrected_by.is_none() && card.may_list && card.batch.rejected_file.is_some() {
            (ui::download_bar(&[(format!("/lists/{}/rejected", card.batch.id), "下载退回的行（更正后重新上传）")]))
        }
    }
}

fn cells(card: &RowCard) -> Markup {
    let is_rejected = card.outcome == RowOutcome::Rejected;
    let rows: Vec<_> = card.cells.iter().map(|cell| row(cell, is_rejected)).collect();
    html! {
        p.hint {
            "左边是文件里的表头和内容，一字未改" @if !card.is_open { "（证件号和电话已遮盖）" }
            "；右边是系统从中读出的。上传后更正过的内容以企业和处罚记录的页面为准。"
        }
        (ui::table("收到的内容和读出的内容", &["表头", "收到的内容", "对应字段", "读出的内容", "处理"], &rows))
    }
}

fn row(cell: &ReadCell, is_rejected: bool) -> Vec<Markup> {
    let header = if cell.header.is_empty() { "（没有表头）" } else { &cell.header };
    let field = html! { @match cell.field { Some(field) => { (field) }, None => { "—" } } };
    let (value, fate) = match &cell.taken {
        Taken::NotRead => ("", ui::badge("plain", "不读取，原样保留")),
        _ if is_rejected => ("", ui::badge("plain", "整行退回，未取用")),
        Taken::NotUsed => ("", ui::badge("plain", "不使用，原样保留")),
        Taken::As(value) if cell.is_unchanged => (value.as_str(), ui::badge("good", "原样")),
        Taken::As(value) if value.is_empty() => ("", ui::badge("due", "没有取值")),
        Taken::As(value) => (value.as_str(), ui::badge("due", "已规整")),
    };
    vec![html! { (header) }, html! { span.received { (cell.received) } }, field, html! { (value) }, fate]
}

fn reveal_form(req: &Req, card: &RowCard, id: RowId, values: &Form, errors: &[FieldError]) -> Markup {
    html! {
        @if card.is_open {
            p.notice role="status" { "上面的内容没有遮盖。本次查看和用途已记录，离开本页后不再显示。" }
        } @else {
            (ui::form(req, &format!("/rows/{id}/reveal"), &html! {
                (ui::field(values, "purpose", "用途", "会连同您的姓名和时间一起记录，例如：核对退回原因", errors))
                (ui::button("显示完整内容"))
            }))
        }
    }
}
