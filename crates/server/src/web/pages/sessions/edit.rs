//! The form of a session: planned by the agency, edited until it is published.

use jiff::civil::Time;
use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::id::{PlanItemId, SessionId};
use xinxiu_domain::session::{Method, Module, SessionMode};
use xinxiu_store::session::Session;
use xinxiu_workflow::sessions::{self, PlanSession};
use xinxiu_workflow::{FieldError, Refusal};

use super::time_and_place;
use crate::web::reply::{PageError, PageResult, Reply};
use crate::web::request::{Form, Req};
use crate::web::ui;

/// What the form is for.
struct Frame {
    title: &'static str,
    action: String,
    class: String,
    required_hours: u32,
    button: &'static str,
    /// Whether hours, modules, methods and lecturer follow from an agenda.
    by_agenda: bool,
}

pub(super) fn new_form(req: &Req) -> PageResult {
    let Ok(item) = req.query.text("class").parse::<PlanItemId>() else { return choose_class(req) };
    let frame = new_frame(req, item)?;
    let mut values = Form::default()
        .with("title", &frame.class)
        .with("held_on", "")
        .with("starts_at", "13:30")
        .with("ends_at", "17:00")
        .with("mode", SessionMode::OnSite.code())
        .with("capacity", 100)
        .with("class_hours", frame.required_hours);
    for module in Module::ALL {
        values = values.with("modules", module.code());
    }
    for method in Method::ALL {
        values = values.with("methods", method.code());
    }
    Ok(req.page(frame.title, body(req, &frame, &values, &[])))
}

fn choose_class(req: &Req) -> PageResult {
    let classes = sessions::classes(&req.app, req.actor()?, Action::PlanSession)?;
    Ok(req.page(
        "编制培训场次",
        html! {
            h1 { "编制培训场次" }
            @if classes.is_empty() {
                (ui::empty("这里会列出您承办的培训班。", "市信用办发布年度行动后，即可为承办的培训班编制场次。"))
            } @else {
                p { "请选择培训班：" }
                ul.choices {
                    @for item in &classes {
                        li { a href={ "/sessions/new?class=" (item.id) } { (item.name) } "（计划" (item.planned) "家）" }
                    }
                }
            }
        },
    ))
}

fn new_frame(req: &Req, item: PlanItemId) -> Result<Frame, PageError> {
    let (class, campaign) = sessions::class(&req.app, req.actor()?, item)?;
    Ok(Frame {
        title: "编制培训场次",
        action: format!("/sessions/new?class={item}"),
        class: class.name,
        required_hours: campaign.targets.class_hours,
        button: "保存培训场次",
        by_agenda: false,
    })
}

pub(super) fn create(req: &Req) -> PageResult {
    let item = req.query.text("class").parse::<PlanItemId>().map_err(|_| PageError::NotFound)?;
    let frame = new_frame(req, item)?;
    let actor = req.actor()?;
    match read(req, &frame).and_then(|command| sessions::plan(&req.app, actor, item, &command)) {
        Ok(id) => Ok(req.see(format!("/sessions/{id}"), "已编制培训场次，请准备六个模块的资料")),
        Err(refusal) => refused(req, &frame, refusal),
    }
}

fn edit_frame(req: &Req, id: SessionId) -> Result<(Frame, Session), PageError> {
    let shown = sessions::show(&req.app, req.actor()?, id)?;
    let frame = Frame {
        title: "修改培训场次",
        action: format!("/sessions/{id}/edit"),
        class: shown.class.name,
        required_hours: shown.campaign.targets.class_hours,
        button: "保存修改",
        by_agenda: !shown.agenda.is_empty(),
    };
    Ok((frame, shown.session))
}

pub(super) fn edit_form(req: &Req) -> PageResult {
    let (frame, session) = edit_frame(req, req.id("id")?)?;
    Ok(req.page(frame.title, body(req, &frame, &filled(&session), &[])))
}

pub(super) fn save(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    let (frame, _) = edit_frame(req, id)?;
    let actor = req.actor()?;
    match read(req, &frame).and_then(|command| sessions::edit(&req.app, actor, id, &command)) {
        Ok(()) => Ok(req.see(format!("/sessions/{id}"), "已保存培训场次")),
        Err(refusal) => refused(req, &frame, refusal),
    }
}

/// The form again with what is wrong beside the fields; gaps of the plan carry the field as their code.
fn refused(req: &Req, frame: &Frame, refusal: Refusal) -> PageResult {
    let errors = match refusal {
        Refusal::Invalid(errors) => errors,
        Refusal::Missing(missing) if missing.iter().all(|gap| gap.code != "campaign") => {
            missing.into_iter().map(FieldError::from).collect()
        }
        other => return Err(other.into()),
    };
    let again: Reply = req.again(frame.title, body(req, frame, &req.form, &errors));
    Ok(again)
}

fn filled(session: &Session) -> Form {
    let mut values = time_and_place::filled(session)
        .with("title", &session.title)
        .with("class_hours", session.class_hours)
        .with("lecturer", &session.lecturer)
        .with("contact_group", &session.contact_group);
    for module in &session.modules {
        values = values.with("modules", module.code());
    }
    for method in &session.methods {
        values = values.with("methods", method.code());
    }
    values
}

fn read(req: &Req, frame: &Frame) -> Result<PlanSession, Refusal> {
    let mut fields = req.fields();
    let chosen = |name: &str| req.form.all(name);
    let command = PlanSession {
        title: fields.text("title"),
        at: time_and_place::read(&mut fields),
        class_hours: if frame.by_agenda { 0 } else { fields.number("class_hours", "学时") },
        lecturer: fields.text("lecturer"),
        modules: chosen("modules").iter().filter_map(|code| Module::from_code(code)).collect(),
        methods: chosen("methods").iter().filter_map(|code| Method::from_code(code)).collect(),
        contact_group: fields.text("contact_group"),
        version: req.form.text("version").parse().unwrap_or_default(),
    };
    if command.at.starts_at == Time::midnight() && req.form.text("starts_at").is_empty() {
        fields.fault("starts_at", "请填写开始时间".into());
    }
    fields.check()?;
    Ok(command)
}

fn body(req: &Req, frame: &Frame, values: &Form, errors: &[FieldError]) -> Markup {
    let hours = format!("每场不少于{}学时", frame.required_hours);
    html! {
        h1 { (frame.title) }
        p { "培训班：" (frame.class) }
        (ui::errors(errors))
        (ui::form(req, &frame.action, &html! {
            (ui::hidden("version", values.raw("version")))
            (ui::field(values, "title", "场次名称", "不填则用培训班名称", errors))
            (time_and_place::fields(values, "最多邀请的企业数", errors))
            @if frame.by_agenda {
                p.hint { "学时、模块、培训方式和讲师由" a href=(frame.action.replace("/edit", "/agenda")) { "培训日程" } "得出，请在日程中修改。" }
            } @else {
                (ui::number_field(values, "class_hours", "学时", &hours, errors))
                (ui::field(values, "lecturer", "主讲人（第一模块）", "应为属地信用办分管负责人；由他人宣讲的，发布时写明原因", errors))
                (ui::checkboxes(values, "modules", "培训内容（六个模块）", &ui::choices(Module::ALL), errors))
                (ui::checkboxes(values, "methods", "培训方式", &ui::choices(Method::ALL), errors))
                p.hint { "保存后按学时、模块和方式生成日程草稿，可以逐项调整。" }
            }
            (ui::field(values, "contact_group", "移动端联系群", "群名称或群号，发布前必填", errors))
            (ui::button(frame.button))
        }))
    }
}
