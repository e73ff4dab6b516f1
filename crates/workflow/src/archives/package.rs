//! Packing one class for its hand-over (N22): every archive with its papers, or the other papers of the
//! training. Papers are printed outside of any write transaction, and the package is written as a stream.

use std::fs::File;
use std::io::{BufWriter, Seek};

use sha2::{Digest, Sha256};
use xinxiu_documents::ArchiveAttachment;
use xinxiu_documents::package::{BagInfo, BagItem, BagWriter, Report, Sealed, verify};
use xinxiu_domain::Missing;
use xinxiu_domain::actor::{Action, Actor, OrganisationKind};
use xinxiu_domain::archive::{HandoverKind, HandoverState};
use xinxiu_domain::id::{FileId, HandoverId, JobId, OrgId, PlanItemId};
use xinxiu_domain::job::JobState;
use xinxiu_store::archive::{self, Archive};
use xinxiu_store::campaign::{self, PlanItem};
use xinxiu_store::files::{self, StoredFile};
use xinxiu_store::handover::{self, Handover};
use xinxiu_store::job::{self, Job};
use xinxiu_store::{concerns, organisation};

use super::dossier::{Source, load};
use super::{annex4, ensure, papers::make, sessions};
use crate::app::{App, Done, View};
use crate::jobs::{self, Progress, kind};
use crate::papers;
use crate::refusal::{Refusal, require};

/// A prepared hand-over.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// Its id.
    pub id: HandoverId,
    /// What the check of the package found.
    pub report: Report,
}

/// The package under way.
pub(super) type Bag = BagWriter<BufWriter<File>>;

/// A broken package as a refusal.
pub(super) fn fault(error: impl std::fmt::Display) -> Refusal {
    Refusal::Document(error.to_string())
}

/// Packs the archives or the papers of a class, checks the package and puts it on record.
///
/// # Errors
/// [`Refusal::Missing`] where there is nothing to hand over; [`Refusal::Document`].
pub fn prepare(app: &App, actor: &Actor, class: PlanItemId, kind: HandoverKind) -> Result<Prepared, Refusal> {
    pack(app, actor, (class, kind), &mut |_, _| Ok(()), None)
}

const fn job_kind(kind: HandoverKind) -> &'static str {
    match kind {
        HandoverKind::Archives => kind::PACK_ARCHIVES,
        HandoverKind::Papers => kind::PACK_PAPERS,
    }
}

/// Queues the packing of a class: it takes minutes, and must outlive the page and the process.
///
/// # Errors
/// [`Refusal::Forbidden`] for a class of another agency.
pub fn queue_pack(app: &App, actor: &Actor, class: PlanItemId, kind: HandoverKind) -> Result<JobId, Refusal> {
    app.step(actor, |step| {
        step.must(Action::HandOver, &concerns::of_plan_item(step.tx, class)?)?;
        let item = campaign::load_item(step.tx, class)?;
        let summary = format!("开始打包「{}」的{kind}", item.name);
        jobs::queue_once(step, job_kind(kind), ("plan_item", class.0), summary)
    })
}

/// Packing that is queued or under way, of the classes that the actor hands over.
///
/// # Errors
/// What the database says.
pub fn packing(app: &App, actor: &Actor) -> Result<Vec<(Job, String)>, Refusal> {
    app.view(actor, |view| {
        let mut found = Vec::new();
        for job in job::under_way(view.tx, &[kind::PACK_ARCHIVES, kind::PACK_PAPERS])? {
            let class = PlanItemId(job.subject);
            if actor.may(Action::HandOver, &concerns::of_plan_item(view.tx, class)?) {
                let name = campaign::load_item(view.tx, class)?.name;
                found.push((job, name));
            }
        }
        Ok(found)
    })
}

/// Does a queued packing. An interrupted one leaves nothing on record but numbers of archives, and starts
/// again.
pub(crate) fn run_pack(
    app: &App,
    actor: &Actor,
    job: &Job,
    kind: HandoverKind,
    slices: Option<usize>,
) -> Result<String, Refusal> {
    let mut progress = Progress::new(app, job.id, slices);
    let mut tell = |done, total| progress.tell(done, total);
    let prepared = pack(app, actor, (PlanItemId(job.subject), kind), &mut tell, Some(job.id))?;
    Ok(packed(&prepared.report))
}

fn packed(report: &Report) -> String {
    format!("已打包并校验：文件{}个，可以移交", report.verified)
}

/// Is told how many archives of how many are packed.
type Tell<'a> = dyn FnMut(usize, usize) -> Result<(), Refusal> + 'a;

fn pack(
    app: &App,
    actor: &Actor,
    (class, kind): (PlanItemId, HandoverKind),
    tell: &mut Tell<'_>,
    job: Option<JobId>,
) -> Result<Prepared, Refusal> {
    let (item, receiver) = app.view(actor, |view| {
        view.must(Action::HandOver, &concerns::of_plan_item(view.tx, class)?)?;
        let item = campaign::load_item(view.tx, class)?;
        let receiver = receiver(view, &item, kind)?;
        Ok((item, receiver))
    })?;
    let archives = match kind {
        HandoverKind::Archives => open_all(app, actor, &item)?,
        HandoverKind::Papers => Vec::new(),
    };
    let info = info(app, actor, &item, kind, &receiver.1);
    let name = format!("{}.zip", info.identifier);
    let (mut file, sealed) = write(app, actor, &item, &archives, info, tell)?;
    let nothing = Missing::new("nothing", format!("「{}」还没有可以移交的材料", item.name), "N22");
    require(if sealed.items.is_empty() { vec![nothing] } else { Vec::new() })?;
    file.rewind().map_err(fault)?;
    let kept = app.store.files.keep(file)?;
    let report = verify(app.store.files.plain(&kept.sha256)?.path()).map_err(fault)?;
    if !report.is_intact() {
        return Err(Refusal::Document("档案包写出后校验未通过，请重试".into()));
    }
    let archive_ids: Vec<i64> = archives.iter().map(|archive| archive.id).collect();
    let id = app.step(actor, |step| {
        step.must(Action::HandOver, &concerns::of_plan_item(step.tx, class)?)?;
        let new = Handover {
            id: HandoverId(0),
            campaign: item.campaign,
            plan_item: class,
            class: item.name.clone(),
            kind,
            receiver: receiver.0,
            receiver_name: receiver.1.clone(),
            state: HandoverState::INITIAL,
            file: step.file(&kept, &name, "application/zip")?,
            archives: i64::try_from(archives.len()).unwrap_or(i64::MAX),
            bytes: i64::try_from(kept.size).unwrap_or(i64::MAX),
            prepared_by: actor.name.clone(),
            prepared_at: step.moment(),
            handed_over_at: None,
            received_by: String::new(),
            received_at: None,
            note: String::new(),
            version: 1,
        };
        let id = handover::insert(step.tx, &new, &archive_ids)?;
        let summary = format!("打包「{}」的{kind}，文件{}个", item.name, sealed.items.len());
        let done =
            Done { action: "handover.prepare", subject: ("handover", id.0), enterprise: None, summary };
        step.record(
            done,
            serde_json::json!({ "manifest_sha256": sealed.manifest_sha256, "bytes": sealed.bytes }),
        )?;
        if let Some(job) = job {
            // In this transaction: a crash behind it must not pack the class a second time.
            job::end(step.tx, job, JobState::Done, &packed(&report), step.now)?;
        }
        Ok(id)
    })?;
    Ok(Prepared { id, report })
}

/// Archives go to the credit center, papers to the organiser of the class.
fn receiver(view: &View<'_>, item: &PlanItem, kind: HandoverKind) -> Result<(OrgId, String), Refusal> {
    if kind == HandoverKind::Papers {
        return Ok((item.organiser, item.organiser_name.clone()));
    }
    let centers = organisation::of_kind(view.tx, OrganisationKind::CreditCenter)?;
    let center = centers.into_iter().next().ok_or_else(|| {
        Refusal::Missing(vec![Missing::new("no_center", "平台上还没有市公共信用信息中心", "N22")])
    })?;
    Ok((center.id, center.name))
}

fn info(app: &App, actor: &Actor, item: &PlanItem, kind: HandoverKind, receiver: &str) -> BagInfo {
    let today = app.clock.today();
    let word = match kind {
        HandoverKind::Archives => "企业档案",
        HandoverKind::Papers => "培训资料",
    };
    let source = if item.agency_name.is_empty() { &actor.name } else { &item.agency_name };
    BagInfo {
        identifier: format!("{}-{word}-{today}", item.name),
        description: format!("{}信用修复培训班{word}", item.name),
        source: source.clone(),
        receiver: receiver.to_owned(),
        bagged_on: today,
    }
}

/// Opens the archives that the class still lacks; each gets its number before anything is packed.
fn open_all(app: &App, actor: &Actor, item: &PlanItem) -> Result<Vec<Archive>, Refusal> {
    let lacking = app.view(actor, |view| Ok(archive::without(view.tx, item.id)?))?;
    if !lacking.is_empty() {
        app.step(actor, |step| {
            step.must(Action::HandOver, &concerns::of_plan_item(step.tx, item.id)?)?;
            lacking.iter().try_for_each(|enterprise| ensure(step, item.campaign, *enterprise).map(drop))
        })?;
    }
    app.view(actor, |view| Ok(archive::of_class(view.tx, item.id)?))
}

fn write(
    app: &App,
    actor: &Actor,
    item: &PlanItem,
    archives: &[Archive],
    info: BagInfo,
    tell: &mut Tell<'_>,
) -> Result<(File, Sealed), Refusal> {
    let file = tempfile::tempfile().map_err(fault)?;
    let mut bag = BagWriter::new(BufWriter::new(file), info).map_err(fault)?;
    for (done, archive) in archives.iter().enumerate() {
        tell(done, archives.len())?;
        // One look for each enterprise: nobody has to wait for a whole class to be printed.
        app.view(actor, |view| add_archive(view, &mut bag, archive))?;
    }
    if archives.is_empty() {
        tell(0, 1)?;
        app.view(actor, |view| sessions::add(view, &mut bag, item))?;
    }
    let (stream, sealed) = bag.finish().map_err(fault)?;
    Ok((stream.into_inner().map_err(fault)?, sealed))
}

/// A paper on its way into the package.
enum Content {
    Stored(StoredFile),
    Bytes(Vec<u8>),
}

fn add_archive(view: &View<'_>, bag: &mut Bag, archive: &Archive) -> Result<(), Refusal> {
    let dossier = load(view, archive.enterprise)?;
    let mut papers = Vec::with_capacity(dossier.papers.len());
    let mut attachments = Vec::with_capacity(dossier.papers.len());
    for (index, paper) in dossier.papers.iter().enumerate() {
        let (content, name, sha256) = match paper.source {
            Source::Stored(id) => stored(view, id)?,
            Source::Made(made) => {
                let (bytes, name) = make(view, &dossier, made)?;
                let sha256 = hex::encode(Sha256::digest(&bytes));
                (Content::Bytes(bytes), name, sha256)
            }
        };
        let file = format!("{:02}-{}-{name}", index + 1, paper.kind);
        attachments.push(ArchiveAttachment {
            title: format!("{}（{}）", paper.kind, paper.title),
            file: file.clone(),
            sha256,
            dated: paper.dated,
        });
        papers.push((paper, file, content));
    }
    let mut sheet = annex4(&view.app.store.vault, &dossier, attachments, false)?;
    sheet.issued_on = view.today;
    let line = |kind: &str, title: &str, file_name: &str, dated| BagItem {
        archive_number: archive.number.clone(),
        enterprise: sheet.name.clone(),
        uscc: sheet.uscc.as_ref().map_or_else(String::new, |code| code.as_str().to_owned()),
        kind: kind.to_owned(),
        title: title.to_owned(),
        file_name: file_name.to_owned(),
        dated,
    };
    let (kind, today) = ("待修复企业档案", Some(view.today));
    let json = serde_json::to_vec_pretty(&sheet).map_err(fault)?;
    bag.add(line(kind, kind, "00-待修复企业档案.pdf", today), papers::pdf(&sheet)?.as_slice())
        .map_err(fault)?;
    bag.add(line(kind, kind, "00-待修复企业档案.json", today), json.as_slice()).map_err(fault)?;
    for (paper, file, content) in papers {
        let item = line(&paper.kind, &paper.title, &file, paper.dated);
        add(view, bag, item, content)?;
    }
    Ok(())
}

fn stored(view: &View<'_>, id: FileId) -> Result<(Content, String, String), Refusal> {
    let file = files::load(view.tx, id)?;
    let (name, sha256) = (file.name.clone(), file.sha256.clone());
    Ok((Content::Stored(file), name, sha256))
}

fn add(view: &View<'_>, bag: &mut Bag, item: BagItem, content: Content) -> Result<(), Refusal> {
    match content {
        Content::Bytes(bytes) => bag.add(item, bytes.as_slice()),
        Content::Stored(file) => bag.add(item, view.app.store.files.reader(&file.sha256)?),
    }
    .map(drop)
    .map_err(fault)
}
