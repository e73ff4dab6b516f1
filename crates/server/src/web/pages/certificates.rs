//! Certificates of training: printed, in bulk as well, ended and issued anew by those who run the session, and checked
//! by anybody who holds one (N11).

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::certificate::CertificateCode;
use xinxiu_domain::id::{AttendanceId, SessionId};
use xinxiu_store::certificate::Certificate;
use xinxiu_workflow::certificates::{self, Checked};
use xinxiu_workflow::{FieldError, Refusal, exam};

use super::exams;
use crate::web::layout;
use crate::web::reply::{PageError, PageResult, Reply};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const VIEW: Access = Access::Staff(Action::ViewSession);
const RUN: Access = Access::Staff(Action::RunSession);
const PDF: &str = "application/pdf";
const TITLE: &str = "培训证明";
const CHECK: &str = "核验培训证明";

pub(super) fn routes(table: &mut Routes) {
    table.get("/attendances/{id}/certificate", VIEW, show);
    table.get("/attendances/{id}/certificate.pdf", VIEW, pdf);
    table.post("/attendances/{id}/certificate/reissue", RUN, reissue);
    table.post("/attendances/{id}/certificate/revoke", RUN, revoke);
    table.get("/sessions/{id}/certificates.pdf", VIEW, pdf_of_session);
    table.post("/sessions/{id}/certificates", RUN, issue_missing);
    table.get("/v", Access::Public, ask);
    // Slowed down like personal links: nobody tries codes by the million.
    table.get("/v/{code}", Access::Link, checked);
}

fn show(req: &Req) -> PageResult {
    let id = req.id("id")?;
    Ok(req.page(TITLE, body(req, id, "", &[])?))
}

fn body(req: &Req, id: AttendanceId, refused: &str, errors: &[FieldError]) -> Result<Markup, PageError> {
    let actor = req.actor()?;
    let found = exam::record_of(&req.app, actor, id)?.attendance;
    let all = certificates::of_attendance(&req.app, actor, id)?;
    let may_run = actor.has(Action::RunSession);
    let values = |step| if refused == step { req.form.clone() } else { Form::default() };
    let reason = |step, hint| {
        let (values, errors) = (values(step), if refused == step { errors } else { &[] });
        ui::field(&values, "certificate_reason", "原因", hint, errors)
    };
    let at = |step: &str| format!("/attendances/{id}/certificate{step}");
    let is_good = all.last().is_some_and(|last| last.revoked.is_none());
    Ok(html! {
        h1 { (TITLE) }
        (ui::errors(errors))
        (exams::about(&found))
        @if all.is_empty() {
            (ui::empty("这里列出培训证明和核验码。", "企业结业考试合格后自动出具；合格在先的，打印时出具。"))
        } @else {
            (ui::table(TITLE, &["编号", "结业日期", "出具", "核验码", "状态"], &all.iter().map(row).collect::<Vec<_>>()))
        }
        @if is_good || all.is_empty() {
            p.actions { a.button.primary href=(at(".pdf")) { "打印培训证明" } }
        }
        @if may_run && !all.is_empty() {
            section.panel.actions {
                (ui::confirm_again(req, &at("/reissue"), "换发证明", "按现在的企业名称、参训人员和处罚记录重新出具，原证明同时作废；已附在修复申请里的，请重新附上。", refused == "reissue", &reason("reissue", "例如 企业更名")))
                @if is_good {
                    (ui::confirm_again(req, &at("/revoke"), "作废证明", "作废后扫码核验会显示作废和原因。", refused == "revoke", &reason("revoke", "例如 代考")))
                }
            }
        }
    })
}

fn row(found: &Certificate) -> Vec<Markup> {
    vec![
        html! { (found.number) },
        html! { (found.completed_on) },
        html! { (ui::when(found.issued)) " " (found.issued_by) },
        html! { a href={ "/v/" (found.code.as_str()) } { (found.code) } },
        match &found.revoked {
            None => ui::badge("good", "有效"),
            Some(revoked) => html! {
                (ui::badge("bad", "已作废")) " " (ui::when(revoked.at)) " " (revoked.by) "：" (revoked.reason)
            },
        },
    ]
}

fn pdf(req: &Req) -> PageResult {
    let (bytes, name) = certificates::pdf(&req.app, req.actor()?, req.id("id")?, &req.origin)?;
    Ok(req.file(bytes, name, PDF))
}

fn reissue(req: &Req) -> PageResult {
    changed(req, "reissue", certificates::reissue, "已换发证明，原证明作废")
}

fn revoke(req: &Req) -> PageResult {
    changed(req, "revoke", certificates::revoke, "证明已作废")
}

type Change =
    fn(&xinxiu_workflow::App, &xinxiu_domain::actor::Actor, AttendanceId, &str) -> Result<(), Refusal>;

fn changed(req: &Req, step: &str, change: Change, message: &str) -> PageResult {
    let id: AttendanceId = req.id("id")?;
    match change(&req.app, req.actor()?, id, &req.form.text("certificate_reason")) {
        Ok(()) => Ok(req.see(format!("/attendances/{id}/certificate"), message)),
        Err(Refusal::Invalid(errors)) => Ok(req.again(TITLE, body(req, id, step, &errors)?)),
        Err(other) => Err(other.into()),
    }
}

fn pdf_of_session(req: &Req) -> PageResult {
    let (bytes, name) = certificates::pdf_of_session(&req.app, req.actor()?, req.id("id")?, &req.origin)?;
    Ok(req.file(bytes, name, PDF))
}

fn issue_missing(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    let issued = certificates::issue_missing(&req.app, req.actor()?, id)?;
    Ok(req.see(format!("/sessions/{id}"), format!("已出具{issued}份培训证明")))
}

/// Asks for the code, for those who cannot scan.
fn ask(req: &Req) -> PageResult {
    let typed = req.query.text("code");
    if let Some(code) = CertificateCode::parse(&typed) {
        return Ok(req.see(format!("/v/{}", code.as_str()), ""));
    }
    let message = "核验码是16位字母和数字，印在证明的左下角，请照着输入";
    let errors = [FieldError { field: "code".into(), message: message.into() }];
    let errors = if typed.is_empty() { &[][..] } else { &errors };
    Ok(page(if errors.is_empty() { 200 } else { 422 }, &form(&req.query, errors)))
}

fn form(values: &Form, errors: &[FieldError]) -> Markup {
    html! {
        h1 { (CHECK) }
        (ui::errors(errors))
        form.form method="get" action="/v" novalidate {
            (ui::field(values, "code", "核验码", "印在培训证明左下角，例如 7M3K-Q0A9-ZD41-W5XE", errors))
            (ui::button("核验"))
        }
    }
}

fn page(status: u16, body: &Markup) -> Reply {
    Reply::Page(status, layout::public(CHECK, body))
}

fn checked(req: &Req) -> PageResult {
    let code = CertificateCode::parse(req.param("code"));
    let found = code.map(|code| certificates::check(&req.app, &code)).transpose()?.flatten();
    Ok(match found {
        Some(found) => page(200, &verdict(&found)),
        None => page(404, &unknown()),
    })
}

fn unknown() -> Markup {
    html! {
        h1 { (CHECK) }
        p.lead { (ui::badge("bad", "查无此证")) }
        p { "本平台没有出具过这个核验码的培训证明。请核对证明左下角的核验码；确认无误仍查不到的，请向出具证明的主办单位核实。" }
        p.actions { a.button href="/v" { "重新输入核验码" } }
    }
}

fn verdict(found: &Checked) -> Markup {
    let paper = &found.paper;
    let uscc = paper.uscc.as_ref().map_or("", |uscc| uscc.as_str());
    let hours = f64::from(paper.hours_tenths) / 10.0;
    html! {
        h1 { (CHECK) }
        @match &found.revoked {
            None => p.lead { (ui::badge("good", "证明有效")) },
            Some(revoked) => {
                p.lead { (ui::badge("bad", "证明已作废")) }
                p.warning {
                    "已于" (revoked.at.on) "作废，原因：" (revoked.reason) "。"
                    @if let Some(number) = &found.replaced_by { "现行证明编号：" (number) "。" }
                }
            }
        }
        (ui::facts(&[
            ("证明编号", html! { (paper.number) }),
            ("企业", html! { (paper.enterprise) }),
            ("统一社会信用代码", ui::code(uscc)),
            ("培训班", html! { (paper.class_name) }),
            ("培训日期", html! { (paper.held_on) }),
            ("学时", html! { (hours) }),
            ("结业", html! { @if let Some(day) = paper.completed_on { (day) "，考试合格" } }),
            ("用于修复的处罚决定", html! {
                @for (index, number) in paper.decision_numbers.iter().enumerate() {
                    @if index > 0 { "、" }
                    (number)
                }
            }),
            ("主办单位", html! { (paper.organiser) }),
            ("承办机构", html! { (paper.agency) }),
            ("出具日期", html! { (paper.issued_on) }),
        ]))
        p.hint { "请与手中证明逐项核对；内容不一致的，以本页为准。" }
        p.actions { a.button href="/v" { "核验另一份" } }
    }
}
