//! What happens to a filing: sent, answered, made void (N12).

use jiff::civil::Date;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::filing::{FilingAction, FilingAnswer, FilingState, answer_gaps};
use xinxiu_domain::id::{ApplicationId, FilingId};
use xinxiu_domain::text::tidy;
use xinxiu_store::files::{self, StoredFile};
use xinxiu_store::filing::{self, Filing, Parcel};
use xinxiu_store::{Part, application, concerns};

use crate::app::{App, Done, Step};
use crate::campaigns;
use crate::refusal::{Refusal, require, unchanged};

/// An answer as somebody enters it.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The answer.
    pub answer: FilingAnswer,
    /// Version that the form was filled from.
    pub version: i64,
}

fn loaded(step: &Step<'_>, id: FilingId, version: i64) -> Result<Filing, Refusal> {
    let found = filing::load(step.tx, id)?;
    step.must(Action::FileOutward, &concerns::of_enterprise(step.tx, found.enterprise)?)?;
    unchanged(FilingState::NOUN, found.version, version).map(|()| found)
}

fn record(step: &Step<'_>, found: &Filing, action: &str, summary: String) -> Result<(), Refusal> {
    let done = Done {
        action,
        subject: ("filing", found.id.0),
        enterprise: Some(found.enterprise),
        summary: format!("申报{}：{summary}", found.reference),
    };
    step.record(done, serde_json::json!({ "lane": found.lane }))
}

/// Says that a package was handed in, on a day.
///
/// # Errors
/// [`Refusal::Invalid`] for a day before the package or ahead of today; [`Refusal::Illegal`]; a conflict where a colleague was
/// faster.
pub fn sent(app: &App, actor: &Actor, id: FilingId, (on, version): (Date, i64)) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let found = loaded(step, id, version)?;
        if on > step.today || on < found.prepared.on {
            let message = format!("报送日期应在{}和今天{}之间", found.prepared.on, step.today);
            return Err(Refusal::invalid("sent_on", message));
        }
        send(step, found, on)
    })
}

/// Marks a filing as sent, within a step.
pub(super) fn send(step: &Step<'_>, mut found: Filing, on: Date) -> Result<(), Refusal> {
    found.state = found.state.after(FilingAction::Send)?;
    found.sent_on = Some(on);
    found.sent_by.clone_from(&step.actor.name);
    filing::save(step.tx, &found)?;
    record(step, &found, "filing.send", format!("{on}报送{}", found.lane))
}

/// Records the other side's number, and its result where there is one.
///
/// # Errors
/// [`Refusal::Missing`] with what the answer lacks; [`Refusal::Illegal`] once there is a result; a conflict as above.
pub fn record_answer(app: &App, actor: &Actor, id: FilingId, command: &Answered) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let found = loaded(step, id, command.version)?;
        answered(step, found, &command.answer)
    })
}

/// Takes an answer, within a step.
pub(super) fn answered(step: &Step<'_>, mut found: Filing, answer: &FilingAnswer) -> Result<(), Refusal> {
    let action = match answer.granted {
        None => FilingAction::Number,
        Some(true) => FilingAction::Grant,
        Some(false) => FilingAction::Refuse,
    };
    found.state = found.state.after(action)?;
    let answer = FilingAnswer { number: tidy(&answer.number), note: tidy(&answer.note), ..answer.clone() };
    require(answer_gaps(&answer, found.sent_on.unwrap_or(found.prepared.on), step.today))?;
    found.number = answer.number;
    found.note = answer.note;
    found.result_on = answer.on.filter(|_| answer.granted.is_some());
    found.answered_by.clone_from(&step.actor.name);
    filing::save(step.tx, &found)?;
    record(step, &found, "filing.answer", format!("{}，编号{}", found.state, found.number))
}

/// Makes a filing void, so that another can be prepared.
///
/// # Errors
/// [`Refusal::Invalid`] without a reason; [`Refusal::Illegal`] once there is a result; a conflict as above.
pub fn cancel(app: &App, actor: &Actor, id: FilingId, (reason, version): (&str, i64)) -> Result<(), Refusal> {
    let reason = tidy(reason);
    if reason.is_empty() {
        return Err(Refusal::invalid("reason", "请写明作废的原因"));
    }
    app.step(actor, |step| {
        let mut found = loaded(step, id, version)?;
        found.state = found.state.after(FilingAction::Cancel)?;
        found.note.clone_from(&reason);
        filing::save(step.tx, &found)?;
        record(step, &found, "filing.cancel", format!("作废，{reason}"))
    })
}

/// The package of a filing, for taking along. It holds the operator's full phone, so taking it along is put on record (N21).
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn download(app: &App, actor: &Actor, id: FilingId) -> Result<StoredFile, Refusal> {
    app.step(actor, |step| {
        let found = filing::load(step.tx, id)?;
        step.must(Action::FileOutward, &concerns::of_enterprise(step.tx, found.enterprise)?)?;
        let file = files::load(step.tx, found.file)?;
        record(step, &found, "filing.download", "下载申报包".into())?;
        Ok(file)
    })
}

/// The filings of an application, newest first, for whoever sees the application.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn of_application(app: &App, actor: &Actor, id: ApplicationId) -> Result<Vec<Filing>, Refusal> {
    app.view(actor, |view| {
        let found = application::load(view.tx, id)?;
        view.must(Action::ViewApplication, &concerns::of_enterprise(view.tx, found.enterprise)?)?;
        Ok(filing::of_application(view.tx, id)?)
    })
}

/// A part of the filings that an actor may file, in some states.
///
/// # Errors
/// [`Refusal::Missing`] where no campaign is under way.
pub fn list(app: &App, actor: &Actor, states: &[FilingState], part: Part) -> Result<Vec<Filing>, Refusal> {
    app.view(actor, |view| {
        let campaign = campaigns::current(view)?.id;
        let visible = concerns::enterprise_filter(actor, Action::FileOutward, "e.id");
        Ok(filing::list(view.tx, &visible, (campaign, states), part)?)
    })
}

/// One filing, for whoever may file it.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Store`] where there is none.
pub fn open(app: &App, actor: &Actor, id: FilingId) -> Result<Filing, Refusal> {
    app.view(actor, |view| {
        let found = filing::load(view.tx, id)?;
        view.must(Action::FileOutward, &concerns::of_enterprise(view.tx, found.enterprise)?)?;
        Ok(found)
    })
}

/// The parcels that were read from the other side, newest first; for those who may file for everybody.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn parcels(app: &App, actor: &Actor) -> Result<Vec<Parcel>, Refusal> {
    app.view(actor, |view| {
        view.must(Action::FileOutward, &xinxiu_domain::actor::Concerns::default())?;
        Ok(filing::parcels(view.tx, 200)?)
    })
}
