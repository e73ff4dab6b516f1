//! A deputy's authorisation (授权委托书, N08): sent from the phone, seen by those who run the session.

use xinxiu_domain::actor::Actor;
use xinxiu_domain::attendance::AttendanceState;
use xinxiu_domain::id::AttendanceId;
use xinxiu_domain::session::Capacity;
use xinxiu_store::attendance::Attendance;
use xinxiu_store::authorisation::{self, Authorisation};
use xinxiu_store::files::{self, Kept, StoredFile};
use xinxiu_store::{StoreError, session};

use super::answer::record;
use super::own;
use crate::app::App;
use crate::commitments::picture;
use crate::exam::visible;
use crate::refusal::Refusal;

/// Whether an enterprise sends somebody who needs an authorisation.
pub fn needs_authorisation(found: &Attendance) -> bool {
    let comes = !matches!(
        found.state,
        AttendanceState::Invited
            | AttendanceState::Declined
            | AttendanceState::Absent
            | AttendanceState::Withdrawn
    );
    comes && found.capacity == Some(Capacity::Deputy)
}

/// Takes in a deputy's authorisation. An earlier one stays on record.
///
/// # Errors
/// [`Refusal::Invalid`] for what is neither picture nor PDF, or where no deputy comes; [`Refusal::Forbidden`] for anybody
/// but the enterprise.
pub fn authorise(app: &App, actor: &Actor, id: AttendanceId, scan: &Kept) -> Result<(), Refusal> {
    let (media_type, ending) = picture(app, scan)?;
    app.step(actor, |step| {
        let found = own(step.tx, actor, id)?;
        if !needs_authorisation(&found) {
            return Err(Refusal::invalid("scan", "参加人是受委托人员的才需要授权委托书，请先修改答复"));
        }
        let held = session::load(step.tx, found.session)?;
        let file = step.file(scan, &format!("授权委托书-{id}.{ending}"), media_type)?;
        let new = Authorisation {
            id: 0,
            attendance: id,
            attendee: found.attendee.clone(),
            file,
            sent_by: actor.name.clone(),
            at: step.moment(),
        };
        authorisation::insert(step.tx, &new)?;
        record(step, "attendance.authorise", &found, &format!("上传参加「{}」的授权委托书", held.title))
    })
}

/// The authorisations of a seat, the one that counts first; for the enterprise and those who see its session.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn authorisations(
    app: &App,
    actor: &Actor,
    id: AttendanceId,
) -> Result<(Attendance, Vec<Authorisation>), Refusal> {
    app.view(actor, |view| Ok((visible(view, id)?, authorisation::of_attendance(view.tx, id)?)))
}

/// The paper that counts, to look at.
///
/// # Errors
/// [`StoreError::NotFound`] where none was sent; [`Refusal::Forbidden`].
pub fn authorisation_file(app: &App, actor: &Actor, id: AttendanceId) -> Result<StoredFile, Refusal> {
    app.view(actor, |view| {
        visible(view, id)?;
        let sent = authorisation::of_attendance(view.tx, id)?.into_iter().next();
        let sent = sent.ok_or_else(|| StoreError::NotFound("授权委托书", id.to_string()))?;
        Ok(files::load(view.tx, sent.file)?)
    })
}
