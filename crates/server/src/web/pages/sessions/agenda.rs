//! The agenda of a session: shown to all who see it, edited by its agency (N05, N06, N09).

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::agenda::{self, AgendaItem, clock, minutes_of_day};
use xinxiu_domain::id::{AgendaId, SessionId};
use xinxiu_domain::lecturer::LecturerState;
use xinxiu_domain::session::{Method, Module, SessionState};
use xinxiu_store::agenda::Line;
use xinxiu_store::session::Session;
use xinxiu_workflow::sessions::{self, Shown};
use xinxiu_workflow::{FieldError, Refusal, lecturers};

use super::{PLAN, VIEW};
use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::Routes;
use crate::web::ui;

const TITLE: &str = "培训日程";

pub(super) fn routes(table: &mut Routes) {
    table.get("/sessions/{id}/agenda", VIEW, show);
    table.post("/sessions/{id}/agenda", PLAN, add);
    table.post("/sessions/{id}/agenda/draft", PLAN, draft);
    table.get("/sessions/{id}/agenda/{line}", PLAN, change_form);
    table.post("/sessions/{id}/agenda/{line}", PLAN, change);
    table.post("/sessions/{id}/agenda/{line}/move", PLAN, move_line);
    table.post("/sessions/{id}/agenda/{line}/remove", PLAN, remove);
}

/// The items with their times, as everybody reads them. `buttons` stands at the end of each.
pub(in crate::web::pages) fn programme(
    session: &Session,
    lines: &[Line],
    buttons: impl Fn(&Line) -> Markup,
) -> Markup {
    let items: Vec<AgendaItem> = lines.iter().map(|line| line.item.clone()).collect();
    let times = agenda::times(minutes_of_day(&session.starts_at).unwrap_or(0), &items);
    html! {
        ol.programme {
            @for (line, (from, to)) in lines.iter().zip(times) {
                li.break[line.item.is_break()] {
                    span.hours { (clock(from)) "—" (clock(to)) }
                    div.what {
                        strong { (line.item.name()) }
                        (details(&line.item))
                        (buttons(line))
                    }
                }
            }
        }
    }
}

fn details(item: &AgendaItem) -> Markup {
    let mut words = vec![format!("{}分钟", item.minutes)];
    // What the name says already is not said again.
    if let Some(module) = item.module.filter(|module| item.name() != module.label()) {
        words.push(module.label().to_owned());
    }
    if let Some(method) = item.method.filter(|method| item.name() != method.label()) {
        words.push(method.label().to_owned());
    }
    if !item.lecturer.is_empty() {
        words.push(format!("讲师：{}", item.lecturer));
    }
    if !item.room.is_empty() {
        words.push(item.room.clone());
    }
    html! {
        small { (words.join(" · ")) }
        @if !item.not_deputy_reason.is_empty() { small { "不由分管负责人宣讲的原因：" (item.not_deputy_reason) } }
    }
}

/// What the agenda adds up to.
pub(super) fn sum(session: &Session, lines: &[Line]) -> Markup {
    let items: Vec<AgendaItem> = lines.iter().map(|line| line.item.clone()).collect();
    let whole: u32 = items.iter().map(|item| item.minutes).sum();
    let span = sessions::minutes(session);
    html! {
        @if lines.is_empty() {
            "没有日程，" (session.class_hours) "学时是编制时填报的"
        } @else {
            (session.class_hours) "学时（日程中授课" (agenda::counted_minutes(&items)) "分钟，每学时45分钟，休息不计）"
            @if whole > span { "，" strong { "超出结束时间" (whole - span) "分钟" } }
            @else if whole < span { "，还有" (span - whole) "分钟没有安排" }
        }
    }
}

/// The part of the session's page.
pub(super) fn panel(req: &Req, shown: &Shown) -> Markup {
    let id = shown.session.id;
    ui::panel(
        TITLE,
        &html! {
            p { (sum(&shown.session, &shown.agenda)) }
            @if shown.session.state != SessionState::Planned {
                @for gap in &shown.unapproved { p.warning { (gap.message) " " (ui::basis(gap.basis)) } }
            }
            (programme(&shown.session, &shown.agenda, |_| html! {}))
            @if may_edit(req, shown) { p.actions { a.button href={ "/sessions/" (id) "/agenda" } { "编排日程" } } }
        },
    )
}

fn may_edit(req: &Req, shown: &Shown) -> bool {
    let actor = req.actor();
    matches!(shown.session.state, SessionState::Planned | SessionState::Published)
        && actor.is_ok_and(|actor| actor.may(Action::PlanSession, &shown.concerns))
}

fn show(req: &Req) -> PageResult {
    let shown = sessions::show(&req.app, req.actor()?, req.id("id")?)?;
    let values = Form::default().with("minutes", 45);
    Ok(req.page(TITLE, body(req, &shown, &values, &[])?))
}

fn body(req: &Req, shown: &Shown, values: &Form, errors: &[FieldError]) -> Result<Markup, PageError> {
    let (session, at) = (&shown.session, format!("/sessions/{}/agenda", shown.session.id));
    let edits = may_edit(req, shown);
    let lecturers = approved(req)?;
    Ok(html! {
        h1 { (TITLE) }
        p { a href={ "/sessions/" (session.id) } { (session.title) } "，" (session.held_on) " " (session.starts_at) "—" (session.ends_at) }
        (ui::errors(errors))
        p.lead { (sum(session, &shown.agenda)) }
        @if shown.agenda.is_empty() {
            (ui::empty("这里会列出培训日程。", "逐项添加，或按编制场次时填报的学时和模块生成一份草稿再修改。"))
            @if edits { (versioned(req, session, &format!("{at}/draft"), "", "生成日程草稿")) }
        } @else {
            (programme(session, &shown.agenda, |line| html! { @if edits { (buttons(req, session, line, &shown.agenda)) } }))
        }
        @if edits {
            (ui::panel("添加一项", &ui::form(req, &at, &html! {
                (fields(session, &lecturers, values, errors))
                (ui::button("添加到日程末尾"))
            })))
            @if session.state == SessionState::Published {
                p.hint { "场次已经发布：修改后仍须满足发布的条件，企业随即看到新的日程，请在联系群公告中说明。" }
            }
        }
    })
}

/// The approved lecturers, to choose from.
fn approved(req: &Req) -> Result<Vec<(String, String)>, PageError> {
    let found = lecturers::pool(&req.app, req.actor()?, Some(LecturerState::Approved))?;
    let choice = |one: &lecturers::Shown| {
        (one.lecturer.id.to_string(), format!("{}（{}）", one.lecturer.name, one.lecturer.office))
    };
    Ok(found.iter().map(choice).collect())
}

/// A form that is one button and knows from which version of the session it was made.
fn versioned(req: &Req, session: &Session, action: &str, way: &str, label: &str) -> Markup {
    html! {
        form.inline method="post" action=(action) {
            @if let Some(signed_in) = &req.signed_in { (ui::hidden("csrf", &signed_in.csrf)) }
            (ui::hidden("version", session.version))
            @if !way.is_empty() { (ui::hidden("way", way)) }
            button type="submit" { (label) }
        }
    }
}

fn buttons(req: &Req, session: &Session, line: &Line, all: &[Line]) -> Markup {
    let at = format!("/sessions/{}/agenda/{}", session.id, line.id);
    let is = |place: Option<&Line>| place.is_some_and(|one| one.id == line.id);
    html! {
        span.buttons {
            @if !is(all.first()) { (versioned(req, session, &format!("{at}/move"), "up", "上移")) }
            @if !is(all.last()) { (versioned(req, session, &format!("{at}/move"), "down", "下移")) }
            a.button href=(at) { "修改" }
            (versioned(req, session, &format!("{at}/remove"), "", "移除"))
        }
    }
}

fn fields(session: &Session, lecturers: &[(String, String)], values: &Form, errors: &[FieldError]) -> Markup {
    let modules = ui::choices(Module::ALL);
    let methods = ui::choices(Method::ALL);
    html! {
        (ui::hidden("version", session.version))
        (ui::number_field(values, "minutes", "时长（分钟）", "每45分钟为1学时", errors))
        (ui::optional(values, "module", "模块", "休息，或不属于某一模块", &modules, errors))
        (ui::optional(values, "method", "培训方式", "休息", &methods, errors))
        (ui::field(values, "title", "名称", "不填则用模块或方式的名称", errors))
        (ui::optional(values, "lecturer_id", "讲师（师资库中已批准的）", "不从师资库选择", lecturers, errors))
        (ui::field(values, "lecturer", "讲师姓名", "从师资库选择的不填；属地信用办分管负责人直接填写姓名", errors))
        (ui::field(values, "room", "地点或接入方式", "与场次相同的不填", errors))
        (ui::field(values, "not_deputy_reason", "第一模块不由分管负责人宣讲的原因", "由属地信用办分管负责人宣讲的不填", errors))
    }
}

fn read(req: &Req) -> Result<(AgendaItem, i64), Refusal> {
    let mut fields = req.fields();
    let item = AgendaItem {
        minutes: fields.number("minutes", "时长"),
        module: Module::from_code(&fields.text("module")),
        method: Method::from_code(&fields.text("method")),
        title: fields.text("title"),
        lecturer: fields.text("lecturer"),
        lecturer_id: fields.ids("lecturer_id").first().copied(),
        room: fields.text("room"),
        not_deputy_reason: fields.text("not_deputy_reason"),
    };
    fields.check()?;
    Ok((item, version(req)))
}

fn version(req: &Req) -> i64 {
    req.form.text("version").parse().unwrap_or_default()
}

fn back(req: &Req, id: SessionId, message: &str) -> PageResult {
    Ok(req.see(format!("/sessions/{id}/agenda"), message))
}

/// The page again with what was typed, after a refusal that the form can mend.
fn again(req: &Req, id: SessionId, refusal: Refusal) -> PageResult {
    let errors = refusal.into_errors("minutes")?;
    let shown = sessions::show(&req.app, req.actor()?, id)?;
    Ok(req.again(TITLE, body(req, &shown, &req.form, &errors)?))
}

fn add(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    let actor = req.actor()?;
    match read(req).and_then(|(item, version)| sessions::add_item(&req.app, actor, id, &item, version)) {
        Ok(()) => back(req, id, "已添加日程"),
        Err(refusal) => again(req, id, refusal),
    }
}

fn draft(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    match sessions::draft_agenda(&req.app, req.actor()?, id, version(req)) {
        Ok(()) => back(req, id, "已生成日程草稿，请逐项核对"),
        Err(refusal) => again(req, id, refusal),
    }
}

/// The session and one item of its agenda.
fn found(req: &Req) -> Result<(Shown, Line), PageError> {
    let line: AgendaId = req.id("line")?;
    let shown = sessions::show(&req.app, req.actor()?, req.id("id")?)?;
    let found = shown.agenda.iter().find(|one| one.id == line).cloned().ok_or(PageError::NotFound)?;
    Ok((shown, found))
}

fn change_form(req: &Req) -> PageResult {
    let (shown, line) = found(req)?;
    let item = &line.item;
    let values = Form::default()
        .with("minutes", item.minutes)
        .with("module", item.module.map_or("", Module::code))
        .with("method", item.method.map_or("", Method::code))
        .with("title", &item.title)
        .with("lecturer_id", item.lecturer_id.map_or_else(String::new, |id| id.to_string()))
        .with("lecturer", if item.lecturer_id.is_some() { "" } else { &item.lecturer })
        .with("room", &item.room)
        .with("not_deputy_reason", &item.not_deputy_reason);
    Ok(req.page("修改日程", change_body(req, &shown, &line, &values, &[])?))
}

fn change_body(
    req: &Req,
    shown: &Shown,
    line: &Line,
    values: &Form,
    errors: &[FieldError],
) -> Result<Markup, PageError> {
    let at = format!("/sessions/{}/agenda", shown.session.id);
    let lecturers = approved(req)?;
    Ok(html! {
        h1 { "修改日程" }
        p { (shown.session.title) "：" (line.item.name()) }
        (ui::errors(errors))
        (ui::form(req, &format!("{at}/{}", line.id), &html! {
            (fields(&shown.session, &lecturers, values, errors))
            (ui::button("保存日程"))
        }))
        p { a href=(at) { "返回培训日程" } }
    })
}

fn change(req: &Req) -> PageResult {
    let (shown, line) = found(req)?;
    let (id, actor) = (shown.session.id, req.actor()?);
    let done = read(req)
        .and_then(|(item, version)| sessions::change_item(&req.app, actor, (id, line.id), &item, version));
    match done {
        Ok(()) => back(req, id, "已保存日程"),
        Err(refusal) => {
            let errors = refusal.into_errors("minutes")?;
            Ok(req.again("修改日程", change_body(req, &shown, &line, &req.form, &errors)?))
        }
    }
}

fn move_line(req: &Req) -> PageResult {
    let (id, line): (SessionId, AgendaId) = (req.id("id")?, req.id("line")?);
    let up = req.form.raw("way") == "up";
    match sessions::move_item(&req.app, req.actor()?, (id, line), up, version(req)) {
        Ok(()) => back(req, id, "已调整顺序"),
        Err(refusal) => again(req, id, refusal),
    }
}

fn remove(req: &Req) -> PageResult {
    let (id, line): (SessionId, AgendaId) = (req.id("id")?, req.id("line")?);
    match sessions::remove_item(&req.app, req.actor()?, (id, line), version(req)) {
        Ok(()) => back(req, id, "已移除日程"),
        Err(refusal) => again(req, id, refusal),
    }
}
