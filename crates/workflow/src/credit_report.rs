//! The credit query report that the center issues for each enterprise (企业信用查询报告, N15).

use std::collections::HashMap;
use std::io::{BufWriter, Seek, Write};

use jiff::civil::Date;
use xinxiu_documents::{CreditQueryReport, ReportListing, ReportRecord};
use xinxiu_domain::actor::{Action, Actor, OrganisationKind};
use xinxiu_domain::batch::RecordState;
use xinxiu_domain::id::{EnterpriseId, JobId, PushId};
use xinxiu_domain::job::JobState;
use xinxiu_domain::penalty::Assessment;
use xinxiu_store::enterprise::{self, Enterprise};
use xinxiu_store::files::{self, StoredFile};
use xinxiu_store::job::{self, Job};
use xinxiu_store::listing::{self, Listing};
use xinxiu_store::penalty::{self, Penalty};
use xinxiu_store::{StoreError, concerns, organisation, params, push};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::app::{App, Done, View};
use crate::jobs::{self, Progress, kind};
use crate::papers;
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
    let listings = listing::of_enterprise(view.tx, id)?;
    Ok(compose(&enterprise, &penalties, &listings, &issuer(view)?, view.today))
}

/// The report as PDF, with its file name.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Document`] where it cannot be set.
pub fn pdf(app: &App, actor: &Actor, id: EnterpriseId) -> Result<(Vec<u8>, String), Refusal> {
    let report = app.view(actor, |view| report(view, id))?;
    Ok((papers::pdf(&report)?, file_name(&report)))
}

/// Queues the reports of a whole push: one ZIP, which takes minutes to set.
///
/// # Errors
/// [`Refusal::Forbidden`] for all but the center and the county that received the push.
pub fn queue_zip(app: &App, actor: &Actor, id: PushId) -> Result<JobId, Refusal> {
    app.step(actor, |step| {
        let found = push::load(step.tx, id)?;
        step.must(Action::PrintCreditReport, &concerns::of_county(found.county))?;
        let summary = format!("开始生成{}第{id}号名单的信用查询报告", found.county_name);
        jobs::queue_once(step, kind::PUSH_REPORTS, ("push", id.0), summary)
    })
}

/// The last job that made the reports of a push, for those who may have it done.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn latest_zip(app: &App, actor: &Actor, id: PushId) -> Result<Option<Job>, Refusal> {
    app.view(actor, |view| {
        let found = push::load(view.tx, id)?;
        view.must(Action::PrintCreditReport, &concerns::of_county(found.county))?;
        Ok(job::latest(view.tx, kind::PUSH_REPORTS, id.0)?)
    })
}

/// The finished reports of a push.
///
/// # Errors
/// As [`latest_zip`]; not found while there is none.
pub fn zip_of_push(app: &App, actor: &Actor, id: PushId) -> Result<StoredFile, Refusal> {
    let file = latest_zip(app, actor, id)?.and_then(|job| job.file);
    let file = file.ok_or_else(|| StoreError::NotFound("信用查询报告", id.to_string()))?;
    Ok(app.store.db.read(|tx| files::load(tx, file))?)
}

/// Does a queued ZIP. An interrupted one leaves nothing on record, and starts again.
pub(crate) fn run_zip(app: &App, actor: &Actor, job: &Job, slices: Option<usize>) -> Result<String, Refusal> {
    let id = PushId(job.subject);
    // Gathered first, set afterwards: setting takes seconds, and no transaction should stay open that long.
    let (name, reports) = app.view(actor, |view| {
        let list = pushes::load(view, id)?;
        view.must(Action::PrintCreditReport, &concerns::of_county(list.push.county))?;
        let name = format!("{}信用查询报告第{}号.zip", list.push.county_name, list.push.id);
        Ok((name, reports_of(view, id, &list.enterprises)?))
    })?;
    let mut progress = Progress::new(app, job.id, slices);
    let fault = |error: &dyn std::fmt::Display| Refusal::Document(error.to_string());
    let spool = tempfile::tempfile().map_err(|error| fault(&error))?;
    let mut zip = ZipWriter::new(BufWriter::new(spool));
    // PDF is compressed inside already.
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (index, report) in reports.iter().enumerate() {
        progress.tell(index, reports.len())?;
        let entry = format!("{:03}-{}", index + 1, file_name(report));
        zip.start_file(entry, stored).map_err(|error| fault(&error))?;
        zip.write_all(&papers::pdf(report)?).map_err(|error| fault(&error))?;
    }
    let mut file = zip.finish().map_err(|error| fault(&error))?;
    file.rewind().map_err(|error| fault(&error))?;
    let file = file.into_inner().map_err(|error| fault(&error))?;
    let kept = app.store.files.keep(file)?;
    let message = format!("信用查询报告{}份，截至{}", reports.len(), app.clock.today());
    app.step(actor, |step| {
        let file = step.file(&kept, &name, "application/zip")?;
        job::set_file(step.tx, job.id, file)?;
        job::end(step.tx, job.id, JobState::Done, &message, step.now)?;
        let done = Done {
            action: "push.reports_done",
            subject: ("push", id.0),
            enterprise: None,
            summary: format!("生成{name}：{message}"),
        };
        step.record(done, serde_json::json!({ "job": job.id, "reports": reports.len() }))
    })?;
    Ok(message)
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
                listing::of_enterprise(view.tx, enterprise.id)?
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

fn file_name(report: &CreditQueryReport) -> String {
    // A name from a list must not become a path inside the ZIP.
    let name: String = report.name.chars().filter(|c| !matches!(c, '/' | '\\' | ':' | '\0')).collect();
    format!("{name}信用查询报告.pdf")
}
