//! The credit query report that the center issues for each enterprise (企业信用查询报告, N15).

use std::collections::HashMap;
use std::io::{Cursor, Write};

use jiff::civil::Date;
use xinxiu_documents::{CreditQueryReport, ReportListing, ReportRecord, render_pdf};
use xinxiu_domain::actor::{Action, Actor, OrganisationKind};
use xinxiu_domain::batch::RecordState;
use xinxiu_domain::id::{EnterpriseId, PushId};
use xinxiu_domain::penalty::Assessment;
use xinxiu_store::enterprise::{self, Enterprise};
use xinxiu_store::penalty::{self, Listing, Penalty};
use xinxiu_store::{concerns, organisation, params};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::app::{App, View};
use crate::pushes;
use crate::refusal::Refusal;

/// The report on an enterprise as of the business day.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn report(view: &View<'_>, id: EnterpriseId) -> Result<CreditQueryReport, Refusal> {
    view.must(Action::PrintCreditReport, &concerns::of_enterprise(view.tx, id)?)?;
    let enterprise = enterprise::load(view.tx, id)?;
    let penalties = penalty::of_enterprise(view.tx, id)?;
    let listings = penalty::listings_of(view.tx, id)?;
    Ok(compose(&enterprise, &penalties, &listings, &issuer(view)?, view.today))
}

/// The report as PDF, with its file name.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Document`] where it cannot be set.
pub fn pdf(app: &App, actor: &Actor, id: EnterpriseId) -> Result<(Vec<u8>, String), Refusal> {
    let report = app.view(actor, |view| report(view, id))?;
    Ok((set(&report)?, file_name(&report)))
}

/// The reports of a whole push in one ZIP, with its file name.
///
/// # Errors
/// [`Refusal::Forbidden`] for all but the center and the county that received the push.
pub fn zip_of_push(app: &App, actor: &Actor, id: PushId) -> Result<(Vec<u8>, String), Refusal> {
    // Gathered first, set afterwards: setting takes seconds, and no transaction should stay open that long.
    let (name, reports) = app.view(actor, |view| {
        let list = pushes::load(view, id)?;
        view.must(Action::PrintCreditReport, &concerns::of_county(list.push.county))?;
        let name = format!("{}信用查询报告第{}号.zip", list.push.county_name, list.push.id);
        Ok((name, reports_of(view, id, &list.enterprises)?))
    })?;
    let fault = |error: &dyn std::fmt::Display| Refusal::Document(error.to_string());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // PDF is compressed inside already.
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (index, report) in reports.iter().enumerate() {
        let entry = format!("{:03}-{}", index + 1, file_name(report));
        zip.start_file(entry, stored).map_err(|error| fault(&error))?;
        zip.write_all(&set(report)?).map_err(|error| fault(&error))?;
    }
    let file = zip.finish().map_err(|error| fault(&error))?;
    Ok((file.into_inner(), name))
}

fn reports_of(
    view: &View<'_>,
    id: PushId,
    enterprises: &[Enterprise],
) -> Result<Vec<CreditQueryReport>, Refusal> {
    let issuer = issuer(view)?;
    let mut penalties: HashMap<EnterpriseId, Vec<Penalty>> = HashMap::new();
    let sql = format!(
        "{} join push_entry w on w.enterprise_id = p.enterprise_id where w.push_id = $1 \
         order by p.decision_date desc, p.id",
        penalty::select()
    );
    for found in view.tx.query(&sql, params![id], penalty::from_row)? {
        penalties.entry(found.enterprise).or_default().push(found);
    }
    let listed: Vec<EnterpriseId> = view.tx.query(
        "select distinct l.enterprise_id as id from listing l join push_entry w on w.enterprise_id = l.enterprise_id \
         where w.push_id = $1",
        params![id],
        |row| row.get("id"),
    )?;
    enterprises
        .iter()
        .map(|enterprise| {
            let listings = if listed.contains(&enterprise.id) {
                penalty::listings_of(view.tx, enterprise.id)?
            } else {
                Vec::new()
            };
            let records = penalties.get(&enterprise.id).map_or(&[][..], Vec::as_slice);
            Ok(compose(enterprise, records, &listings, &issuer, view.today))
        })
        .collect()
}

fn issuer(view: &View<'_>) -> Result<String, Refusal> {
    let centers = organisation::of_kind(view.tx, OrganisationKind::CreditCenter)?;
    Ok(centers.into_iter().next().map_or_else(|| "市公共信用信息中心".to_owned(), |center| center.name))
}

fn compose(
    enterprise: &Enterprise,
    penalties: &[Penalty],
    listings: &[Listing],
    issuer: &str,
    today: Date,
) -> CreditQueryReport {
    let shown = penalties.iter().filter(|penalty| penalty.state == RecordState::Public);
    CreditQueryReport {
        number: format!("XC{}-{:06}", today.strftime("%Y%m%d"), enterprise.id.0),
        name: enterprise.name.clone(),
        uscc: enterprise.uscc.clone(),
        legal_representative: enterprise.legal_representative.clone(),
        registered_at: enterprise.address.clone(),
        status: enterprise.survival.to_string(),
        records: shown.map(|penalty| record(penalty, today)).collect(),
        listings: listings.iter().map(listing).collect(),
        issuer: issuer.to_owned(),
        issued_on: today,
    }
}

fn record(penalty: &Penalty, today: Date) -> ReportRecord {
    ReportRecord {
        decision_number: Some(penalty.decision.clone()),
        decided_on: penalty.facts.decision_date,
        authority: penalty.facts.authority.clone(),
        facts: penalty.facts.facts.clone(),
        outcome: penalty.facts.content.clone(),
        // Periods may have ended since the rules were asked.
        assessment: Assessment {
            verdict: penalty.assessment.verdict_on(today),
            ..penalty.assessment.clone()
        },
    }
}

fn listing(listing: &Listing) -> ReportListing {
    ReportListing {
        list: listing.list.to_string(),
        authority: listing.listing_body.clone(),
        listed_on: listing.listed_on,
        reason: listing.reason.clone(),
        removed_on: listing.gone_since,
    }
}

fn set(report: &CreditQueryReport) -> Result<Vec<u8>, Refusal> {
    render_pdf(report).map_err(|error| Refusal::Document(error.to_string()))
}

fn file_name(report: &CreditQueryReport) -> String {
    // A name from a list must not become a path inside the ZIP.
    let name: String = report.name.chars().filter(|c| !matches!(c, '/' | '\\' | ':' | '\0')).collect();
    format!("{name}信用查询报告.pdf")
}
