//! 今天要办: what waits for this role today; every number is the way to its list.

use maud::{Markup, html};
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::progress::rate_in_words;
use xinxiu_store::progress::ProgressFilter;
use xinxiu_workflow::home::{self, Task};
use xinxiu_workflow::progress::{self, Board};
use xinxiu_workflow::{Refusal, campaigns};

use super::progress::headline;
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
    let running = running(req, actor)?;
    let waiting: Vec<_> = tasks.iter().filter(|task| task.count > 0).collect();
    // Asked only of a page that would be empty.
    let is_new =
        waiting.is_empty() && actor.has(Action::ViewCampaign) && campaigns::list(&req.app, actor)?.is_empty();
    Ok(req.page(
        "今天要办",
        html! {
            h1 { "今天要办" }
            @if is_new {
                (first_steps(actor))
            } @else if waiting.is_empty() {
                (ui::empty("没有等您办理的事项。", "有新的事项时会列在这里，其他页面在菜单里。"))
            } @else {
                div.figures { @for task in &waiting { (ui::figure(task.count, task.label, &task.href)) } }
            }
            @if actor.has(Action::ViewDeadlines) {
                p { a href="/reminder" { "工作提醒" } "：每个工作日早上把到期和逾期的数量发到手机或邮箱。" }
            }
            @if let Some(board) = &running {
                (ui::panel("行动进展（家）", &html! {
                    (headline(&board.total, ""))
                    p {
                        (rate_in_words(board.total.repaired, board.total.repair_base)) "。目标"
                        (board.campaign.targets.repair_rate_percent) "%以上。"
                        a href="/progress" { "按培训班和服务机构查看" }
                    }
                }))
            }
        },
    ))
}

/// The numbers of the campaign under way, for those who may see them.
fn running(req: &Req, actor: &Actor) -> Result<Option<Board>, Refusal> {
    if !actor.has(Action::ViewProgress) {
        return Ok(None);
    }
    match progress::board(&req.app, actor, None, &ProgressFilter::default()) {
        Ok(board) => Ok(Some(board)),
        Err(Refusal::Missing(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// What to do in an installation that holds nothing yet.
fn first_steps(actor: &Actor) -> Markup {
    if !actor.has(Action::EditCampaign) {
        return ui::empty("还没有年度行动。", "市信用办编制并发布年度行动后，您的事项会列在这里。");
    }
    ui::panel(
        "开始使用",
        &html! {
            ol {
                li { a href="/campaigns" { "编制年度行动" } "：从行动文件读入目标、单位和培训班计划表，核对后发布；" }
                li { a href="/accounts" { "开设账号" } "：为市信用中心、服务窗口、属地信用办、认定部门和服务机构各开一个；" }
                li { "请市信用中心登录，导入三类名单。" }
            }
        },
    )
}
