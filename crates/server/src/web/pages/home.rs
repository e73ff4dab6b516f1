//! 今天要办: what waits for this role today; every number is the way to its list.

use maud::html;
use xinxiu_workflow::home::{self, Task};

use crate::web::menu;
use crate::web::reply::PageResult;
use crate::web::request::Req;
use crate::web::routes::{Access, Routes};
use crate::web::ui;

pub(super) fn routes(table: &mut Routes) {
    table.get("/", Access::SignedIn, show);
}

fn show(req: &Req) -> PageResult {
    let actor = req.actor()?;
    let tasks: Vec<Task> = home::tasks(&req.app, actor)?;
    let waiting: Vec<_> = tasks.iter().filter(|task| task.count > 0).collect();
    Ok(req.page(
        "今天要办",
        html! {
            h1 { "今天要办" }
            @if waiting.is_empty() {
                (ui::empty("没有等您办理的事项。", "有新的事项时会列在这里。下面是您常用的页面。"))
            } @else {
                div.figures { @for task in &waiting { (ui::figure(task.count, task.label, task.href)) } }
            }
            (ui::panel("常用页面", &html! {
                ul { @for entry in menu::of(actor).into_iter().skip(1) { li { a href=(entry.href) { (entry.label) } } } }
            }))
        },
    ))
}
