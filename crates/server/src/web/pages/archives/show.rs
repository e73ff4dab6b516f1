//! The list of archives, and one archive: annex 4, every document, the whole history.

use maud::{Markup, html};
use xinxiu_documents::EnterpriseArchive;
use xinxiu_domain::actor::Action;
use xinxiu_domain::id::EnterpriseId;
use xinxiu_store::archive::Archive;
use xinxiu_workflow::archives::{self, Dossier, Sheet, Source};

use crate::web::pages::papers;
use crate::web::reply::PageResult;
use crate::web::request::{Form, Req};
use crate::web::ui;

/// Rows on one page.
const PAGE: u32 = 50;
const ADDRESS: &str = "/archives";

pub(super) fn list(req: &Req) -> PageResult {
    let (search, after) = (req.query.text("name"), req.query.text("after"));
    let found = archives::list(&req.app, req.actor()?, &search, &after, PAGE)?;
    let next = found.last().filter(|_| found.len() == PAGE as usize).map(|row| row.archive.number.clone());
    let rows: Vec<_> = found
        .iter()
        .map(|row| {
            vec![
                html! { (archive_link(&row.archive)) @for (other, _) in &row.others { br; (archive_link(other)) } },
                html! {
                    (row.name)
                    @if !row.from.is_empty() { br; span.hint { (row.archive.number) " 原为" (row.from) "的档案" } }
                    @for (other, name) in &row.others { br; span.hint { (other.number) " 原为" (name) "的档案，已并入本企业" } }
                },
                html! { @if !row.uscc.is_empty() { (ui::code(&row.uscc)) } },
                html! { (row.class) },
            ]
        })
        .collect();
    let body = html! {
        h1 { "企业档案" }
        (ui::search_bar(ADDRESS, &ui::field(&req.query, "name", "企业名称、统一社会信用代码或档案编号", "", &[])))
        @if rows.is_empty() {
            (ui::empty("这里会列出一企一档。", "企业有第一份材料时自动建档，也可以在企业档案页面手动建立。"))
        } @else {
            (ui::table("企业档案", &["编号", "企业", "统一社会信用代码", "培训班"], &rows))
            (ui::pager(ADDRESS, &req.query, next.as_deref()))
        }
    };
    Ok(req.page("企业档案", body))
}

fn archive_link(archive: &Archive) -> Markup {
    html! { a href={ (ADDRESS) "/" (archive.enterprise) } { (archive.number) } }
}

pub(super) fn show(req: &Req) -> PageResult {
    let actor = req.actor()?;
    let id: EnterpriseId = req.id("enterprise")?;
    let dossier = archives::dossier(&req.app, actor, id)?;
    let sheet = archives::annex4(&req.app.store.vault, &dossier, Vec::new(), false)?;
    let title = EnterpriseArchive::name_of(sheet.repaired);
    let body = html! {
        h1 { (title) }
        p {
            @match &dossier.archive {
                Some(archive) => { "编号 " code { (archive.number) } },
                None => {
                    (ui::badge("due", "尚未建档"))
                    @if actor.has(Action::PrepareApplication) { " " (ui::post_button(req, &format!("{ADDRESS}/{id}/open"), "建立档案")) }
                }
            }
        }
        (identity(&sheet, id))
        (take_along(req, id, actor.has(Action::RevealPersonal)))
        @for record in &sheet.records { (record_block(record)) }
        @if sheet.records.is_empty() { (ui::empty("没有处罚记录和名单条目。", "名单导入后列在这里。")) }
        (ui::panel("材料目录", &catalogue(&dossier)))
        (ui::panel("办理经过", &history(&dossier)))
    };
    Ok(req.page(title, body))
}

fn identity(sheet: &EnterpriseArchive, id: EnterpriseId) -> Markup {
    ui::facts(&[
        ("企业名称", html! { a href={ "/enterprises/" (id) } { (sheet.name) } }),
        ("统一社会信用代码", html! { @if let Some(uscc) = &sheet.uscc { (ui::code(uscc.as_str())) } }),
        ("注册地", html! { (sheet.registered_at) }),
        ("存续状态", html! { (sheet.status) }),
        ("法定代表人或主要负责人", html! { (sheet.principal) }),
        ("身份证号", html! { (sheet.principal_id) }),
        ("对失信行为负有直接责任的部门负责人", html! { (sheet.department_head) }),
        ("部门负责人身份证号", html! { (sheet.department_head_id) }),
        ("联系人", html! { (sheet.contact) }),
        ("联系电话", html! { (sheet.phone) }),
    ])
}

fn take_along(req: &Req, id: EnterpriseId, may_reveal: bool) -> Markup {
    html! {
        p.actions { a.button href={ (ADDRESS) "/" (id) "/pdf" } { "打印档案" } }
        @if may_reveal {
            (ui::confirm(req, &format!("{ADDRESS}/{id}/pdf"), "打印含完整证件号的档案", "查看完整证件号和电话会留下记录。", &html! {
                (ui::field(&Form::default(), "purpose", "用途", "例如：移交市信用中心归档", &[]))
            }))
        }
    }
}

fn record_block(record: &xinxiu_documents::ArchiveRecord) -> Markup {
    let day = |day: Option<jiff::civil::Date>| html! { @if let Some(day) = day { (day) } };
    html! {
        section.panel {
            h2 {
                @match &record.decision_number {
                    Some(number) => { (number) },
                    None => { (record.conduct) },
                }
            }
            (ui::facts(&[
                ("失信行为简况", html! { (record.conduct) }),
                ("信息报送机关/认定机关", html! { (record.reporting_authority) }),
                ("执法部门", html! { (record.enforcement) }),
                ("处罚结果", html! { (record.outcome) }),
                ("主要违法事实", html! { (record.facts) }),
                ("处罚法律依据及文号", html! { (record.basis) }),
                ("处罚决定书编号", html! { @if let Some(number) = &record.decision_number { (number) } }),
                ("有效处罚截止日期", day(record.valid_until)),
                ("入库时间", day(record.entered_on)),
                ("公示期", html! { (record.publicity) }),
                ("信用修复意向", html! { (record.intention) }),
                ("信用修复情况", html! { (record.repair) }),
            ]))
        }
    }
}

fn catalogue(dossier: &Dossier) -> Markup {
    if dossier.papers.is_empty() {
        return ui::empty("还没有材料。", "承诺书、申请材料、初审回执、修复决定等会自动归入。");
    }
    let id = dossier.enterprise.id;
    let rows: Vec<_> = dossier
        .papers
        .iter()
        .enumerate()
        .map(|(place, paper)| {
            vec![
                html! { (place + 1) },
                html! { (paper.kind) },
                html! { a href={ (ADDRESS) "/" (id) "/papers/" (place) } { (paper.title) } },
                html! { @if let Some(day) = paper.dated { (day) } },
                html! { @match paper.source { Source::Stored(_) => "上传或已归档", Source::Made(_) => "平台生成" } },
            ]
        })
        .collect();
    ui::table("材料目录", &["#序号", "种类", "题名", "日期", "来源"], &rows)
}

fn history(dossier: &Dossier) -> Markup {
    if dossier.history.is_empty() {
        return ui::empty("还没有办理记录。", "从导入名单起的每一步都会记在这里。");
    }
    html! {
        ol.timeline {
            @for event in dossier.history.iter().rev() {
                li { time { (event.on) } span.what { (event.text) } span.by { (event.by) } }
            }
        }
    }
}

pub(super) fn open(req: &Req) -> PageResult {
    let id: EnterpriseId = req.id("enterprise")?;
    let archive = archives::open(&req.app, req.actor()?, id)?;
    Ok(req.see(format!("{ADDRESS}/{id}"), format!("已建立档案 {}", archive.number)))
}

pub(super) fn print(req: &Req) -> PageResult {
    papers::made(req, archives::print(&req.app, req.actor()?, req.id("enterprise")?, None)?)
}

pub(super) fn print_full(req: &Req) -> PageResult {
    let purpose = req.form.text("purpose");
    papers::made(req, archives::print(&req.app, req.actor()?, req.id("enterprise")?, Some(&purpose))?)
}

pub(super) fn paper(req: &Req) -> PageResult {
    match archives::paper(&req.app, req.actor()?, req.id("enterprise")?, req.id("place")?)? {
        Sheet::Stored(file) => papers::stored(req, file),
        Sheet::Made(bytes, name) => papers::made(req, (bytes, name)),
    }
}
