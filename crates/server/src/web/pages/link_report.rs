//! An enterprise reports from a phone that it was charged or that something was advertised (N19 N20).

use maud::{Markup, html};
use xinxiu_domain::summary::RemarkKind;
use xinxiu_workflow::invitations::{self, Home, Report};
use xinxiu_workflow::{FieldError, Refusal};

use super::link_commitment::{home, phone, visitor};
use crate::web::reply::PageResult;
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const TITLE: &str = "反映收费或宣传";

pub(super) fn routes(table: &mut Routes) {
    table.get("/l/{token}/report", Access::Link, form);
    table.post("/l/{token}/report", Access::Link, report);
}

fn form(req: &Req) -> PageResult {
    let (actor, attendance) = visitor(req)?;
    let found = invitations::home(&req.app, &actor, attendance.id)?;
    Ok(phone(req, 200, TITLE, &body(req, &found, &Form::default(), &[])))
}

fn body(req: &Req, found: &Home, values: &Form, errors: &[FieldError]) -> Markup {
    let kinds = ui::choices(&invitations::REPORTABLE);
    html! {
        p.whose { (found.enterprise) }
        h1 { (TITLE) }
        p { "培训和指导都不收费，也不得推销。您反映的情况由属地信用办和市信用办核实，" (found.agency) "看不到。" }
        (ui::errors(errors))
        form.form method="post" action=(req.path) novalidate {
            (ui::select(values, "kind", "反映什么", &kinds, errors))
            (ui::area(values, "text", "具体情况", "例如金额、时间、谁经手", errors))
            (ui::tick(values, "anonymous", "不留企业名称", errors))
            p.hint { "勾选后，属地信用办和市信用办也看不到是哪家企业反映的，不便向您核实和答复，请把情况写清楚。" }
            (ui::button("提交反映"))
        }
        @if !found.reported.is_empty() {
            h2 { "已经反映的" }
            ul { @for one in &found.reported {
                li {
                    (one.kind) "：" (one.text) br;
                    @match &one.answer {
                        Some(answer) => { strong { "核实结果：" (answer.finding) } "。" (answer.text) " " small { (answer.at.on) } }
                        None => { small { "等待" (one.org_name) "核实" } }
                    }
                }
            } }
        }
        (home(req))
    }
}

fn report(req: &Req) -> PageResult {
    let (actor, attendance) = visitor(req)?;
    let read = || {
        let mut fields = req.fields();
        let kind = fields.coded("kind", "反映什么", RemarkKind::from_code);
        let text = fields.required("text", "具体情况");
        fields.check()?;
        let anonymous = req.form.ticked("anonymous");
        Ok(Report { kind: kind.unwrap_or(RemarkKind::Charging), text, anonymous })
    };
    let done = read().and_then(|report| invitations::report(&req.app, &actor, attendance.id, &report));
    match done {
        Ok(()) => {
            Ok(req
                .see(format!("/l/{}", req.param("token")), "已收到您反映的情况，属地信用办和市信用办会核实"))
        }
        Err(Refusal::Invalid(errors)) => {
            let found = invitations::home(&req.app, &actor, attendance.id)?;
            Ok(phone(req, 422, TITLE, &body(req, &found, &req.form, &errors)))
        }
        Err(other) => Err(other.into()),
    }
}
