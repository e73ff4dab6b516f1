//! Lists on their way in (N08): uploaded, read on trial, confirmed, imported.

use maud::{Markup, html};
use xinxiu_domain::ListKind;
use xinxiu_domain::actor::Action;
use xinxiu_domain::batch::{BatchAction, BatchState};
use xinxiu_domain::id::{BatchId, CampaignId};
use xinxiu_domain::person::{mask_id_number, mask_phone};
use xinxiu_store::batch::{Batch, Counts};
use xinxiu_workflow::lists::{self, Extent, Report, Shown};
use xinxiu_workflow::{FieldError, Refusal, campaigns, home};

use super::papers;
use crate::web::layout;
use crate::web::reply::{PageError, PageResult, Reply};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, MIB, Routes};
use crate::web::ui;

const IMPORT: Access = Access::Staff(Action::ImportLists);

pub(super) fn routes(table: &mut Routes) {
    table.get("/lists", IMPORT, list);
    table.upload("/lists", IMPORT, 300 * MIB, upload);
    table.get("/lists/{id}", IMPORT, show);
    table.post("/lists/{id}/check", IMPORT, check);
    table.post("/lists/{id}/confirm", IMPORT, confirm);
    table.post("/lists/{id}/cancel", IMPORT, cancel);
    table.get("/lists/{id}/rejected", IMPORT, rejected);
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
                "支持 .xlsx、.xls、.ods，以及 .csv、.tsv、.txt（UTF-8 或 GB18030），表头按双公示数据标准。先试读，确认后才导入。",
                ".xlsx,.xls,.ods,.csv,.tsv,.txt", errors,
            ))
            (ui::button("上传并试读名单"))
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
                html! { (counts.rejected) },
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

fn state(state: BatchState) -> Markup {
    let tone = match state {
        BatchState::Imported => "good",
        BatchState::Failed => "bad",
        BatchState::Cancelled => "plain",
        _ => "due",
    };
    ui::badge(tone, state.label())
}

fn upload(req: &Req) -> PageResult {
    match take(req) {
        Ok(id) => Ok(req.see(format!("/lists/{id}"), "已试读，请核对结果后确认导入")),
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

fn take(req: &Req) -> Result<BatchId, PageError> {
    let mut fields = req.fields();
    let kind = fields.coded("list", "名单类别", ListKind::from_code);
    let campaign = fields.id("campaign", "年度行动");
    let upload = req.upload("file");
    if upload.is_none() {
        fields.fault("file", "请选择名单文件；空文件不能导入".to_owned());
    }
    fields.check()?;
    let (Some(kind), Some(campaign), Some(upload)) = (kind, campaign, upload) else {
        return Err(PageError::NotFound);
    };
    let actor = req.actor()?;
    // What is no list does not reach the folder of files, where it would stay for good.
    lists::examine(&req.app, actor, kind, &upload.file_name, upload.content.path())?;
    let (kept, name) = req.keep("file", "名单")?;
    let id = lists::upload(&req.app, actor, campaign, kind, &name, &kept)?;
    if let Err(refused) = lists::dry_run(&req.app, actor, id) {
        lists::cancel(&req.app, actor, id)?;
        return Err(refused.into());
    }
    Ok(id)
}

fn show(req: &Req) -> PageResult {
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
        (progress(&shown))
        (figures(&batch.counts, batch.state))
        @if batch.state == BatchState::Imported && batch.counts.renamed > 0 {
            p.warning {
                "有" (batch.counts.renamed) "行的名称与在册不同：在册名称没有改，名单所载名称已记在企业页面，可以在那里采用。"
            }
        }
        @if batch.counts.rejected > 0 && batch.rejected_file.is_some() {
            (ui::download_bar(&[(format!("/lists/{}/rejected", batch.id), "下载退回的行（更正后重新上传）")]))
        }
        (next(req, &shown, errors))
        @if shown.report.guessed + shown.report.unplaced > 0 { (ui::panel("属地", &places(&shown.report, batch.state))) }
        @if shown.report.renamed > 0 { (ui::panel("名称与在册不同的行", &renames(&shown.report))) }
        (ui::panel("试读结果", &report(&shown.report)))
        (ui::panel("来源", &origin(batch)))
    };
    if matches!(batch.state, BatchState::Queued | BatchState::Importing) {
        return Ok(Reply::Page(200, layout::refreshing(req, &title, 2, &body)));
    }
    Ok(if errors.is_empty() { req.page(&title, body) } else { req.again(&title, body) })
}

fn progress(shown: &Shown) -> Markup {
    let counts = &shown.batch.counts;
    let total = counts.accepted + counts.listings + counts.rejected;
    let done = shown.batch.cursor_rows;
    match shown.batch.state {
        BatchState::Queued | BatchState::Importing => html! {
            p role="status" { "正在后台导入：已完成 " strong { (done) } " / " (total) " 行" (sent_back(counts)) "。页面每2秒刷新，可以离开，导入不会中断。" }
            progress value=(done) max=(total) { (done) "/" (total) }
        },
        BatchState::Failed => html! {
            div.errors role="alert" {
                h2 { "导入没有完成" }
                p { (shown.batch.message) }
                p { "已完成 " (done) " / " (total) " 行" (sent_back(counts)) "。可以继续导入，已完成的不会重复。" }
            }
        },
        _ => html! {},
    }
}

/// Rows that are sent back are gone through as well, but are no records.
fn sent_back(counts: &Counts) -> String {
    if counts.rejected == 0 { String::new() } else { format!("（含退回的{}行）", counts.rejected) }
}

fn figures(counts: &Counts, state: BatchState) -> Markup {
    let imported = matches!(state, BatchState::Imported | BatchState::Importing | BatchState::Failed);
    let mut pairs = vec![
        ("处罚记录", counts.accepted),
        ("名单条目（无决定书）", counts.listings),
        ("退回的行", counts.rejected),
        ("有提示的行", counts.problems),
        ("非记录行", counts.skipped),
    ];
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
    let anything = batch.counts.accepted + batch.counts.listings > 0;
    html! {
        @if batch.state.allows(BatchAction::Confirm) && anything {
            (ui::panel("下一步", &ui::form(req, &address("confirm"), &extent(req, shown, errors))))
        }
        @if batch.state.allows(BatchAction::Confirm) && !anything {
            p.warning { "没有可以导入的记录。请下载退回的行，更正后重新上传。" }
        }
        @if batch.state == BatchState::Received { (ui::post_button(req, &address("check"), "试读名单")) }
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
        (ui::button(if batch.state == BatchState::Failed { "继续导入名单" } else { "确认导入名单" }))
    }
}

/// How many rows give no county, and what becomes of them.
fn places(report: &Report, state: BatchState) -> Markup {
    html! {
        (ui::facts(&[
            ("没有填属地的行", html! { strong { (report.without_region) } }),
            ("属地不能识别的行", html! { strong { (report.unknown_region) } }),
            ("按代码登记地推测属地", html! { strong { (report.guessed) } }),
            ("属地仍不确定", html! { strong { (report.unplaced) } }),
        ]))
        p.hint { "推测的属地请核对：企业可能已迁出登记地。属地不确定的企业不分到任何县（区），请在名单中补上，或导入后在企业页面更正。" }
        @if state == BatchState::Imported && report.unplaced > 0 {
            p { a.button href="/enterprises?county=none&order=newest" { "查看属地不确定的企业" } }
        }
    }
}

/// Rows that name an enterprise otherwise than it is on file.
fn renames(report: &Report) -> Markup {
    let rows: Vec<_> = report
        .renames
        .iter()
        .map(|line| {
            vec![
                html! { (if line.sheet.is_empty() { "—" } else { &line.sheet }) },
                html! { (line.row) },
                html! { (ui::code(&line.field)) },
                html! { (line.value) },
                html! { (ui::badge("due", "提示")) " " (line.message) },
            ]
        })
        .collect();
    html! {
        p.warning {
            "有" (report.renamed) "行的统一社会信用代码在册，名称却不同。请核对代码和名称；导入不会改动在册名称。下面是前" (rows.len()) "行。"
        }
        (ui::table("名称与在册不同的行", &["工作表", "#行", "统一社会信用代码", "本行名称", "说明"], &rows))
    }
}

fn report(report: &Report) -> Markup {
    let all: u64 = report.kinds.iter().map(|(_, count)| count).sum();
    let more = u64::try_from(report.first.len()).is_ok_and(|shown| shown < all);
    let rows: Vec<_> = report
        .first
        .iter()
        .map(|line| {
            vec![
                html! { (if line.sheet.is_empty() { "—" } else { &line.sheet }) },
                html! { (line.row) },
                html! { @if line.rejected { (ui::badge("bad", "退回")) } @else { (ui::badge("due", "提示")) } },
                html! { (line.field) },
                html! { (shown_value(&line.value)) },
                html! { (line.message) },
            ]
        })
        .collect();
    html! {
        @if rows.is_empty() {
            p { @if report.renamed == 0 { "没有发现问题。" } @else { "没有其他问题。" } }
        } @else {
            p { "共 " @for (index, (kind, count)) in report.kinds.iter().enumerate() { @if index > 0 { "、" } (kind) " " (count) } "。" @if more { "下面是前 " (rows.len()) " 个。" } }
            (ui::table("试读发现的问题", &["工作表", "#行", "处理", "字段", "原值", "说明"], &rows))
        }
        @for (name, header) in report.sheets.iter().filter(|(name, _)| !name.is_empty()) {
            p.hint { "工作表「" (name) "」：" @match header { Some(row) => { "表头在第" (row) "行" }, None => { "没有名单的表头，已跳过" } } }
        }
    }
}

/// A value that may be an ID number or a phone is shown masked (N21).
fn shown_value(value: &str) -> String {
    let digits = value.chars().filter(char::is_ascii_digit).count();
    // An ID number has its year of birth in the seventh to tenth place; codes of organisations do not.
    let born = value.get(6..8).is_some_and(|century| matches!(century, "19" | "20"));
    let is_id_number = value.len() == 18 && digits >= 17 && born;
    let is_phone = value.len() == 11 && digits == 11;
    match (is_id_number, is_phone) {
        (true, _) => mask_id_number(value),
        (_, true) => mask_phone(value),
        _ => value.to_owned(),
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

fn check(req: &Req) -> PageResult {
    let id: BatchId = req.id("id")?;
    lists::dry_run(&req.app, req.actor()?, id)?;
    Ok(req.see(format!("/lists/{id}"), "已试读"))
}

fn confirm(req: &Req) -> PageResult {
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

fn fault(field: &str, message: &str) -> FieldError {
    FieldError { field: field.to_owned(), message: message.to_owned() }
}

fn cancel(req: &Req) -> PageResult {
    let id: BatchId = req.id("id")?;
    lists::cancel(&req.app, req.actor()?, id)?;
    Ok(req.see("/lists", "已取消，没有导入任何记录"))
}

fn rejected(req: &Req) -> PageResult {
    papers::stored(req, lists::rejected_file(&req.app, req.actor()?, req.id("id")?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_persons_are_masked_and_codes_are_not() {
        assert_eq!(shown_value("11010519491231002X"), "**************002X");
        assert_eq!(shown_value("10000001234"), "100****1234");
        assert_eq!(shown_value("11320600014200011X"), "11320600014200011X");
    }
}
