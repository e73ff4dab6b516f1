//! An enterprise objects and appeals through its personal link, and reads the answer there (N18 N27).

use maud::{Markup, html};
use xinxiu_store::attendance::Attendance;
use xinxiu_workflow::FieldError;
use xinxiu_workflow::appeals::{self, Desk};

use super::appeals::{command, fields, state};
use super::link_commitment::{below, home, phone, visitor};
use super::papers;
use crate::web::reply::PageResult;
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const TITLE: &str = "异议申诉";

pub(super) fn routes(table: &mut Routes) {
    table.get("/l/{token}/appeal", Access::Link, form);
    table.upload("/l/{token}/appeal", Access::Link, papers::LIMIT, lodge);
    table.get("/l/{token}/appeals/{appeals}/answer", Access::Link, answer_file);
}

fn form(req: &Req) -> PageResult {
    let (actor, found) = visitor(req)?;
    let desk = appeals::desk(&req.app, &actor, found.enterprise)?;
    Ok(phone(req, 200, TITLE, &body(req, &desk, &Form::default(), &[])))
}

fn body(req: &Req, desk: &Desk, values: &Form, errors: &[FieldError]) -> Markup {
    html! {
        p.whose { (desk.enterprise) }
        h1 { (TITLE) }
        p { "处罚信息不对的、对退回补正或修复决定不服的，在这里提出，不收费。市信用中心或处罚机关在期限内答复，答复显示在本页。" }
        (ui::errors(errors))
        @for one in &desk.lodged {
            section.panel {
                h2 { (one.kind) " " (state(one.state)) }
                p { (one.decision_number) "，" (one.lodged.on) "提出，" (one.due_on) "前答复" }
                p.received { (one.text) }
                @if !one.answer.is_empty() {
                    p { strong { "答复：" } (one.answer) @if let Some(day) = one.answered_on { "（" (day) "）" } }
                }
                @if one.answer_file.is_some() {
                    p { a href=(below(req, &format!("appeals/{}/answer", one.id))) { "查看答复附件" } }
                }
            }
        }
        form.form method="post" action=(below(req, "appeal")) enctype="multipart/form-data" novalidate {
            (fields(desk, values, errors))
        }
        (home(req))
    }
}

fn lodge(req: &Req) -> PageResult {
    let (actor, found): (_, Attendance) = visitor(req)?;
    let step = command(req).and_then(|(id, command)| appeals::lodge(&req.app, &actor, id, &command));
    match step {
        Ok(_) => Ok(req.see(below(req, "appeal"), "已提交，答复会显示在本页")),
        Err(refusal) => {
            let errors = refusal.into_errors("about")?;
            let desk = appeals::desk(&req.app, &actor, found.enterprise)?;
            Ok(phone(req, 422, TITLE, &body(req, &desk, &req.form, &errors)))
        }
    }
}

fn answer_file(req: &Req) -> PageResult {
    let (actor, _) = visitor(req)?;
    papers::stored(req, appeals::file(&req.app, &actor, req.id("appeals")?, true)?)
}
