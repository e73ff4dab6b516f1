//! A wrong scan gives way to the right one; the wrong one stays in history and archive (N22 N26).

use jiff::civil::Date;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::commitment::{CommitmentAction, replace_gaps};
use xinxiu_domain::id::CommitmentId;
use xinxiu_domain::text::tidy;
use xinxiu_store::commitment_scan::{self, Replaced};
use xinxiu_store::files::{self, Kept, StoredFile};
use xinxiu_store::{StoreError, commitment, concerns};

use super::sign::{check_date, picture};
use super::{handled, record};
use crate::app::App;
use crate::refusal::{Refusal, require};

/// Replaces the scan of a signed commitment, with the reason, by those who could have uploaded it.
///
/// # Errors
/// [`Refusal::Missing`] once an authority has decided on what rests on it; [`Refusal::Illegal`] where it is
/// not signed; [`Refusal::Invalid`] without a reason, for an impossible day or for a file that is no picture.
pub fn replace(
    app: &App,
    actor: &Actor,
    id: CommitmentId,
    scan: &Kept,
    signed_on: Date,
    reason: &str,
) -> Result<(), Refusal> {
    let reason = tidy(reason);
    if reason.is_empty() {
        return Err(Refusal::invalid("reason", "请写明原扫描件错在哪里"));
    }
    let (media_type, ending) = picture(app, scan)?;
    app.step(actor, |step| {
        let mut found = handled(step.tx, actor, id)?;
        found.state = found.state.after(CommitmentAction::Replace)?;
        let decided = commitment_scan::has_served_a_decision(step.tx, found.enterprise, found.penalty)?;
        require(replace_gaps(decided))?;
        check_date(step, found.penalty, signed_on)?;
        let file = found.scan.ok_or_else(|| StoreError::NotFound("承诺书扫描件", id.to_string()))?;
        let old = Replaced {
            id: 0,
            commitment: id,
            file,
            signed_on: found.signed_on,
            recorded_by: found.recorded_by.clone(),
            replaced_by: actor.name.clone(),
            at: step.moment(),
            reason: reason.clone(),
        };
        let before = files::load(step.tx, file)?.sha256;
        if before == scan.sha256 {
            return Err(Refusal::invalid("scan", "新上传的文件与原扫描件相同"));
        }
        commitment_scan::insert(step.tx, &old)?;
        let count = commitment_scan::of_commitment(step.tx, id)?.len();
        let name = format!("信用修复承诺书-{id}-更换{count}.{ending}");
        found.scan = Some(step.file(scan, &name, media_type)?);
        found.signed_on = Some(signed_on);
        found.recorded_by.clone_from(&actor.name);
        commitment::save(step.tx, &found)?;
        let detail = serde_json::json!({ "signed_on": signed_on, "scan": scan.sha256, "before": before });
        record(step, "commitment.replace", &found, format!("更换信用修复承诺书扫描件：{reason}"), detail)
    })
}

/// A scan that was replaced.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`StoreError::NotFound`] where it is none of this commitment.
pub fn replaced_scan(app: &App, actor: &Actor, id: CommitmentId, old: i64) -> Result<StoredFile, Refusal> {
    app.view(actor, |view| {
        let found = commitment::load(view.tx, id)?;
        view.must(Action::ViewEnterprise, &concerns::of_enterprise(view.tx, found.enterprise)?)?;
        let replaced = commitment_scan::of_commitment(view.tx, id)?.into_iter().find(|one| one.id == old);
        let replaced = replaced.ok_or_else(|| StoreError::NotFound("承诺书扫描件", old.to_string()))?;
        Ok(files::load(view.tx, replaced.file)?)
    })
}
