//! One deadline for the enterprises that are ticked in the list: looked at first, then set for all.

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::id::EnterpriseId;
use xinxiu_workflow::rectifications::{self, Proposed};
use xinxiu_workflow::{FieldError, Refusal};

use super::follow_up::{beside, day_off, deadline_field, deadline_fields, read_deadline};
use super::rectifications::{badge, body};
use crate::web::reply::PageResult;
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const RECTIFY: Access = Access::Staff(Action::Rectify);
const LIST: &str = "整改督促";
const TITLE: &str = "批量提出整改期限";

pub(super) fn routes(table: &mut Routes) {
    table.post("/rectifications/deadlines", RECTIFY, preview);
    table.post("/rectifications/deadlines/set", RECTIFY, set);
}

/// The part of the list's form that is about a deadline.
pub(super) fn fields(values: &Form, errors: &[FieldError]) -> Markup {
    html! {
        fieldset {
            legend { "给所选企业提出同一整改期限" }
            (deadline_fields(values, errors))
            (ui::area(values, "demand", "整改要求", "对所选企业相同；每家的督促经过和操作记录里各记一条", errors))
            button type="submit" formaction="/rectifications/deadlines" { "预览整改期限" }
        }
    }
}

fn chosen(req: &Req) -> Vec<EnterpriseId> {
    req.fields().ids("enterprise")
}

fn preview(req: &Req) -> PageResult {
    let (actor, whom, demand) = (req.actor()?, chosen(req), req.form.text("demand"));
    let proposed = read_deadline(req)
        .and_then(|deadline| rectifications::propose_deadlines(&req.app, actor, &whom, deadline, &demand));
    match proposed {
        Ok(proposed) => Ok(req.page(TITLE, looked_at(req, &proposed, &demand))),
        Err(refusal) => again(req, refusal),
    }
}

fn looked_at(req: &Req, proposed: &Proposed, demand: &str) -> Markup {
    let due = proposed.due;
    let today = req.app.clock.today();
    let rows = proposed.whom.iter().map(|(id, name, state)| {
        vec![html! { a href={ "/rectifications/" (id) } { (name) } }, badge(*state, false)]
    });
    let rows: Vec<_> = rows.collect();
    let days = req.app.rules.calendar().working_days_between(today, due);
    html! {
        h1 { (TITLE) }
        (ui::facts(&[
            ("整改期限", html! { (due) "，从明天起" (days) "个工作日" (day_off(req, due)) }),
            ("整改要求", html! { (demand) }),
            ("企业", html! { (rows.len()) "家" }),
        ]))
        @if rows.is_empty() {
            (ui::empty("所选企业现在都不能提出整改期限。", "原因见下表；返回列表另选。"))
        } @else {
            (ui::table("将提出整改期限的企业", &["企业", "现在的督促状态"], &rows))
            (ui::form(req, "/rectifications/deadlines/set", &html! {
                @for (id, ..) in &proposed.whom { (ui::hidden("enterprise", id)) }
                (ui::hidden("due_on", due))
                (ui::hidden("demand", demand))
                (ui::button(&format!("确认，给{}家企业提出整改期限", rows.len())))
            }))
            p.hint { "还没有保存。确认后企业打开个人链接就能看到。" }
        }
        (left(&proposed.left))
        p.back { a href="/rectifications" { "返回整改督促" } }
    }
}

fn left(left: &[(String, String)]) -> Markup {
    let rows: Vec<_> = left.iter().map(|(name, reason)| vec![html! { (name) }, html! { (reason) }]).collect();
    html! { @if !rows.is_empty() { (ui::table("不能提出整改期限的企业", &["企业", "原因"], &rows)) } }
}

fn set(req: &Req) -> PageResult {
    let (actor, whom, demand) = (req.actor()?, chosen(req), req.form.text("demand"));
    let mut fields = req.fields();
    let due = fields.date("due_on", "截止日期");
    let done =
        fields.check().and_then(|()| rectifications::set_deadlines(&req.app, actor, &whom, due, &demand));
    match done {
        Ok(outcome) if outcome.left.is_empty() => {
            let message = format!("已给{}家企业提出整改期限：{due}", outcome.done.len());
            Ok(req.see("/rectifications", message))
        }
        Ok(outcome) => Ok(req.page(
            TITLE,
            html! {
                h1 { (TITLE) }
                p { "已给" (outcome.done.len()) "家企业提出整改期限：" (due) "。其余" (outcome.left.len()) "家没有提出。" }
                (left(&outcome.left))
                p.back { a href="/rectifications" { "返回整改督促" } }
            },
        )),
        Err(refusal) => again(req, refusal),
    }
}

fn again(req: &Req, refusal: Refusal) -> PageResult {
    let errors = beside(refusal, deadline_field(req))?.into_errors("demand")?;
    Ok(req.again(LIST, body(req, &req.form, &errors)?))
}
