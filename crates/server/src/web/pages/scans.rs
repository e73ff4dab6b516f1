//! The scans whose code could not be read and that nobody has looked at yet (待人工核对的扫描件, N10 N12).

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::paper_code::PaperKind;
use xinxiu_store::waiting_scan::WaitingScan;
use xinxiu_workflow::scans;

use crate::web::reply::PageResult;
use crate::web::request::Req;
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const TITLE: &str = "待人工核对的扫描件";
const ADDRESS: &str = "/scans";

pub(super) fn routes(table: &mut Routes) {
    table.get(ADDRESS, Access::Staff(Action::ConfirmScan), list);
}

fn list(req: &Req) -> PageResult {
    let part = ui::part(&req.query);
    let mut found = scans::waiting(&req.app, req.actor()?, part)?;
    let next = ui::next_part(&mut found, part);
    let rows: Vec<_> = found.iter().map(row).collect();
    Ok(req.page(
        TITLE,
        html! {
            h1 { (TITLE) }
            p { "这些照片或扫描件上的二维码没有认出来，要由人看过才能提交或初审。打开后对照页角的编号、企业名称和文号；不是这一份的，请换成正确的照片。" }
            @if rows.is_empty() {
                (ui::empty("没有要人工核对的扫描件。", "承诺书或修复表的二维码认不出来时，列在这里，直到有人看过。"))
            } @else {
                (ui::table(TITLE, &["企业", "文书", "处罚决定书文号", "上传", "核对"], &rows))
                (ui::pager(ADDRESS, &req.query, next.as_deref()))
            }
        },
    ))
}

fn row(scan: &WaitingScan) -> Vec<Markup> {
    let (paper, address) = match scan.paper {
        PaperKind::Commitment => ("信用修复承诺书", format!("/commitments/{}", scan.holder)),
        PaperKind::RectificationForm => ("信用修复表", format!("/applications/{}", scan.holder)),
    };
    vec![
        html! { a href={ "/enterprises/" (scan.enterprise) } { (scan.name) } br; small { (scan.county) } },
        html! { (paper) },
        html! { (scan.decision) },
        html! { (scan.by) br; (ui::when(scan.at)) },
        html! { a href=(address) aria-label={ "核对" (scan.name) "的" (paper) } { "打开核对" } },
    ]
}
