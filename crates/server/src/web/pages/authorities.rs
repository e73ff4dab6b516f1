//! Authorities as lists name them, given to the organisations on record, so that somebody can decide on their
//! records (N16, N27).

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::id::OrgId;
use xinxiu_workflow::authorities::{self, Board, Open};
use xinxiu_workflow::{FieldError, Refusal};

use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const TITLE: &str = "处罚机关对应";

pub(super) fn routes(table: &mut Routes) {
    let assign_authority = Access::Staff(Action::AssignAuthority);
    table.get("/authorities", assign_authority, show);
    table.post("/authorities", assign_authority, assign);
    table.post("/authorities/new", Access::Staff(Action::ManageAccounts), create);
}

fn show(req: &Req) -> PageResult {
    Ok(req.page(TITLE, body(req, &Form::default(), &[])?))
}

fn body(req: &Req, values: &Form, errors: &[FieldError]) -> Result<Markup, PageError> {
    let actor = req.actor()?;
    let board = authorities::board(&req.app, actor)?;
    let creates = actor.has(Action::ManageAccounts);
    Ok(html! {
        h1 { (TITLE) }
        (ui::errors(errors))
        p { "名单上的处罚机关（列入机关）与平台上的单位对应后，同名的记录一并归到该单位，由它督促整改、作出修复决定；以后导入的名单自动沿用。" }
        @if board.open.is_empty() {
            (ui::empty("名单上的处罚机关都已对应到平台上的单位。", "导入的名单里出现平台上没有的机关时，会列在这里。"))
        } @else {
            (ui::table(
                "待对应的处罚机关",
                &["名单上的机关", "#公示处罚", "#在列名单", "#待作决定", "对应为"],
                &board.open.iter().map(|open| row(req, &board, open, values, errors)).collect::<Vec<_>>(),
            ))
        }
        @if creates && !board.open.is_empty() {
            (ui::panel("平台上没有该单位", &ui::form(req, "/authorities/new", &new_fields(&board, values, errors))))
        } @else if !board.open.is_empty() {
            p.hint { "平台上没有的单位，由市信用办在这个页面新增。" }
        }
    })
}

fn row(req: &Req, board: &Board, open: &Open, values: &Form, errors: &[FieldError]) -> Vec<Markup> {
    let found = &open.unassigned;
    let typed = values.raw("name") == found.name;
    let chosen = if typed {
        values.raw("authority").to_owned()
    } else {
        open.suggestion.map_or_else(String::new, |id| id.to_string())
    };
    let faults: Vec<_> = errors.iter().filter(|error| typed && error.field == "authority").collect();
    let choice = html! {
        (ui::hidden("name", &found.name))
        @for fault in &faults { span.error { (fault.message) } }
        select name="authority" id=[typed.then_some("f-authority")] aria-label={ "「" (found.name) "」对应为" } aria-invalid=[(!faults.is_empty()).then_some("true")] {
            option value="" { "请选择" }
            @for org in &board.authorities {
                @let id = org.id.to_string();
                option value=(id) selected[id == chosen] {
                    (org.name) @if Some(org.id) == open.suggestion { "（名称相近）" }
                }
            }
        }
        " " button type="submit" { "对应单位" }
    };
    vec![
        html! { (found.name) },
        html! { (found.penalties) },
        html! { (found.listings) },
        html! { (found.waiting) },
        ui::form(req, "/authorities", &choice),
    ]
}

fn new_fields(board: &Board, values: &Form, errors: &[FieldError]) -> Markup {
    let names: Vec<_> =
        board.open.iter().map(|open| (open.unassigned.name.clone(), open.unassigned.name.clone())).collect();
    html! {
        (ui::select(values, "listed", "名单上的机关", &names, errors))
        (ui::field(values, "organisation", "单位全称", "与名单上的机关相同的可不填", errors))
        (ui::field(values, "short", "简称", "用于表格，可不填", errors))
        (ui::button("新增单位并对应"))
        p.hint { "新增后请在“单位和账号”为该单位开设账号，否则没有人能作出修复决定。" }
    }
}

fn assign(req: &Req) -> PageResult {
    let mut fields = req.fields();
    let name = fields.required("name", "名单上的机关");
    let to: Option<OrgId> = fields.id("authority", "对应的单位");
    let actor = req.actor()?;
    let done = fields.check().and_then(|()| {
        // The name as lists give it: folding it would find nothing.
        authorities::assign(&req.app, actor, req.form.raw("name"), to.unwrap_or(OrgId(0)))
    });
    after(req, &name, done)
}

fn create(req: &Req) -> PageResult {
    let mut fields = req.fields();
    let listed = fields.required("listed", "名单上的机关");
    let (full, short) = (fields.text("organisation"), fields.text("short"));
    let full = if full.is_empty() { listed.clone() } else { full };
    let actor = req.actor()?;
    let done = fields.check().and_then(|()| {
        authorities::create_and_assign(&req.app, actor, req.form.raw("listed"), &full, &short)
    });
    after(req, &listed, done)
}

fn after(req: &Req, name: &str, done: Result<(usize, usize), Refusal>) -> PageResult {
    match done {
        Ok((penalties, listed)) => {
            let message = format!("已对应「{name}」：处罚{penalties}条，名单{listed}家");
            Ok(req.see("/authorities", message))
        }
        Err(Refusal::Invalid(errors)) => Ok(req.again(TITLE, body(req, &req.form, &errors)?)),
        Err(other) => Err(other.into()),
    }
}
