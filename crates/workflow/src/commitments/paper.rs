//! The commitment as paper: annex 2 with its blanks filled from what is on record (N26).

use xinxiu_documents::{Commitment as Paper, CommitmentSubject};
use xinxiu_domain::DecisionNumber;
use xinxiu_domain::actor::{Actor, OrganisationKind};
use xinxiu_domain::commitment::{ABOUT_LISTING, ABOUT_PENALTY, CommitmentAction};
use xinxiu_domain::id::CommitmentId;
use xinxiu_domain::paper_code::PaperKind;
use xinxiu_domain::person::mask_id_number;
use xinxiu_store::campaign::{self, Campaign};
use xinxiu_store::commitment::{self, Commitment};
use xinxiu_store::enterprise::{self, Enterprise, sealed};
use xinxiu_store::listing;
use xinxiu_store::organisation::{self, Organisation};
use xinxiu_store::penalty::{self, Penalty};

use super::{handled, record};
use crate::app::{App, View};
use crate::refusal::Refusal;
use crate::{paper_codes, papers};

/// A printed commitment.
#[derive(Debug, Clone)]
pub struct Printed {
    /// The PDF.
    pub bytes: Vec<u8>,
    /// Name under which it is saved.
    pub name: String,
}

/// Prints a commitment and notes that it was printed; a signed one is only shown again.
///
/// # Errors
/// [`Refusal::Forbidden`] where it does not belong to the actor; [`Refusal::Document`].
pub fn pdf(app: &App, actor: &Actor, id: CommitmentId) -> Result<Printed, Refusal> {
    let paper = app.view(actor, |view| fill(view, &handled(view.tx, actor, id)?))?;
    let bytes = papers::pdf(&paper)?;
    mark_printed(app, actor, id)?;
    Ok(Printed { bytes, name: format!("信用修复承诺书-{}.pdf", paper.number) })
}

fn mark_printed(app: &App, actor: &Actor, id: CommitmentId) -> Result<(), Refusal> {
    let is_open =
        app.view(actor, |view| Ok(commitment::load(view.tx, id)?.state.allows(CommitmentAction::Print)))?;
    if !is_open {
        return Ok(());
    }
    app.step(actor, |step| {
        let mut found = handled(step.tx, actor, id)?;
        found.state = found.state.after(CommitmentAction::Print)?;
        found.printed_at = Some(step.now);
        // What comes out of the printer has the words in force, so a paper with older ones is renewed by printing it.
        let words = words(&found);
        let before = std::mem::replace(&mut found.edition, words.to_owned());
        commitment::save(step.tx, &found)?;
        let what = if before == words {
            "打印信用修复承诺书"
        } else {
            "按现行文本重新打印信用修复承诺书"
        };
        record(
            step,
            "commitment.print",
            &found,
            what.into(),
            serde_json::json!({ "edition": words, "before": before }),
        )
    })
}

/// Number of a commitment's paper (文书编号).
pub(crate) fn number(year: u32, id: CommitmentId) -> String {
    format!("CN-{year}-{:05}", id.0)
}

/// Edition of the words that a commitment is printed with today.
pub(super) fn words(found: &Commitment) -> &'static str {
    if found.penalty.is_some() { ABOUT_PENALTY } else { ABOUT_LISTING }
}

pub(super) fn fill(view: &View<'_>, found: &Commitment) -> Result<Paper, Refusal> {
    let enterprise = enterprise::load(view.tx, found.enterprise)?;
    let campaign = campaign::load(view.tx, found.campaign)?;
    let subject = match found.penalty {
        Some(id) => about_penalty(&penalty::load(view.tx, id)?, &campaign, &organisation::all(view.tx)?),
        None => about_listing(view, found)?,
    };
    let id_last_four = last_four(view.app, &enterprise)?;
    Ok(Paper {
        number: number(campaign.year, found.id),
        enterprise: enterprise.name,
        uscc: enterprise.uscc,
        legal_representative: enterprise.legal_representative,
        id_kind: if id_last_four.is_empty() { String::new() } else { "居民身份证".into() },
        id_last_four,
        subject,
        signed_on: found.signed_on,
        signature: None,
        signer: String::new(),
        code: paper_codes::code(&view.app.store.vault, PaperKind::Commitment, found.id.0, words(found))?
            .text(),
        issued_on: view.today,
    })
}

/// The last four characters of the ID number; empty, so a blank, where none is on file (N21).
fn last_four(app: &App, enterprise: &Enterprise) -> Result<String, Refusal> {
    let number = app
        .store
        .vault
        .open_text(sealed::LEGAL_REPRESENTATIVE_ID, &enterprise.legal_representative_id_sealed)?;
    Ok(mask_id_number(&number).trim_start_matches('*').to_owned())
}

fn about_penalty(penalty: &Penalty, campaign: &Campaign, orgs: &[Organisation]) -> CommitmentSubject {
    let (province, city, county) = place(&penalty.facts.authority, campaign, orgs);
    CommitmentSubject::Penalty {
        decided_on: Some(penalty.facts.decision_date),
        province,
        city,
        county,
        authority: penalty.facts.authority.clone(),
        decision_number: DecisionNumber::parse(penalty.decision.as_str()),
    }
}

/// Province, city and county of an authority as far as its name tells; where it does not, the blanks are
/// left to be filled by hand rather than guessed.
fn place(authority: &str, campaign: &Campaign, orgs: &[Organisation]) -> (String, String, String) {
    let is_area = |org: &&Organisation| {
        matches!(org.kind, OrganisationKind::CountyOffice | OrganisationKind::ParkCommittee)
    };
    let county = orgs.iter().filter(is_area).find(|org| authority.contains(&org.short_name));
    let city = campaign.city.trim_end_matches('市');
    if county.is_none() && !authority.starts_with(city) {
        return Default::default();
    }
    let code = orgs
        .iter()
        .filter(|org| org.kind == OrganisationKind::CityOffice)
        .find_map(|org| org.area_code.get(..2));
    let province = code.map_or("", province);
    (province.to_owned(), city.to_owned(), county.map_or_else(String::new, |org| org.short_name.clone()))
}

/// Provinces by the first two digits of their area code (GB/T 2260), as annex 2 writes them: before 省.
fn province(code: &str) -> &'static str {
    match code {
        "13" => "河北",
        "14" => "山西",
        "21" => "辽宁",
        "22" => "吉林",
        "23" => "黑龙江",
        "32" => "江苏",
        "33" => "浙江",
        "34" => "安徽",
        "35" => "福建",
        "36" => "江西",
        "37" => "山东",
        "41" => "河南",
        "42" => "湖北",
        "43" => "湖南",
        "44" => "广东",
        "46" => "海南",
        "51" => "四川",
        "52" => "贵州",
        "53" => "云南",
        "61" => "陕西",
        "62" => "甘肃",
        "63" => "青海",
        _ => "",
    }
}

fn about_listing(view: &View<'_>, found: &Commitment) -> Result<CommitmentSubject, Refusal> {
    let listings = listing::of_enterprise(view.tx, found.enterprise)?;
    let listing = listings.iter().find(|one| one.gone_since.is_none()).or(listings.first());
    Ok(CommitmentSubject::Listing {
        listed_on: listing.and_then(|one| one.listed_on),
        list: listing.map_or_else(String::new, |one| one.list.label().to_owned()),
        authority: listing.map_or_else(String::new, |one| one.listing_body.clone()),
        reference: String::new(),
    })
}
