//! Applications to leave a list: the authority's list of them, and its decision on each.

use maud::{Markup, html};
use xinxiu_domain::Missing;
use xinxiu_domain::actor::Action;
use xinxiu_domain::deadline::Clock;
use xinxiu_domain::id::DelistingId;
use xinxiu_domain::rectification::{DelistingAction, DelistingState};
use xinxiu_store::delisting::Delisting;
use xinxiu_workflow::deadlines::{Deadline, of_records};
use xinxiu_workflow::{FieldError, delistings};

use crate::web::pages::deadlines;
use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const DECIDE: Access = Access::Staff(Action::DecideDelisting);

pub(super) fn routes(table: &mut Routes) {
    table.get("/delistings", DECIDE, list);
    table.get("/delistings/{id}", DECIDE, show);
    table.post("/delistings/{id}/grant", DECIDE, grant);
    table.post("/delistings/{id}/refuse", DECIDE, refuse);
}

pub(super) fn state(state: DelistingState) -> Markup {
    let tone = match state {
        DelistingState::Received => "due",
        DelistingState::Granted => "good",
        DelistingState::Refused => "bad",
    };
    ui::badge(tone, state.label())
}

fn list(req: &Req) -> PageResult {
    let asked = DelistingState::from_code(req.query.raw("state"));
    let mut all = delistings::list(&req.app, req.actor()?)?;
    all.retain(|one| asked.is_none_or(|asked| one.state == asked));
    let rows: Vec<_> = all
        .iter()
        .map(|one| {
            vec![
                html! { a href={ "/delistings/" (one.id) } { (one.enterprise_name) } },
                html! { (one.list_name) },
                html! { (one.received_on) },
                state(one.state),
                html! { @if let Some(day) = one.decided_on { (day) } },
            ]
        })
        .collect();
    Ok(req.page(
        "退出名单",
        html! {
            h1 { "退出失信名单申请" }
            @if let Some(asked) = asked { (ui::narrowed(&format!("只列出{asked}的申请。"), "/delistings")) }
            @if rows.is_empty() {
                (ui::empty("这里会列出企业向本部门提出的退出失信名单申请。", "在“整改督促”中打开企业，受理它的申请。"))
            } @else {
                (ui::table("退出失信名单申请", &["企业", "名单", "受理日期", "状态", "决定日期"], &rows))
            }
        },
    ))
}

fn show(req: &Req) -> PageResult {
    let found = delistings::show(&req.app, req.actor()?, req.id("id")?)?;
    Ok(req.page("退出失信名单申请", body(req, &found, &running(req)?, None, &[])))
}

fn running(req: &Req) -> Result<Vec<Deadline>, PageError> {
    let id: DelistingId = req.id("id")?;
    Ok(of_records(&req.app, req.actor()?, &[(Clock::Delisting, &[id.0])])?)
}

/// `refused` is the step whose form is shown again.
fn body(
    req: &Req,
    (found, gaps): &(Delisting, Vec<Missing>),
    running: &[Deadline],
    refused: Option<DelistingAction>,
    errors: &[FieldError],
) -> Markup {
    let address = |step: &str| format!("/delistings/{}/{step}", found.id);
    let refusing = refused == Some(DelistingAction::Refuse);
    let (granting, refusal) =
        if refusing { (Form::default(), req.form.clone()) } else { (req.form.clone(), Form::default()) };
    html! {
        h1 { "退出失信名单申请：" (found.enterprise_name) }
        (ui::errors(errors))
        p { (state(found.state)) }
        (deadlines::sentence(running))
        (ui::facts(&[
            ("企业", html! { a href={ "/rectifications/" (found.enterprise) } { (found.enterprise_name) } }),
            ("名单", html! { (found.list_name) }),
            ("受理日期", html! { (found.received_on) }),
            ("申请理由和整改情况", html! { (found.statement) }),
            ("决定日期", html! { @if let Some(day) = found.decided_on { (day) } }),
            ("意见", html! { (found.opinion) }),
        ]))
        @if found.state == DelistingState::Received {
            (ui::panel("作出决定", &html! {
                @if gaps.is_empty() {
                    (ui::form(req, &address("grant"), &html! {
                        (ui::area(&granting, "opinion", "意见", "准予退出的可不填；准予后名单上标明退出日期", &[]))
                        (ui::button("准予退出名单"))
                    }))
                } @else {
                    ul.missing { @for gap in gaps { li { (gap.message) " " (ui::basis(gap.basis)) } } }
                    p { a.button href={ "/rectifications/" (found.enterprise) } { "办理整改督促" } }
                }
                (ui::confirm_again(req, &address("refuse"), "不予退出", "决定后不能撤销，企业可以重新申请。", refusing, &html! {
                    (ui::area(&refusal, "reason", "理由", "", errors))
                }))
            }))
        }
        p { a href="/delistings" { "返回全部申请" } }
    }
}

fn grant(req: &Req) -> PageResult {
    decide(req, DelistingAction::Grant)
}

fn refuse(req: &Req) -> PageResult {
    decide(req, DelistingAction::Refuse)
}

fn decide(req: &Req, action: DelistingAction) -> PageResult {
    let (id, actor): (DelistingId, _) = (req.id("id")?, req.actor()?);
    let field = if action == DelistingAction::Refuse { "reason" } else { "opinion" };
    let done = delistings::decide(&req.app, actor, id, action, &req.form.text(field));
    let Err(refusal) = done else {
        return Ok(req.see(format!("/delistings/{id}"), format!("已决定：{action}")));
    };
    let mut errors = refusal.into_errors(field)?;
    for error in errors.iter_mut().filter(|error| error.field == "opinion") {
        field.clone_into(&mut error.field);
    }
    let found = delistings::show(&req.app, actor, id)?;
    Ok(req.again("退出失信名单申请", body(req, &found, &running(req)?, Some(action), &errors)))
}
