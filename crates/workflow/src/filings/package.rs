//! Making the package of a filing: spreadsheet and attachments, named as the place asks, as one ZIP.

use std::collections::BTreeMap;
use std::io::{self, Seek, Write};

use tempfile::NamedTempFile;
use xinxiu_domain::Missing;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::application::{ApplicationState, ItemState};
use xinxiu_domain::filing::FilingState;
use xinxiu_domain::id::{ApplicationId, FileId, FilingId};
use xinxiu_domain::penalty::{Lane, Material};
use xinxiu_store::application::CONTACT_PHONE;
use xinxiu_store::enterprise::{self, Enterprise};
use xinxiu_store::files::{self, Kept, StoredFile};
use xinxiu_store::filing::{self, Filing};
use xinxiu_store::{commitment, concerns, enterprise_change};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::layout::{Attached, Line, attachment_name, workbook};
use crate::app::{App, Done, View};
use crate::applications::{Case, CaseItem, cases};
use crate::refusal::{Refusal, require};

/// What goes into a package, read in one look.
struct Content {
    case: Case,
    enterprise: Enterprise,
    phone: String,
    /// Records of the lane with their papers.
    records: Vec<(CaseItem, Vec<(Material, StoredFile)>)>,
}

/// Prepares the filing of an accepted application in one lane. The package carries the operator's full phone, as the place asks
/// for it, so the look is put on record (N21).
///
/// # Errors
/// [`Refusal::Missing`] where the application has not passed the first review, has no record in the lane, or is being filed
/// already; [`Refusal::Forbidden`].
pub fn prepare(app: &App, actor: &Actor, id: ApplicationId, lane: Lane) -> Result<FilingId, Refusal> {
    let content = app.view(actor, |view| read(view, id, lane))?;
    let reference = reference(app, id, lane, content.case.application.version)?;
    let package = pack(app, lane, &reference, &content)?;
    app.step(actor, |step| {
        let found = &content.case.application;
        step.must(Action::FileOutward, &concerns::of_enterprise(step.tx, found.enterprise)?)?;
        step.tx.lock(&format!("application:{}", found.enterprise))?;
        let now = xinxiu_store::application::load(step.tx, id)?;
        if now.version != found.version {
            return Err(xinxiu_store::StoreError::Conflict(ApplicationState::NOUN).into());
        }
        require(under_way(&filing::of_application(step.tx, id)?, lane))?;
        let name = format!("{}-{reference}.zip", lane_name(lane));
        let new = Filing {
            id: FilingId(0),
            campaign: found.campaign,
            application: id,
            enterprise: found.enterprise,
            enterprise_name: String::new(),
            lane,
            reference: reference.clone(),
            state: FilingState::INITIAL,
            records: i64::try_from(content.records.len()).unwrap_or(i64::MAX),
            file: step.file(&package, &name, "application/zip")?,
            prepared_by: actor.name.clone(),
            prepared: step.moment(),
            sent_on: None,
            sent_by: String::new(),
            number: String::new(),
            note: String::new(),
            result_on: None,
            answered_by: String::new(),
            version: 1,
        };
        let filed = filing::insert(step.tx, &new)?;
        let who = (actor.name.as_str(), actor.account);
        let purpose = ("contact_phone", "制作对外申报的申请包");
        enterprise_change::disclosed(step.tx, found.enterprise, purpose, who, step.moment())?;
        let done = Done {
            action: "filing.prepare",
            subject: ("filing", filed.0),
            enterprise: Some(found.enterprise),
            summary: format!("制作第{id}号申请的申报包（{lane}），{}条处罚记录", new.records),
        };
        step.record(done, serde_json::json!({ "reference": reference, "sha256": package.sha256 }))?;
        Ok(filed)
    })
}

fn lane_name(lane: Lane) -> &'static str {
    if lane == Lane::MarketSupervision { "市场监管修复申请" } else { "信用中国修复申请" }
}

/// A number under which the other side can answer, that nobody guesses and that says nothing of the enterprise.
fn reference(app: &App, id: ApplicationId, lane: Lane, version: i64) -> Result<String, Refusal> {
    let signed =
        app.store.vault.sign("filing.reference", &format!("{id} {lane} {version} {}", app.clock.now()))?;
    let year = app.clock.today().year();
    Ok(format!("SB{year}-{:06}-{}", id.0, signed.get(..8).unwrap_or_default()))
}

fn under_way(known: &[Filing], lane: Lane) -> Vec<Missing> {
    let open = known
        .iter()
        .find(|one| one.lane == lane && !matches!(one.state, FilingState::Cancelled | FilingState::Refused));
    let message = |one: &Filing| {
        format!("已有申报{}（{}），不能重复申报；需要重做的，请先作废", one.reference, one.state)
    };
    open.map(|one| Missing::new("double_filing", message(one), "N12")).into_iter().collect()
}

fn read(view: &View<'_>, id: ApplicationId, lane: Lane) -> Result<Content, Refusal> {
    let missing = || xinxiu_store::StoreError::NotFound(ApplicationState::NOUN, id.to_string());
    let case = cases(view.tx, &[id], view.today)?.pop().ok_or_else(missing)?;
    let of = case.application.enterprise;
    view.must(Action::FileOutward, &concerns::of_enterprise(view.tx, of)?)?;
    let mut gaps = Vec::new();
    if case.application.state != ApplicationState::Accepted {
        gaps.push(Missing::new("not_accepted", "初审通过后才能对外申报", "N12"));
    }
    gaps.extend(under_way(&filing::of_application(view.tx, id)?, lane));
    let files_open = |item: &&CaseItem| {
        item.penalty.assessment.lane == lane
            && matches!(item.item.state, ItemState::Pending | ItemState::Agreed)
    };
    let items: Vec<CaseItem> = case.items.iter().filter(files_open).cloned().collect();
    if items.is_empty() {
        gaps.push(Missing::new("no_record", format!("申请里没有要向{lane}申报的处罚记录"), "N12"));
    }
    require(gaps)?;
    let mut records = Vec::new();
    for item in items {
        let papers = papers(view, &case, &item)?;
        records.push((item, papers));
    }
    let phone = view.app.store.vault.open_text(CONTACT_PHONE, &case.application.contact_phone_sealed)?;
    Ok(Content { enterprise: enterprise::load(view.tx, of)?, case, phone, records })
}

/// The papers of one record, in the order in which the editions name them: what is asked for, then what else was handed in.
fn papers(view: &View<'_>, case: &Case, item: &CaseItem) -> Result<Vec<(Material, StoredFile)>, Refusal> {
    let mut found: Vec<(Material, FileId)> = Vec::new();
    if let Some(signed) = item.commitment {
        found.extend(commitment::load(view.tx, signed)?.scan.map(|scan| (Material::Commitment, scan)));
    }
    let serves = |one: &&xinxiu_store::application::OnFile| {
        one.penalty.is_none_or(|penalty| penalty == item.penalty.id)
    };
    found.extend(case.materials.iter().filter(serves).map(|one| (one.kind, one.file)));
    // The form that the authority sealed takes the place of the applicant's own.
    if let Some(sealed) = item.item.decision_file {
        found.retain(|(kind, _)| *kind != Material::RectificationForm);
        found.push((Material::RectificationForm, sealed));
    }
    found.sort_by_key(|(kind, _)| *kind);
    found.into_iter().map(|(kind, file)| Ok((kind, files::load(view.tx, file)?))).collect()
}

fn pack(app: &App, lane: Lane, reference: &str, content: &Content) -> Result<Kept, Refusal> {
    let fault = |error: io::Error| Refusal::Document(error.to_string());
    let mut zip = ZipWriter::new(NamedTempFile::new().map_err(fault)?);
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let wrong = |error: zip::result::ZipError| Refusal::Document(error.to_string());
    let found = &content.case.application;
    let (mut lines, mut attached) = (Vec::new(), Vec::new());
    for (place, (item, papers)) in content.records.iter().enumerate() {
        let decision = item.penalty.decision.to_string();
        let folder = format!("附件/{:02}-{}", place + 1, safe(&decision));
        let mut used: BTreeMap<&str, u32> = BTreeMap::new();
        for (material, file) in papers {
            let name = attachment_name(lane, *material);
            let count = used.entry(name).and_modify(|count| *count += 1).or_insert(1);
            let more = if *count > 1 { format!("（{count}）") } else { String::new() };
            let path = format!("{folder}/{name}{more}.{}", ending(&file.media_type));
            zip.start_file(&path, stored).map_err(wrong)?;
            io::copy(&mut app.store.files.reader(&file.sha256)?, &mut zip).map_err(fault)?;
            attached.push(Attached {
                decision: decision.clone(),
                material: *material,
                path,
                bytes: u64::try_from(file.size).unwrap_or_default(),
                sha256: file.sha256.clone(),
            });
        }
        lines.push(Line {
            enterprise: &content.enterprise,
            penalty: &item.penalty,
            contact: (&found.contact_name, &content.phone),
            statement: &item.item.statement,
            folder,
        });
    }
    let sheet =
        workbook(lane, reference, &lines, &attached).map_err(|error| Refusal::Document(error.to_string()))?;
    zip.start_file(format!("{}.xlsx", lane_name(lane)), stored).map_err(wrong)?;
    zip.write_all(&sheet).map_err(fault)?;
    let mut spool = zip.finish().map_err(wrong)?;
    spool.rewind().map_err(fault)?;
    Ok(app.store.files.keep(spool)?)
}

/// A decision number as part of a path on every system.
fn safe(number: &str) -> String {
    number.chars().map(|c| if c.is_control() || "/\\:*?\"<>|%".contains(c) { '_' } else { c }).collect()
}

fn ending(media_type: &str) -> &'static str {
    match media_type {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        _ => "pdf",
    }
}
