//! One-to-one guidance: what enterprises asked and what they were advised, free of charge (N17 N19).

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::id::EnterpriseId;
use xinxiu_store::guidance::Guidance;
use xinxiu_workflow::guidance::{self, Talk};
use xinxiu_workflow::{FieldError, Refusal};

use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const PAGE: i64 = 50;

pub(super) fn routes(table: &mut Routes) {
    table.get("/guidance", Access::Staff(Action::Guide), list);
    table.get("/enterprises/{id}/guidance", Access::Staff(Action::ViewEnterprise), show);
    table.post("/enterprises/{id}/guidance", Access::Staff(Action::Guide), add);
}

fn list(req: &Req) -> PageResult {
    let skip = req.query.text("after").parse().unwrap_or(0_i64).max(0);
    let mut talks = guidance::recent(&req.app, req.actor()?, (skip, PAGE + 1))?;
    let is_more = talks.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    talks.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let rows: Vec<_> = talks
        .iter()
        .map(|talk| {
            let mut cells = cells(talk);
            cells.insert(
                1,
                html! {
                    a href={ "/enterprises/" (talk.enterprise) "/guidance" } { (talk.enterprise_name) }
                },
            );
            cells
        })
        .collect();
    let body = html! {
        h1 { "一对一指导" }
        p { "对培训前已有的处罚信息，提供免费的一对一指导（N19）。登记时先从" a href="/enterprises" { "企业" } "中找到企业。" }
        @if rows.is_empty() {
            (ui::empty("这里按日期列出每次一对一指导。", "打开企业页面，在“一对一指导”中登记企业的问题和您的建议。"))
        } @else {
            (ui::table("一对一指导", &["日期", "企业", "企业的问题", "给出的建议", "#分钟", "指导人"], &rows))
            (ui::pager("/guidance", &req.query, is_more.then(|| (skip + PAGE).to_string()).as_deref()))
        }
    };
    Ok(req.page("一对一指导", body))
}

fn cells(talk: &Guidance) -> Vec<Markup> {
    vec![
        html! { (talk.given_on) },
        html! { (talk.asked) },
        html! { (talk.advised) },
        html! { (talk.minutes) },
        html! { (talk.given_by) br; small { (talk.agency_name) } },
    ]
}

fn show(req: &Req) -> PageResult {
    let values = Form::default().with("given_on", req.app.clock.today());
    Ok(req.page("一对一指导", body(req, req.id("id")?, &values, &[])?))
}

fn body(req: &Req, id: EnterpriseId, values: &Form, errors: &[FieldError]) -> Result<Markup, PageError> {
    let (enterprise, talks, may_add) = guidance::of_enterprise(&req.app, req.actor()?, id)?;
    let rows: Vec<_> = talks.iter().map(cells).collect();
    Ok(html! {
        h1 { "一对一指导" }
        (ui::errors(errors))
        p { a href={ "/enterprises/" (id) } { (enterprise.name) } }
        @if may_add {
            (ui::panel("登记一次指导", &ui::form(req, &format!("/enterprises/{id}/guidance"), &html! {
                (ui::date_field(values, "given_on", "日期", errors))
                (ui::number_field(values, "minutes", "时长（分钟）", "", errors))
                (ui::area(values, "asked", "企业的问题", "不要写证件号和电话", errors))
                (ui::area(values, "advised", "给出的建议", "", errors))
                (ui::button("登记指导"))
            })))
        }
        @if rows.is_empty() {
            (ui::empty("这里列出对本企业的每次一对一指导。", "由承办的信用服务机构登记，不收取任何费用。"))
        } @else {
            (ui::table("指导记录", &["日期", "企业的问题", "给出的建议", "#分钟", "指导人"], &rows))
        }
    })
}

fn add(req: &Req) -> PageResult {
    let id: EnterpriseId = req.id("id")?;
    let mut fields = req.fields();
    let talk = Talk {
        asked: fields.required("asked", "企业的问题"),
        advised: fields.required("advised", "给出的建议"),
        minutes: fields.number("minutes", "时长"),
        given_on: fields.date("given_on", "日期"),
    };
    let actor = req.actor()?;
    match fields.check().and_then(|()| guidance::add(&req.app, actor, id, &talk)) {
        Ok(_) => Ok(req.see(format!("/enterprises/{id}/guidance"), "已登记")),
        Err(Refusal::Invalid(errors)) => Ok(req.again("一对一指导", body(req, id, &req.form, &errors)?)),
        Err(other) => Err(other.into()),
    }
}
