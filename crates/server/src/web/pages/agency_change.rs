//! An agency is replaced in mid-campaign: what goes over, why, and from when on (N14 N17).

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::id::PlanItemId;
use xinxiu_store::agency_change::Load;
use xinxiu_workflow::agency_changes::{self, Board, Replace};
use xinxiu_workflow::{FieldError, Refusal};

use crate::web::reply::PageResult;
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const TITLE: &str = "更换服务机构";

pub(super) fn routes(table: &mut Routes) {
    table.get("/classes/{id}/agency", Access::Staff(Action::ViewSession), show);
    table.post("/classes/{id}/agency", Access::Staff(Action::EditCampaign), replace);
}

fn show(req: &Req) -> PageResult {
    let board = agency_changes::board(&req.app, req.actor()?, req.id("id")?)?;
    let values = Form::default().with("version", board.class.version);
    Ok(req.page(TITLE, body(req, &board, &values, &[])))
}

fn body(req: &Req, board: &Board, values: &Form, errors: &[FieldError]) -> Markup {
    let class = &board.class;
    let may_replace = !board.agencies.is_empty() && class.agency.is_some();
    html! {
        h1 { (TITLE) }
        (ui::errors(errors))
        (ui::facts(&[
            ("培训班", html! { (class.name) }),
            ("现在的服务机构", html! { (class.agency_name) }),
            ("组织单位", html! { (class.organiser_name) }),
            ("未办结和留存", html! { (load(board.load)) }),
        ]))
        @if may_replace {
            (ui::panel("更换", &html! {
                p { "更换后，本班的场次、未办结的修复申请、承诺书、企业档案和指导记录都由接手的机构继续办理，历史保留。原机构当天起看不到本班的企业，已打开的页面也不能再提交。" }
                (ui::form(req, &format!("/classes/{}/agency", class.id), &html! {
                    (ui::hidden("version", values.raw("version")))
                    (ui::select(values, "agency", "接手的服务机构", &agencies(board), errors))
                    (ui::area(values, "reason", "更换的原因", "例如：考评不合格、机构退出", errors))
                    (ui::tick(values, "confirmed", &format!("确认{}从今天起失去访问权限", class.agency_name), errors))
                    (ui::button(TITLE))
                }))
            }))
        }
        (ui::panel("未办结的修复申请", &open(board)))
        (ui::panel("更换记录", &changes(board)))
    }
}

fn load(load: Load) -> Markup {
    html! {
        "未办结申请" (load.applications) "件，未签承诺书" (load.commitments) "份，企业档案" (load.archives) "份，指导记录" (load.talks) "条"
    }
}

fn agencies(board: &Board) -> Vec<(String, String)> {
    board.agencies.iter().map(|agency| (agency.id.to_string(), agency.name.clone())).collect()
}

fn open(board: &Board) -> Markup {
    if board.open.is_empty() {
        return ui::empty("没有未办结的申请。", "本班企业的修复申请在办理中的，列在这里。");
    }
    let row = |one: &xinxiu_store::agency_change::Open| {
        vec![
            html! { a href={ "/applications/" (one.application) } { "第" (one.application) "号申请" } },
            html! { a href={ "/enterprises/" (one.enterprise) } { (one.name) } },
            html! { (one.state) },
        ]
    };
    ui::table("未办结的修复申请", &["申请", "企业", "状态"], &board.open.iter().map(row).collect::<Vec<_>>())
}

fn changes(board: &Board) -> Markup {
    if board.changes.is_empty() {
        return ui::empty("没有更换过。", "更换服务机构后，原因、时间和移交数量列在这里。");
    }
    let rows: Vec<_> = board
        .changes
        .iter()
        .map(|change| {
            vec![
                html! { (ui::when(change.at)) },
                html! { (change.old) },
                html! { (change.new) },
                html! { (change.reason) },
                load(change.load),
                html! { (change.by) },
            ]
        })
        .collect();
    ui::table("更换记录", &["时间", "原机构", "接手机构", "原因", "移交", "经办"], &rows)
}

fn replace(req: &Req) -> PageResult {
    let id: PlanItemId = req.id("id")?;
    let actor = req.actor()?;
    let mut fields = req.fields();
    let command = Replace {
        agency: fields.ids("agency").first().copied(),
        reason: fields.text("reason"),
        confirmed: req.form.ticked("confirmed"),
        version: fields.number("version", "版本").into(),
    };
    match fields.check().and_then(|()| agency_changes::replace(&req.app, actor, id, &command)) {
        Ok(load) => {
            let said = format!("已更换，未办结申请{}件已移交，原机构即刻失去访问权限", load.applications);
            Ok(req.see(format!("/classes/{id}/agency"), said))
        }
        Err(Refusal::Invalid(errors)) => {
            let board = agency_changes::board(&req.app, actor, id)?;
            Ok(req.again(TITLE, body(req, &board, &req.form, &errors)))
        }
        Err(other) => Err(other.into()),
    }
}
