//! An enterprise says from a phone why it was listed and how far it has put things right, and corrects how it
//! is reached (N02 N18).

use maud::{Markup, html};
use xinxiu_domain::finding::Party;
use xinxiu_workflow::enterprises::{self, Card, Correction};
use xinxiu_workflow::{FieldError, Refusal, findings};

use super::findings as asked;
use super::link_commitment::{below, home, phone, visitor};
use crate::web::reply::PageResult;
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

/// Stands in the history as the reason of a correction that the enterprise made itself.
const OWN_WORD: &str = "企业通过个人链接自行更正";

pub(super) fn routes(table: &mut Routes) {
    table.get("/l/{token}/situation", Access::Link, situation_form);
    table.post("/l/{token}/situation", Access::Link, situation);
    table.get("/l/{token}/particulars", Access::Link, particulars_form);
    table.post("/l/{token}/particulars", Access::Link, particulars);
}

fn situation_form(req: &Req) -> PageResult {
    let (actor, attendance) = visitor(req)?;
    let card = enterprises::card(&req.app, &actor, attendance.enterprise)?;
    let said = findings::of_enterprise(&req.app, &actor, attendance.enterprise)?;
    let values = said.last_of(Party::Enterprise).map_or_else(Form::default, |last| {
        Form::default()
            .with("cause", last.cause.code())
            .with("rectification", last.rectification.code())
            .with("conditions", last.conditions.code())
            .with("note", &last.note)
    });
    Ok(phone(req, 200, "失信原因和整改情况", &situation_body(req, &card, &values, &[])))
}

fn situation_body(req: &Req, card: &Card, values: &Form, errors: &[FieldError]) -> Markup {
    html! {
        p.whose { (card.enterprise.name) }
        h1 { "失信原因和整改情况" }
        p { "请照实说明，方便我们帮您修复。以后有变化可以再填，以最后一次为准。" }
        (ui::errors(errors))
        form.form method="post" action=(req.path) novalidate {
            (asked::questions(values, &card.penalties, errors))
            (ui::button("提交说明"))
        }
        (home(req))
    }
}

fn situation(req: &Req) -> PageResult {
    let (actor, attendance) = visitor(req)?;
    let said = asked::read(req, attendance.enterprise)
        .and_then(|command| findings::record(&req.app, &actor, &command));
    match said {
        Ok(()) => Ok(req.see(below(req, "situation"), "已收到您的说明，谢谢")),
        Err(Refusal::Invalid(errors)) => {
            let card = enterprises::card(&req.app, &actor, attendance.enterprise)?;
            Ok(phone(req, 422, "失信原因和整改情况", &situation_body(req, &card, &req.form, &errors)))
        }
        Err(other) => Err(other.into()),
    }
}

fn particulars_form(req: &Req) -> PageResult {
    let (actor, attendance) = visitor(req)?;
    let card = enterprises::card(&req.app, &actor, attendance.enterprise)?;
    let values = Form::default()
        .with("contact_name", &card.enterprise.contact_name)
        .with("address", &card.enterprise.address)
        .with("version", card.enterprise.version);
    Ok(phone(req, 200, "更正联系方式", &particulars_body(req, &card, &values, &[])))
}

fn particulars_body(req: &Req, card: &Card, values: &Form, errors: &[FieldError]) -> Markup {
    let kept = |masked: &str| match masked {
        "" => "目前没有登记".to_owned(),
        masked => format!("已登记 {masked}；不填则不变"),
    };
    html! {
        p.whose { (card.enterprise.name) }
        h1 { "更正联系方式" }
        (ui::errors(errors))
        form.form method="post" action=(req.path) novalidate {
            (ui::hidden("version", values.raw("version")))
            (ui::field(values, "contact_name", "联系人", "", errors))
            (ui::phone_field(values, "contact_phone", "联系电话", &kept(&card.phone), errors))
            (ui::email_field(values, "contact_email", "电子邮箱", &kept(&card.email), errors))
            (ui::field(values, "address", "地址", "", errors))
            (ui::button("保存更正"))
        }
        p.hint { "企业名称、法定代表人有变化的，请联系服务机构更正。" }
        (home(req))
    }
}

fn particulars(req: &Req) -> PageResult {
    let (actor, attendance) = visitor(req)?;
    let card = enterprises::card(&req.app, &actor, attendance.enterprise)?;
    let known = &card.enterprise;
    let mut fields = req.fields();
    let command = Correction {
        name: known.name.clone(),
        county: known.county,
        township: known.township.clone(),
        industry: known.industry.clone(),
        address: fields.text("address"),
        survival: known.survival,
        legal_representative: known.legal_representative.clone(),
        department_head: known.department_head.clone(),
        contact_name: fields.text("contact_name"),
        contact_phone: fields.text("contact_phone"),
        contact_email: fields.text("contact_email"),
        legal_representative_id: String::new(),
        department_head_id: String::new(),
        reason: OWN_WORD.to_owned(),
        version: fields.number("version", "版本").into(),
    };
    let done =
        fields.check().and_then(|()| enterprises::correct(&req.app, &actor, attendance.enterprise, &command));
    match done {
        Ok(()) => Ok(req.see(below(req, "particulars"), "已更正，谢谢")),
        Err(Refusal::Invalid(errors)) => {
            Ok(phone(req, 422, "更正联系方式", &particulars_body(req, &card, &req.form, &errors)))
        }
        Err(other) => Err(other.into()),
    }
}
