//! An enterprise signs its commitments from a phone, through its personal link (N10 N18 N26).

use maud::{Markup, html};
use xinxiu_domain::commitment::CommitmentAction;
use xinxiu_domain::id::CommitmentId;
use xinxiu_domain::paper_code::ScanOutcome;
use xinxiu_store::StoreError;
use xinxiu_store::attendance::Attendance;
use xinxiu_workflow::commitments::{self, Card};
use xinxiu_workflow::{FieldError, Refusal, exam, invitations};

use super::applications::scan_check;
use super::commitments::{
    ACCEPT, SCAN_HINT, UPLOAD, check, replace_fields, state, subject, take_other_scan, take_scan,
};
use super::papers;
use crate::web::layout;
use crate::web::reply::{PageError, PageResult, Reply};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

pub(super) fn routes(table: &mut Routes) {
    table.get("/l/{token}/commitment", Access::Link, folder);
    table.get("/l/{token}/commitment/{id}/paper.pdf", Access::Link, paper);
    table.get("/l/{token}/commitment/{id}/scan", Access::Link, scan);
    table.get("/l/{token}/commitment/{id}/sign", Access::Link, form);
    table.upload("/l/{token}/commitment/{id}/sign", Access::Link, UPLOAD, sign);
    table.upload("/l/{token}/commitment/{id}/replace", Access::Link, UPLOAD, replace);
}

/// Whoever comes through the link of the address.
///
/// # Errors
/// [`PageError::LinkGone`] for every link that is not good.
pub(super) fn visitor(req: &Req) -> Result<(xinxiu_domain::actor::Actor, Attendance), PageError> {
    invitations::of_link(&req.app, req.param("token")).map_err(|refusal| match refusal {
        Refusal::Store(StoreError::NotFound(..)) => PageError::LinkGone,
        other => other.into(),
    })
}

/// An address behind the link.
pub(super) fn below(req: &Req, step: &str) -> String {
    format!("/l/{}/{step}", req.param("token"))
}

/// A page for a phone.
pub(super) fn phone(req: &Req, status: u16, title: &str, body: &Markup) -> Reply {
    Reply::Page(status, layout::phone(title, &req.flash, body))
}

fn folder(req: &Req) -> PageResult {
    let (actor, attendance) = visitor(req)?;
    let campaign = exam::campaign_of(&req.app, &actor, &attendance)?;
    // Whoever opens this page needs the papers; preparing them again changes nothing.
    commitments::prepare(&req.app, &actor, attendance.enterprise, Some(campaign))?;
    let folder = commitments::folder(&req.app, &actor, attendance.enterprise, Some(campaign))?;
    let open = folder.owed.needed.saturating_sub(folder.owed.signed);
    let unsigned = folder.commitments.iter().find(|(one, _)| one.state.allows(CommitmentAction::Sign));
    let first = unsigned.map(|(one, _)| one.id);
    let draws = commitments::drawing_allowed(&req.app, &actor, campaign)?;
    let body = html! {
        p.whose { (folder.enterprise.name) }
        h1 { "信用修复承诺书" }
        @if folder.owed.needed == 0 {
            p.lead { "您没有公示中的处罚，也不在名单中，不需要签承诺书。" }
        } @else if open == 0 {
            p { (ui::badge("good", "承诺书已全部签好")) }
        } @else {
            p.lead { "还有" strong { (open) } "份没有签。请在培训会前办好，三步就行：" }
            ol.plain-steps {
                li { "点“下载承诺书”，打印出来；" }
                li { "在落款处加盖公章，写上日期；" }
                li { "拍一张清楚的照片，点“上传盖好章的承诺书”。" }
            }
            p.hint { "自己不方便打印的，可以请服务机构打印。不收任何费用。" }
        }
        @for (place, (one, about)) in folder.commitments.iter().enumerate() {
            @let at = |step: &str| below(req, &format!("commitment/{}/{step}", one.id));
            section.panel {
                h2 { "第" (place + 1) "份，共" (folder.commitments.len()) "份" }
                p { "针对：" (subject(about.as_ref())) }
                p { (state(one.state)) @if let Some(day) = one.signed_on { " 落款日期 " (day) } }
                p.actions { a.button href=(at("paper.pdf")) { "下载承诺书" } }
                @if one.scan.is_some() { p { a href=(at("scan")) { "查看已上传的照片" } } }
                @if let Some(check) = folder.checks.get(&one.id) { p { (scan_check(check)) } }
                @if one.state.allows(CommitmentAction::Sign) {
                    // One main button on a page: the first that is still to be done.
                    p.actions { a.button.primary[Some(one.id) == first] href=(at("sign")) { "上传盖好章的承诺书" } }
                    @if draws { p.actions { a.button href=(at("draw")) { "用手指签名" } } }
                } @else if one.state.allows(CommitmentAction::Replace) {
                    p { a href=(at("sign")) { "传错了，更换照片" } }
                }
            }
        }
        (home(req))
    };
    Ok(phone(req, 200, "信用修复承诺书", &body))
}

/// The way back to the link's first page.
pub(super) fn home(req: &Req) -> Markup {
    html! { p.back { a href={ "/l/" (req.param("token")) } { "返回首页" } } }
}

fn paper(req: &Req) -> PageResult {
    let (actor, _) = visitor(req)?;
    let printed = commitments::pdf(&req.app, &actor, req.id("id")?)?;
    Ok(req.file(printed.bytes, printed.name, "application/pdf"))
}

fn scan(req: &Req) -> PageResult {
    let (actor, _) = visitor(req)?;
    let page = req.query.text("page").parse().unwrap_or(1);
    papers::stored(req, commitments::page(&req.app, &actor, req.id("id")?, page)?)
}

fn form(req: &Req) -> PageResult {
    let (actor, _) = visitor(req)?;
    let card = commitments::card(&req.app, &actor, req.id("id")?)?;
    let values = Form::default().with("signed_on", card.today);
    Ok(phone(req, 200, "上传承诺书", &form_body(req, &card, &values, &[])))
}

fn form_body(req: &Req, card: &Card, values: &Form, errors: &[FieldError]) -> Markup {
    html! {
        p.whose { (card.enterprise.name) }
        h1 { "上传盖好章的承诺书" }
        (ui::errors(errors))
        p { "针对：" (subject(card.penalty.as_ref())) }
        @if card.commitment.state.allows(CommitmentAction::Sign) {
            form.form method="post" action=(req.path) enctype="multipart/form-data" novalidate {
                (ui::date_field(values, "signed_on", "承诺书上写的日期", errors))
                (ui::uploads_field("scan", "照片或扫描件", SCAN_HINT, ACCEPT, errors))
                (ui::button("上传承诺书"))
            }
        } @else if card.commitment.state.allows(CommitmentAction::Replace) && card.replace_gaps.is_empty() {
            p { (state(card.commitment.state)) " 已经上传过。只有传错了或没拍清楚才需要更换。" }
            p { (check(card)) }
            @let scan = below(req, &format!("commitment/{}/scan", card.commitment.id));
            p {
                a href=(scan) { "查看已上传的照片" }
                @for page in 2..=card.pages { " " a href={ (scan) "?page=" (page) } { "第" (page) "页" } }
            }
            @let address = below(req, &format!("commitment/{}/replace", card.commitment.id));
            form.form method="post" action=(address) enctype="multipart/form-data" novalidate {
                (replace_fields(values, errors))
            }
        } @else {
            p { (state(card.commitment.state)) " 不需要再上传。" }
        }
        p.back { a href=(below(req, "commitment")) { "返回承诺书" } }
    }
}

fn sign(req: &Req) -> PageResult {
    let (actor, _) = visitor(req)?;
    let id: CommitmentId = req.id("id")?;
    let card = commitments::card(&req.app, &actor, id)?;
    after(req, &card, take_scan(req, &actor, id), "已上传，谢谢")
}

fn replace(req: &Req) -> PageResult {
    let (actor, _) = visitor(req)?;
    let id: CommitmentId = req.id("id")?;
    let card = commitments::card(&req.app, &actor, id)?;
    after(req, &card, take_other_scan(req, &actor, id), "已更换，谢谢")
}

fn after(req: &Req, card: &Card, done: Result<ScanOutcome, Refusal>, message: &str) -> PageResult {
    match done {
        Ok(outcome) => {
            let said = match outcome {
                ScanOutcome::Matched => "扫码核对一致。",
                ScanOutcome::Unread => {
                    "照片上的二维码没有认出来，会有人工核对；您也可以拍清楚右上角的二维码，再更换照片。"
                }
            };
            Ok(req.see(below(req, "commitment"), format!("{message}。{said}")))
        }
        Err(refusal) => {
            let errors = refusal.into_errors("scan")?;
            Ok(phone(req, 422, "上传承诺书", &form_body(req, card, &req.form, &errors)))
        }
    }
}
