//! The pool of lecturers: recommended by agencies and counties, approved by the city office (N09, N17).

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::id::LecturerId;
use xinxiu_domain::lecturer::{LecturerAction, LecturerState};
use xinxiu_domain::session::Module;
use xinxiu_workflow::lecturers::{self, Recommend, Shown};
use xinxiu_workflow::{FieldError, Refusal};

use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const VIEW: Access = Access::Staff(Action::ViewLecturers);
const RECOMMEND: Access = Access::Staff(Action::RecommendLecturer);
const APPROVE: Access = Access::Staff(Action::ApproveLecturer);
const TITLE: &str = "师资库";

pub(super) fn routes(table: &mut Routes) {
    table.get("/lecturers", VIEW, list);
    table.get("/lecturers/new", RECOMMEND, new_form);
    table.post("/lecturers/new", RECOMMEND, recommend);
    table.get("/lecturers/{id}", VIEW, show);
    table.post("/lecturers/{id}", RECOMMEND, change);
    table.post("/lecturers/{id}/decide", APPROVE, decide);
    table.post("/lecturers/{id}/phone", VIEW, phone);
}

fn state(state: LecturerState) -> Markup {
    let tone = match state {
        LecturerState::Proposed => "due",
        LecturerState::Approved => "good",
        LecturerState::Refused | LecturerState::Withdrawn => "bad",
    };
    ui::badge(tone, state.label())
}

fn words(modules: &[Module]) -> String {
    if modules.len() == Module::ALL.len() {
        return "全部六个模块".to_owned();
    }
    modules.iter().map(|module| module.label()).collect::<Vec<_>>().join("、")
}

fn list(req: &Req) -> PageResult {
    let actor = req.actor()?;
    let wanted = LecturerState::from_code(&req.query.text("state"));
    let found = lecturers::pool(&req.app, actor, wanted)?;
    let states = ui::choices(LecturerState::ALL);
    let rows: Vec<Vec<Markup>> = found.iter().map(row).collect();
    Ok(req.page(
        TITLE,
        html! {
            h1 { (TITLE) }
            @if actor.has(Action::RecommendLecturer) {
                p.actions { a.button.primary href="/lecturers/new" { "推选讲师" } }
            }
            (ui::search_bar("/lecturers", &ui::filter(&req.query, "state", "状态", &states)))
            @if rows.is_empty() {
                (ui::empty("这里会列出讲师。", "服务机构或属地信用办推选，市信用办批准后可以排入培训日程。"))
            } @else {
                (ui::table(TITLE, &["姓名", "单位职务、职称", "可讲授的模块", "推选单位", "状态", "批准"], &rows))
            }
        },
    ))
}

fn row(shown: &Shown) -> Vec<Markup> {
    let one = &shown.lecturer;
    vec![
        html! { a href={ "/lecturers/" (one.id) } { (one.name) } },
        html! { (one.office) @if !one.title.is_empty() { "，" (one.title) } },
        html! { (words(&one.modules)) },
        html! { (one.org_name) },
        state(one.state),
        decided(shown),
    ]
}

fn decided(shown: &Shown) -> Markup {
    let one = &shown.lecturer;
    html! {
        @if let Some(day) = one.decided_on { (day) " " (one.decided_by) }
        @if !one.decision_reason.is_empty() { "：" (one.decision_reason) }
    }
}

fn fields(values: &Form, phone: &str, errors: &[FieldError]) -> Markup {
    let modules = ui::choices(Module::ALL);
    let hint =
        if phone.is_empty() { "加密保存".to_owned() } else { format!("现为{phone}；不改的不填") };
    html! {
        (ui::hidden("version", values.raw("version")))
        (ui::field(values, "name", "姓名", "", errors))
        (ui::field(values, "office", "单位和职务", "例如 某某市信用办信用管理科科长", errors))
        (ui::field(values, "title", "职称", "没有的不填", errors))
        (ui::checkboxes(values, "modules", "可以讲授的模块", &modules, errors))
        (ui::field(values, "found_by", "怎样推选的", "例如 市信用办推荐、公开征集", errors))
        (ui::phone_field(values, "phone", "联系电话", &hint, errors))
    }
}

fn new_form(req: &Req) -> PageResult {
    Ok(req.page("推选讲师", new_body(req, &Form::default(), &[])))
}

fn new_body(req: &Req, values: &Form, errors: &[FieldError]) -> Markup {
    html! {
        h1 { "推选讲师" }
        (ui::errors(errors))
        p { "推选后由市信用办批准，批准后才能排入发布的培训日程。属地信用办分管负责人宣讲第一模块的，不用报批。" }
        (ui::form(req, "/lecturers/new", &html! { (fields(values, "", errors)) (ui::button("推选讲师")) }))
    }
}

fn read(req: &Req) -> Recommend {
    let form = &req.form;
    Recommend {
        name: form.text("name"),
        office: form.text("office"),
        title: form.text("title"),
        found_by: form.text("found_by"),
        phone: form.text("phone"),
        modules: form.all("modules").iter().filter_map(|code| Module::from_code(code)).collect(),
        version: form.text("version").parse().unwrap_or_default(),
    }
}

fn recommend(req: &Req) -> PageResult {
    match lecturers::recommend(&req.app, req.actor()?, &read(req)) {
        Ok(id) => Ok(req.see(format!("/lecturers/{id}"), "已推选，等待市信用办批准")),
        Err(refusal) => {
            let errors = refusal.into_errors("name")?;
            Ok(req.again("推选讲师", new_body(req, &req.form, &errors)))
        }
    }
}

/// A form of the page that was refused, and the number that was asked for.
#[derive(Default)]
struct Asked<'a> {
    form: &'a str,
    errors: &'a [FieldError],
    phone: Option<String>,
}

fn show(req: &Req) -> PageResult {
    let (title, body) = body(req, &Asked::default())?;
    Ok(req.page(&title, body))
}

fn body(req: &Req, asked: &Asked<'_>) -> Result<(String, Markup), PageError> {
    let shown = lecturers::show(&req.app, req.actor()?, req.id("id")?)?;
    let one = &shown.lecturer;
    let knows_phone = shown.may_change || req.actor()?.has(Action::ApproveLecturer);
    let of = |form: &str| {
        if asked.form == form { (req.form.clone(), asked.errors) } else { (Form::default(), &[][..]) }
    };
    let body = html! {
        h1 { (one.name) }
        (ui::errors(asked.errors))
        p { (state(one.state)) " " (decided(&shown)) }
        (ui::facts(&[
            ("单位职务", html! { (one.office) }),
            ("职称", html! { (one.title) }),
            ("可讲授的模块", html! { (words(&one.modules)) }),
            ("怎样推选的", html! { (one.found_by) }),
            ("推选单位", html! { (one.org_name) " " (one.entered_on) " " (one.entered_by) }),
            ("联系电话", html! { (asked.phone.as_ref().unwrap_or(&shown.phone)) }),
        ]))
        @if knows_phone && asked.phone.is_none() && !shown.phone.is_empty() { (phone_form(req, one.id, of("phone"))) }
        @if req.actor()?.has(Action::ApproveLecturer) { (decisions(req, &shown, of("decide"))) }
        @if shown.may_change { (change_form(req, &shown, (asked.form == "change").then_some(&req.form), of("change").1)) }
    };
    Ok((one.name.clone(), body))
}

fn phone_form(req: &Req, id: LecturerId, (values, errors): (Form, &[FieldError])) -> Markup {
    let action = format!("/lecturers/{id}/phone");
    ui::confirm_again(
        req,
        &action,
        "查看完整电话",
        "查看的人和用途会记录在案。",
        !errors.is_empty(),
        &html! { (ui::field(&values, "purpose", "用途", "例如 联系讲师确认时间", errors)) },
    )
}

fn decisions(req: &Req, shown: &Shown, (values, errors): (Form, &[FieldError])) -> Markup {
    let one = &shown.lecturer;
    let possible = [LecturerAction::Approve, LecturerAction::Refuse, LecturerAction::Withdraw];
    let possible: Vec<LecturerAction> =
        possible.into_iter().filter(|action| one.state.after(*action).is_ok()).collect();
    html! {
        @if !possible.is_empty() {
            (ui::panel("市信用办的决定", &ui::form(req, &format!("/lecturers/{}/decide", one.id), &html! {
                (ui::field(&values, "reason", "原因", "不批准、撤销批准时必填", errors))
                p.actions { @for action in possible {
                    button .primary[action == LecturerAction::Approve] type="submit" name="action" value=(action.code()) { (action) }
                } }
            })))
        }
    }
}

fn change_form(req: &Req, shown: &Shown, typed: Option<&Form>, errors: &[FieldError]) -> Markup {
    let one = &shown.lecturer;
    let mut values = Form::default()
        .with("version", one.version)
        .with("name", &one.name)
        .with("office", &one.office)
        .with("title", &one.title)
        .with("found_by", &one.found_by);
    for module in &one.modules {
        values = values.with("modules", module.code());
    }
    let values = typed.cloned().unwrap_or(values);
    ui::panel(
        "修改",
        &html! {
            p.hint { "修改后需要市信用办重新批准。" }
            (ui::form(req, &format!("/lecturers/{}", one.id), &html! {
                (fields(&values, &shown.phone, errors))
                (ui::button("保存并报批"))
            }))
        },
    )
}

/// The page again after one of its forms was refused.
fn again(req: &Req, form: &str, refusal: Refusal, field: &str) -> PageResult {
    let errors = refusal.into_errors(field)?;
    let (title, body) = body(req, &Asked { form, errors: &errors, phone: None })?;
    Ok(req.again(&title, body))
}

fn change(req: &Req) -> PageResult {
    let id: LecturerId = req.id("id")?;
    match lecturers::change(&req.app, req.actor()?, id, &read(req)) {
        Ok(()) => Ok(req.see(format!("/lecturers/{id}"), "已保存，等待市信用办批准")),
        Err(refusal) => again(req, "change", refusal, "name"),
    }
}

fn decide(req: &Req) -> PageResult {
    let id: LecturerId = req.id("id")?;
    let action = LecturerAction::from_code(&req.form.text("action")).unwrap_or(LecturerAction::Approve);
    match lecturers::decide(&req.app, req.actor()?, id, action, &req.form.text("reason")) {
        Ok(()) => Ok(req.see(format!("/lecturers/{id}"), format!("已{action}"))),
        Err(refusal) => again(req, "decide", refusal, "reason"),
    }
}

fn phone(req: &Req) -> PageResult {
    match lecturers::reveal_phone(&req.app, req.actor()?, req.id("id")?, &req.form.text("purpose")) {
        Ok(number) => {
            let (title, body) = body(req, &Asked { phone: Some(number), ..Asked::default() })?;
            Ok(req.page(&title, body))
        }
        Err(refusal) => again(req, "phone", refusal, "purpose"),
    }
}
