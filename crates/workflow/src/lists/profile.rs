//! Which enterprise a row means, and what the row says of it that is not on record yet.

use xinxiu_domain::Uscc;
use xinxiu_domain::archive::SurvivalState;
use xinxiu_domain::id::{EnterpriseId, OrgId};
use xinxiu_domain::penalty::SubjectKind;
use xinxiu_domain::text::name_key;
use xinxiu_intake::Profile;
use xinxiu_store::batch::Batch;
use xinxiu_store::enterprise::{self, Enterprise, sealed};
use xinxiu_store::enterprise_change::{self, Change};
use xinxiu_store::known_name;

use super::county::Names;
use crate::app::Step;
use crate::refusal::Refusal;

/// What a row says of its enterprise.
pub(super) struct Subject<'a> {
    pub name: &'a str,
    pub uscc: Option<&'a Uscc>,
    pub reg_no: &'a str,
    pub kind: SubjectKind,
    pub profile: &'a Profile,
    /// Key of the decision, by which a natural person is found again.
    pub decision_key: Option<String>,
}

/// The enterprise of a row, and notes for people on how it was found.
pub(super) struct Matched {
    pub enterprise: Enterprise,
    pub notes: Vec<String>,
    /// Whether the row names it otherwise than it is on file.
    pub is_renamed: bool,
}

/// What a person is told where a list names an enterprise otherwise than it is on file.
pub(super) fn differs(on_file: &str) -> String {
    format!("名称与在册不同，在册为「{on_file}」")
}

/// Finds or creates the enterprise of a row. A name alone never joins two codes.
pub(super) fn enterprise_of(
    step: &Step<'_>,
    names: &Names,
    subject: &Subject<'_>,
    batch: &Batch,
) -> Result<Matched, Refusal> {
    let stated = names.region(&subject.profile.region);
    let guessed = names.registered(subject.uscc);
    let mut notes = Vec::new();
    if stated.is_none()
        && let Some(county) = guessed
    {
        notes.push(format!("属地按代码登记地推测为{}，请核对", names.county_name(county)));
    }
    if let Some(mut found) = find(step, subject)? {
        let is_renamed = name_key(subject.name) != name_key(&found.name);
        if is_renamed {
            notes.push(format!("{}，本行为「{}」", differs(&found.name), subject.name));
            known_name::keep(step.tx, found.id, subject.name, Some(batch.id))?;
        }
        fill(step, names, subject, &mut found, (stated, guessed), &batch.file_name)?;
        return Ok(Matched { enterprise: found, notes, is_renamed });
    }
    let enterprise = create(step, subject, stated.or(guessed))?;
    Ok(Matched { enterprise, notes, is_renamed: false })
}

fn find(step: &Step<'_>, subject: &Subject<'_>) -> Result<Option<Enterprise>, Refusal> {
    if let Some(uscc) = subject.uscc {
        return Ok(enterprise::by_uscc(step.tx, uscc)?);
    }
    if subject.kind == SubjectKind::NaturalPerson {
        let Some(key) = &subject.decision_key else { return Ok(None) };
        return Ok(enterprise::person_of_decision(step.tx, subject.name, key)?);
    }
    let same_number = |found: &Enterprise| {
        let known = &found.registration_number;
        known.is_empty() || subject.reg_no.is_empty() || known == subject.reg_no
    };
    let found = enterprise::by_name(step.tx, subject.name)?;
    let mut without_code = found.into_iter().filter(|found| {
        found.uscc.is_none() && found.subject != SubjectKind::NaturalPerson && same_number(found)
    });
    Ok(without_code.next())
}

fn create(step: &Step<'_>, subject: &Subject<'_>, county: Option<OrgId>) -> Result<Enterprise, Refusal> {
    let vault = &step.app.store.vault;
    let profile = subject.profile;
    let mut new = Enterprise {
        id: EnterpriseId(0),
        name: subject.name.to_owned(),
        uscc: subject.uscc.cloned(),
        registration_number: subject.reg_no.to_owned(),
        subject: subject.kind,
        county,
        county_name: String::new(),
        township: profile.township.clone(),
        industry: profile.industry.clone(),
        address: profile.address.clone(),
        survival: SurvivalState::Active,
        legal_representative: profile.legal_rep.clone(),
        legal_representative_id_sealed: vault.seal(sealed::LEGAL_REPRESENTATIVE_ID, &profile.legal_rep_id)?,
        department_head: String::new(),
        department_head_id_sealed: String::new(),
        contact_name: profile.contact.clone(),
        contact_phone_sealed: vault.seal(sealed::CONTACT_PHONE, &profile.phone)?,
        version: 1,
    };
    new.id = enterprise::insert(step.tx, &new, step.now)?;
    Ok(new)
}

/// Blanks are filled. What differs is noted in the history and not taken, for a person may have corrected it.
/// That goes for the name too: a person adopts it, with a reason.
fn fill(
    step: &Step<'_>,
    names: &Names,
    subject: &Subject<'_>,
    found: &mut Enterprise,
    (stated, guessed): (Option<OrgId>, Option<OrgId>),
    file: &str,
) -> Result<(), Refusal> {
    let vault = &step.app.store.vault;
    let profile = subject.profile;
    let before = found.clone();
    let mut differing: Vec<(&str, String, String)> = Vec::new();
    let id_number =
        vault.open_text(sealed::LEGAL_REPRESENTATIVE_ID, &found.legal_representative_id_sealed)?;
    let phone = vault.open_text(sealed::CONTACT_PHONE, &found.contact_phone_sealed)?;
    let mut merge = |field: &'static str, known: &mut String, given: &str| {
        if given.is_empty() || known == given {
            return;
        }
        if known.is_empty() {
            given.clone_into(known);
        } else {
            differing.push((field, known.clone(), given.to_owned()));
        }
    };
    let (mut new_id_number, mut new_phone) = (id_number.clone(), phone.clone());
    merge("registration_number", &mut found.registration_number, subject.reg_no);
    merge("township", &mut found.township, &profile.township);
    merge("industry", &mut found.industry, &profile.industry);
    merge("address", &mut found.address, &profile.address);
    merge("legal_representative", &mut found.legal_representative, &profile.legal_rep);
    merge("contact_name", &mut found.contact_name, &profile.contact);
    merge("legal_representative_id", &mut new_id_number, &profile.legal_rep_id);
    merge("contact_phone", &mut new_phone, &profile.phone);
    if new_id_number != id_number {
        found.legal_representative_id_sealed = vault.seal(sealed::LEGAL_REPRESENTATIVE_ID, &new_id_number)?;
    }
    if new_phone != phone {
        found.contact_phone_sealed = vault.seal(sealed::CONTACT_PHONE, &new_phone)?;
    }
    if name_key(subject.name) != name_key(&found.name) {
        differing.push(("name", found.name.clone(), subject.name.to_owned()));
    }
    match (found.county, stated) {
        (None, _) => found.county = stated.or(guessed),
        (Some(known), Some(given)) if known != given => {
            let pair = (names.county_name(known).to_owned(), names.county_name(given).to_owned());
            differing.push(("county", pair.0, pair.1));
            if Some(known) == guessed {
                found.county = stated;
            }
        }
        _ => {}
    }
    note_differences(step, found, differing, &before, file)?;
    if *found != before {
        enterprise::save(step.tx, found)?;
        found.version += 1;
    }
    Ok(())
}

fn note_differences(
    step: &Step<'_>,
    found: &mut Enterprise,
    differing: Vec<(&str, String, String)>,
    before: &Enterprise,
    file: &str,
) -> Result<(), Refusal> {
    if differing.is_empty() {
        return Ok(());
    }
    let vault = &step.app.store.vault;
    let history = enterprise_change::of_enterprise(step.tx, vault, found.id)?;
    for (field, old, new) in differing {
        // A value that was there before has been corrected away; one that was noted needs no second note.
        let mut of_field = history.iter().filter(|change| change.field == field);
        if of_field.any(|change| change.old == new || change.new == new) {
            if field == "county" {
                found.county = before.county;
            }
            continue;
        }
        let taken = if field == "county" && found.county != before.county {
            "按名单更新"
        } else {
            "名单所载不同，未采用"
        };
        let change = Change {
            at: step.moment(),
            actor: step.actor.name.clone(),
            field: field.to_owned(),
            old,
            new,
            reason: format!("{taken}（{file}）"),
        };
        enterprise_change::insert(step.tx, vault, found.id, &change)?;
    }
    Ok(())
}
