//! One list: how far it is, what was found, and what comes next.

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::batch::{BatchAction, BatchState};
use xinxiu_domain::id::BatchId;
use xinxiu_domain::job::JobState;
use xinxiu_store::batch::{Batch, Counts};
use xinxiu_store::job::Job;
use xinxiu_workflow::FieldError;
use xinxiu_workflow::jobs::kind;
use xinxiu_workflow::lists::{self, Extent, Shown};

use super::report::{authorities, differences, places, renames, report};
use super::{fault, state};
use crate::web::layout;
use crate::web::reply::{PageResult, Reply};
use crate::web::request::Req;
use crate::web::ui;

/// Seconds between two looks at work in the background.
const PAUSE: u32 = 2;

pub(super) fn show(req: &Req) -> PageResult {
    page(req, &[])
}

fn page(req: &Req, errors: &[FieldError]) -> PageResult {
    let shown = lists::show(&req.app, req.actor()?, req.id("id")?)?;
    let batch = &shown.batch;
    let title = format!("{}：{}", batch.list, batch.file_name);
    let body = html! {
        h1 { (batch.file_name) }
        (ui::errors(errors))
        p { (batch.list) " " (state(batch.state)) }
        (same_file(&shown))
        (progress(req, &shown))
        (columns(&shown))
        (figures(batch))
        @if batch.state == BatchState::Imported && batch.counts.renamed > 0 {
            p.warning {
                "有" (batch.counts.renamed) "行的名称与在册不同：在册名称没有改，名单所载名称已记在企业页面，可以在那里采用。"
            }
        }
        @if batch.counts.rejected > 0 && batch.rejected_file.is_some() {
            (ui::download_bar(&[(format!("/lists/{}/rejected", batch.id), "下载退回的行（更正后重新上传）")]))
        }
        (next(req, &shown, errors))
        @if is_read(batch) { (ui::panel("与在册的不同", &differences(batch, &shown.report))) }
        @if shown.report.without_authority > 0 {
            (ui::panel("处罚机关", &authorities(&shown.report, req.actor()?.has(Action::AssignAuthority))))
        }
        @if shown.report.guessed + shown.report.unplaced > 0 { (ui::panel("属地", &places(batch, &shown.report))) }
        @if shown.report.renamed > 0 { (ui::panel("名称与在册不同的行", &renames(batch, &shown.report))) }
        @if is_read(batch) { (ui::panel("试读结果", &report(batch, &shown.report))) }
        @if batch.cursor_rows > 0 { p { a.button href={ "/lists/" (batch.id) "/rows" } { "查看原始行" } } }
        (ui::panel("来源", &origin(batch)))
    };
    if is_under_way(&shown) {
        return Ok(Reply::Page(200, layout::refreshing(req, &title, PAUSE, &body)));
    }
    Ok(if errors.is_empty() { req.page(&title, body) } else { req.again(&title, body) })
}

/// Whether it was read on trial.
const fn is_read(batch: &Batch) -> bool {
    !batch.report_sealed.is_empty()
}

/// Whether work in the background goes on, so that the page is to show itself again.
fn is_under_way(shown: &Shown) -> bool {
    match shown.batch.state {
        BatchState::Queued | BatchState::Importing => true,
        BatchState::Received | BatchState::Checked => is_checking(shown),
        _ => false,
    }
}

fn is_checking(shown: &Shown) -> bool {
    let goes_on = |job: &Job| matches!(job.state, JobState::Queued | JobState::Running);
    shown.job.as_ref().is_some_and(|job| job.kind == kind::CHECK_LIST && goes_on(job))
}

/// The very same file was imported before.
fn same_file(shown: &Shown) -> Markup {
    html! {
        @if let Some(earlier) = &shown.same_file {
            p.warning {
                "同一文件已于" (ui::when(earlier.created_at)) "上传并导入（"
                a href={ "/lists/" (earlier.id) } { (earlier.file_name) }
                "）。再次导入不会重复记录，只应用之后有变化的内容。"
            }
        }
    }
}

/// What is known of the columns, and the way to say more.
fn columns(shown: &Shown) -> Markup {
    let (batch, unknown) = (&shown.batch, &shown.report.unknown);
    let address = format!("/lists/{}/columns", batch.id);
    let can_map = batch.state.allows(BatchAction::Check) && !is_checking(shown);
    html! {
        @if let Some(known) = &shown.mapping {
            p.notice role="status" {
                "表头与以前对应过的相同，已按" (known.made_by) "于" (ui::when(known.made_at)) "设定的列对应读取"
                @if !known.source.is_empty() { "（来源：" (known.source) "）" } "。"
            }
        } @else if shown.is_mapped {
            p.notice role="status" { "按您设定的列对应读取。" }
        }
        @if !is_read(batch) && can_map {
            p.warning { "没有找到能识别的表头，还不能试读。请说明各列是什么内容。" }
            p.actions { a.button.primary href=(address) { "对应各列" } }
        } @else {
            @if !unknown.is_empty() {
                p.warning {
                    "有" (unknown.len()) "列不能识别，没有读取（原样保留）：" (unknown.join("、")) "。"
                    @if can_map { "其中有需要的内容的，请先对应各列，再确认导入。" }
                    @else { "其中有需要的内容的，请对应各列后重新上传这份文件；已导入的不会重复。" }
                }
            }
            @if can_map { p { a.button href=(address) { "查看或更改列对应" } } }
        }
    }
}

/// How far the work is, how long the rest will take, and the way to end it.
fn progress(req: &Req, shown: &Shown) -> Markup {
    let batch = &shown.batch;
    let counts = &batch.counts;
    let total = counts.accepted + counts.listings + counts.rejected;
    let done = batch.cursor_rows;
    let address = |step: &str| format!("/lists/{}/{step}", batch.id);
    match batch.state {
        BatchState::Received | BatchState::Checked if is_checking(shown) => {
            let (done, total) = shown.job.as_ref().map_or((0, 0), |job| (job.done, job.total));
            html! {
                (bar("正在试读", "约", done, total, shown))
                (ui::post_button(req, &address("cancel"), "取消试读"))
            }
        }
        BatchState::Received | BatchState::Checked => html! {
            @if let Some(job) = shown.job.as_ref().filter(|job| job.state == JobState::Failed && !is_read(batch)) {
                div.errors role="alert" { h2 { "试读没有完成" } p { (job.message) } }
            }
        },
        BatchState::Queued | BatchState::Importing => html! {
            (bar("正在导入", "", done, total, shown))
            p.hint { "含退回的" (counts.rejected) "行。可以离开这一页，导入不会中断。" }
            @if batch.state == BatchState::Importing { (ui::post_button(req, &address("stop"), "停止导入")) }
        },
        BatchState::Failed => html! {
            div.errors role="alert" {
                h2 { "导入没有完成" }
                p { (batch.message) }
                p { "已完成 " (done) " / " (total) " 行" (sent_back(counts)) "。可以继续导入，已完成的不会重复。" }
            }
        },
        BatchState::Stopped => html! {
            p.warning role="status" {
                "导入已停止（" (batch.message) "）：已完成 " (done) " / " (total) " 行" (sent_back(counts))
                "，这些记录保留在册。可以继续导入，已完成的不会重复；也可以取消这份名单，不再导入其余的行。"
            }
        },
        BatchState::Cancelled if done > 0 => html! {
            p.warning { "这份名单已取消。取消前导入的 " (done) " 行保留在册。" }
        },
        _ => html! {},
    }
}

fn bar(what: &str, about: &str, done: i64, total: i64, shown: &Shown) -> Markup {
    let percent = if total > 0 { done * 100 / total } else { 0 };
    let left = shown.job.as_ref().and_then(Job::seconds_left);
    html! {
        p role="status" {
            (what) "：已完成 " strong { (done) } " / " (about) (total) " 行（" (percent) "%）"
            @if let Some(seconds) = left { "，大约还要" (spell(seconds)) }
            "。页面每" (PAUSE) "秒刷新，也可以" a href={ "/lists/" (shown.batch.id) } { "现在刷新" } "。"
        }
        progress aria-label=(what) value=(done) max=(total.max(1)) { (percent) "%" }
    }
}

fn spell(seconds: i64) -> String {
    match seconds {
        0..60 => format!("{seconds}秒"),
        60..3600 => format!("{}分{}秒", seconds / 60, seconds % 60),
        _ => format!("{}小时{}分", seconds / 3600, seconds % 3600 / 60),
    }
}

/// Rows that are sent back are gone through as well, but are no records.
fn sent_back(counts: &Counts) -> String {
    if counts.rejected == 0 { String::new() } else { format!("（含退回的{}行）", counts.rejected) }
}

fn figures(batch: &Batch) -> Markup {
    let counts = &batch.counts;
    let imported = matches!(
        batch.state,
        BatchState::Imported | BatchState::Importing | BatchState::Failed | BatchState::Stopped
    );
    let mut pairs = vec![
        ("处罚记录", counts.accepted),
        ("名单条目（无决定书）", counts.listings),
        ("退回的行", batch.rejected_open()),
        ("有提示的行", counts.problems),
        ("非记录行", counts.skipped),
    ];
    if batch.corrected > 0 {
        pairs.push(("退回后已更正的行", batch.corrected));
    }
    if imported {
        pairs.extend([
            ("新增", counts.created),
            ("未变", counts.unchanged),
            ("有变化", counts.changed),
            ("不再列名", counts.gone),
            ("名称与在册不同", counts.renamed),
        ]);
    }
    let facts: Vec<_> = pairs.into_iter().map(|(name, n)| (name, html! { strong { (n) } })).collect();
    ui::facts(&facts)
}

fn next(req: &Req, shown: &Shown, errors: &[FieldError]) -> Markup {
    let batch = &shown.batch;
    let address = |step: &str| format!("/lists/{}/{step}", batch.id);
    let can_confirm = batch.state.allows(BatchAction::Confirm) && is_read(batch);
    let anything = batch.counts.accepted + batch.counts.listings > 0;
    if is_checking(shown) {
        return html! {};
    }
    html! {
        @if can_confirm && anything {
            (ui::panel("下一步", &ui::form(req, &address("confirm"), &extent(req, shown, errors))))
        }
        @if can_confirm && !anything {
            p.warning { "没有可以导入的记录。请下载退回的行，更正后重新上传。" }
        }
        @if batch.state == BatchState::Received && shown.is_mapped { (ui::post_button(req, &address("check"), "试读名单")) }
        @if batch.state.allows(BatchAction::Cancel) { (ui::post_button(req, &address("cancel"), "取消这份名单")) }
        @if batch.state == BatchState::Imported { p { a.button href="/enterprises?sort=-recorded" { "查看企业" } } }
    }
}

/// The choice between a whole edition and an addition. Nothing is chosen beforehand; an import that was cut
/// off goes on as it began.
fn extent(req: &Req, shown: &Shown, errors: &[FieldError]) -> Markup {
    let (batch, report) = (&shown.batch, &shown.report);
    let begun = match (batch.cursor_rows > 0, batch.edition_start) {
        (_, Some(_)) => "whole",
        (true, None) => "addition",
        (false, None) => req.form.raw("extent"),
    };
    let wrong = errors.iter().find(|error| error.field == "extent");
    html! {
        fieldset.field.wrong[wrong.is_some()] id="f-extent" {
            legend { "这份文件是" }
            @if let Some(error) = wrong { span.error id="e-extent" { (error.message) } }
            label.choice {
                input type="radio" name="extent" value="whole" required checked[begun == "whole"];
                " 完整的一期名单：在册而文件里没有的条目标记为「不再列名」，不删除"
            }
            label.choice {
                input type="radio" name="extent" value="addition" required checked[begun == "addition"];
                " 补充：只新增和更新"
            }
        }
        @if report.present > 0 {
            p.hint {
                "这类名单现有在列条目" (report.present) "条。如果这份文件是完整的一期，其中"
                strong { (report.would_go) } "条将标记为「不再列名」。"
            }
        }
        @if errors.iter().any(|error| error.field == "sure") {
            (ui::tick(
                &req.form, "sure",
                &format!("这是完整的一期，确认将{}条标记为「不再列名」", report.would_go), errors,
            ))
        }
        (ui::button(if matches!(batch.state, BatchState::Failed | BatchState::Stopped) { "继续导入名单" } else { "确认导入名单" }))
    }
}

fn origin(batch: &Batch) -> Markup {
    let extent = match batch.edition_start {
        Some(_) => "完整的一期名单",
        None if batch.state == BatchState::Imported => "补充",
        None => "",
    };
    ui::facts(&[
        ("上传人", html! { (batch.uploaded_by) }),
        ("上传时间", html! { (ui::when(batch.created_at)) }),
        ("数据标准", html! { (generations(&batch.generation)) }),
        ("范围", html! { (extent) }),
    ])
}

fn generations(codes: &str) -> String {
    let names = codes.split_whitespace().map(|code| match code {
        "a" => "双公示第一代",
        "b" => "双公示第二代",
        "c" => "双公示第三代",
        _ => "其他版式",
    });
    names.collect::<Vec<_>>().join("、")
}

pub(super) fn confirm(req: &Req) -> PageResult {
    let id: BatchId = req.id("id")?;
    let extent = match req.form.raw("extent") {
        "whole" => Extent::Whole,
        "addition" => Extent::Addition,
        _ => return page(req, &[fault("extent", "请选择这份文件是完整的一期名单，还是补充")]),
    };
    if extent == Extent::Whole && !req.form.ticked("sure") {
        let report = lists::show(&req.app, req.actor()?, id)?.report;
        if report.takes_many() {
            let (going, present) = (report.would_go, report.present);
            let message = format!(
                "在列的{present}条中有{going}条将标记为「不再列名」，超过十分之一。确是完整的一期请勾选确认，否则请选补充"
            );
            return page(req, &[fault("sure", &message)]);
        }
    }
    lists::confirm(&req.app, req.actor()?, id, extent)?;
    Ok(req.see(format!("/lists/{id}"), "已开始导入"))
}

pub(super) fn stop(req: &Req) -> PageResult {
    let id: BatchId = req.id("id")?;
    lists::stop(&req.app, req.actor()?, id)?;
    Ok(req.see(format!("/lists/{id}"), "已停止导入，已完成的行保留在册"))
}

pub(super) fn cancel(req: &Req) -> PageResult {
    let id: BatchId = req.id("id")?;
    lists::cancel(&req.app, req.actor()?, id)?;
    let kept = lists::show(&req.app, req.actor()?, id)?.batch.cursor_rows;
    let said = if kept == 0 {
        "已取消，没有导入任何记录".to_owned()
    } else {
        format!("已取消，此前导入的{kept}行保留在册")
    };
    Ok(req.see("/lists", said))
}
