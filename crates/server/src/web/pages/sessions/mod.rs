//! Training sessions for agency, organiser, county and city (N05–N09, N11, N14, N17, N20).

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::session::SessionState;
use xinxiu_store::Sort;
use xinxiu_store::session::{Filter, KEYS, Line};
use xinxiu_workflow::sessions;

use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, MIB, Routes};
use crate::web::ui;

mod agenda;
mod attendance;
mod calendar;
mod change;
mod content;
mod edit;
mod feedback;
mod group;
mod hall;
mod invite;
mod matching;
mod materials;
mod roll;
mod roster;
mod scores;
mod sheet;
mod show;
mod steps;
pub(super) mod time_and_place;

pub(super) use agenda::programme;
pub(super) use group::join as join_group;
pub(super) use materials::kind as kind_of_material;

const VIEW: Access = Access::Staff(Action::ViewSession);
const PLAN: Access = Access::Staff(Action::PlanSession);
const PUBLISH: Access = Access::Staff(Action::PublishSession);
const INVITE: Access = Access::Staff(Action::Invite);
const RUN: Access = Access::Staff(Action::RunSession);

const HEADS: [&str; 9] =
    ["日期", "名称", "培训班", "服务机构", "状态", "#已邀请", "#答复参加", "#已签到", "#考试合格"];
/// Columns that sort.
const SORTS: [(&str, &str); 5] =
    [("日期", "date"), ("名称", "title"), ("培训班", "class"), ("服务机构", "agency"), ("已邀请", "invited")];

/// Largest upload of material.
const MATERIAL: usize = 50 * MIB;

/// Largest spreadsheet of results.
const SCORES: usize = 5 * MIB;

pub(super) fn routes(table: &mut Routes) {
    table.get("/sessions", VIEW, list);
    calendar::routes(table);
    group::routes(table);
    agenda::routes(table);
    matching::routes(table);
    content::routes(table);
    table.get("/sessions/new", PLAN, edit::new_form);
    table.post("/sessions/new", PLAN, edit::create);
    table.get("/sessions/{id}", VIEW, show::show);
    table.get("/sessions/{id}/edit", PLAN, edit::edit_form);
    table.post("/sessions/{id}/edit", PLAN, edit::save);
    table.get("/sessions/changes", Access::Either(&[Action::ViewSession, Action::Rectify]), change::recent);
    table.get("/sessions/{id}/change", PUBLISH, change::form);
    table.post("/sessions/{id}/change", PUBLISH, change::change);
    table.upload("/sessions/{id}/materials", PLAN, MATERIAL, steps::add_material);
    table.get("/sessions/{id}/materials/{material}", VIEW, steps::material);
    table.post("/sessions/{id}/materials/{material}/remove", PLAN, steps::remove_material);
    table.post("/sessions/{id}/materials/{material}/confirm", PUBLISH, steps::confirm_material);
    table.post("/sessions/{id}/outline", PLAN, steps::outline);
    table.post("/sessions/{id}/publish", PUBLISH, steps::publish);
    table.post("/sessions/{id}/cancel", PUBLISH, steps::cancel);
    table.post("/sessions/{id}/open", RUN, steps::open);
    table.post("/sessions/{id}/close", RUN, steps::close);
    table.get("/sessions/{id}/invite", INVITE, invite::choose);
    table.post("/sessions/{id}/invite", INVITE, invite::invite);
    table.get("/sessions/{id}/notice.pdf", VIEW, steps::notice_pdf);
    table.get("/sessions/{id}/notice.docx", VIEW, steps::notice_docx);
    table.get("/sessions/{id}/sign-in-sheet.pdf", RUN, steps::sheet);
    table.get("/sessions/{id}/hall", RUN, hall::screen);
    table.get("/sessions/{id}/roll", RUN, roll::list);
    table.post("/sessions/{id}/roll", RUN, roll::mark);
    table.post("/sessions/{id}/roll/out", RUN, roll::all_out);
    table.post("/sessions/{id}/roll/sync", RUN, roll::sync);
    table.get("/sessions/{id}/sheet", RUN, sheet::form);
    table.post("/sessions/{id}/sheet", RUN, sheet::enter);
    table.get("/sessions/{id}/scores", RUN, scores::form);
    table.post("/sessions/{id}/scores", RUN, scores::enter);
    table.get("/sessions/{id}/scores/export", RUN, scores::take_along);
    table.upload("/sessions/{id}/scores/file", RUN, SCORES, scores::fill_in);
    table.get("/sessions/{id}/feedback", VIEW, feedback::results);
    table.get("/attendances/{id}/letter", INVITE, attendance::letter);
    table.post("/attendances/{id}/check-in", RUN, attendance::check_in);
    table.post("/attendances/{id}/exception", Access::Staff(Action::GrantException), attendance::exception);
    table.post("/attendances/{id}/revoke", INVITE, attendance::revoke);
    table.post("/attendances/{id}/withdraw", INVITE, attendance::withdraw);
    table.post("/attendances/{id}/reissue", INVITE, attendance::reissue);
}

/// A session's state as a badge.
fn state(state: SessionState) -> Markup {
    let tone = match state {
        SessionState::Planned => "due",
        SessionState::Published | SessionState::Open => "good",
        SessionState::Closed => "plain",
        SessionState::Cancelled => "bad",
    };
    ui::badge(tone, state.label())
}

fn list(req: &Req) -> PageResult {
    let actor = req.actor()?;
    let wanted = Filter {
        plan_item: req.query.text("class").parse().ok(),
        state: SessionState::from_code(&req.query.text("state")),
        sort: Sort::parse(&KEYS, req.query.raw("sort")),
        ..Filter::default()
    };
    let sorting = ui::Sorting { path: "/sessions", query: &req.query, keys: &SORTS, standard: "-date" };
    let todo = todo(req);
    let lines = match (todo, wanted.state) {
        (Some(action), Some(state)) => sessions::to_do(&req.app, actor, action, state)?,
        _ => sessions::list(&req.app, actor, wanted)?,
    };
    let rows: Vec<_> = lines.iter().map(row).collect();
    Ok(req.page(
        "培训场次",
        html! {
            h1 { "培训场次" }
            p.actions {
                @if actor.has(Action::PlanSession) { a.button.primary href="/sessions/new" { "编制培训场次" } }
                a.button href="/sessions/calendar" { "月历" }
            }
            @if let Some(action) = todo {
                (ui::narrowed(&format!("只列出由您{}的场次。", by(action)), "/sessions"))
            } @else {
                (filters(req)?)
            }
            @if rows.is_empty() {
                (ui::empty("这里会列出培训场次。", "服务机构为承办的培训班编制场次，组织单位发布后即可邀请企业。"))
            } @else {
                @if todo.is_some() { (ui::table("培训场次", &HEADS, &rows)) }
                @else { (ui::sorted_table("培训场次", &HEADS, &sorting, &rows)) }
            }
        },
    ))
}

/// What the reader has to do with the sessions asked for; without it the list shows all that it may see.
fn todo(req: &Req) -> Option<Action> {
    let action = Action::from_code(req.query.raw("todo"))?;
    matches!(action, Action::PublishSession | Action::RunSession).then_some(action)
}

/// What the reader does with the sessions of a shortened list.
const fn by(action: Action) -> &'static str {
    match action {
        Action::PublishSession => "组织",
        _ => "承办",
    }
}

fn filters(req: &Req) -> Result<Markup, PageError> {
    let classes = sessions::classes(&req.app, req.actor()?, Action::ViewSession)?;
    let classes: Vec<_> = classes.iter().map(|item| (item.id.to_string(), item.name.clone())).collect();
    let states = ui::choices(SessionState::ALL);
    let values: &Form = &req.query;
    Ok(ui::search_bar(
        "/sessions",
        &html! {
            @if !values.raw("sort").is_empty() { (ui::hidden("sort", values.raw("sort"))) }
            (ui::filter(values, "class", "培训班", &classes))
            (ui::filter(values, "state", "状态", &states))
        },
    ))
}

fn row(line: &Line) -> Vec<Markup> {
    let session = &line.session;
    vec![
        html! { (session.held_on) " " (session.starts_at) },
        html! { a href={ "/sessions/" (session.id) } { (session.title) } },
        html! { (line.class) },
        html! { (line.agency) },
        state(session.state),
        html! { (line.invited) },
        html! { (line.accepted) },
        html! { (line.present) },
        html! { (line.passed) },
    ]
}
