//! Lists on their way in (N08): uploaded or pasted, read on trial, confirmed, imported.

mod columns;
mod report;
mod rows;
mod show;

use std::io::Write as _;

use maud::{Markup, html};
use tempfile::NamedTempFile;
use xinxiu_domain::ListKind;
use xinxiu_domain::actor::Action;
use xinxiu_domain::batch::BatchState;
use xinxiu_domain::id::{BatchId, CampaignId};
use xinxiu_domain::trouble::trouble;
use xinxiu_store::batch::Batch;
use xinxiu_store::files::Kept;
use xinxiu_workflow::{FieldError, Refusal, campaigns, home, lists};

use super::papers;
use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, MIB, Routes};
use crate::web::ui;

const IMPORT: Access = Access::Staff(Action::ImportLists);
const VIEW: Access = Access::Staff(Action::ViewEnterprise);
const REVEAL: Access = Access::Staff(Action::RevealPersonal);
/// Name under which a pasted table is kept.
const PASTED: &str = "粘贴的表格.tsv";

pub(super) fn routes(table: &mut Routes) {
    table.get("/lists", IMPORT, list);
    table.upload("/lists", IMPORT, 300 * MIB, upload);
    table.get("/lists/mappings", IMPORT, columns::remembered);
    table.post("/lists/mappings/{mapping}/forget", IMPORT, columns::forget);
    table.get("/lists/{id}", IMPORT, show::show);
    table.get("/lists/{id}/columns", IMPORT, columns::show);
    table.post("/lists/{id}/columns", IMPORT, columns::save);
    table.post("/lists/{id}/check", IMPORT, check);
    table.post("/lists/{id}/confirm", IMPORT, show::confirm);
    table.post("/lists/{id}/stop", IMPORT, show::stop);
    table.post("/lists/{id}/cancel", IMPORT, show::cancel);
    table.get("/lists/{id}/rejected", IMPORT, rejected);
    table.get("/lists/{id}/differences", IMPORT, differences);
    table.get("/lists/{id}/rows", IMPORT, rows::list);
    table.get("/lists/{id}/rows/at", IMPORT, rows::at);
    table.get("/rows/{id}", VIEW, rows::show);
    table.post("/rows/{id}/reveal", REVEAL, rows::reveal);
}

fn list(req: &Req) -> PageResult {
    let values = Form::default().with("list", req.query.raw("list"));
    Ok(req.page("名单导入", list_body(req, &values, &[])?))
}

/// Campaigns that take lists; the page is about the first of them.
fn open_campaigns(req: &Req) -> Result<Vec<(CampaignId, String)>, PageError> {
    let open = campaigns::not_closed(campaigns::list(&req.app, req.actor()?)?);
    Ok(open.into_iter().map(|campaign| (campaign.id, campaign.title)).collect())
}

fn list_body(req: &Req, values: &Form, errors: &[FieldError]) -> Result<Markup, PageError> {
    let open = open_campaigns(req)?;
    let Some((newest, title)) = open.first() else {
        return Ok(html! {
            h1 { "名单导入" }
            (ui::empty("这里导入三类名单。", "请先由市信用办编制并发布年度行动。"))
        });
    };
    let mut batches = lists::list(&req.app, req.actor()?, *newest)?;
    let waiting = req.query.raw("state") == "waiting";
    batches.retain(|batch| !waiting || home::list_waits(batch.state));
    let kinds: Vec<_> = ListKind::ALL.iter().map(|kind| (kind.code().to_owned(), kind.to_string())).collect();
    let choices: Vec<_> = open.iter().map(|(id, title)| (id.to_string(), title.clone())).collect();
    let values = values.clone().with("campaign", newest);
    Ok(html! {
        h1 { "名单导入" }
        (ui::errors(errors))
        (ui::upload_form(req, "/lists", &html! {
            @if open.len() > 1 { (ui::select(&values, "campaign", "年度行动", &choices, errors)) }
            @else { (ui::hidden("campaign", newest)) }
            (ui::select(&values, "list", "名单类别", &kinds, errors))
            (ui::upload_field(
                "file", "名单文件",
                "支持 .xlsx、.xls、.ods，以及 .csv、.tsv、.txt（UTF-8 或 GB18030），表头按双公示数据标准；别的表头可以对应各列。先试读，确认后才导入。",
                ".xlsx,.xls,.ods,.csv,.tsv,.txt", errors,
            ))
            details open[!values.raw("pasted").is_empty()] {
                summary { "没有文件，从表格里复制粘贴" }
                (ui::area(
                    &values, "pasted", "粘贴的表格",
                    "在表格软件里连同表头选中、复制，再粘贴到这里。选了文件时以文件为准。", errors,
                ))
            }
            (ui::button("上传并试读名单"))
            p { a href="/lists/mappings" { "查看记住的列对应" } }
        }))
        (ui::panel("导入记录", &html! {
            @if waiting { (ui::narrowed("只列出待确认的名单。", "/lists")) }
            (history(title, &batches))
        }))
    })
}

fn history(title: &str, batches: &[Batch]) -> Markup {
    let rows: Vec<_> = batches
        .iter()
        .map(|batch| {
            let counts = &batch.counts;
            vec![
                html! { a href={ "/lists/" (batch.id) } { (batch.file_name) } },
                html! { (batch.list) },
                state(batch.state),
                html! { (counts.accepted + counts.listings) },
                sent_back(batch),
                html! { (counts.created) },
                html! { (counts.changed) },
                html! { (counts.gone) },
                html! { (ui::when(batch.created_at)) br; span.hint { (batch.uploaded_by) } },
            ]
        })
        .collect();
    if rows.is_empty() {
        return ui::empty(
            &format!("「{title}」还没有导入过名单，导入后这里列出每一份文件及其结果。"),
            "在上面选择名单类别和文件。",
        );
    }
    let heads = ["文件", "名单", "状态", "#可导入", "#退回", "#新增", "#有变化", "#不再列名", "上传"];
    ui::table("导入记录", &heads, &rows)
}

/// Rows that were sent back and did not come back put right, and how many did.
fn sent_back(batch: &Batch) -> Markup {
    html! {
        (batch.rejected_open())
        @if batch.corrected > 0 { br; span.hint { "另" (batch.corrected) "行已更正" } }
    }
}

pub(super) fn state(state: BatchState) -> Markup {
    let tone = match state {
        BatchState::Imported => "good",
        BatchState::Failed | BatchState::Stopped => "bad",
        BatchState::Cancelled => "plain",
        _ => "due",
    };
    ui::badge(tone, state.label())
}

fn upload(req: &Req) -> PageResult {
    match take(req) {
        Ok(id) => Ok(after_upload(req, id)?),
        Err(PageError::Refused(Refusal::Invalid(errors))) => {
            Ok(req.again("名单导入", list_body(req, &req.form, &errors)?))
        }
        Err(PageError::Refused(Refusal::Upload(message))) => {
            let errors = [FieldError { field: "file".into(), message }];
            Ok(req.again("名单导入", list_body(req, &req.form, &errors)?))
        }
        Err(other) => Err(other),
    }
}

/// What came with the form: a file, or a pasted table as if it were one.
fn received(req: &Req) -> Result<Option<NamedTempFile>, Refusal> {
    let pasted = req.form.raw("pasted");
    if req.upload("file").is_some() || pasted.trim().is_empty() {
        return Ok(None);
    }
    let unkept = |error: std::io::Error| Refusal::Upload(format!("粘贴的表格不能保存：{}", trouble(&error)));
    let mut file = NamedTempFile::new().map_err(unkept)?;
    file.write_all(pasted.as_bytes()).map_err(unkept)?;
    Ok(Some(file))
}

fn take(req: &Req) -> Result<BatchId, PageError> {
    let mut fields = req.fields();
    let kind = fields.coded("list", "名单类别", ListKind::from_code);
    let campaign = fields.id("campaign", "年度行动");
    let pasted = received(req)?;
    if req.upload("file").is_none() && pasted.is_none() {
        fields.fault("file", "请选择名单文件，或粘贴表格；空文件不能导入".to_owned());
    }
    fields.check()?;
    let (Some(kind), Some(campaign)) = (kind, campaign) else { return Err(PageError::NotFound) };
    let actor = req.actor()?;
    let (kept, name): (Kept, String) = match (pasted, req.upload("file")) {
        (Some(file), _) => {
            let examined = lists::examine(&req.app, actor, kind, PASTED, file.path());
            examined.map_err(|refusal| in_field(refusal, "pasted"))?;
            let file = file.reopen().map_err(|error| Refusal::Upload(trouble(&error)))?;
            (req.app.store.files.keep(file)?, PASTED.to_owned())
        }
        (None, Some(upload)) => {
            // What is no list does not reach the folder of files, where it would stay for good.
            lists::examine(&req.app, actor, kind, &upload.file_name, upload.content.path())?;
            req.keep("file", "名单")?
        }
        (None, None) => return Err(PageError::NotFound),
    };
    let id = lists::upload(&req.app, actor, campaign, kind, &name, &kept)?;
    begin_check(req, id)?;
    Ok(id)
}

fn in_field(refusal: Refusal, field: &str) -> Refusal {
    match refusal {
        Refusal::Upload(message) => Refusal::invalid(field, message),
        other => other,
    }
}

/// Reads a list on trial: at once where it is short, in the background where it is long, and not before a
/// person said what its columns mean where its header is not known.
fn begin_check(req: &Req, id: BatchId) -> Result<(), PageError> {
    let actor = req.actor()?;
    if !lists::is_readable(&req.app, actor, id)? {
        return Ok(());
    }
    if let Err(refused) = lists::queue_or_read(&req.app, actor, id) {
        lists::cancel(&req.app, actor, id)?;
        return Err(refused.into());
    }
    Ok(())
}

fn check(req: &Req) -> PageResult {
    let id: BatchId = req.id("id")?;
    lists::queue_or_read(&req.app, req.actor()?, id)?;
    Ok(req.see(format!("/lists/{id}"), "已试读"))
}

pub(super) fn fault(field: &str, message: &str) -> FieldError {
    FieldError { field: field.to_owned(), message: message.to_owned() }
}

fn rejected(req: &Req) -> PageResult {
    papers::stored(req, lists::rejected_file(&req.app, req.actor()?, req.id("id")?)?)
}

fn differences(req: &Req) -> PageResult {
    papers::stored(req, lists::difference_file(&req.app, req.actor()?, req.id("id")?)?)
}

/// Where the person goes on: to the columns where the header is not known, to the list otherwise.
fn after_upload(req: &Req, id: BatchId) -> Result<crate::web::reply::Reply, PageError> {
    let shown = lists::show(&req.app, req.actor()?, id)?;
    let is_read = !shown.batch.report_sealed.is_empty();
    Ok(match (is_read, shown.job.is_some()) {
        (true, _) => req.see(format!("/lists/{id}"), "已试读，请核对结果后确认导入"),
        (false, true) => req.see(format!("/lists/{id}"), "已上传，正在后台试读"),
        (false, false) => {
            req.see(format!("/lists/{id}/columns"), "没有找到能识别的表头，请说明各列是什么内容")
        }
    })
}
