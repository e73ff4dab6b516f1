//! The page on which a job is waited for: it shows itself again until the work is done, then offers what was
//! made.

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::id::JobId;
use xinxiu_domain::job::JobState;
use xinxiu_store::Moment;
use xinxiu_store::job::Job;
use xinxiu_workflow::jobs::{self, kind};

use super::papers;
use crate::web::layout;
use crate::web::reply::{PageResult, Reply};
use crate::web::request::Req;
use crate::web::routes::{Access, Routes};
use crate::web::ui;

/// Those who may set off a job; whose job it is, the step asks.
const WAITS: Access = Access::Either(&[
    Action::HandOver,
    Action::PrintCreditReport,
    Action::ImportLists,
    Action::DecideIdentity,
]);
/// Seconds between two looks.
const PAUSE: u32 = 2;

pub(super) fn routes(table: &mut Routes) {
    table.get("/jobs", Access::Staff(Action::ViewAudit), failures);
    table.get("/jobs/{id}", WAITS, show);
    table.get("/jobs/{id}/file", WAITS, file);
}

/// What a job does, and where its result stands.
fn about(job: &Job) -> (&'static str, String) {
    match job.kind.as_str() {
        kind::PACK_ARCHIVES => ("打包企业档案", "/handovers".into()),
        kind::PACK_PAPERS => ("打包培训资料", "/handovers".into()),
        kind::PUSH_REPORTS => ("生成信用查询报告", format!("/pushes/{}", job.subject)),
        kind::CHECK_LIST => ("试读名单", format!("/lists/{}", job.subject)),
        kind::IMPORT_LIST => ("导入名单", format!("/lists/{}", job.subject)),
        kind::IDENTITY => ("查找疑似同一企业", "/identity".into()),
        kind::REASSESS => ("重新判定处罚类别", "/".into()),
        _ => ("后台任务", "/".into()),
    }
}

fn failures(req: &Req) -> PageResult {
    let rows: Vec<_> = jobs::failed(&req.app, req.actor()?)?
        .iter()
        .map(|job| {
            vec![
                html! { (job.id) },
                html! { (about(job).0) },
                html! { (ui::when(Moment::real(job.created_at))) },
                html! { (job.done) "／" (job.total) },
                html! { (job.message) },
            ]
        })
        .collect();
    let body = html! {
        h1 { "没有完成的后台任务" }
        @if rows.is_empty() {
            (ui::empty("没有失败的后台任务。", "打包档案、生成报告、导入名单等任务失败后列在这里；重新办理成功的不再列出。"))
        } @else {
            p { "请按原因处理后，由发起的人在原来的页面重新办理。" }
            (ui::table("没有完成的后台任务", &["编号", "任务", "发起时间", "办到哪里", "原因"], &rows))
        }
    };
    Ok(req.page("没有完成的后台任务", body))
}

fn show(req: &Req) -> PageResult {
    let job = jobs::show(&req.app, req.actor()?, req.id("id")?)?;
    let (title, back) = about(&job);
    match job.state {
        JobState::Queued | JobState::Running => {
            Ok(Reply::Page(200, layout::refreshing(req, title, PAUSE, &waiting(title, &job))))
        }
        // The package stands in a list where it is handed over: that is the next thing to do.
        JobState::Done if job.file.is_none() => Ok(req.see(back, job.message)),
        JobState::Done => Ok(req.page(title, finished(title, &job, &back))),
        JobState::Failed => Ok(req.page(title, failed(title, &job, &back))),
    }
}

fn waiting(title: &str, job: &Job) -> Markup {
    let total = job.total.max(1);
    html! {
        h1 { (title) }
        p role="status" {
            @if job.state == JobState::Queued { "前面还有任务，正在排队。" }
            @else if job.total > 0 { "正在办理：" (job.done) "／" (job.total) }
            @else { "正在准备。" }
        }
        progress max=(total) value=(job.done) aria-label=(title) {}
        p.hint { "本页每" (PAUSE) "秒自动刷新。可以离开去办别的事，任务会继续，服务重启后也会接着办。" }
    }
}

fn finished(title: &str, job: &Job, back: &str) -> Markup {
    html! {
        h1 { (title) }
        p { (ui::badge("good", "已完成")) " " (job.message) }
        p.actions { a.button.primary href={ "/jobs/" (job.id) "/file" } { "下载文件" } " " a.button href=(back) { "返回" } }
    }
}

fn failed(title: &str, job: &Job, back: &str) -> Markup {
    html! {
        h1 { (title) }
        p { (ui::badge("bad", "没有完成")) " " (job.message) }
        p { a.button href=(back) { "返回重新办理" } }
    }
}

fn file(req: &Req) -> PageResult {
    papers::stored(req, jobs::result(&req.app, req.actor()?, req.id::<JobId>("id")?)?)
}
