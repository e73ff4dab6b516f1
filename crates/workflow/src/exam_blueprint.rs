//! How the exam of a campaign is put together (组卷方案, N11); the city office changes it.

use std::sync::LazyLock;

use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::blueprint::Blueprint;
use xinxiu_domain::id::{AttendanceId, CampaignId};
use xinxiu_store::{Tx, attendance, campaign, exam_blueprint, session};

use crate::app::{App, Done};
use crate::question_bank;
use crate::refusal::{FieldError, Refusal};

static STANDARD: LazyLock<Result<Blueprint, String>> = LazyLock::new(|| {
    serde_saphyr::from_str(include_str!("question_bank/blueprint.yaml")).map_err(|error| error.to_string())
});

/// The blueprint that comes with the program.
///
/// # Errors
/// [`Refusal::Document`] where it cannot be read, which the tests rule out.
pub fn standard() -> Result<&'static Blueprint, Refusal> {
    STANDARD.as_ref().map_err(|problem| Refusal::Document(format!("组卷方案 {problem}")))
}

/// The blueprint in force in a campaign, with its version.
///
/// # Errors
/// What the database says.
pub fn of_campaign(tx: &Tx<'_>, campaign: CampaignId) -> Result<(Blueprint, i64), Refusal> {
    let own = exam_blueprint::of_campaign(tx, campaign)?;
    own.map_or_else(|| Ok((standard()?.clone(), 0)), Ok)
}

/// The blueprint in force for an attendance.
pub(crate) fn of_attendance(tx: &Tx<'_>, id: AttendanceId) -> Result<Blueprint, Refusal> {
    let class = session::load(tx, attendance::load(tx, id)?.session)?.plan_item;
    Ok(of_campaign(tx, campaign::load_item(tx, class)?.campaign)?.0)
}

/// The blueprint of a campaign as its page shows it.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn show(app: &App, actor: &Actor, id: CampaignId) -> Result<(Blueprint, i64), Refusal> {
    app.view(actor, |view| {
        view.must(Action::ViewCampaign, &Concerns::default())?;
        campaign::load(view.tx, id)?;
        of_campaign(view.tx, id)
    })
}

/// Saves the blueprint of a campaign. Papers that were handed out keep theirs.
///
/// # Errors
/// [`Refusal::Invalid`] names the fields; a conflict where somebody was faster; [`Refusal::Forbidden`].
pub fn save(
    app: &App,
    actor: &Actor,
    id: CampaignId,
    blueprint: &Blueprint,
    version: i64,
) -> Result<(), Refusal> {
    app.step(actor, |step| {
        step.must(Action::EditCampaign, &Concerns::default())?;
        let found = campaign::load(step.tx, id)?;
        let faults = blueprint.faults(&question_bank::asked_on(step.tx, &app.rules, step.today)?);
        if !faults.is_empty() {
            let error = |(field, message): (&str, String)| FieldError { field: field.to_owned(), message };
            return Err(Refusal::Invalid(faults.into_iter().map(error).collect()));
        }
        exam_blueprint::save(step.tx, id, (blueprint, version), (&step.actor.name, step.moment()))?;
        let summary = format!(
            "修改{}年的组卷方案：{}题，答对{}题合格，{}分钟",
            found.year,
            blueprint.length(),
            blueprint.pass_mark,
            blueprint.minutes
        );
        let done = Done { action: "exam.blueprint", subject: ("campaign", id.0), enterprise: None, summary };
        step.record(done, serde_json::json!({ "blueprint": blueprint }))
    })
}
