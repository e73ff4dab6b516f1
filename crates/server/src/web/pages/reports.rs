//! What enterprises report of their agencies, and what came of it (N14, N19, N20).

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::summary::ReportFinding;
use xinxiu_store::report::Report;
use xinxiu_workflow::{FieldError, Refusal, reports};

use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const TITLE: &str = "企业反映";
const HEADS: [&str; 6] = ["收到", "服务机构", "反映", "企业", "核实单位", "核实结果"];

pub(super) fn routes(table: &mut Routes) {
    table.get("/agency-reports", Access::Staff(Action::EvaluateAgency), list);
    table.get("/agency-reports/{id}", Access::Staff(Action::EvaluateAgency), show);
    table.post("/agency-reports/{id}/answer", Access::Staff(Action::EvaluateAgency), answer);
}

fn list(req: &Req) -> PageResult {
    let open = req.query.raw("show") == "open";
    let found = reports::list(&req.app, req.actor()?, open)?;
    if !req.query.raw("format").is_empty() {
        return req.table(TITLE, &HEADS, &found.iter().map(cells).collect::<Vec<_>>());
    }
    let rows: Vec<_> = found.iter().map(row).collect();
    Ok(req.page(
        TITLE,
        html! {
            h1 { (TITLE) }
            (about())
            nav.tabs aria-label="范围" {
                a href="/agency-reports" aria-current=[(!open).then_some("page")] { "全部" }
                a href="/agency-reports?show=open" aria-current=[open.then_some("page")] { "待核实的" }
            }
            @if rows.is_empty() {
                (ui::empty("没有企业反映的情况。", "企业从个人链接反映后列在这里。"))
            } @else {
                (ui::table(TITLE, &HEADS, &rows))
                (ui::export_bar("/agency-reports", &req.query))
            }
        },
    ))
}

fn about() -> Markup {
    html! {
        p { "企业在个人链接里反映的收费、商业宣传和无关内容，由属地信用办核实，市信用办督促。核实结果企业能看到，服务机构看不到；属实的计入机构考评。" }
    }
}

fn show(req: &Req) -> PageResult {
    let id: i64 = req.id("id")?;
    let one = reports::show(&req.app, req.actor()?, id)?;
    Ok(req.page(TITLE, body(req, &one, &Form::default(), &[])))
}

fn body(req: &Req, one: &Report, values: &Form, errors: &[FieldError]) -> Markup {
    html! {
        p { a href="/agency-reports" { "全部企业反映" } }
        h1 { (TITLE) "：" (one.kind) }
        (about())
        dl {
            dt { "服务机构" } dd { (one.agency_name) " " small { (one.session) } }
            dt { "反映的情况" } dd { (one.text) }
            dt { "企业" } dd {
                @if let Some(id) = one.enterprise { a href={ "/enterprises/" (id) } { (one.by) } } @else { (one.by) "，没有留名，无法答复" }
            }
            dt { "收到" } dd { (one.at.on) "，由" (one.org_name) "核实" }
        }
        @match &one.answer {
            Some(answer) => {
                h2 { "核实结果：" (answer.finding) }
                p { (answer.text) }
                p.hint { (answer.at.on) " " (answer.by) }
            }
            None => {
                h2 { "登记核实结果" }
                (ui::errors(errors))
                (ui::form(req, &format!("/agency-reports/{}/answer", one.id), &html! {
                    (ui::select(values, "finding", "是否属实", &ui::choices(ReportFinding::ALL), errors))
                    (ui::area(values, "answer", "核实情况和处理结果", "企业能看到，登记后不能修改", errors))
                    (ui::button("登记核实结果"))
                }))
            }
        }
    }
}

fn cells(one: &Report) -> Vec<String> {
    let answer = one.answer.as_ref();
    vec![
        one.at.on.to_string(),
        one.agency_name.clone(),
        format!("{}：{}", one.kind, one.text),
        one.by.clone(),
        one.org_name.clone(),
        answer.map_or_else(|| "待核实".to_owned(), |answer| format!("{}：{}", answer.finding, answer.text)),
    ]
}

fn row(one: &Report) -> Vec<Markup> {
    vec![
        html! { a href={ "/agency-reports/" (one.id) } { (one.at.on) } },
        html! { (one.agency_name) br; small { (one.session) } },
        html! { (ui::badge("due", one.kind.label())) " " (one.text) },
        html! {
            @if let Some(id) = one.enterprise { a href={ "/enterprises/" (id) } { (one.by) } } @else { (one.by) }
        },
        html! { (one.org_name) },
        html! {
            @match &one.answer {
                Some(answer) => { strong { (answer.finding) } "：" (answer.text) br; small { (answer.at.on) " " (answer.by) } }
                None => { a href={ "/agency-reports/" (one.id) } { "登记核实结果" } }
            }
        },
    ]
}

fn answer(req: &Req) -> PageResult {
    let id: i64 = req.id("id")?;
    let read = || {
        let mut fields = req.fields();
        let finding = fields.coded("finding", "是否属实", ReportFinding::from_code);
        let text = fields.required("answer", "核实情况和处理结果");
        fields.check()?;
        Ok((finding.unwrap_or(ReportFinding::Unclear), text))
    };
    let actor = req.actor()?;
    let done = read().and_then(|(finding, text)| reports::look_into(&req.app, actor, id, (finding, &text)));
    match done {
        Ok(()) => Ok(req.see("/agency-reports", "已登记核实结果，企业在个人链接里能看到")),
        Err(Refusal::Invalid(errors)) => {
            let one = reports::show(&req.app, req.actor()?, id)?;
            Ok(req.again(TITLE, body(req, &one, &req.form, &errors)))
        }
        Err(other) => Err(PageError::from(other)),
    }
}
