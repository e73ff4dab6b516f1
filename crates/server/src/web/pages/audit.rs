//! The audit chain, newest first, and whether it is whole (N21).

use maud::html;
use xinxiu_domain::actor::{Action, Concerns, Role};
use xinxiu_store::audit;

use crate::web::reply::PageResult;
use crate::web::request::Req;
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const PAGE: i64 = 100;

pub(super) fn routes(table: &mut Routes) {
    table.get("/audit", Access::Staff(Action::ViewAudit), show);
}

fn show(req: &Req) -> PageResult {
    let before = req.query.text("after").parse().ok();
    let entries = req.app.view(req.actor()?, |view| {
        view.must(Action::ViewAudit, &Concerns::default())?;
        Ok(audit::page(view.tx, before, PAGE)?)
    })?;
    let rows: Vec<_> = entries
        .iter()
        .map(|entry| {
            let role = Role::from_code(&entry.role).map_or("", Role::label);
            vec![
                html! { (entry.id) },
                html! { (ui::when(entry.at)) span.quiet { (ui::entered(entry.at)) } },
                html! { (entry.actor) "（" (role) "）" },
                html! { (entry.summary) },
            ]
        })
        .collect();
    let next = (entries.len() == usize::try_from(PAGE).unwrap_or(0))
        .then(|| entries.last().map(|e| e.id.to_string()));
    Ok(req.page(
        "操作记录",
        html! {
            h1 { "操作记录" }
            p.hint { "每条记录带有前一条的校验值，改动任何一条都会被发现；系统管理员用命令 xinxiu audit verify 核验。" }
            (ui::table("操作记录", &["#序号", "业务日期", "操作人", "内容"], &rows))
            (ui::pager("/audit", &req.query, next.flatten().as_deref()))
        },
    ))
}
