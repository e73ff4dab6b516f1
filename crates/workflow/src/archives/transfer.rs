//! A package on its way from agency to receiver (N22): handed over, checked, received or rejected.

use std::io::ErrorKind;

use xinxiu_documents::package::{PackageError, Report, verify};
use xinxiu_domain::Missing;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::archive::{HandoverAction, HandoverKind, HandoverState};
use xinxiu_domain::id::{CampaignId, HandoverId, OrgId};
use xinxiu_domain::text::tidy;
use xinxiu_store::files::{self, StoredFile};
use xinxiu_store::handover::{self, Handover};
use xinxiu_store::{StoreError, Tx, concerns};

use super::package::fault;
use crate::app::{App, Done, Step, View};
use crate::campaigns;
use crate::refusal::{Refusal, require};

/// A hand-over and what the reader may do with it.
#[derive(Debug, Clone)]
pub struct Visible {
    /// The hand-over.
    pub handover: Handover,
    /// Whether the reader may hand it over.
    pub may_hand_over: bool,
    /// Whether the reader may receive or reject it.
    pub may_receive: bool,
}

fn receiving(kind: HandoverKind) -> Action {
    match kind {
        HandoverKind::Archives => Action::ReceiveArchives,
        HandoverKind::Papers => Action::ReceivePapers,
    }
}

/// Whether an actor may receive a hand-over: only the organisation to which it goes.
fn may_receive(tx: &Tx<'_>, actor: &Actor, found: &Handover) -> Result<bool, StoreError> {
    let concerned = concerns::of_plan_item(tx, found.plan_item)?;
    Ok(actor.may(receiving(found.kind), &concerned) && actor.org == Some(found.receiver))
}

/// The hand-overs that an actor sends or receives, newest first. A receiver sees nothing before it is handed
/// over.
///
/// # Errors
/// [`Refusal::Missing`] where no campaign is under way.
pub fn hand_overs(app: &App, actor: &Actor) -> Result<Vec<Visible>, Refusal> {
    app.view(actor, |view| seen_by(view, campaigns::current(view)?.id))
}

/// As [`hand_overs`], in a look that is open already.
pub(crate) fn seen_by(view: &View<'_>, campaign: CampaignId) -> Result<Vec<Visible>, Refusal> {
    let actor = view.actor;
    let own = actor.org.unwrap_or(OrgId(-1));
    let sent = concerns::plan_item_filter(actor, Action::HandOver, "h.plan_item_id");
    let visible = format!("({sent} or (h.receiver_id = {own} and h.state <> 'prepared'))");
    let mut found = Vec::new();
    for handover in handover::list(view.tx, &visible, campaign)? {
        // Two hand-overs for each of some ten classes.
        let concerned = concerns::of_plan_item(view.tx, handover.plan_item)?;
        found.push(Visible {
            may_hand_over: actor.may(Action::HandOver, &concerned),
            may_receive: may_receive(view.tx, actor, &handover)?,
            handover,
        });
    }
    Ok(found)
}

/// The package of a hand-over, for its sender and its receiver.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn download(app: &App, actor: &Actor, id: HandoverId) -> Result<StoredFile, Refusal> {
    app.view(actor, |view| {
        let found = handover::load(view.tx, id)?;
        let concerned = concerns::of_plan_item(view.tx, found.plan_item)?;
        let sender = actor.may(Action::HandOver, &concerned);
        let receiver = found.state != HandoverState::Prepared && may_receive(view.tx, actor, &found)?;
        if !sender && !receiver {
            return Err(Refusal::Forbidden(Action::HandOver));
        }
        Ok(files::load(view.tx, found.file)?)
    })
}

/// Hands a prepared package over.
///
/// # Errors
/// [`Refusal::Missing`] naming the damage where the package no longer passes its check; a conflict where a
/// colleague was faster.
pub fn hand_over(app: &App, actor: &Actor, id: HandoverId, version: i64) -> Result<(), Refusal> {
    let report = check(app, actor, id)?;
    app.step(actor, |step| {
        let mut found = handover::load(step.tx, id)?;
        step.must(Action::HandOver, &concerns::of_plan_item(step.tx, found.plan_item)?)?;
        found.state = found.state.after(HandoverAction::HandOver)?;
        require(damage(&report))?;
        found.version = version;
        found.handed_over_at = Some(step.moment());
        found.note = String::new();
        handover::save(step.tx, &found)?;
        let summary = format!("向{}移交「{}」的{}", found.receiver_name, found.class, found.kind);
        record(step, "handover.hand_over", id, summary, &report)
    })
}

/// Receives a package after checking it.
///
/// # Errors
/// As [`hand_over`].
pub fn receive(app: &App, actor: &Actor, id: HandoverId, version: i64) -> Result<Report, Refusal> {
    let report = check(app, actor, id)?;
    app.step(actor, |step| {
        let mut found = for_receiver(step, id)?;
        found.state = found.state.after(HandoverAction::Receive)?;
        require(damage(&report))?;
        found.version = version;
        found.received_by.clone_from(&actor.name);
        found.received_at = Some(step.moment());
        found.note = format!(
            "校验通过：文件{}个，{}字节，文件清单摘要 {}",
            report.verified, report.bytes, report.manifest_sha256
        );
        handover::save(step.tx, &found)?;
        record(step, "handover.receive", id, format!("接收「{}」的{}", found.class, found.kind), &report)
    })?;
    Ok(report)
}

/// Rejects a package with a reason; the agency packs again, or hands the same over once more.
///
/// # Errors
/// [`Refusal::Invalid`] without a reason; as [`hand_over`].
pub fn reject(app: &App, actor: &Actor, id: HandoverId, version: i64, reason: &str) -> Result<(), Refusal> {
    let reason = tidy(reason);
    if reason.is_empty() {
        return Err(Refusal::invalid("reason", "退回须写明需要补充什么"));
    }
    app.step(actor, |step| {
        let mut found = for_receiver(step, id)?;
        found.state = found.state.after(HandoverAction::Reject)?;
        found.version = version;
        found.note.clone_from(&reason);
        handover::save(step.tx, &found)?;
        let summary = format!("退回「{}」的{}：{reason}", found.class, found.kind);
        record(step, "handover.reject", id, summary, &Report::default())
    })
}

fn for_receiver(step: &Step<'_>, id: HandoverId) -> Result<Handover, Refusal> {
    let found = handover::load(step.tx, id)?;
    if may_receive(step.tx, step.actor, &found)? {
        return Ok(found);
    }
    Err(Refusal::Forbidden(receiving(found.kind)))
}

/// Checks a package before the step, since reading all of it takes its time.
fn check(app: &App, actor: &Actor, id: HandoverId) -> Result<Report, Refusal> {
    let file = download(app, actor, id)?;
    let damaged = |what: String| Report { problems: vec![what], ..Report::default() };
    let plain = match app.store.files.plain(&file.sha256) {
        Ok(plain) => plain,
        // The package itself is damaged, not the system: whoever receives it is told so.
        Err(StoreError::File(_, error)) if error.kind() == ErrorKind::InvalidData => {
            return Ok(damaged(error.to_string()));
        }
        Err(other) => return Err(other.into()),
    };
    match verify(plain.path()) {
        Ok(report) => Ok(report),
        Err(PackageError::Io(error)) => Err(fault(error)),
        // So damaged that it is no package any more: still the package's fault, and said as such.
        Err(damage) => Ok(damaged(damage.to_string())),
    }
}

fn damage(report: &Report) -> Vec<Missing> {
    let named = |label: &str, files: &[String]| -> Vec<Missing> {
        files.iter().map(|file| Missing::new("package", format!("档案包{label}：{file}"), "N22")).collect()
    };
    let mut gaps = named("缺少文件", &report.missing);
    gaps.extend(named("多出文件", &report.extra));
    gaps.extend(named("文件被改动", &report.changed));
    gaps.extend(named("有问题", &report.problems));
    gaps
}

fn record(
    step: &Step<'_>,
    action: &str,
    id: HandoverId,
    summary: String,
    report: &Report,
) -> Result<(), Refusal> {
    let done = Done { action, subject: ("handover", id.0), enterprise: None, summary };
    let detail =
        serde_json::json!({ "verified": report.verified, "manifest_sha256": report.manifest_sha256 });
    step.record(done, detail)
}
