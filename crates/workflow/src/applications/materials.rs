//! Documents of an application: uploaded, attached from what the platform knows, printed (N24, N27).

use xinxiu_documents::RectificationForm;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::application::ItemState;
use xinxiu_domain::attendance::AttendanceState;
use xinxiu_domain::id::{ApplicationId, ItemId};
use xinxiu_domain::paper_code::{FORM_EDITION, PaperKind};
use xinxiu_domain::penalty::Material;
use xinxiu_domain::person::mask_phone;
use xinxiu_domain::{Missing, Uscc};
use xinxiu_store::application::{self, CONTACT_PHONE, OnFile};
use xinxiu_store::files::{self, Kept, StoredFile};
use xinxiu_store::item::AUTHORITY_PHONE;
use xinxiu_store::{Vault, attendance, concerns, enterprise, enterprise_change, item, penalty};

use super::case::{Case, CaseItem};
use super::forms;
use super::prepare::{editable, record};
use crate::app::{App, Done, Step};
use crate::refusal::Refusal;
use crate::{archives, certificates, credit_report, paper_codes, papers};

/// Adds an uploaded document, for one record or for the whole application.
///
/// # Errors
/// [`Refusal::Invalid`] for the commitment, which is signed on its own page, and for another record's form;
/// [`Refusal::Illegal`] once the application is submitted.
pub fn add_material(
    app: &App,
    actor: &Actor,
    id: ApplicationId,
    (kind, of): (Material, Option<ItemId>),
    (kept, name, media_type): (&Kept, &str, &str),
) -> Result<(), Refusal> {
    if kind == Material::Commitment {
        return Err(Refusal::invalid("kind", "承诺书请在「承诺书」页面登记签章，不在这里上传"));
    }
    let readings = forms::read(app, actor, (id, kind), &[(kept.clone(), name.to_owned())])?;
    app.step(actor, |step| {
        let material = put(step, id, (kind, of), (kept, name, media_type))?;
        let file = application::load_material(step.tx, material)?.file;
        forms::check(step, (id, of), (file, None), &readings)
    })
}

pub(super) fn put(
    step: &Step<'_>,
    id: ApplicationId,
    (kind, of): (Material, Option<ItemId>),
    (kept, name, media_type): (&Kept, &str, &str),
) -> Result<i64, Refusal> {
    let found = editable(step, id)?;
    let penalty = of.map(|of| item::load(step.tx, of)).transpose()?;
    if penalty.as_ref().is_some_and(|item| item.application != id) {
        return Err(Refusal::invalid("item", "这条处罚记录不在本申请里"));
    }
    let penalty = penalty.map(|item| item.penalty);
    let file = step.file(kept, name, media_type)?;
    let when = (step.now, step.today);
    let material = application::add_material(step.tx, (id, penalty), kind, file, &step.actor.name, when)?;
    application::save(step.tx, &found)?;
    archives::ensure(step, found.campaign, found.enterprise)?;
    record(step, "application.add_material", (id, found.enterprise), format!("修复申请加入《{kind}》"))?;
    Ok(material)
}

/// The operator's phone as far as it is shown without a purpose: window and authority hold it against the papers (N27).
///
/// # Errors
/// What the vault says.
pub fn masked_contact(app: &App, case: &Case) -> Result<String, Refusal> {
    let phone = app.store.vault.open_text(CONTACT_PHONE, &case.application.contact_phone_sealed)?;
    Ok(if phone.is_empty() { phone } else { mask_phone(&phone) })
}

/// Takes a document out of an application.
///
/// # Errors
/// [`Refusal::Illegal`] once the application is submitted.
pub fn remove_material(app: &App, actor: &Actor, id: i64) -> Result<ApplicationId, Refusal> {
    app.step(actor, |step| {
        let material = application::load_material(step.tx, id)?;
        let found = editable(step, material.application)?;
        application::remove_material(step.tx, id, &actor.name, step.today)?;
        application::save(step.tx, &found)?;
        let summary = format!("修复申请移出《{}》", material.kind);
        record(step, "application.remove_material", (found.id, found.enterprise), summary)?;
        Ok(found.id)
    })
}

/// A document of an application, for looking at it.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn material_file(app: &App, actor: &Actor, id: i64) -> Result<(OnFile, StoredFile), Refusal> {
    app.view(actor, |view| {
        let material = application::load_material(view.tx, id)?;
        let found = application::load(view.tx, material.application)?;
        view.must(Action::ViewApplication, &concerns::of_enterprise(view.tx, found.enterprise)?)?;
        let file = files::load(view.tx, material.file)?;
        Ok((material, file))
    })
}

/// Attaches the training certificate of a passed exam (N11). `origin` is where this installation is reached, for the
/// QR code.
///
/// # Errors
/// [`Refusal::Missing`] where the enterprise has passed no exam in this campaign, or its certificate was revoked.
pub fn attach_certificate(
    app: &App,
    actor: &Actor,
    id: ApplicationId,
    origin: Option<&str>,
) -> Result<(), Refusal> {
    let (pdf, name) = app.view(actor, |view| {
        let found = application::load(view.tx, id)?;
        view.must(Action::PrepareApplication, &concerns::of_enterprise(view.tx, found.enterprise)?)?;
        let passed = attendance::of_enterprise(view.tx, found.enterprise)?
            .into_iter()
            .rfind(|attendance| attendance.state == AttendanceState::Passed)
            .ok_or_else(|| {
                let message = "该企业还没有通过结业考试，不能出具培训证明";
                Refusal::Missing(vec![Missing::new("exam", message, "N11")])
            })?;
        let document = certificates::good_paper_of(view, &passed, origin)?;
        Ok((papers::pdf(&document)?, format!("培训证明-{}.pdf", document.number)))
    })?;
    attach(app, actor, id, Material::TrainingCertificate, (&pdf, &name))
}

/// Makes the credit query report of today and attaches it (N15, N28).
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn attach_credit_report(app: &App, actor: &Actor, id: ApplicationId) -> Result<(), Refusal> {
    let (pdf, name) = app.view(actor, |view| {
        let found = application::load(view.tx, id)?;
        view.must(Action::PrepareApplication, &concerns::of_enterprise(view.tx, found.enterprise)?)?;
        let document = credit_report::report(view, found.enterprise)?;
        Ok((papers::pdf(&document)?, format!("信用查询报告-{}.pdf", document.number)))
    })?;
    attach(app, actor, id, Material::CreditReport, (&pdf, &name))
}

fn attach(
    app: &App,
    actor: &Actor,
    id: ApplicationId,
    kind: Material,
    (pdf, name): (&[u8], &str),
) -> Result<(), Refusal> {
    let kept = app.store.files.keep(pdf)?;
    app.step(actor, |step| put(step, id, (kind, None), (&kept, name, papers::PDF)))?;
    Ok(())
}

/// The rectification form (annex 3) of one record with what the authority decided, for the archive. The
/// operator's phone is masked: whoever reads the archive has no need of it (N21).
///
/// # Errors
/// What the vault says.
pub(crate) fn decided_form(
    vault: &Vault,
    uscc: Option<Uscc>,
    (case, item): (&Case, &CaseItem),
) -> Result<RectificationForm, Refusal> {
    let (found, decided, penalty) = (&case.application, &item.item, &item.penalty);
    let phone = vault.open_text(CONTACT_PHONE, &found.contact_phone_sealed)?;
    let decided_on = decided.decided_on.unwrap_or(penalty.facts.decision_date);
    Ok(RectificationForm {
        number: format!("XF{}-{:06}", decided_on.year(), decided.id.0),
        applicant: found.enterprise_name.clone(),
        uscc,
        handler: found.contact_name.clone(),
        handler_contact: mask_phone(&phone),
        decision_number: Some(penalty.decision.clone()),
        statement: decided.statement.clone(),
        stated_on: found.submitted_on,
        authority: penalty.facts.authority.clone(),
        authority_handler: if decided.authority_handler.is_empty() {
            decided.decided_by.clone()
        } else {
            decided.authority_handler.clone()
        },
        authority_phone: vault.open_text(AUTHORITY_PHONE, &decided.authority_phone_sealed)?,
        decided_on: Some(penalty.facts.decision_date),
        violation: decided.severity,
        dishonesty: decided.conduct,
        agreed: Some(!matches!(decided.state, ItemState::Refused)),
        repair_decided_on: decided.decided_on,
        code: code(vault, decided.id)?,
        issued_on: decided_on,
    })
}

/// The code of a record's form.
fn code(vault: &Vault, of: ItemId) -> Result<String, xinxiu_store::StoreError> {
    Ok(paper_codes::code(vault, PaperKind::RectificationForm, of.0, FORM_EDITION)?.text())
}

/// Prints the rectification form (annex 3) for the authority's seal (N27): with what it decided, or before that with blanks for it.
///
/// # Errors
/// [`Refusal::Forbidden`] for another authority's record.
pub fn print_decided(app: &App, actor: &Actor, of: ItemId) -> Result<(Vec<u8>, String), Refusal> {
    let form = app.view(actor, |view| {
        let found = item::load(view.tx, of)?;
        let missing = || xinxiu_store::StoreError::NotFound(ItemState::NOUN, of.to_string());
        let case =
            super::case::cases(view.tx, &[found.application], view.today)?.pop().ok_or_else(missing)?;
        let item = case.items.iter().find(|one| one.item.id == of).ok_or_else(missing)?;
        let authority = item.penalty.authority.map(concerns::of_authority).unwrap_or_default();
        view.must(Action::DecideRepair, &authority)?;
        let uscc = enterprise::load(view.tx, case.application.enterprise)?.uscc;
        let form = decided_form(&view.app.store.vault, uscc, (&case, item))?;
        let is_open = item.item.decided_on.is_none();
        Ok(if is_open { RectificationForm { agreed: None, issued_on: view.today, ..form } } else { form })
    })?;
    Ok((papers::pdf(&form)?, format!("信用修复表-{}.pdf", form.number)))
}

/// Prints the rectification form (annex 3) of one record for the enterprise's seal. It carries the operator's
/// full phone, so the look is put on record with its purpose (N21).
///
/// # Errors
/// [`Refusal::Missing`] where the record needs no form.
pub fn print_form(app: &App, actor: &Actor, of: ItemId) -> Result<(Vec<u8>, String), Refusal> {
    let form = app.step(actor, |step| {
        let mut item = item::load(step.tx, of)?;
        let found = application::load(step.tx, item.application)?;
        step.must(Action::PrepareApplication, &concerns::of_enterprise(step.tx, found.enterprise)?)?;
        let penalty = penalty::load(step.tx, item.penalty)?;
        if !penalty.assessment.materials.contains(&Material::RectificationForm) {
            let message = format!("{}：处罚内容没有要求整改，不需要信用修复表", penalty.decision);
            return Err(Refusal::Missing(vec![Missing::new("no_form", message, "N24")]));
        }
        let phone = step.app.store.vault.open_text(CONTACT_PHONE, &found.contact_phone_sealed)?;
        item.form_contact_version = Some(found.contact_version);
        item.form_outdated = false;
        item::save(step.tx, &item)?;
        let applicant = enterprise::load(step.tx, found.enterprise)?;
        let purpose = "打印行政处罚信息信用修复表";
        let who = (actor.name.as_str(), actor.account);
        enterprise_change::disclosed(
            step.tx,
            found.enterprise,
            ("contact_phone", purpose),
            who,
            step.moment(),
        )?;
        let summary = format!("打印{}的信用修复表", penalty.decision);
        let done = Done {
            action: "application.print_form",
            subject: ("application", found.id.0),
            enterprise: Some(found.enterprise),
            summary,
        };
        step.record(done, serde_json::json!({ "item": of }))?;
        Ok(RectificationForm {
            number: format!("XF{}-{:06}", step.today.year(), of.0),
            applicant: applicant.name,
            uscc: applicant.uscc,
            handler: found.contact_name,
            handler_contact: phone,
            decision_number: Some(penalty.decision),
            statement: item.statement,
            stated_on: None,
            authority: penalty.facts.authority,
            authority_handler: String::new(),
            authority_phone: String::new(),
            decided_on: Some(penalty.facts.decision_date),
            violation: item.severity,
            dishonesty: item.conduct,
            agreed: None,
            repair_decided_on: None,
            code: code(&step.app.store.vault, of)?,
            issued_on: step.today,
        })
    })?;
    let pdf = papers::pdf(&form)?;
    Ok((pdf, format!("信用修复表-{}.pdf", form.number)))
}
