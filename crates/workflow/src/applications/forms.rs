//! The rectification form (annex 3) comes back sealed: which one it is says its code (ADR 19, N27); where none can be read, a person
//! looks.

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::{ApplicationId, FileId, ItemId};
use xinxiu_domain::paper_code::{PaperKind, ScanOutcome};
use xinxiu_domain::penalty::Material;
use xinxiu_store::{application, concerns, item, paper_check};

use super::prepare::record;
use crate::app::{App, Step};
use crate::paper_codes::{self, Found, Readings, Sheet};
use crate::refusal::Refusal;

/// What was read on the pages of a document; nothing where it is no form.
pub(super) struct FormReadings(Option<Readings>);

/// Looks for codes before the step, for somebody who may add documents.
pub(super) fn read(
    app: &App,
    actor: &Actor,
    (id, kind): (ApplicationId, Material),
    sheets: &[Sheet],
) -> Result<FormReadings, Refusal> {
    if kind != Material::RectificationForm {
        return Ok(FormReadings(None));
    }
    app.view(actor, |view| {
        let found = application::load(view.tx, id)?;
        view.must(Action::PrepareApplication, &concerns::of_enterprise(view.tx, found.enterprise)?)
    })?;
    Ok(FormReadings(Some(paper_codes::read(app, sheets)?)))
}

/// Holds the document `file` against the records that it is handed in for, and keeps what came of it. Of a document that grew by
/// pages, `before` is the file until then.
pub(super) fn check(
    step: &Step<'_>,
    (id, of): (ApplicationId, Option<ItemId>),
    (file, before): (FileId, Option<FileId>),
    readings: &FormReadings,
) -> Result<(), Refusal> {
    let Some(readings) = &readings.0 else { return Ok(()) };
    let records: Vec<i64> = match of {
        Some(of) => vec![of.0],
        None => item::of_applications(step.tx, &[id])?.into_iter().map(|one| one.id.0).collect(),
    };
    let mut found = paper_codes::judge(step, "file", readings, (PaperKind::RectificationForm, &records))?;
    let known = before.map(|before| paper_check::find(step.tx, before)).transpose()?.flatten();
    if let Some(known) = known.filter(|_| found.outcome == ScanOutcome::Unread) {
        let page = usize::try_from(known.page).unwrap_or(0);
        found = Found { outcome: known.outcome, code: known.code, page };
    }
    paper_codes::keep(step, file, (PaperKind::RectificationForm, of.map_or(0, |of| of.0)), &found)
}

/// Holds the sealed form of a decision against its record.
pub(super) fn check_sealed(
    step: &Step<'_>,
    of: ItemId,
    file: Option<FileId>,
    readings: Option<&Readings>,
) -> Result<(), Refusal> {
    let (Some(file), Some(readings)) = (file, readings) else { return Ok(()) };
    let kind = PaperKind::RectificationForm;
    let found = paper_codes::judge(step, "file", readings, (kind, &[of.0]))?;
    paper_codes::keep(step, file, (kind, of.0), &found)
}

/// Confirms that a form without a readable code is the right one, by those who check what is handed in.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Invalid`] where it was checked already.
pub fn confirm_form(app: &App, actor: &Actor, material: i64) -> Result<ApplicationId, Refusal> {
    app.step(actor, |step| {
        let found = application::load_material(step.tx, material)?;
        let of = application::load(step.tx, found.application)?;
        step.must(Action::ConfirmScan, &concerns::of_enterprise(step.tx, of.enterprise)?)?;
        if !paper_check::confirm(step.tx, found.file, &actor.name, step.moment())? {
            return Err(Refusal::invalid("file", "这份修复表已经核对过，不需要再核对"));
        }
        let summary = "人工核对信用修复表，与处罚记录一致".to_owned();
        record(step, "application.confirm_form", (of.id, of.enterprise), summary)?;
        Ok(of.id)
    })
}
