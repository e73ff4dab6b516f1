//! Which enterprise a row means, and what the row says of it that is not on record yet.

use xinxiu_domain::Uscc;
use xinxiu_domain::archive::SurvivalState;
use xinxiu_domain::id::{EnterpriseId, OrgId};
use xinxiu_domain::identity::{Row, without_code};
use xinxiu_domain::penalty::SubjectKind;
use xinxiu_domain::text::name_key;
use xinxiu_intake::Profile;
use xinxiu_store::Vault;
use xinxiu_store::enterprise::{Enterprise, sealed};
use xinxiu_store::enterprise_change::Change;

use super::apply::Context;
use super::ledger::Ledger;
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
    pub id: EnterpriseId,
    pub county: Option<OrgId>,
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
    context: &Context<'_>,
    ledger: &mut Ledger,
    subject: &Subject<'_>,
) -> Result<Matched, Refusal> {
    let names = context.names;
    let stated = names.region(&subject.profile.region);
    let guessed = names.registered(subject.uscc);
    let mut notes = Vec::new();
    if stated.is_none()
        && let Some(county) = guessed
    {
        notes.push(format!("属地按代码登记地推测为{}，请核对", names.county_name(county)));
    }
    let Some(found) = find(ledger, subject, stated).and_then(|id| ledger.enterprise(id)).cloned() else {
        let county = stated.or(guessed);
        let id =
            ledger.add_enterprise(new_enterprise(context, subject, county)?, subject.decision_key.as_deref());
        return Ok(Matched { id, county, notes, is_renamed: false });
    };
    let is_renamed = name_key(subject.name) != name_key(&found.name);
    if is_renamed {
        notes.push(format!("{}，本行为「{}」", differs(&found.name), subject.name));
        ledger.keep_name(found.id, subject.name);
    }
    let filled = fill(context, ledger, subject, found, (stated, guessed))?;
    let (id, county) = (filled.id, filled.county);
    ledger.put_enterprise(filled);
    Ok(Matched { id, county, notes, is_renamed })
}

fn find(ledger: &Ledger, subject: &Subject<'_>, stated: Option<OrgId>) -> Option<EnterpriseId> {
    if let Some(uscc) = subject.uscc {
        return ledger.with_uscc(uscc);
    }
    if subject.kind == SubjectKind::NaturalPerson {
        return ledger.person(subject.name, subject.decision_key.as_ref()?);
    }
    let row = Row { registration_number: subject.reg_no, county: stated };
    without_code(row, &ledger.named(subject.name, subject.decision_key.as_deref()))
}

fn new_enterprise(
    context: &Context<'_>,
    subject: &Subject<'_>,
    county: Option<OrgId>,
) -> Result<Enterprise, Refusal> {
    let vault = &context.app.store.vault;
    let profile = subject.profile;
    Ok(Enterprise {
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
        contact_email_sealed: String::new(),
        version: 1,
    })
}

/// Blanks are filled. What differs is noted in the history and not taken, for a person may have corrected it.
/// That goes for the name too: a person adopts it, with a reason.
fn fill(
    context: &Context<'_>,
    ledger: &mut Ledger,
    subject: &Subject<'_>,
    mut found: Enterprise,
    (stated, guessed): (Option<OrgId>, Option<OrgId>),
) -> Result<Enterprise, Refusal> {
    let (names, county_before) = (context.names, found.county);
    let mut differing = merge_particulars(&context.app.store.vault, subject, &mut found)?;
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
    note_differences(context, ledger, &mut found, differing, county_before);
    Ok(found)
}

type Differing = Vec<(&'static str, String, String)>;

fn merge_particulars(
    vault: &Vault,
    subject: &Subject<'_>,
    found: &mut Enterprise,
) -> Result<Differing, Refusal> {
    let profile = subject.profile;
    let mut differing = Vec::new();
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
    merge("registration_number", &mut found.registration_number, subject.reg_no);
    merge("township", &mut found.township, &profile.township);
    merge("industry", &mut found.industry, &profile.industry);
    merge("address", &mut found.address, &profile.address);
    merge("legal_representative", &mut found.legal_representative, &profile.legal_rep);
    merge("contact_name", &mut found.contact_name, &profile.contact);
    let mut merge_sealed = |field, purpose, known: &mut String, given: &str| -> Result<(), Refusal> {
        let before = vault.open_text(purpose, known)?;
        let mut after = before.clone();
        merge(field, &mut after, given);
        if after != before {
            *known = vault.seal(purpose, &after)?;
        }
        Ok(())
    };
    merge_sealed(
        "legal_representative_id",
        sealed::LEGAL_REPRESENTATIVE_ID,
        &mut found.legal_representative_id_sealed,
        &profile.legal_rep_id,
    )?;
    merge_sealed("contact_phone", sealed::CONTACT_PHONE, &mut found.contact_phone_sealed, &profile.phone)?;
    Ok(differing)
}

fn note_differences(
    context: &Context<'_>,
    ledger: &mut Ledger,
    found: &mut Enterprise,
    differing: Differing,
    county_before: Option<OrgId>,
) {
    for (field, old, new) in differing {
        // A value that was there before has been corrected away; one that was noted needs no second note.
        let mut of_field = ledger.changes(found.id).iter().filter(|change| change.field == field);
        if of_field.any(|change| change.old == new || change.new == new) {
            if field == "county" {
                found.county = county_before;
            }
            continue;
        }
        let is_taken = field == "county" && found.county != county_before;
        let taken = if is_taken { "按名单更新" } else { "名单所载不同，未采用" };
        let change = Change {
            at: context.moment,
            actor: context.actor.to_owned(),
            field: field.to_owned(),
            old,
            new,
            reason: format!("{taken}（{}）", context.file.name),
        };
        ledger.note(found.id, change);
    }
}
