//! Wrong names, phones and addresses are corrected by those entitled, with history (N18).

use xinxiu_domain::Missing;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::archive::SurvivalState;
use xinxiu_domain::id::{EnterpriseId, OrgId};
use xinxiu_domain::message::is_email;
use xinxiu_domain::person::is_phone;
use xinxiu_domain::text::{squeeze, tidy};
use xinxiu_store::enterprise::{self, Enterprise, sealed};
use xinxiu_store::enterprise_change::{self, Change};
use xinxiu_store::{campaign, concerns, enterprise_join, known_name, organisation};

use crate::app::{App, Done, Step};
use crate::identity;
use crate::lists::place;
use crate::refusal::Refusal;

/// The corrected particulars, as the form holds them.
#[derive(Debug, Clone)]
pub struct Correction {
    /// Name.
    pub name: String,
    /// County or park.
    pub county: Option<OrgId>,
    /// Township.
    pub township: String,
    /// Industry.
    pub industry: String,
    /// Address.
    pub address: String,
    /// Whether it still exists.
    pub survival: SurvivalState,
    /// Legal representative or principal.
    pub legal_representative: String,
    /// Directly responsible department head.
    pub department_head: String,
    /// Contact person.
    pub contact_name: String,
    /// New phone; empty keeps the one on record, which the form does not show.
    pub contact_phone: String,
    /// New address for electronic mail; empty keeps the one on record.
    pub contact_email: String,
    /// New ID number of the legal representative; empty keeps the one on record.
    pub legal_representative_id: String,
    /// New ID number of the department head; empty keeps the one on record.
    pub department_head_id: String,
    /// Why.
    pub reason: String,
    /// Version that the form was filled from.
    pub version: i64,
}

/// Corrects an enterprise's particulars. Each changed field stands in its history.
///
/// # Errors
/// [`Refusal::Invalid`] for an empty name or reason; a conflict where somebody else changed it meanwhile.
pub fn correct(app: &App, actor: &Actor, id: EnterpriseId, command: &Correction) -> Result<(), Refusal> {
    check(command)?;
    app.step(actor, |step| {
        step.must(Action::CorrectEnterprise, &concerns::of_enterprise(step.tx, id)?)?;
        must_stand_for_itself(step, id)?;
        let mut found = enterprise::load(step.tx, id)?;
        let (before, called) = (found.county, found.name.clone());
        let changes = apply(step, &mut found, command)?;
        if changes.is_empty() {
            return Err(Refusal::invalid("reason", "没有改动任何内容"));
        }
        found.version = command.version;
        enterprise::save(step.tx, &found)?;
        if found.name != called {
            // Whoever knows it by its old name still finds it.
            known_name::keep(step.tx, id, &called, None)?;
        }
        let mut fields = Vec::new();
        for (field, old, new) in changes {
            fields.push(super::field_label(field));
            let change = Change {
                at: step.moment(),
                actor: actor.name.clone(),
                field: field.to_owned(),
                old,
                new,
                reason: tidy(&command.reason),
            };
            enterprise_change::insert(step.tx, &app.store.vault, id, &change)?;
        }
        if found.county != before {
            move_class(step, &found)?;
        }
        identity::look_again(step, id)?;
        let summary = format!("更正{}：{}", fields.join("、"), tidy(&command.reason));
        let done = Done {
            action: "enterprise.correct",
            subject: ("enterprise", id.0),
            enterprise: Some(id),
            summary,
        };
        step.record(done, serde_json::json!({ "fields": fields }))
    })
}

/// One that was joined to another is changed as that other.
pub(super) fn must_stand_for_itself(step: &Step<'_>, id: EnterpriseId) -> Result<(), Refusal> {
    let Some(into) = enterprise_join::joined_into(step.tx, id)? else { return Ok(()) };
    let name = enterprise::load(step.tx, into)?.name;
    let message = format!("该企业已并入「{name}」，请在那一家办理，或先撤销合并");
    Err(Refusal::Missing(vec![Missing::new("joined", message, "N08")]))
}

fn check(command: &Correction) -> Result<(), Refusal> {
    if tidy(&command.name).is_empty() {
        return Err(Refusal::invalid("name", "请填写企业名称"));
    }
    if tidy(&command.reason).chars().count() < 2 {
        return Err(Refusal::invalid("reason", "请写明更正的原因或依据"));
    }
    let phone = squeeze(&command.contact_phone);
    if !phone.is_empty() && !is_phone(&phone) {
        return Err(Refusal::invalid("contact_phone", "联系电话应为7至15位数字，可带区号和横线"));
    }
    let email = squeeze(&command.contact_email);
    if !email.is_empty() && !is_email(&email) {
        return Err(Refusal::invalid("contact_email", "电子邮箱应写成 name@example.com 的样子"));
    }
    Ok(())
}

fn apply(
    step: &Step<'_>,
    found: &mut Enterprise,
    command: &Correction,
) -> Result<Vec<(&'static str, String, String)>, Refusal> {
    let mut changes = Vec::new();
    let mut set = |field, known: &mut String, given: &str| {
        let folded = tidy(given);
        // Forms fold widths: a name that differs in nothing else has not been touched.
        if tidy(known) != folded {
            let new = if field == "name" { given.trim().to_owned() } else { folded };
            changes.push((field, std::mem::replace(known, new.clone()), new));
        }
    };
    // Registered names carry full-width brackets, which the folding of a typed value takes away.
    set("name", &mut found.name, &command.name.replace('(', "（").replace(')', "）"));
    set("township", &mut found.township, &command.township);
    set("industry", &mut found.industry, &command.industry);
    set("address", &mut found.address, &command.address);
    set("legal_representative", &mut found.legal_representative, &command.legal_representative);
    set("department_head", &mut found.department_head, &command.department_head);
    set("contact_name", &mut found.contact_name, &command.contact_name);
    if found.survival != command.survival {
        changes.push(("survival", found.survival.to_string(), command.survival.to_string()));
        found.survival = command.survival;
    }
    if found.county != command.county {
        let name = |id: Option<OrgId>| match id {
            Some(id) => organisation::load(step.tx, id).map(|org| org.short_name),
            None => Ok("不详".to_owned()),
        };
        changes.push(("county", name(found.county)?, name(command.county)?));
        found.county = command.county;
    }
    let vault = &step.app.store.vault;
    for (field, purpose, known, given) in [
        ("contact_phone", sealed::CONTACT_PHONE, &mut found.contact_phone_sealed, &command.contact_phone),
        ("contact_email", sealed::CONTACT_EMAIL, &mut found.contact_email_sealed, &command.contact_email),
        (
            "legal_representative_id",
            sealed::LEGAL_REPRESENTATIVE_ID,
            &mut found.legal_representative_id_sealed,
            &command.legal_representative_id,
        ),
        (
            "department_head_id",
            sealed::DEPARTMENT_HEAD_ID,
            &mut found.department_head_id_sealed,
            &command.department_head_id,
        ),
    ] {
        let (given, old) = (squeeze(given), vault.open_text(purpose, known)?);
        if !given.is_empty() && given != old {
            *known = vault.seal(purpose, &given)?;
            changes.push((field, old, given));
        }
    }
    Ok(changes)
}

/// An enterprise of another county belongs to that county's class.
pub(super) fn move_class(step: &Step<'_>, found: &Enterprise) -> Result<(), Refusal> {
    let Some(current) = campaign::current(step.tx)? else { return Ok(()) };
    if enterprise::member(step.tx, current.id, found.id)?.is_none() {
        return Ok(());
    }
    let items = campaign::items(step.tx, current.id)?;
    place(step, (current.id, &items), found.id, found.county, None)
}
