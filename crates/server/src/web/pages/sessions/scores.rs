//! Results of exams on paper for a whole session (批量录入纸质考试成绩, N11): in a table, or from a spreadsheet that
//! fills the table.

use maud::{Markup, html};
use xinxiu_domain::id::SessionId;
use xinxiu_intake::Options;
use xinxiu_workflow::paper_exams::{self, FilledIn, Score, Sitter, Sitters};
use xinxiu_workflow::{FieldError, Refusal};

use super::roster;
use crate::table::XLSX;
use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::ui;

const TITLE: &str = "录入纸质考试成绩";

pub(super) fn form(req: &Req) -> PageResult {
    Ok(req.page(TITLE, body(req, &loaded(req)?, &Form::default(), &[], &html! {})))
}

fn loaded(req: &Req) -> Result<Sitters, PageError> {
    let id: SessionId = req.id("id")?;
    Ok(paper_exams::sitters(&req.app, req.actor()?, id)?)
}

fn body(req: &Req, sitters: &Sitters, values: &Form, errors: &[FieldError], note: &Markup) -> Markup {
    let session = &sitters.session;
    let at = |step: &str| format!("/sessions/{}/{step}", session.id);
    let rows: Vec<_> = sitters.enterable().map(|sitter| row(sitters, sitter, values, errors)).collect();
    html! {
        h1 { (TITLE) }
        p { (session.title) "，" (session.held_on) "。每张试卷" (sitters.blueprint.length()) "题，答对"
            (sitters.blueprint.pass_mark) "题合格。" }
        (ui::errors(errors))
        (note)
        @if rows.is_empty() {
            (ui::empty("这里列出可以录入成绩的企业。", "已签到、还没有考试合格的企业才能录入。"))
        } @else {
            (ui::form(req, &at("scores"), &html! {
                p { "按批改好的试卷填写答对题数，没有考的不填。全部核对无误才会录入；录入后不能修改。" }
                (ui::table(TITLE, &["企业", "地区", "参训状态", "#已考次数", "答对题数"], &rows))
                (ui::button("录入成绩"))
            }))
            (ui::panel("用表格填写", &html! {
                (ui::download_bar(&[(at("scores/export"), "下载成绩表")]))
                (ui::upload_form(req, &at("scores/file"), &html! {
                    (ui::upload_field("file", "填好的成绩表", "先填进上面的表格，核对后再录入", ".xlsx,.xls,.ods,.csv", errors))
                    (ui::button("读入成绩表"))
                }))
            }))
        }
        p.back { a href={ "/sessions/" (session.id) } { "返回场次" } }
    }
}

fn row(sitters: &Sitters, sitter: &Sitter, values: &Form, errors: &[FieldError]) -> Vec<Markup> {
    let line = &sitter.line;
    let name = format!("right-{}", line.attendance.id);
    let wrong = errors.iter().any(|error| error.field == name).then_some("true");
    let known = if values.raw(&known(sitter)).is_empty() {
        sitter.tally.papers.to_string()
    } else {
        values.raw(&self::known(sitter)).to_owned()
    };
    vec![
        html! { a href={ "/attendances/" (line.attendance.id) "/exam" } { (line.name) } },
        html! { (line.county) " " (line.township) },
        roster::state(line.attendance.state),
        html! { (sitter.tally.papers) },
        html! {
            (ui::hidden(&self::known(sitter), known))
            input id={ "f-" (name) } type="text" inputmode="numeric" name=(name) value=(values.raw(&name)) size="3"
                aria-invalid=[wrong]
                aria-label={ (line.name) "答对题数（0—" (sitters.blueprint.length()) "）" };
        },
    ]
}

/// Name of the field that says how many papers there were when the table was opened.
fn known(sitter: &Sitter) -> String {
    format!("known-{}", sitter.line.attendance.id)
}

pub(super) fn enter(req: &Req) -> PageResult {
    let sitters = loaded(req)?;
    let mut fields = req.fields();
    let mut scores = Vec::new();
    for sitter in &sitters.lines {
        let id = sitter.line.attendance.id;
        let name = format!("right-{id}");
        if req.form.text(&name).is_empty() {
            continue;
        }
        let right = fields.number(&name, &format!("{}的答对题数", sitter.line.name));
        let known = req.form.text(&known(sitter)).parse().unwrap_or(sitter.tally.papers);
        scores.push(Score { attendance: id, right, known });
    }
    let id = sitters.session.id;
    let actor = req.actor()?;
    match fields.check().and_then(|()| paper_exams::enter_scores(&req.app, actor, id, &scores)) {
        Ok(count) => Ok(req.see(format!("/sessions/{id}/scores"), format!("已录入{count}家企业的成绩"))),
        Err(refusal) => {
            let errors = refusal.into_errors("scores")?;
            Ok(req.again(TITLE, body(req, &sitters, &req.form, &errors, &html! {})))
        }
    }
}

pub(super) fn take_along(req: &Req) -> PageResult {
    let sitters = loaded(req)?;
    let bytes = paper_exams::workbook(&sitters).map_err(|error| Refusal::Document(error.to_string()))?;
    Ok(req.file(bytes, format!("{}-考试成绩.xlsx", sitters.session.title), XLSX))
}

/// Fills the table from a spreadsheet; nothing is entered yet.
pub(super) fn fill_in(req: &Req) -> PageResult {
    let sitters = loaded(req)?;
    let again = |errors: &[FieldError]| {
        Ok(req.again(TITLE, body(req, &sitters, &Form::default(), errors, &html! {})))
    };
    let Some(upload) = req.upload("file") else {
        return again(&[FieldError { field: "file".into(), message: "请选择填好的成绩表".into() }]);
    };
    let mut options = Options::new(req.app.clock.today());
    options.file_name = Some(upload.file_name.clone());
    match paper_exams::read(upload.content.path(), &options, &sitters) {
        Ok(filled) => {
            let values = filled
                .scores
                .iter()
                .fold(Form::default(), |form, (id, right)| form.with(&format!("right-{id}"), right));
            Ok(req.page(TITLE, body(req, &sitters, &values, &[], &note(&filled, &upload.file_name))))
        }
        Err(refusal) => again(&refusal.into_errors("file")?),
    }
}

/// What a spreadsheet has filled in, and each row that it has not, with its reason.
fn note(filled: &FilledIn, file: &str) -> Markup {
    let rows: Vec<_> = filled
        .rejected
        .iter()
        .map(|one| {
            vec![
                html! { (one.sheet) },
                html! { (one.row) },
                html! { (one.column) },
                html! { (one.value) },
                html! { (one.message) },
            ]
        })
        .collect();
    html! {
        p.flash role="status" {
            "从“" (file) "”填入" strong { (filled.scores.len()) } "家，没有填写的" (filled.blank) "家，退回"
            (rows.len()) "行。还没有录入，请核对后点“录入成绩”。"
        }
        @if !rows.is_empty() {
            (ui::table("退回的行", &["工作表", "#行", "列", "原来写的", "怎么改"], &rows))
        }
    }
}
