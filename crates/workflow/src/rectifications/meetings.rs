//! Meetings (会商约见) and warning interviews (警示约谈), with a record to print and sign.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::EnterpriseId;
use xinxiu_domain::rectification::{RectificationAction, interview_gaps, meeting_gaps};
use xinxiu_domain::text::tidy;
use xinxiu_store::organisation;
use xinxiu_store::rectification::{Event, Rectification};

use super::{Attachment, Change, FollowUp, attach, open, own, required, save, show};
use crate::app::App;
use crate::refusal::{Refusal, require};

/// The record of a meeting (会商约见) or warning interview (警示约谈).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Meeting {
    /// The day; today where none is said.
    pub held_on: Option<Date>,
    /// Where.
    pub place: String,
    /// Who came from the enterprise, with their posts.
    pub enterprise_side: String,
    /// Who spoke for the authority.
    pub authority_side: String,
    /// What was said.
    #[serde(skip)]
    pub record: String,
    /// What the enterprise undertook.
    pub undertaking: String,
}

/// Records a meeting with an enterprise: what it has to put right, and how.
///
/// # Errors
/// [`Refusal::Illegal`] once a deadline is set; [`Refusal::Invalid`] without a record or who came; [`Refusal::Missing`] where
/// the day lies ahead.
pub fn meet(
    app: &App,
    actor: &Actor,
    id: EnterpriseId,
    meeting: &Meeting,
    files: &[Attachment],
) -> Result<(), Refusal> {
    hold(app, actor, id, RectificationAction::Meet, meeting, files)
}

/// Records a warning interview with the principal of an enterprise that failed the check or is overdue.
///
/// # Errors
/// [`Refusal::Missing`] where the deadline has not passed; [`Refusal::Invalid`] without a record or who came.
pub fn interview(
    app: &App,
    actor: &Actor,
    id: EnterpriseId,
    meeting: &Meeting,
    files: &[Attachment],
) -> Result<(), Refusal> {
    hold(app, actor, id, RectificationAction::Interview, meeting, files)
}

fn hold(
    app: &App,
    actor: &Actor,
    id: EnterpriseId,
    action: RectificationAction,
    meeting: &Meeting,
    files: &[Attachment],
) -> Result<(), Refusal> {
    let (word, prefix) =
        if action == RectificationAction::Meet { ("约见", "meet_") } else { ("约谈", "") };
    let record = required(&format!("{prefix}record"), &meeting.record, &format!("{word}记录"))?;
    let came =
        required(&format!("{prefix}enterprise_side"), &meeting.enterprise_side, &format!("{word}对象"))?;
    app.step(actor, |step| {
        let (name, found) = open(step, id)?;
        let state = found.state.after(action)?;
        let held_on = meeting.held_on.unwrap_or(step.today);
        let mut gaps = meeting_gaps(held_on, step.today);
        if action == RectificationAction::Interview {
            gaps.extend(interview_gaps(found.state, found.due_on, step.today));
        }
        require(gaps)?;
        let detail = Meeting {
            held_on: Some(held_on),
            place: tidy(&meeting.place),
            enterprise_side: came,
            authority_side: tidy(&meeting.authority_side),
            record: String::new(),
            undertaking: tidy(&meeting.undertaking),
        };
        let detail = serde_json::to_string(&detail).map_err(|error| Refusal::Document(error.to_string()))?;
        let change = Change { files: attach(step, files)?, detail, ..Change::new(action, &record) };
        save(step, &name, Rectification { state, ..found }, &change)
    })
}

/// The record of a meeting or interview, to be printed and signed: the follow-up, the event, and what it says.
///
/// # Errors
/// [`Refusal::Forbidden`]; not found where the event is none of the follow-up's meetings.
pub fn record(
    app: &App,
    actor: &Actor,
    id: EnterpriseId,
    event: i64,
) -> Result<(FollowUp, Event, Meeting, String), Refusal> {
    let follow_up = show(app, actor, id)?;
    let authority = own(actor, Action::Rectify)?;
    let authority = app.store.db.read(|tx| organisation::load(tx, authority))?.name;
    let missing = || xinxiu_store::StoreError::NotFound("约谈记录", event.to_string());
    let found = follow_up.events.iter().find(|one| one.id == event).cloned().ok_or_else(missing)?;
    let mut meeting: Meeting = serde_json::from_str(&found.detail).map_err(|_| missing())?;
    meeting.record.clone_from(&found.note);
    Ok((follow_up, found, meeting, authority))
}
