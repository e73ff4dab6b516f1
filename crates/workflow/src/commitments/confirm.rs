//! A scan whose code could not be read is looked at by a person, who answers for it with the name (人工核对, N10 N12).

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::CommitmentId;
use xinxiu_store::{StoreError, commitment, concerns, paper_check};

use super::record;
use crate::app::App;
use crate::refusal::Refusal;

/// Confirms that the scan of a commitment shows this paper, by those who check what enterprises hand in.
///
/// # Errors
/// [`Refusal::Forbidden`] for the enterprise itself and for offices elsewhere; [`Refusal::Invalid`] where the scan was checked
/// already or has been replaced meanwhile.
pub fn confirm_scan(app: &App, actor: &Actor, id: CommitmentId, scan: i64) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let found = commitment::load(step.tx, id)?;
        step.must(Action::ConfirmScan, &concerns::of_enterprise(step.tx, found.enterprise)?)?;
        let file = found.scan.ok_or_else(|| StoreError::NotFound("承诺书扫描件", id.to_string()))?;
        if file.0 != scan {
            return Err(Refusal::invalid("scan", "扫描件刚刚被更换，请查看新的扫描件后再核对"));
        }
        if !paper_check::confirm(step.tx, file, &actor.name, step.moment())? {
            return Err(Refusal::invalid("scan", "这份扫描件已经核对过，不需要再核对"));
        }
        let summary = "人工核对信用修复承诺书扫描件，与本份一致".to_owned();
        record(step, "commitment.confirm_scan", &found, summary, serde_json::json!({ "file": file }))
    })
}
