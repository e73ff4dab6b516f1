//! Everything on one enterprise: records, applications, documents, history.

use jiff::civil::Date;
use xinxiu_domain::actor::{Action, Actor, Role};
use xinxiu_domain::attendance::{AttendanceState, Willingness};
use xinxiu_domain::commitment::CommitmentState;
use xinxiu_domain::id::{ApplicationId, AttendanceId, EnterpriseId, FileId, ItemId};
use xinxiu_domain::penalty::Material;
use xinxiu_store::archive::{self, Archive};
use xinxiu_store::attendance::Attendance;
use xinxiu_store::audit;
use xinxiu_store::campaign::Campaign;
use xinxiu_store::enterprise::{self, Enterprise};
use xinxiu_store::listing::{self, Listing};
use xinxiu_store::penalty::{self, Penalty};
use xinxiu_store::{application, attendance, commitment, commitment_scan, concerns, organisation};

use crate::app::{App, View};
use crate::applications::{Case, cases};
use crate::campaigns;
use crate::refusal::Refusal;

/// A paper that is made from data whenever it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// Receipt of a first review.
    Receipt(ApplicationId, i64),
    /// Training certificate.
    Certificate(AttendanceId),
    /// Credit query report.
    CreditReport,
    /// An authority's decision on one record, where no sealed paper of it is on file.
    Decision(ItemId),
}

/// Where a paper comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A file on record.
    Stored(FileId),
    /// Made from data.
    Made(Made),
}

/// A paper of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// Kind, in Chinese.
    pub kind: String,
    /// Title.
    pub title: String,
    /// Day of the paper.
    pub dated: Option<Date>,
    /// Where it comes from.
    pub source: Source,
}

/// One step in the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Day.
    pub on: Date,
    /// What happened.
    pub text: String,
    /// Role of who did it, never the account.
    pub by: String,
}

/// Everything on one enterprise.
#[derive(Debug, Clone)]
pub struct Dossier {
    /// Campaign.
    pub campaign: Campaign,
    /// The archive; `None` where none is opened yet.
    pub archive: Option<Archive>,
    /// Enterprise.
    pub enterprise: Enterprise,
    /// The office that keeps the archive, by its full name; empty where no county is known.
    pub office: String,
    /// Willingness to have its records repaired.
    pub willingness: Willingness,
    /// Penalty records, newest decision first.
    pub penalties: Vec<Penalty>,
    /// Listings.
    pub listings: Vec<Listing>,
    /// Applications, newest first.
    pub cases: Vec<Case>,
    /// Sessions, by date.
    pub attendances: Vec<Attendance>,
    /// Papers.
    pub papers: Vec<Paper>,
    /// History, oldest first.
    pub history: Vec<Event>,
}

/// Everything on one enterprise, for its archive page.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Missing`] where no campaign is under way.
pub fn dossier(app: &App, actor: &Actor, of: EnterpriseId) -> Result<Dossier, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ViewEnterprise, &concerns::of_enterprise(view.tx, of)?)?;
        load(view, of)
    })
}

/// As [`dossier`], for a caller that has checked the right already.
pub(super) fn load(view: &View<'_>, of: EnterpriseId) -> Result<Dossier, Refusal> {
    let campaign = campaigns::current(view)?;
    let ids: Vec<ApplicationId> =
        application::of_enterprise(view.tx, of)?.iter().map(|application| application.id).collect();
    let found = enterprise::load(view.tx, of)?;
    let office = found.county.map(|county| organisation::load(view.tx, county)).transpose()?;
    let mut dossier = Dossier {
        office: office.map_or_else(String::new, |office| office.name),
        archive: archive::of_enterprise(view.tx, campaign.id, of)?,
        enterprise: found,
        willingness: enterprise::member(view.tx, campaign.id, of)?
            .map_or(Willingness::Undecided, |member| member.willingness),
        penalties: penalty::of_enterprise(view.tx, of)?,
        listings: listing::of_enterprise(view.tx, of)?,
        cases: cases(view.tx, &ids, view.today)?,
        attendances: attendance::of_enterprise(view.tx, of)?,
        papers: Vec::new(),
        history: history(view, of)?,
        campaign,
    };
    let mut papers = commitments(view, &dossier)?;
    let concerned = concerns::of_enterprise(view.tx, of)?;
    papers.extend(training(&dossier, view.actor.may(Action::PrintCreditReport, &concerned)));
    papers.extend(application_papers(&dossier));
    papers.extend(follow_up(view, of)?);
    dossier.papers = papers;
    Ok(dossier)
}

fn history(view: &View<'_>, of: EnterpriseId) -> Result<Vec<Event>, Refusal> {
    let entries = audit::with_joined(view.tx, of)?;
    let event = |entry: audit::Recorded| Event {
        on: entry.at.on,
        text: entry.summary,
        by: Role::from_code(&entry.role).map_or_else(|| entry.role.clone(), |role| role.to_string()),
    };
    Ok(entries.into_iter().map(event).collect())
}

fn commitments(view: &View<'_>, dossier: &Dossier) -> Result<Vec<Paper>, Refusal> {
    let signed = commitment::of_enterprise(view.tx, dossier.campaign.id, dossier.enterprise.id)?;
    let subject = |commitment: &commitment::Commitment| {
        let about =
            commitment.penalty.and_then(|id| dossier.penalties.iter().find(|penalty| penalty.id == id));
        about.map_or_else(|| "企业承诺".to_owned(), |penalty| penalty.decision.to_string())
    };
    let paper = |commitment: &commitment::Commitment| {
        Some(Paper {
            kind: CommitmentState::NOUN.to_owned(),
            title: subject(commitment),
            dated: commitment.signed_on,
            source: Source::Stored(commitment.scan?),
        })
    };
    let mut papers: Vec<Paper> = signed.iter().filter_map(paper).collect();
    for commitment in &signed {
        let Some(first) = commitment.scan else { continue };
        for (place, file) in (2..).zip(commitment_scan::pages(view.tx, first)?) {
            papers.push(Paper {
                kind: CommitmentState::NOUN.to_owned(),
                title: format!("{}（第{place}页）", subject(commitment)),
                dated: commitment.signed_on,
                source: Source::Stored(file),
            });
        }
    }
    for old in commitment_scan::of_enterprise(view.tx, dossier.enterprise.id)? {
        let Some(of) = signed.iter().find(|commitment| commitment.id == old.commitment) else { continue };
        papers.push(Paper {
            kind: format!("{}（已更换）", CommitmentState::NOUN),
            title: format!("{}：{}", subject(of), old.reason),
            dated: old.signed_on,
            source: Source::Stored(old.file),
        });
    }
    Ok(papers)
}

/// The certificate, unless an application holds it already, and the credit query report of the day for those
/// who may print it.
fn training(dossier: &Dossier, may_report: bool) -> Vec<Paper> {
    let attached = |kind| dossier.cases.iter().any(|case| case.materials.iter().any(|m| m.kind == kind));
    let passed = dossier.attendances.iter().rfind(|a| a.state == AttendanceState::Passed);
    let mut papers = Vec::new();
    if let Some(passed) = passed.filter(|_| !attached(Material::TrainingCertificate)) {
        papers.push(Paper {
            kind: Material::TrainingCertificate.to_string(),
            title: passed.session_title.clone(),
            dated: Some(passed.held_on),
            source: Source::Made(Made::Certificate(passed.id)),
        });
    }
    if may_report && !attached(Material::CreditReport) {
        papers.push(Paper {
            kind: "信用查询报告".to_owned(),
            title: "当日查询".to_owned(),
            dated: None,
            source: Source::Made(Made::CreditReport),
        });
    }
    papers
}

fn application_papers(dossier: &Dossier) -> Vec<Paper> {
    let mut papers = Vec::new();
    for case in dossier.cases.iter().rev() {
        let id = case.application.id;
        papers.extend(case.materials.iter().map(|material| Paper {
            kind: material.kind.to_string(),
            title: format!("第{id}号申请：{}", material.file_name),
            dated: material.added_on,
            source: Source::Stored(material.file),
        }));
        papers.extend(case.reviews.iter().map(|review| Paper {
            kind: "初审回执".to_owned(),
            title: format!("第{id}号申请：{}", if review.accepted { "初审通过" } else { "退回补正" }),
            dated: Some(review.on),
            source: Source::Made(Made::Receipt(id, review.id)),
        }));
        papers.extend(case.items.iter().filter_map(|item| {
            let decided_on = item.item.decided_on?;
            let made = Source::Made(Made::Decision(item.item.id));
            Some(Paper {
                kind: "修复决定".to_owned(),
                title: format!("{}：{}", item.penalty.decision, item.item.state),
                dated: Some(decided_on),
                source: item.item.decision_file.map_or(made, Source::Stored),
            })
        }));
    }
    papers
}

/// What the authorities filed while they followed the rectification up (N16).
fn follow_up(view: &View<'_>, of: EnterpriseId) -> Result<Vec<Paper>, Refusal> {
    let files = archive::follow_up_files(view.tx, of)?;
    let paper = |(file, title, on)| Paper {
        kind: "整改督促材料".to_owned(),
        title,
        dated: Some(on),
        source: Source::Stored(file),
    };
    Ok(files.into_iter().map(paper).collect())
}
