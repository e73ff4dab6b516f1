//! The agency's part: choosing records, filling in, documents, submitting.

use maud::{Markup, html};
use xinxiu_domain::application::ItemState;
use xinxiu_domain::id::{ApplicationId, EnterpriseId, ItemId, PenaltyId};
use xinxiu_domain::penalty::Material;
use xinxiu_workflow::applications::{self, Case, CaseItem, Edit, Openable, Paper};
use xinxiu_workflow::{FieldError, Refusal};

use super::returned;
use super::show::{body, title};
use crate::web::pages::papers;
use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::ui;

/// How the field with the statement about a record begins; its id follows.
const STATEMENT: &str = "statement-";

const PDF: &str = "application/pdf";

/// Kinds that are uploaded; the commitment is signed on its own page.
const UPLOADED: &[Material] = &[
    Material::Licence,
    Material::PerformanceProof,
    Material::RectificationForm,
    Material::TrainingCertificate,
    Material::CreditReport,
    Material::RepairApplication,
];

pub(super) fn choose(req: &Req) -> PageResult {
    let id: EnterpriseId = req.id("id")?;
    choose_page(req, id, &[])
}

fn choose_page(req: &Req, id: EnterpriseId, errors: &[FieldError]) -> PageResult {
    let (enterprise, records) = applications::openable(&req.app, req.actor()?, id)?;
    let free = records.iter().any(Openable::is_free);
    let page = html! {
        h1 { "准备修复申请" }
        (ui::errors(errors))
        p { a href={ "/enterprises/" (id) } { (enterprise.name) } }
        @if records.is_empty() {
            (ui::empty("该企业没有公示中的处罚记录。", "名单导入并判定后，可修复的记录会列在这里。"))
        } @else {
            (ui::form(req, &format!("/enterprises/{id}/apply"), &html! {
                fieldset.field id="f-penalty" {
                    legend { "选择要修复的处罚记录" }
                    @for record in &records { (choice(record)) }
                }
                @if free { (ui::button("准备申请")) }
            }))
        }
    };
    Ok(if errors.is_empty() {
        req.page("准备修复申请", page)
    } else {
        req.again("准备修复申请", page)
    })
}

fn choice(record: &Openable) -> Markup {
    html! {
        label.choice {
            input type="checkbox" name="penalty" value=(record.penalty.id) disabled[!record.is_free()];
            " " (record.penalty.decision) " " (record.penalty.facts.authority) " "
            (ui::badge(ui::tone_of_verdict(record.verdict), record.verdict.label()))
            @if let Some(other) = record.under_way { " 已在" a href={ "/applications/" (other) } { "第" (other) "号申请" } "中" }
        }
    }
}

pub(super) fn open(req: &Req) -> PageResult {
    let enterprise: EnterpriseId = req.id("id")?;
    let chosen: Vec<PenaltyId> = req.fields().ids("penalty");
    if chosen.is_empty() {
        let error =
            FieldError { field: "penalty".into(), message: "请至少选择一条处罚记录".into() };
        return choose_page(req, enterprise, &[error]);
    }
    match applications::open(&req.app, req.actor()?, enterprise, &chosen) {
        Ok(id) => Ok(req.see(format!("/applications/{id}"), "已建立申请，请按清单补齐材料")),
        Err(refusal) => choose_page(req, enterprise, &refusal.into_errors("penalty")?),
    }
}

/// What the form of an application holds.
pub(super) fn values(case: &Case) -> Form {
    let own = Form::default()
        .with("contact_name", &case.application.contact_name)
        .with("version", case.application.version);
    stated(case).fold(own, |form, item| form.with(&statement(item), &item.item.statement))
}

/// The records about which the applicant still states something: those that wait for their decision.
fn stated(case: &Case) -> impl Iterator<Item = &CaseItem> {
    case.items.iter().filter(|item| item.item.state == ItemState::Pending)
}

/// Name of the field with the statement about a record.
fn statement(item: &CaseItem) -> String {
    format!("{STATEMENT}{}", item.item.id)
}

/// The forms with which the agency fills an application.
pub(super) fn forms(req: &Req, case: &Case, values: &Form, errors: &[FieldError]) -> Markup {
    let id = case.application.id;
    let on_file = applications::masked_contact(&req.app, case).unwrap_or_default();
    let phone = if on_file.is_empty() {
        "须与在线申请的经办人电话一致".to_owned()
    } else {
        format!("已登记{on_file}；留空表示不改")
    };
    html! {
        (ui::panel("填写申请", &ui::form(req, &format!("/applications/{id}/edit"), &html! {
            (ui::hidden("version", values.raw("version")))
            (ui::field(values, "contact_name", "经办人姓名", "须与在线申请一致", errors))
            (ui::phone_field(values, "contact_phone", "经办人联系方式", &phone, errors))
            @for item in stated(case) {
                @let label = format!("履行处罚义务、纠正失信行为、消除不良影响的说明（{}）", item.penalty.decision);
                (ui::area(values, &statement(item), &label, "一条处罚记录一份说明，将印在这条记录的信用修复表上", errors))
            }
            (ui::button("保存填写内容"))
        })))
        (ui::panel("上传材料", &html! {
            (ui::upload_form(req, &format!("/applications/{id}/materials"), &html! {
                (ui::select(values, "kind", "材料种类", &ui::choices(UPLOADED), errors))
                (ui::select(values, "item", "对应的处罚记录（不选表示整份申请）", &records(case), errors))
                (ui::uploads_field("file", "文件", "一份 PDF，或同一份材料的几张照片（按页序选择）；照片自动转正、合成一份，原照片保留。合计不超过60MB", papers::ACCEPT, errors))
                (ui::button("上传材料"))
            }))
            p { "平台已有的材料可以直接附上：" }
            p.actions {
                (ui::post_button(req, &format!("/applications/{id}/certificate"), "附上培训证明"))
                (ui::post_button(req, &format!("/applications/{id}/credit-report"), "附上信用报告"))
            }
        }))
        (ui::panel("加入其他处罚记录", &more(req, case)))
    }
}

fn records(case: &Case) -> Vec<(String, String)> {
    case.items.iter().map(|item| (item.item.id.to_string(), item.penalty.decision.to_string())).collect()
}

fn more(req: &Req, case: &Case) -> Markup {
    let others = req.actor().ok().and_then(|actor| {
        let (_, records) = applications::openable(&req.app, actor, case.application.enterprise).ok()?;
        Some(records.into_iter().filter(Openable::is_free).collect::<Vec<_>>())
    });
    let choices: Vec<_> = others
        .unwrap_or_default()
        .iter()
        .map(|record| {
            (record.penalty.id.to_string(), format!("{}（{}）", record.penalty.decision, record.verdict))
        })
        .collect();
    html! {
        @if choices.is_empty() { p { "没有其他可以加入的处罚记录。" } }
        @else {
            (ui::form(req, &format!("/applications/{}/items", case.application.id), &html! {
                (ui::select(&Form::default(), "penalty", "处罚记录", &choices, &[]))
                (ui::button("加入记录"))
            }))
        }
    }
}

/// Shows the application again with what was typed and what is wrong with it.
pub(super) fn again(req: &Req, id: ApplicationId, errors: &[FieldError]) -> PageResult {
    let (case, enterprise) = applications::case(&req.app, req.actor()?, id)?;
    let mut typed = req.form.clone();
    let on_file = values(&case);
    typed.0.extend(on_file.0);
    Ok(req.again(&title(&case), body(req, &case, &enterprise, &typed, errors)?))
}

/// On to the application's page, or the same page with messages.
fn done(req: &Req, id: ApplicationId, step: Result<(), Refusal>, message: &str) -> PageResult {
    match step {
        Ok(()) => Ok(req.see(format!("/applications/{id}"), message)),
        Err(refusal) => again(req, id, &refusal.into_errors("file")?),
    }
}

pub(super) fn edit(req: &Req) -> PageResult {
    let id: ApplicationId = req.id("id")?;
    let command = Edit {
        contact_name: req.form.text("contact_name"),
        contact_phone: req.form.text("contact_phone"),
        statements: statements(req),
        version: version(req)?,
    };
    done(req, id, applications::edit(&req.app, req.actor()?, id, &command), "已保存")
}

fn statements(req: &Req) -> Vec<(ItemId, String)> {
    let of = |(name, text): &(String, String)| {
        Some((name.strip_prefix(STATEMENT)?.parse().ok()?, text.to_owned()))
    };
    req.form.0.iter().filter_map(of).collect()
}

/// The version that travelled with a form.
pub(super) fn version(req: &Req) -> Result<i64, PageError> {
    req.form.text("version").parse().map_err(|_| PageError::Stale)
}

pub(super) fn add_item(req: &Req) -> PageResult {
    let id: ApplicationId = req.id("id")?;
    let mut fields = req.fields();
    let penalty = fields.id("penalty", "处罚记录").unwrap_or(PenaltyId(0));
    let actor = req.actor()?;
    let step = fields.check().and_then(|()| applications::add_item(&req.app, actor, id, penalty));
    done(req, id, step, "已加入处罚记录")
}

pub(super) fn remove_item(req: &Req) -> PageResult {
    let id = applications::remove_item(&req.app, req.actor()?, req.id("id")?)?;
    Ok(req.see(format!("/applications/{id}"), "已移出处罚记录"))
}

pub(super) fn print_form(req: &Req) -> PageResult {
    papers::made(req, applications::print_form(&req.app, req.actor()?, req.id::<ItemId>("id")?)?)
}

pub(super) fn add_material(req: &Req) -> PageResult {
    let id: ApplicationId = req.id("id")?;
    let actor = req.actor()?;
    let mut fields = req.fields();
    let kind = fields.coded("kind", "材料种类", Material::from_code).unwrap_or(Material::Licence);
    let item: Option<ItemId> = req.form.text("item").parse().ok();
    let step = fields.check().and_then(|()| {
        let papers = papers::keep_all(req, "file", "材料")?;
        match papers.as_slice() {
            [(kept, name, media_type)] if media_type == PDF => {
                applications::add_material(&req.app, actor, id, (kind, item), (kept, name, media_type))
            }
            photos => applications::add_photos(&req.app, actor, id, (kind, item), only_photos(photos)?),
        }
    });
    done(req, id, step, "已上传材料")
}

/// Several files of one document must all be photographs: a PDF is a document by itself.
fn only_photos(papers: &[Paper]) -> Result<&[Paper], Refusal> {
    if papers.iter().any(|(_, _, media_type)| media_type == PDF) {
        return Err(Refusal::invalid("file", "PDF 请一次传一份；几张照片可以一起选，不要和 PDF 混选"));
    }
    Ok(papers)
}

/// Further photographs of a document.
pub(super) fn add_pages(req: &Req) -> PageResult {
    let id: i64 = req.id("id")?;
    let actor = req.actor()?;
    let (material, _) = applications::material_file(&req.app, actor, id)?;
    let step = papers::keep_all(req, "file", "照片")
        .and_then(|photos| applications::add_pages(&req.app, actor, id, only_photos(&photos)?));
    done(req, material.application, step.map(|_| ()), "已续加照片")
}

pub(super) fn photo(req: &Req) -> PageResult {
    papers::stored(req, applications::photo(&req.app, req.actor()?, req.id("id")?, req.id("place")?)?)
}

pub(super) fn certificate(req: &Req) -> PageResult {
    let id: ApplicationId = req.id("id")?;
    let step = applications::attach_certificate(&req.app, req.actor()?, id, Some(&req.origin));
    done(req, id, step, "已附上培训证明")
}

pub(super) fn credit_report(req: &Req) -> PageResult {
    let id: ApplicationId = req.id("id")?;
    done(req, id, applications::attach_credit_report(&req.app, req.actor()?, id), "已附上信用报告")
}

pub(super) fn material(req: &Req) -> PageResult {
    let (_, file) = applications::material_file(&req.app, req.actor()?, req.id("id")?)?;
    papers::stored(req, file)
}

pub(super) fn remove_material(req: &Req) -> PageResult {
    let id = applications::remove_material(&req.app, req.actor()?, req.id("id")?)?;
    Ok(req.see(format!("/applications/{id}"), "已移出材料"))
}

pub(super) fn confirm_form(req: &Req) -> PageResult {
    let actor = req.actor()?;
    let (material, _) = applications::material_file(&req.app, actor, req.id("id")?)?;
    let step = applications::confirm_form(&req.app, actor, material.id).map(|_| ());
    done(req, material.application, step, "已记录人工核对")
}

pub(super) fn submit(req: &Req) -> PageResult {
    let id: ApplicationId = req.id("id")?;
    let corrected = returned::answered(req);
    let step = applications::resubmit(&req.app, req.actor()?, id, version(req)?, &corrected);
    done(req, id, step, "已提交，等待窗口初审")
}

pub(super) fn withdraw(req: &Req) -> PageResult {
    let id: ApplicationId = req.id("id")?;
    let reason = req.form.text("reason");
    done(req, id, applications::withdraw(&req.app, req.actor()?, id, version(req)?, &reason), "已撤回申请")
}
