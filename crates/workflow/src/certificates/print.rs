//! A certificate on paper: by itself, and all of a session in one file.

use xinxiu_documents::{TrainingCertificate, TrainingCertificates};
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::{AttendanceId, SessionId};
use xinxiu_store::attendance::Attendance;
use xinxiu_store::certificate::{self, Certificate};
use xinxiu_store::{campaign, concerns, session};

use super::issue::{composed, ensure, good, passing};
use crate::app::{App, View};
use crate::exam::visible;
use crate::papers;
use crate::refusal::Refusal;

/// The certificate as PDF, with its file name. `origin` is where this installation is reached, for the QR code.
///
/// # Errors
/// As [`ensure`]; [`Refusal::Document`] where it cannot be set.
pub fn pdf(app: &App, actor: &Actor, id: AttendanceId, origin: &str) -> Result<(Vec<u8>, String), Refusal> {
    ensure(app, actor, id)?;
    let paper = app.view(actor, |view| paper_of(view, &visible(view, id)?, Some(origin)))?;
    Ok((papers::pdf(&paper)?, format!("信用修复培训证明-{}.pdf", paper.number)))
}

/// The paper as it was issued; as the records stand where it passed before certificates were kept.
pub(crate) fn paper_of(
    view: &View<'_>,
    found: &Attendance,
    origin: Option<&str>,
) -> Result<TrainingCertificate, Refusal> {
    printed(view, found, certificate::of_attendance(view.tx, found.id)?.pop(), origin)
}

fn printed(
    view: &View<'_>,
    found: &Attendance,
    issued: Option<Certificate>,
    origin: Option<&str>,
) -> Result<TrainingCertificate, Refusal> {
    if let Some(issued) = issued {
        return read(&issued, origin);
    }
    let (paper, _) = composed(view.tx, found, passing(view.tx, found.id)?.as_ref())?;
    Ok(TrainingCertificate { issued_on: view.today, ..paper })
}

/// As [`paper_of`], for a use that asks for a good certificate.
pub(crate) fn good_paper_of(
    view: &View<'_>,
    found: &Attendance,
    origin: Option<&str>,
) -> Result<TrainingCertificate, Refusal> {
    printed(view, found, good(view.tx, found.id)?, origin)
}

/// What a certificate says, and that it is no longer good where it is not.
pub(super) fn read(found: &Certificate, origin: Option<&str>) -> Result<TrainingCertificate, Refusal> {
    let paper: TrainingCertificate =
        serde_json::from_str(&found.content).map_err(|error| Refusal::Document(error.to_string()))?;
    let verify_url = origin.map(|origin| format!("{origin}/v/{}", found.code.as_str()));
    let revoked_on = found.revoked.as_ref().map(|revoked| revoked.at.on);
    Ok(TrainingCertificate { verify_url, revoked_on, ..paper })
}

/// All good certificates of a session that the actor may see, in one PDF to be printed in one go.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Invalid`] where there are none yet.
pub fn pdf_of_session(
    app: &App,
    actor: &Actor,
    id: SessionId,
    origin: &str,
) -> Result<(Vec<u8>, String), Refusal> {
    let file = app.view(actor, |view| {
        view.must(Action::ViewSession, &concerns::of_session(view.tx, id)?)?;
        let held = session::load(view.tx, id)?;
        let organiser = campaign::load_item(view.tx, held.plan_item)?.organiser_name;
        let seen = concerns::enterprise_filter(actor, Action::ViewEnterprise, "a.enterprise_id");
        let found = certificate::of_session(view.tx, id, &seen)?;
        let certificates: Vec<_> =
            found.iter().map(|one| read(one, Some(origin))).collect::<Result<_, Refusal>>()?;
        if certificates.is_empty() {
            return Err(Refusal::invalid("certificates", "本场还没有培训证明，企业考试合格后自动出具"));
        }
        Ok(TrainingCertificates { class_name: held.title, organiser, certificates, printed_on: view.today })
    })?;
    let count = file.certificates.len();
    Ok((papers::pdf(&file)?, format!("培训证明-{}-{count}份.pdf", file.class_name)))
}
