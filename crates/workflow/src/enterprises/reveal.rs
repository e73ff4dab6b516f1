//! A masked number in full: for a stated purpose, and on record (N21).

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::application::ApplicationState;
use xinxiu_domain::coded;
use xinxiu_domain::id::EnterpriseId;
use xinxiu_domain::text::tidy;
use xinxiu_store::enterprise::{self, sealed};
use xinxiu_store::{application, concerns, enterprise_change};

use crate::app::{App, Done};
use crate::refusal::Refusal;

coded! {
    /// A personal field that is masked on screen.
    pub enum Personal {
        ContactPhone = "contact_phone", "联系电话";
        ContactEmail = "contact_email", "电子邮箱";
        LegalRepresentativeId = "legal_representative_id", "法定代表人证件号";
        DepartmentHeadId = "department_head_id", "部门负责人证件号";
        OperatorPhone = "operator_phone", "修复申请经办人联系方式";
    }
}

/// Shows a masked field in full, once. The purpose and the person are kept.
///
/// # Errors
/// [`Refusal::Invalid`] without a purpose.
pub fn reveal(
    app: &App,
    actor: &Actor,
    id: EnterpriseId,
    field: Personal,
    purpose: &str,
) -> Result<String, Refusal> {
    let purpose = tidy(purpose);
    if purpose.chars().count() < 2 {
        return Err(Refusal::invalid("purpose", "请写明查看的用途，例如「电话通知参训」"));
    }
    app.step(actor, |step| {
        step.must(Action::RevealPersonal, &concerns::of_enterprise(step.tx, id)?)?;
        let found = enterprise::load(step.tx, id)?;
        // The operator is named in the application that counts, the newest one.
        let applied = application::of_enterprise(step.tx, id)?
            .into_iter()
            .find(|one| one.state != ApplicationState::Withdrawn)
            .map(|one| one.contact_phone_sealed)
            .unwrap_or_default();
        let (name, text) = match field {
            Personal::OperatorPhone => (application::CONTACT_PHONE, &applied),
            Personal::ContactPhone => (sealed::CONTACT_PHONE, &found.contact_phone_sealed),
            Personal::ContactEmail => (sealed::CONTACT_EMAIL, &found.contact_email_sealed),
            Personal::LegalRepresentativeId => {
                (sealed::LEGAL_REPRESENTATIVE_ID, &found.legal_representative_id_sealed)
            }
            Personal::DepartmentHeadId => (sealed::DEPARTMENT_HEAD_ID, &found.department_head_id_sealed),
        };
        let opened = app.store.vault.open_text(name, text)?;
        let who = (actor.name.as_str(), actor.account);
        enterprise_change::disclosed(step.tx, id, (field.code(), &purpose), who, step.moment())?;
        let summary = format!("查看完整{field}，用途：{purpose}");
        let done = Done {
            action: "enterprise.reveal",
            subject: ("enterprise", id.0),
            enterprise: Some(id),
            summary,
        };
        step.record(done, serde_json::json!({ "field": field }))?;
        Ok(opened)
    })
}
