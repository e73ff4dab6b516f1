//! An enterprise objects and appeals through its personal link, adds papers, withdraws, and reads the answer there (N18 N27).

use jiff::civil::Date;
use maud::{Markup, html};
use xinxiu_domain::appeal::{ANSWER_WORKING_DAYS, AppealState};
use xinxiu_domain::id::AppealId;
use xinxiu_store::appeal::Appeal;
use xinxiu_store::attendance::Attendance;
use xinxiu_workflow::Refusal;
use xinxiu_workflow::appeals::{self, Desk, Opened};

use super::appeal_form::{
    LIMIT, Refused, command, explained, fields, follows, has_matter, more, own_steps, receipt, sent, version,
};
use super::appeals::state;
use super::link_commitment::{below, home, phone, visitor};
use super::papers;
use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const TITLE: &str = "异议申诉";
const NONE: Refused<'_> = Refused { of: None, errors: &[] };

pub(super) fn routes(table: &mut Routes) {
    table.get("/l/{token}/appeal", Access::Link, form);
    table.upload("/l/{token}/appeal", Access::Link, LIMIT, lodge);
    table.upload("/l/{token}/appeals/{appeals}/files", Access::Link, LIMIT, add_files);
    table.get("/l/{token}/appeals/{appeals}/files/{place}", Access::Link, file);
    table.post("/l/{token}/appeals/{appeals}/withdraw", Access::Link, withdraw);
    table.get("/l/{token}/appeals/{appeals}/answer", Access::Link, answer_file);
}

fn form(req: &Req) -> PageResult {
    let (actor, found) = visitor(req)?;
    let desk = appeals::desk(&req.app, &actor, found.enterprise)?;
    Ok(phone(req, 200, TITLE, &body(req, &desk, &Form::default(), &NONE)))
}

fn body(req: &Req, desk: &Desk, values: &Form, refused: &Refused<'_>) -> Markup {
    let new = if refused.of.is_none() { refused.errors } else { &[] };
    html! {
        p.whose { (desk.enterprise) }
        h1 { (TITLE) }
        (ui::errors(refused.errors))
        (explained())
        p.hint { "不收费。一般在" (ANSWER_WORKING_DAYS) "个工作日内答复，答复显示在本页。" }
        @if !desk.lodged.is_empty() {
            section.panel {
                h2 { "已经提出的" }
                @for one in &desk.lodged { (lodged(req, one, refused)) }
            }
        }
        section.panel {
            h2 { "提出新的异议申诉" }
            @if has_matter(desk) {
                form.form method="post" action=(below(req, "appeal")) enctype="multipart/form-data" novalidate {
                    (fields(req, desk, values, new))
                }
            } @else {
                p { "没有可以提出的事项。" }
                p.hint {
                    @if desk.lodged.iter().any(|one| one.appeal.state == AppealState::Received) {
                        "已经提出的在等待答复，答复后本页和首页会显示，不用重复提出。"
                    } @else {
                        "有新的处罚信息，或申请被退回、没有获准修复时，可以在这里提出。"
                    }
                }
            }
        }
        (home(req))
    }
}

fn lodged(req: &Req, found: &Opened, refused: &Refused<'_>) -> Markup {
    let one = &found.appeal;
    let at = below(req, &format!("appeals/{}", one.id));
    html! {
        section.panel {
            h3 { (one.kind) " " (state(one.state)) }
            p { (one.decision_number) br; "回执编号 " strong { (receipt(one)) } "，" (one.lodged.on) "提出" }
            @if one.state == AppealState::Received { p { (due(one, req.app.clock.today())) } }
            p.received { (one.text) }
            @if !found.files.is_empty() { p { "证明材料：" br; (sent(found, &at)) } }
            @if !one.answer.is_empty() {
                p { strong { "答复：" } (one.answer) @if let Some(day) = one.answered_on { "（" (day) "）" } }
            }
            @if one.answer_file.is_some() { p { a href={ (at) "/answer" } { "查看答复附件" } } }
            p.hint { (follows(one)) }
            @if one.state == AppealState::Received && !found.may_withdraw {
                p.hint { "由服务机构代您提出，需要补充或撤回的，请联系服务机构。" }
            }
            (own_steps(req, found, &at, refused))
        }
    }
}

fn due(one: &Appeal, today: Date) -> String {
    let left = (one.due_on - today).get_days();
    let reason = if one.due_reason.is_empty() { String::new() } else { format!("（{}）", one.due_reason) };
    match left {
        1.. => format!("{}前答复，还有{left}天{reason}", one.due_on),
        0 => format!("今天（{}）前答复{reason}", one.due_on),
        _ => format!("应在{}前答复，已超期{}天，请联系市信用中心{reason}", one.due_on, -left),
    }
}

fn lodge(req: &Req) -> PageResult {
    let (actor, _) = visitor(req)?;
    let step = command(req).and_then(|(id, command)| appeals::lodge(&req.app, &actor, id, &command));
    match step {
        Ok(id) => {
            let number = receipt(&appeals::open(&req.app, &actor, id)?.appeal);
            Ok(req.see(below(req, "appeal"), format!("已提交，回执编号{number}，答复会显示在本页")))
        }
        Err(refusal) => refused(req, None, refusal, "about"),
    }
}

/// The page again with what is wrong with one of its forms.
fn refused(req: &Req, of: Option<AppealId>, refusal: Refusal, field: &str) -> PageResult {
    let (actor, found): (_, Attendance) = visitor(req)?;
    let mut errors = refusal.into_errors(field)?;
    if of.is_some() {
        // Whatever keeps the step from being taken is said beside its one field.
        for error in &mut errors {
            field.clone_into(&mut error.field);
        }
    }
    let desk = appeals::desk(&req.app, &actor, found.enterprise)?;
    let values = if of.is_none() { &req.form } else { &Form::default() };
    Ok(phone(req, 422, TITLE, &body(req, &desk, values, &Refused { of, errors: &errors })))
}

fn add_files(req: &Req) -> PageResult {
    let (actor, _) = visitor(req)?;
    let (id, version): (AppealId, _) = (req.id("appeals")?, version(req)?);
    let step = more(req).and_then(|papers| appeals::add_files(&req.app, &actor, id, (&papers, version)));
    match step {
        Ok(()) => Ok(req.see(below(req, "appeal"), "已补充证明材料")),
        Err(refusal) => refused(req, Some(id), refusal, "more"),
    }
}

fn withdraw(req: &Req) -> PageResult {
    let (actor, _) = visitor(req)?;
    let (id, version): (AppealId, _) = (req.id("appeals")?, version(req)?);
    let reason = req.form.text("withdraw_reason");
    match appeals::withdraw(&req.app, &actor, id, (version, &reason)) {
        Ok(()) => Ok(req.see(below(req, "appeal"), "已撤回")),
        Err(refusal) => refused(req, Some(id), refusal, "withdraw_reason"),
    }
}

fn file(req: &Req) -> PageResult {
    let (actor, _) = visitor(req)?;
    let place = req.param("place").parse().map_err(|_| PageError::NotFound)?;
    papers::stored(req, appeals::file(&req.app, &actor, req.id("appeals")?, place)?)
}

fn answer_file(req: &Req) -> PageResult {
    let (actor, _) = visitor(req)?;
    papers::stored(req, appeals::answer_file(&req.app, &actor, req.id("appeals")?)?)
}
