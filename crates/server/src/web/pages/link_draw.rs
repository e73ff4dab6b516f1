//! An enterprise signs a commitment with the finger, where the city allows it (N10 N26).

use maud::{Markup, html};
use xinxiu_domain::actor::Actor;
use xinxiu_domain::commitment::CommitmentAction;
use xinxiu_domain::id::CommitmentId;
use xinxiu_domain::session::Capacity;
use xinxiu_domain::signature::{HEIGHT, WIDTH};
use xinxiu_workflow::commitments::{self, Card, Draw};
use xinxiu_workflow::{FieldError, Refusal};

use super::commitments::subject;
use super::link_commitment::{below, phone, visitor};
use crate::web::reply::PageResult;
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const TITLE: &str = "手写签名";

/// The first promise of annex 2, and what stands in its place where there is no decision.
const FIRST: (&str, &str) = (
    "已按照行政处罚决定机关规定和行政处罚决定书要求，及时修正违法行为、履行处罚决定书项下相关义务；",
    "已按照认定机关规定和要求，及时纠正失信行为、履行相关义务；",
);
/// The other promises of annex 2, as they stand on the paper.
const PROMISES: [&str; 4] = [
    "所提供资料均合法、真实、准确和有效；",
    "在信用修复完成后，继续严格遵守国家法律、法规、规章和政策规定，依法守信从事生产经营活动；自觉接受政府、行业组织、社会公众、新闻舆论的监督，积极履行社会责任；",
    "若违背上述承诺内容，自愿接受相关行政处罚信息按最长公示期向社会公示，自愿接受有关违背承诺情况通报和公示，并承担相应的法律责任。",
    "同意将承诺和践诺信息作为我单位信用记录由“信用中国”网站归集并合规应用。",
];

pub(super) fn routes(table: &mut Routes) {
    table.get("/l/{token}/commitment/{id}/draw", Access::Link, form);
    table.post("/l/{token}/commitment/{id}/draw", Access::Link, draw);
}

/// Whether this commitment can be signed here.
pub(super) fn is_open(
    req: &Req,
    actor: &Actor,
    one: &xinxiu_store::commitment::Commitment,
) -> Result<bool, Refusal> {
    Ok(one.state.allows(CommitmentAction::Sign)
        && commitments::drawing_allowed(&req.app, actor, one.campaign)?)
}

fn form(req: &Req) -> PageResult {
    let (actor, attendance) = visitor(req)?;
    let card = commitments::card(&req.app, &actor, req.id("id")?)?;
    if !is_open(req, &actor, &card.commitment)? {
        return Ok(req.see(below(req, "commitment"), "这份承诺书不能手写签名，请打印盖章后拍照上传"));
    }
    let values = Form::default()
        .with("signer", &attendance.attendee)
        .with("capacity", attendance.capacity.map_or("", Capacity::code));
    Ok(phone(req, 200, TITLE, &body(req, &card, &values, &[])))
}

fn body(req: &Req, card: &Card, values: &Form, errors: &[FieldError]) -> Markup {
    html! {
        p.whose { (card.enterprise.name) }
        h1 { (TITLE) "：信用修复承诺书" }
        (ui::errors(errors))
        p { "针对：" (subject(card.penalty.as_ref())) }
        p { "我单位申请对这条信息进行信用修复，郑重承诺如下：" }
        @let is_about_decision = card.penalty.is_some();
        ol {
            li { @if is_about_decision { (FIRST.0) } @else { (FIRST.1) } }
            @for promise in PROMISES {
                li { @if is_about_decision { (promise) } @else { (promise.replace("行政处罚信息", "失信信息")) } }
            }
        }
        p { a href=(below(req, &format!("commitment/{}/paper.pdf", card.commitment.id))) { "下载全文" } }
        form.form method="post" action=(req.path) novalidate {
            (ui::field(values, "signer", "签名人姓名", "", errors))
            (ui::select(values, "capacity", "签名人身份", &ui::choices(Capacity::ALL), errors))
            div.field.wrong[errors.iter().any(|error| error.field == "strokes")] #f-strokes data-sign="strokes" data-width=(WIDTH) data-height=(HEIGHT) {
                p { "在下面的框里用手指签名" }
                @for error in errors.iter().filter(|error| error.field == "strokes") { span.error { (error.message) } }
                noscript { p.warning { "浏览器没有运行脚本，不能手写签名。请返回，下载承诺书打印盖章后拍照上传。" } }
            }
            (ui::hidden("strokes", values.raw("strokes")))
            (ui::tick(values, "agreed", "我已读过并同意承诺书全文", errors))
            (ui::button("签名并提交"))
        }
        p.hint { "不方便手写的，可以打印盖章后拍照上传。" }
        p.back { a href=(below(req, "commitment")) { "返回承诺书" } }
        script src="/assets/sign.js" defer {}
    }
}

fn draw(req: &Req) -> PageResult {
    let (actor, _) = visitor(req)?;
    let id: CommitmentId = req.id("id")?;
    let card = commitments::card(&req.app, &actor, id)?;
    let command = Draw {
        strokes: req.form.raw("strokes").to_owned(),
        signer: req.form.text("signer"),
        capacity: Capacity::from_code(req.form.raw("capacity")),
        agreed: req.form.ticked("agreed"),
    };
    match commitments::draw(&req.app, &actor, id, &command) {
        Ok(()) => Ok(req.see(below(req, "commitment"), "已签名，谢谢")),
        Err(refusal) => {
            let errors = refusal.into_errors("strokes")?;
            Ok(phone(req, 422, TITLE, &body(req, &card, &req.form, &errors)))
        }
    }
}
