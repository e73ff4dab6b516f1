//! Broken promises: what follows from each, and what is left to be done (N10 N26).

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::id::CommitmentId;
use xinxiu_store::breach::Breach;
use xinxiu_workflow::commitments;
use xinxiu_workflow::{FieldError, Refusal};

use crate::web::reply::{PageError, PageResult};
use crate::web::request::Req;
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const TITLE: &str = "违背承诺";
const HEADS: [&str; 7] = ["企业", "处罚决定书文号", "违背的承诺", "登记", "公示到", "恢复公示", "通报和公示"];

pub(super) fn routes(table: &mut Routes) {
    table.get("/breaches", Access::Staff(Action::RecordBreach), list);
    table.post("/commitments/{id}/republish", Access::Staff(Action::RecordRemoval), republish);
    table.post("/commitments/{id}/announce", Access::Staff(Action::RecordRemoval), announce);
}

fn list(req: &Req) -> PageResult {
    page(req, &[])
}

fn page(req: &Req, errors: &[FieldError]) -> PageResult {
    let open = req.query.raw("show") == "open";
    let found = commitments::breaches(&req.app, req.actor()?, open)?;
    if !req.query.raw("format").is_empty() {
        return req.table(TITLE, &HEADS, &found.iter().map(cells).collect::<Vec<_>>());
    }
    let acts = req.actor()?.has(Action::RecordRemoval);
    let rows: Vec<_> = found.iter().map(|one| row(req, one, acts)).collect();
    let body = html! {
        h1 { (TITLE) }
        (ui::errors(errors))
        p { "违背承诺的，相关处罚信息按最长公示期公示，已经撤下的恢复公示；违背承诺的情况通报和公示；期间不再受理修复申请（附件2第四条）。" }
        nav.tabs aria-label="范围" {
            a href="/breaches" aria-current=[(!open).then_some("page")] { "全部" }
            a href="/breaches?show=open" aria-current=[open.then_some("page")] { "还有后续要办的" }
        }
        @if rows.is_empty() {
            (ui::empty("没有登记违背承诺的企业。", "在企业的承诺书页面登记后，后果和办理情况列在这里。"))
        } @else {
            (ui::table(TITLE, &HEADS, &rows))
            (ui::export_bar("/breaches", &req.query))
        }
    };
    Ok(if errors.is_empty() { req.page(TITLE, body) } else { req.again(TITLE, body) })
}

fn until(one: &Breach) -> String {
    one.public_until.map_or_else(String::new, |day| day.to_string())
}

fn shown_again(one: &Breach) -> String {
    match one.republished_on {
        Some(day) => format!("{day}恢复"),
        None if one.after_repair => "待恢复".to_owned(),
        None => "没有撤下过".to_owned(),
    }
}

fn cells(one: &Breach) -> Vec<String> {
    let announced = one.announced.as_ref().map_or_else(String::new, |(day, how)| format!("{day} {how}"));
    vec![
        one.name.clone(),
        one.decision.clone(),
        format!("{}：{}", one.clause, one.note),
        one.recorded_on.to_string(),
        until(one),
        shown_again(one),
        announced,
    ]
}

fn row(req: &Req, one: &Breach, acts: bool) -> Vec<Markup> {
    let at = |step: &str| format!("/commitments/{}/{step}", one.commitment);
    vec![
        html! { a href={ "/enterprises/" (one.enterprise) } { (one.name) } br; small { (one.county) } },
        html! {
            @if let Some(id) = one.penalty { a href={ "/penalties/" (id) } { (one.decision) } } @else { "名单承诺" }
            br; a href={ "/commitments/" (one.commitment) } { "承诺书" (one.commitment) }
        },
        html! { (one.clause) br; (one.note) },
        html! { (one.recorded_on) br; small { (one.recorded_by) } },
        html! { (until(one)) },
        html! {
            @if acts && one.is_to_republish(req.app.clock.today()) { (ui::post_button(req, &at("republish"), "登记恢复公示")) }
            @else { (shown_again(one)) }
        },
        html! {
            @match &one.announced {
                Some((day, how)) => { (day) " " (how) }
                None if acts => {
                    (ui::form(req, &at("announce"), &html! {
                        input name="how" aria-label={ (one.name) "：在哪里通报和公示" };
                        " " (ui::button("登记通报公示"))
                    }))
                }
                None => { "待通报" }
            }
        },
    ]
}

fn republish(req: &Req) -> PageResult {
    let id: CommitmentId = req.id("id")?;
    after(req, commitments::republish(&req.app, req.actor()?, id), "已登记恢复公示")
}

fn announce(req: &Req) -> PageResult {
    let id: CommitmentId = req.id("id")?;
    after(
        req,
        commitments::announce_breach(&req.app, req.actor()?, id, req.form.raw("how")),
        "已登记通报和公示",
    )
}

fn after(req: &Req, done: Result<(), Refusal>, said: &str) -> PageResult {
    match done {
        Ok(()) => Ok(req.see("/breaches", said)),
        Err(Refusal::Invalid(errors)) => page(req, &errors),
        Err(other) => Err(PageError::from(other)),
    }
}
