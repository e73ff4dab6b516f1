//! 待修复企业档案, annex 4 of the notice, filled from the record (N29).

use xinxiu_documents::{ArchiveAttachment, ArchiveEvent, ArchiveRecord, EnterpriseArchive};
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::application::ApplicationState;
use xinxiu_domain::attendance::Willingness;
use xinxiu_domain::batch::RecordState;
use xinxiu_domain::id::EnterpriseId;
use xinxiu_domain::person::{mask_id_number, mask_phone};
use xinxiu_domain::text::tidy;
use xinxiu_store::enterprise::sealed;
use xinxiu_store::listing::Listing;
use xinxiu_store::penalty::Penalty;
use xinxiu_store::{Vault, concerns, enterprise_change};

use super::dossier::{Dossier, load};
use crate::app::{App, Done};
use crate::papers;
use crate::refusal::Refusal;

/// Fills annex 4. ID numbers and phone are masked unless `full`.
///
/// # Errors
/// What the vault says.
pub fn annex4(
    vault: &Vault,
    dossier: &Dossier,
    attachments: Vec<ArchiveAttachment>,
    full: bool,
) -> Result<EnterpriseArchive, Refusal> {
    let found = &dossier.enterprise;
    let opened = |purpose, text: &str, mask: fn(&str) -> String| {
        vault.open_text(purpose, text).map(|plain| if full { plain } else { mask(&plain) })
    };
    let office = if dossier.office.is_empty() { "属地信用办" } else { &dossier.office };
    let mut records: Vec<ArchiveRecord> =
        dossier.penalties.iter().map(|penalty| penalty_block(dossier, penalty)).collect();
    records.extend(dossier.listings.iter().map(|listing| listing_block(dossier, listing)));
    Ok(EnterpriseArchive {
        number: dossier.archive.as_ref().map_or_else(String::new, |archive| archive.number.clone()),
        name: found.name.clone(),
        uscc: found.uscc.clone(),
        registered_at: found.address.clone(),
        status: found.survival.to_string(),
        principal: found.legal_representative.clone(),
        principal_id: opened(
            sealed::LEGAL_REPRESENTATIVE_ID,
            &found.legal_representative_id_sealed,
            mask_id_number,
        )?,
        department_head: found.department_head.clone(),
        department_head_id: opened(
            sealed::DEPARTMENT_HEAD_ID,
            &found.department_head_id_sealed,
            mask_id_number,
        )?,
        contact: found.contact_name.clone(),
        phone: opened(sealed::CONTACT_PHONE, &found.contact_phone_sealed, mask_phone)?,
        records,
        attachments,
        history: dossier
            .history
            .iter()
            .map(|event| ArchiveEvent { on: event.on, text: event.text.clone(), by: event.by.clone() })
            .collect(),
        issuer: office.to_owned(),
        repaired: is_repaired(dossier),
        issued_on: dossier.history.last().map_or(jiff::civil::Date::ZERO, |event| event.on),
    })
}

/// Whether the enterprise had something on record and all of it is gone: decisions that were revoked aside,
/// every record was taken down and every listing has ended.
fn is_repaired(dossier: &Dossier) -> bool {
    let mut counting = dossier.penalties.iter().filter(|one| one.state != RecordState::Withdrawn).peekable();
    let any = counting.peek().is_some() || !dossier.listings.is_empty();
    any && counting.all(|one| one.state == RecordState::TakenDown)
        && dossier.listings.iter().all(|one| one.gone_since.is_some())
}

fn penalty_block(dossier: &Dossier, penalty: &Penalty) -> ArchiveRecord {
    let facts = &penalty.facts;
    let assessment = &penalty.assessment;
    let source = if penalty.source_unit.is_empty() { &facts.authority } else { &penalty.source_unit };
    let until = |label: &str, day: Option<jiff::civil::Date>| day.map(|day| format!("{label}至{day}"));
    let publicity: Vec<String> = [until("最短", assessment.min_until), until("最长", assessment.max_until)]
        .into_iter()
        .flatten()
        .collect();
    ArchiveRecord {
        conduct: format!("{}（{}）", or(&facts.violation, &facts.kinds), assessment.class),
        reporting_authority: source.clone(),
        enforcement: facts.authority.clone(),
        outcome: facts.content.clone(),
        facts: facts.facts.clone(),
        basis: format!("{}；{}", facts.basis, penalty.decision),
        decision_number: Some(penalty.decision.clone()),
        valid_until: penalty.valid_until,
        entered_on: Some(penalty.recorded_on),
        publicity: publicity.join("，"),
        intention: intention(dossier, penalty),
        repair: repair_state(dossier, penalty),
    }
}

/// Willingness to have the record repaired. Whoever has applied has shown it, whether or not somebody wrote it down.
fn intention(dossier: &Dossier, penalty: &Penalty) -> String {
    let applied = dossier.cases.iter().any(|case| {
        let of_record = case.items.iter().any(|item| item.penalty.id == penalty.id);
        of_record && !matches!(case.application.state, ApplicationState::Draft | ApplicationState::Withdrawn)
    });
    match dossier.willingness {
        Willingness::Undecided if applied => "愿意修复（已提出申请）".to_owned(),
        Willingness::Undecided if penalty.state != RecordState::Public => {
            format!("没有登记（记录{}）", penalty.state)
        }
        said => said.to_string(),
    }
}

fn or<'a>(first: &'a str, second: &'a str) -> &'a str {
    if first.is_empty() { second } else { first }
}

/// Where the repair of a record stands, in one sentence.
fn repair_state(dossier: &Dossier, penalty: &Penalty) -> String {
    if let (RecordState::TakenDown, Some(day)) = (penalty.state, penalty.taken_down_on) {
        return format!("已修复，{day}撤下公示");
    }
    if penalty.state != RecordState::Public {
        return penalty.state.to_string();
    }
    let of = dossier.cases.iter().find_map(|case| {
        let item = case.items.iter().find(|item| item.penalty.id == penalty.id)?;
        Some((case, item))
    });
    match of {
        Some((_, item)) if item.item.decided_on.is_some() => {
            let day = item.item.decided_on.map(|day| day.to_string()).unwrap_or_default();
            format!("{day}{}", item.item.state)
        }
        Some((case, _)) => format!("第{}号申请{}", case.application.id, case.application.state),
        None => format!("尚未申请，{}", penalty.assessment.verdict),
    }
}

fn listing_block(dossier: &Dossier, listing: &Listing) -> ArchiveRecord {
    ArchiveRecord {
        conduct: format!("列入{}", listing.list),
        reporting_authority: listing.listing_body.clone(),
        enforcement: String::new(),
        outcome: format!("列入{}", listing.list),
        facts: listing.reason.clone(),
        basis: String::new(),
        decision_number: None,
        valid_until: None,
        entered_on: listing.listed_on,
        publicity: String::new(),
        intention: dossier.willingness.to_string(),
        repair: listing.gone_since.map_or_else(|| "在名单".to_owned(), |day| format!("{day}起不再列入")),
    }
}

/// Prints annex 4 of one enterprise. With a purpose, ID numbers and phone stand in it in full, and the look is
/// put on record (N21).
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Document`].
pub fn print(
    app: &App,
    actor: &Actor,
    of: EnterpriseId,
    purpose: Option<&str>,
) -> Result<(Vec<u8>, String), Refusal> {
    if let Some(purpose) = purpose {
        reveal(app, actor, of, purpose)?;
    }
    let document = app.view(actor, |view| {
        view.must(Action::ViewEnterprise, &concerns::of_enterprise(view.tx, of)?)?;
        let dossier = load(view, of)?;
        let attachments = super::papers::attachments(view, &dossier)?;
        let mut document = annex4(&app.store.vault, &dossier, attachments, purpose.is_some())?;
        document.issued_on = view.today;
        Ok(document)
    })?;
    let kind = EnterpriseArchive::name_of(document.repaired);
    let name = format!("{kind}-{}.pdf", or(&document.number, &document.name));
    Ok((papers::pdf(&document)?, name))
}

fn reveal(app: &App, actor: &Actor, of: EnterpriseId, purpose: &str) -> Result<(), Refusal> {
    let purpose = tidy(purpose);
    if purpose.is_empty() {
        return Err(Refusal::invalid("purpose", "查看完整证件号和电话须写明用途"));
    }
    app.step(actor, |step| {
        step.must(Action::RevealPersonal, &concerns::of_enterprise(step.tx, of)?)?;
        for field in ["legal_representative_id", "department_head_id", "contact_phone"] {
            let who = (actor.name.as_str(), actor.account);
            enterprise_change::disclosed(step.tx, of, (field, &purpose), who, step.moment())?;
        }
        let done = Done {
            action: "archive.reveal",
            subject: ("enterprise", of.0),
            enterprise: Some(of),
            summary: format!("打印含完整证件号的档案，用途：{purpose}"),
        };
        step.record(done, serde_json::json!({ "purpose": purpose }))
    })
}
