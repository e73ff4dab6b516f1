//! A deputy's authorisation (授权委托书, N08): photographed and sent from the phone.

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_store::attendance::Attendance;
use xinxiu_store::authorisation::Authorisation;
use xinxiu_workflow::FieldError;
use xinxiu_workflow::invitations;

use super::commitments::{ACCEPT, UPLOAD};
use super::link_commitment::{below, home, phone, visitor};
use super::papers;
use crate::web::reply::PageResult;
use crate::web::request::Req;
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const TITLE: &str = "授权委托书";

pub(super) fn routes(table: &mut Routes) {
    table.get("/l/{token}/authorisation", Access::Link, form);
    table.upload("/l/{token}/authorisation", Access::Link, UPLOAD, send);
    table.get("/l/{token}/authorisation/file", Access::Link, own_file);
    table.get("/attendances/{id}/authorisation", Access::Staff(Action::ViewSession), file);
}

fn form(req: &Req) -> PageResult {
    let (actor, found) = visitor(req)?;
    let (found, sent) = invitations::authorisations(&req.app, &actor, found.id)?;
    Ok(phone(req, 200, TITLE, &body(req, &found, &sent, &[])))
}

fn body(req: &Req, found: &Attendance, sent: &[Authorisation], errors: &[FieldError]) -> Markup {
    html! {
        h1 { (TITLE) }
        (ui::errors(errors))
        @if let Some(last) = sent.first() {
            p { (ui::badge("good", "已上传")) " " (ui::when(last.at)) }
            @if last.attendee != found.attendee {
                p.warning { "这份委托书写的是" (last.attendee) "，现在的参加人是" (found.attendee) "，请重新上传。" }
            }
            p { a href=(below(req, "authorisation/file")) { "查看已上传的委托书" } }
        }
        @if invitations::needs_authorisation(found) {
            p.lead { (found.attendee) "代表企业参加培训，请上传授权委托书。" }
            ol.plain-steps {
                li { "在纸上写明：委托" strong { (found.attendee) } "代表本企业参加“" (found.session_title) "”；" }
                li { "由法定代表人签字，加盖公章，写上日期；" }
                li { "拍一张清楚的照片，在下面上传。" }
            }
            form.form method="post" action=(below(req, "authorisation")) enctype="multipart/form-data" novalidate {
                (ui::upload_field("scan", "照片或扫描件", "文字和公章要看得清；jpg、png 或 pdf，不超过20MB", ACCEPT, errors))
                (ui::button(if sent.is_empty() { "上传委托书" } else { "换一份委托书" }))
            }
        } @else {
            p { "法定代表人或主要负责人本人参加的，不需要授权委托书。" }
        }
        (home(req))
    }
}

fn send(req: &Req) -> PageResult {
    let (actor, found) = visitor(req)?;
    let kept = req.keep("scan", "委托书的照片或扫描件");
    let done = kept.and_then(|(kept, _)| invitations::authorise(&req.app, &actor, found.id, &kept));
    match done {
        Ok(()) => Ok(req.see(below(req, "authorisation"), "已上传，谢谢")),
        Err(refusal) => {
            let errors = refusal.into_errors("scan")?;
            let (found, sent) = invitations::authorisations(&req.app, &actor, found.id)?;
            Ok(phone(req, 422, TITLE, &body(req, &found, &sent, &errors)))
        }
    }
}

fn own_file(req: &Req) -> PageResult {
    let (actor, found) = visitor(req)?;
    papers::stored(req, invitations::authorisation_file(&req.app, &actor, found.id)?)
}

fn file(req: &Req) -> PageResult {
    papers::stored(req, invitations::authorisation_file(&req.app, req.actor()?, req.id("id")?)?)
}
