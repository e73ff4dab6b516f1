//! One class of a plan table: its name, number, agency, organiser, and whom it covers (N03 N25).

use std::collections::BTreeMap;

use maud::{Markup, html};
use xinxiu_domain::actor::{Action, OrganisationKind};
use xinxiu_domain::id::{OrgId, PlanItemId};
use xinxiu_store::campaign::PlanItem;
use xinxiu_store::organisation::{self, Organisation};
use xinxiu_workflow::campaigns::{self, EditClass};
use xinxiu_workflow::{FieldError, Refusal};

use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Fields, Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const EDIT: Access = Access::Staff(Action::EditCampaign);

pub(super) fn routes(table: &mut Routes) {
    table.get("/classes/{id}/edit", EDIT, class_form);
    table.post("/classes/{id}/edit", EDIT, edit_class);
}

/// Organisations to choose from, and the class with its campaign.
fn class_context(req: &Req, id: PlanItemId) -> Result<(PlanItem, Vec<Organisation>), PageError> {
    Ok(req.app.view(req.actor()?, |view| {
        Ok((xinxiu_store::campaign::load_item(view.tx, id)?, organisation::all(view.tx)?))
    })?)
}

fn class_form(req: &Req) -> PageResult {
    let (item, orgs) = class_context(req, req.id("id")?)?;
    let mut values = Form::default()
        .with("name", &item.name)
        .with("planned", item.planned)
        .with("agency", item.agency.map_or_else(String::new, |id| id.to_string()))
        .with("organiser", item.organiser)
        .with("version", item.version);
    for county in &item.counties {
        values = values.with("counties", county);
    }
    for authority in &item.authorities {
        values = values.with("authorities", authority);
    }
    for (county, planned) in &item.quotas {
        values = values.with(&quota(county), planned);
    }
    Ok(req.page("修改培训班", class_body(req, &item, &orgs, &values, &[])))
}

fn class_body(
    req: &Req,
    item: &PlanItem,
    orgs: &[Organisation],
    values: &Form,
    errors: &[FieldError],
) -> Markup {
    let of = |kinds: &[OrganisationKind]| -> Vec<(String, String)> {
        orgs.iter()
            .filter(|org| kinds.contains(&org.kind))
            .map(|org| (org.id.to_string(), org.name.clone()))
            .collect()
    };
    let (counties, authorities) = (
        of(&[OrganisationKind::CountyOffice, OrganisationKind::ParkCommittee]),
        of(&[OrganisationKind::Authority]),
    );
    let organisers: Vec<_> = counties.iter().chain(&authorities).cloned().collect();
    html! {
        h1 { "修改培训班" }
        (ui::errors(errors))
        (ui::form(req, &format!("/classes/{}/edit", item.id), &html! {
            (ui::hidden("version", values.raw("version")))
            (ui::field(values, "name", "名称", "", errors))
            (ui::number_field(values, "planned", "计划企业数", "", errors))
            (ui::select(values, "agency", "服务机构", &of(&[OrganisationKind::Agency]), errors))
            (ui::select(values, "organiser", "组织单位", &organisers, errors))
            (ui::checkboxes(values, "counties", "覆盖地区", &counties, errors))
            (quotas(values, &counties, errors))
            (ui::checkboxes(values, "authorities", "覆盖认定部门（行业专场）", &authorities, errors))
            (ui::button("保存培训班"))
        }))
        @if item.agency.is_some() { p { a href={ "/classes/" (item.id) "/agency" } { "行动进行中更换服务机构" } } }
    }
}

/// Name of the field for a county's share.
fn quota(county: impl std::fmt::Display) -> String {
    format!("quota-{county}")
}

/// The shares of the counties, where the class covers several.
fn quotas(values: &Form, counties: &[(String, String)], errors: &[FieldError]) -> Markup {
    let covered: Vec<_> = counties.iter().filter(|(id, _)| values.all("counties").contains(id)).collect();
    html! {
        @if covered.len() > 1 {
            fieldset.field {
                legend { "各地区名额" }
                span.hint { "不填的地区共用余下的名额；都填的，合计要等于计划企业数" }
                @for (id, name) in covered { (ui::number_field(values, &quota(id), name, "", errors)) }
            }
        }
    }
}

/// The shares that are filled in.
fn shares(req: &Req, fields: &mut Fields<'_>) -> BTreeMap<OrgId, u32> {
    let mut shares = BTreeMap::new();
    for county in fields.ids::<OrgId>("counties") {
        let name = quota(county);
        if !req.form.text(&name).is_empty() {
            shares.insert(county, fields.number(&name, "名额"));
        }
    }
    shares
}

fn edit_class(req: &Req) -> PageResult {
    let id: PlanItemId = req.id("id")?;
    let (item, orgs) = class_context(req, id)?;
    let mut fields = req.fields();
    let command = EditClass {
        name: fields.required("name", "名称"),
        planned: fields.number("planned", "计划企业数"),
        agency: fields.ids("agency").first().copied(),
        organiser: fields.id("organiser", "组织单位").unwrap_or(OrgId(0)),
        counties: fields.ids("counties"),
        quotas: shares(req, &mut fields),
        authorities: fields.ids("authorities"),
        version: fields.number("version", "版本").into(),
    };
    let actor = req.actor()?;
    match fields.check().and_then(|()| campaigns::edit_class(&req.app, actor, id, &command)) {
        Ok(()) => Ok(req.see(format!("/campaigns/{}", item.campaign), "已保存培训班")),
        Err(Refusal::Invalid(errors)) => {
            Ok(req.again("修改培训班", class_body(req, &item, &orgs, &req.form, &errors)))
        }
        Err(other) => Err(other.into()),
    }
}
