//! Correcting an enterprise's particulars, and showing a masked number in full (N18 N21).

use maud::{Markup, html};
use xinxiu_domain::actor::OrganisationKind;
use xinxiu_domain::archive::SurvivalState;
use xinxiu_domain::id::EnterpriseId;
use xinxiu_store::organisation::Organisation;
use xinxiu_workflow::enterprises::{self, Card, Correction, Personal};
use xinxiu_workflow::{FieldError, Refusal};

use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::ui;

pub(super) fn correct_form(req: &Req) -> PageResult {
    let card = enterprises::card(&req.app, req.actor()?, req.id("id")?)?;
    let e = &card.enterprise;
    if !card.may_correct {
        return Err(PageError::Denied);
    }
    // A name that a list gives comes with the address, and so does the reason.
    let offered = req.query.raw("name");
    let values = Form::default()
        .with("name", if offered.is_empty() { &e.name } else { offered })
        .with("reason", req.query.raw("reason"))
        .with("county", e.county.map_or_else(String::new, |id| id.to_string()))
        .with("township", &e.township)
        .with("industry", &e.industry)
        .with("address", &e.address)
        .with("survival", e.survival.code())
        .with("legal_representative", &e.legal_representative)
        .with("department_head", &e.department_head)
        .with("contact_name", &e.contact_name)
        .with("version", e.version);
    Ok(req.page("更正企业信息", correct_body(req, (e.id, &e.name), masked(&card), &values, &[])?))
}

/// What is on record of the fields that the form does not show.
fn masked(card: &Card) -> (&str, &str, &str, &str) {
    (&card.phone, &card.email, &card.legal_representative_id, &card.department_head_id)
}

fn correct_body(
    req: &Req,
    (id, name): (EnterpriseId, &str),
    (phone, email, representative, head): (&str, &str, &str, &str),
    values: &Form,
    errors: &[FieldError],
) -> Result<Markup, PageError> {
    let choices = enterprises::choices(&req.app, req.actor()?)?;
    let kept = |masked: &str| match masked {
        "" => "目前没有登记".to_owned(),
        masked => format!("已登记 {masked}；不填则不变"),
    };
    let survival: Vec<_> =
        SurvivalState::ALL.iter().map(|state| (state.code().to_owned(), state.to_string())).collect();
    Ok(html! {
        h1 { "更正企业信息" }
        p { (name) }
        (ui::errors(errors))
        (ui::form(req, &format!("/enterprises/{id}/correct"), &html! {
            (ui::hidden("version", values.raw("version")))
            (ui::field(values, "name", "企业名称", "", errors))
            (ui::select(values, "county", "属地", &counties(&choices.organisations), errors))
            (ui::field(values, "township", "乡镇（街道）", "", errors))
            (ui::field(values, "address", "地址", "", errors))
            (ui::field(values, "industry", "所属行业", "", errors))
            (ui::select(values, "survival", "存续状态", &survival, errors))
            (ui::field(values, "legal_representative", "法定代表人", "", errors))
            (ui::field(values, "legal_representative_id", "法定代表人证件号", &kept(representative), errors))
            (ui::field(values, "department_head", "部门负责人", "", errors))
            (ui::field(values, "department_head_id", "部门负责人证件号", &kept(head), errors))
            (ui::field(values, "contact_name", "联系人", "", errors))
            (ui::phone_field(values, "contact_phone", "联系电话", &kept(phone), errors))
            (ui::email_field(values, "contact_email", "电子邮箱", &kept(email), errors))
            (ui::field(values, "reason", "更正原因或依据", "例如：企业来电告知；营业执照已换发", errors))
            (ui::button("保存更正"))
        }))
    })
}

fn counties(orgs: &[Organisation]) -> Vec<(String, String)> {
    let kinds = [OrganisationKind::CountyOffice, OrganisationKind::ParkCommittee];
    let counties = orgs.iter().filter(|org| kinds.contains(&org.kind));
    counties.map(|org| (org.id.to_string(), org.short_name.clone())).collect()
}

pub(super) fn correct(req: &Req) -> PageResult {
    let id: EnterpriseId = req.id("id")?;
    let actor = req.actor()?;
    let mut fields = req.fields();
    let survival = fields.coded("survival", "存续状态", SurvivalState::from_code);
    let command = Correction {
        name: fields.required("name", "企业名称"),
        county: fields.ids("county").first().copied(),
        township: fields.text("township"),
        industry: fields.text("industry"),
        address: fields.text("address"),
        survival: survival.unwrap_or(SurvivalState::Unknown),
        legal_representative: fields.text("legal_representative"),
        department_head: fields.text("department_head"),
        contact_name: fields.text("contact_name"),
        contact_phone: fields.text("contact_phone"),
        contact_email: fields.text("contact_email"),
        legal_representative_id: fields.text("legal_representative_id"),
        department_head_id: fields.text("department_head_id"),
        reason: fields.required("reason", "更正原因或依据"),
        version: fields.number("version", "版本").into(),
    };
    match fields.check().and_then(|()| enterprises::correct(&req.app, actor, id, &command)) {
        Ok(()) => Ok(req.see(format!("/enterprises/{id}"), "已更正，改动记入历史")),
        Err(Refusal::Invalid(errors)) => {
            let card = enterprises::card(&req.app, actor, id)?;
            let body = correct_body(req, (id, &card.enterprise.name), masked(&card), &req.form, &errors)?;
            Ok(req.again("更正企业信息", body))
        }
        Err(other) => Err(other.into()),
    }
}

pub(super) fn reveal_form(req: &Req) -> PageResult {
    let card = enterprises::card(&req.app, req.actor()?, req.id("id")?)?;
    if !card.may_reveal {
        return Err(PageError::Denied);
    }
    let enterprise = &card.enterprise;
    Ok(req.page("查看完整号码", reveal_body(req, (enterprise.id, &enterprise.name), &req.query, None, &[])))
}

fn reveal_body(
    req: &Req,
    (id, name): (EnterpriseId, &str),
    values: &Form,
    opened: Option<(Personal, &str)>,
    errors: &[FieldError],
) -> Markup {
    let fields: Vec<_> =
        Personal::ALL.iter().map(|field| (field.code().to_owned(), field.to_string())).collect();
    html! {
        h1 { "查看完整号码" }
        p { a href={ "/enterprises/" (id) } { (name) } }
        (ui::errors(errors))
        @if let Some((field, text)) = opened {
            (ui::facts(&[(field.label(), html! { @if text.is_empty() { "没有登记" } @else { strong { code { (text) } } } })]))
            p.hint { "本次查看和用途已记录。离开本页后不再显示。" }
        }
        (ui::form(req, &format!("/enterprises/{id}/reveal"), &html! {
            (ui::select(values, "field", "要看的号码", &fields, errors))
            (ui::field(values, "purpose", "用途", "会连同您的姓名和时间一起记录，例如：电话通知参训", errors))
            (ui::button("查看号码"))
        }))
    }
}

pub(super) fn reveal(req: &Req) -> PageResult {
    let id: EnterpriseId = req.id("id")?;
    let actor = req.actor()?;
    let mut fields = req.fields();
    let field = fields.coded("field", "要看的号码", Personal::from_code);
    let purpose = fields.text("purpose");
    let opened = fields.check().and_then(|()| {
        let field = field.ok_or_else(|| Refusal::invalid("field", "请选择要看的号码"))?;
        Ok((field, enterprises::reveal(&req.app, actor, id, field, &purpose)?))
    });
    let card = enterprises::card(&req.app, actor, id)?;
    let who = (id, card.enterprise.name.as_str());
    match opened {
        Ok((field, text)) => {
            let body = reveal_body(req, who, &Form::default(), Some((field, &text)), &[]);
            Ok(req.page("查看完整号码", body))
        }
        Err(Refusal::Invalid(errors)) => {
            Ok(req.again("查看完整号码", reveal_body(req, who, &req.form, None, &errors)))
        }
        Err(other) => Err(other.into()),
    }
}
