//! A wrong scan gives way to the right one; the wrong one stays in history and archive (N22 N26).

use jiff::civil::Date;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::commitment::{CommitmentAction, replace_gaps};
use xinxiu_domain::id::{CommitmentId, FileId};
use xinxiu_domain::paper_code::ScanOutcome;
use xinxiu_domain::text::tidy;
use xinxiu_store::commitment_scan::{self, Replaced};
use xinxiu_store::files::{self, Kept, StoredFile};
use xinxiu_store::{StoreError, Tx, commitment, concerns};

use super::sign::{Pages, check_date};
use super::{handled, record};
use crate::app::App;
use crate::paper_codes::Sheet;
use crate::refusal::{Refusal, require};

/// Replaces the scan of a signed commitment, with the reason, by those who could have uploaded it.
///
/// # Errors
/// [`Refusal::Missing`] once an authority has decided on what rests on it; [`Refusal::Illegal`] where it is
/// not signed; [`Refusal::Invalid`] without a reason, for an impossible day, for a file that is no picture, or for the scan of
/// another paper.
pub fn replace(
    app: &App,
    actor: &Actor,
    id: CommitmentId,
    scan: &Kept,
    signed_on: Date,
    reason: &str,
) -> Result<ScanOutcome, Refusal> {
    replace_pages(app, actor, id, &[(scan.clone(), String::new())], signed_on, reason)
}

/// [`replace`] with a paper of several pages: what replaces a paper replaces all of it.
///
/// # Errors
/// As [`replace`]; [`Refusal::Invalid`] without a page, or with more than [`PAGES`](super::PAGES).
pub fn replace_pages(
    app: &App,
    actor: &Actor,
    id: CommitmentId,
    sheets: &[Sheet],
    signed_on: Date,
    reason: &str,
) -> Result<ScanOutcome, Refusal> {
    let reason = tidy(reason);
    if reason.is_empty() {
        return Err(Refusal::invalid("reason", "请写明原扫描件错在哪里"));
    }
    let pages = Pages::read(app, actor, id, sheets)?;
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
        let before = digests(step.tx, file)?;
        let new: Vec<_> = sheets.iter().map(|(page, _)| page.sha256.clone()).collect();
        if before == new {
            return Err(Refusal::invalid("scan", "新上传的文件与原扫描件相同"));
        }
        commitment_scan::insert(step.tx, &old)?;
        let count = commitment_scan::of_commitment(step.tx, id)?.len();
        let outcome = pages.put(step, &mut found, &format!("-更换{count}"))?;
        found.signed_on = Some(signed_on);
        found.recorded_by.clone_from(&actor.name);
        commitment::save(step.tx, &found)?;
        let detail =
            serde_json::json!({ "signed_on": signed_on, "scan": new, "before": before, "code": outcome });
        let summary = format!("更换信用修复承诺书扫描件：{reason}；{outcome}");
        record(step, "commitment.replace", &found, summary, detail)?;
        Ok(outcome)
    })
}

/// The digests of all pages of a scan, by the file of its first.
fn digests(tx: &Tx<'_>, first: FileId) -> Result<Vec<String>, StoreError> {
    let further = commitment_scan::pages(tx, first)?;
    std::iter::once(first).chain(further).map(|page| Ok(files::load(tx, page)?.sha256)).collect()
}

/// A page, from 1, of a scan that was replaced.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`StoreError::NotFound`] where it is none of this commitment.
pub fn replaced_scan(
    app: &App,
    actor: &Actor,
    id: CommitmentId,
    (old, page): (i64, usize),
) -> Result<StoredFile, Refusal> {
    app.view(actor, |view| {
        let found = commitment::load(view.tx, id)?;
        view.must(Action::ViewEnterprise, &concerns::of_enterprise(view.tx, found.enterprise)?)?;
        let replaced = commitment_scan::of_commitment(view.tx, id)?.into_iter().find(|one| one.id == old);
        let none = || StoreError::NotFound("承诺书扫描件", old.to_string());
        let first = replaced.ok_or_else(none)?.file;
        let further = commitment_scan::pages(view.tx, first)?;
        let mut pages = std::iter::once(first).chain(further);
        Ok(files::load(view.tx, pages.nth(page.saturating_sub(1)).ok_or_else(none)?)?)
    })
}
