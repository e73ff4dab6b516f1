//! The list of days, and planning one from a proposal of townships.

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::clinic::{ClinicAction, ClinicState};
use xinxiu_domain::id::ClinicId;
use xinxiu_workflow::clinics::{self, Plan, Township};
use xinxiu_workflow::{FieldError, Refusal};

use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::ui;

/// The state with its tone.
pub(super) fn state(state: ClinicState) -> Markup {
    let tone = match state {
        ClinicState::Planned => "due",
        ClinicState::Open => "good",
        ClinicState::Closed | ClinicState::Cancelled => "plain",
    };
    ui::badge(tone, state.label())
}

pub(super) fn list(req: &Req) -> PageResult {
    let actor = req.actor()?;
    let today = req.query.raw("state") == "today";
    let rows: Vec<_> = clinics::list(&req.app, actor)?
        .iter()
        .filter(|clinic| !today || clinics::runs_on(clinic, req.app.clock.today()))
        .map(|clinic| {
            vec![
                html! { a href={ "/clinics/" (clinic.id) } { (clinic.held_on) } },
                html! { (clinic.county_name) },
                html! { (clinic.townships.join("、")) },
                html! { (clinic.place) },
                state(clinic.state),
            ]
        })
        .collect();
    let body = html! {
        h1 { "手把手服务" }
        @if actor.has(Action::OrganiseClinic) { p { a.button href="/clinics/new" { "安排服务日" } } }
        @if today { (ui::narrowed("只列出正在进行和今天要开始的服务日。", "/clinics")) }
        @if rows.is_empty() {
            (ui::empty("这里会列出手把手服务日。", "属地信用办以1—2个乡镇（街道）为单位安排，提供互联网接入环境。"))
        } @else {
            (ui::table("手把手服务日", &["日期", "属地信用办", "乡镇（街道）", "地点", "状态"], &rows))
        }
    };
    Ok(req.page("手把手服务", body))
}

pub(super) fn form(req: &Req) -> PageResult {
    let values = Form::default().with("held_on", req.app.clock.today());
    Ok(req.page("安排手把手服务日", form_body(req, &values, &[])?))
}

fn form_body(req: &Req, values: &Form, errors: &[FieldError]) -> Result<Markup, PageError> {
    let townships = clinics::proposal(&req.app, req.actor()?)?;
    let choices: Vec<_> = townships
        .iter()
        .filter(|township| !township.name.is_empty())
        .map(|township| {
            let label =
                format!("{}（{}家，申请齐全{}家）", township.name, township.enterprises, township.ready);
            (township.name.clone(), label)
        })
        .collect();
    Ok(html! {
        h1 { "安排手把手服务日" }
        (ui::errors(errors))
        (ui::panel("各乡镇（街道）的准备情况", &proposal(&townships)))
        (ui::form(req, "/clinics/new", &html! {
            (ui::date_field(values, "held_on", "日期", errors))
            (ui::field(values, "place", "地点", "写明可以停车和上网的会场", errors))
            @if !choices.is_empty() { (ui::checkboxes(values, "townships", "乡镇（街道），选1—2个", &choices, errors)) }
            (ui::field(values, "other", "名单外的乡镇（街道）", "企业没有登记乡镇时填写，可以不填", errors))
            (ui::tick(values, "internet", "已确认场地提供互联网接入环境", errors))
            @if values.ticked("sure") || errors.iter().any(|error| error.field == "sure") {
                (ui::tick(values, "sure", "已核对，仍然安排", errors))
            }
            (ui::button("安排服务日"))
        }))
    })
}

fn proposal(townships: &[Township]) -> Markup {
    if townships.is_empty() {
        return ui::empty(
            "本地区还没有现在可以修复的企业。",
            "名单导入、判定到期后，会按乡镇列出申请准备情况。",
        );
    }
    let rows: Vec<_> = townships
        .iter()
        .map(|township| {
            let missing: Vec<_> =
                township.missing.iter().take(3).map(|(what, count)| format!("{what}{count}家次")).collect();
            vec![
                html! { @if township.name.is_empty() { "未登记乡镇" } @else { (township.name) } },
                html! { (township.enterprises) },
                html! { (township.trained) },
                html! { (township.ready) },
                html! { (township.lacking) },
                html! { (township.accepted) },
                html! { (township.without) },
                html! { (missing.join("；")) },
            ]
        })
        .collect();
    let heads = [
        "乡镇（街道）",
        "#可修复企业",
        "#已参训",
        "#申请齐全",
        "#申请缺材料",
        "#初审已通过",
        "#尚未申请",
        "最常缺的",
    ];
    ui::table("各乡镇（街道）", &heads, &rows)
}

pub(super) fn plan(req: &Req) -> PageResult {
    let actor = req.actor()?;
    let mut fields = req.fields();
    let held_on = fields.date("held_on", "日期");
    let place = fields.required("place", "地点");
    let mut townships = req.form.all("townships");
    townships.extend(req.form.all("other"));
    let command = Plan {
        held_on,
        place,
        townships,
        internet: req.form.ticked("internet"),
        sure: req.form.ticked("sure"),
    };
    match fields.check().and_then(|()| clinics::plan(&req.app, actor, &command)) {
        Ok(id) => Ok(req.see(format!("/clinics/{id}"), "已安排服务日")),
        Err(Refusal::Invalid(errors)) => again(req, &errors),
        Err(Refusal::Missing(gaps)) => {
            let field = |code: &str| if code == "past" { "held_on".to_owned() } else { code.to_owned() };
            let errors: Vec<_> = gaps
                .iter()
                .map(|gap| FieldError { field: field(gap.code), message: gap.message.clone() })
                .collect();
            again(req, &errors)
        }
        Err(other) => Err(other.into()),
    }
}

fn again(req: &Req, errors: &[FieldError]) -> PageResult {
    Ok(req.again("安排手把手服务日", form_body(req, &req.form, errors)?))
}

pub(super) fn open(req: &Req) -> PageResult {
    change(req, ClinicAction::OpenDoors)
}

pub(super) fn close(req: &Req) -> PageResult {
    change(req, ClinicAction::Close)
}

pub(super) fn cancel(req: &Req) -> PageResult {
    change(req, ClinicAction::Cancel)
}

fn change(req: &Req, action: ClinicAction) -> PageResult {
    let id: ClinicId = req.id("id")?;
    clinics::change_state(&req.app, req.actor()?, id, action)?;
    Ok(req.see(format!("/clinics/{id}"), format!("已{action}")))
}
