//! A certificate comes into being, and ends.

use xinxiu_documents::TrainingCertificate;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::attendance::AttendanceState;
use xinxiu_domain::batch::RecordState;
use xinxiu_domain::certificate::CertificateCode;
use xinxiu_domain::id::{AttendanceId, CertificateId, PenaltyId, SessionId};
use xinxiu_domain::missing::Missing;
use xinxiu_domain::session::Capacity;
use xinxiu_domain::text::tidy;
use xinxiu_store::attendance::{self, Attendance};
use xinxiu_store::certificate::{self, Certificate, Revoked};
use xinxiu_store::exam::Paper;
use xinxiu_store::penalty::Penalty;
use xinxiu_store::vault::random_bytes;
use xinxiu_store::{StoreError, Tx, campaign, concerns, enterprise, exam, penalty, session};

use crate::app::{App, Done, Step, View};
use crate::exam::visible;
use crate::refusal::{Refusal, require};

/// Issues the certificate of an exam that was just passed. Where there is a good one already, that one stands.
pub(crate) fn issue(step: &Step<'_>, found: &Attendance) -> Result<Certificate, Refusal> {
    require(gaps(found.state))?;
    step.tx.lock(&format!("certificate-{}", found.id))?;
    match good(step.tx, found.id)? {
        Some(last) => Ok(last),
        None => put(step, found, 1),
    }
}

/// The certificate of an attendance, where it ever had one.
///
/// # Errors
/// [`Refusal::Missing`] where it was revoked and not issued anew.
pub(super) fn good(tx: &Tx<'_>, id: AttendanceId) -> Result<Option<Certificate>, Refusal> {
    let last = certificate::of_attendance(tx, id)?.pop();
    let revoked = last.as_ref().filter(|last| last.revoked.is_some()).map(was_revoked);
    require(revoked.into_iter().collect())?;
    Ok(last)
}

/// What keeps a certificate from being issued.
fn gaps(state: AttendanceState) -> Vec<Missing> {
    if state == AttendanceState::Passed {
        return Vec::new();
    }
    vec![Missing::new("exam", "结业考试合格后才能出具培训证明，请先完成考试", "N11")]
}

fn was_revoked(last: &Certificate) -> Missing {
    let reason = last.revoked.as_ref().map_or("", |revoked| revoked.reason.as_str());
    let number = &last.number;
    let message = format!("培训证明{number}已作废（{reason}），如需证明，请由服务机构或组织单位换发");
    Missing::new("certificate", message, "N11")
}

fn put(step: &Step<'_>, found: &Attendance, serial: u32) -> Result<Certificate, Refusal> {
    let passing = passing(step.tx, found.id)?;
    let completed_on =
        passing.as_ref().and_then(|paper| paper.submitted_at).map_or(found.held_on, |at| at.on);
    let (mut paper, serves) = composed(step.tx, found, passing.as_ref())?;
    if serial > 1 {
        paper.number = format!("{}-{serial}", paper.number);
    }
    let code = CertificateCode::from_random(random_bytes()?);
    paper.issued_on = step.today;
    paper.completed_on = Some(completed_on);
    paper.verify_code = Some(code.to_string());
    let content = serde_json::to_string(&paper).map_err(|error| Refusal::Document(error.to_string()))?;
    let mut new = Certificate {
        id: CertificateId(0),
        attendance: found.id,
        serial,
        number: paper.number,
        code,
        content,
        completed_on,
        issued: step.moment(),
        issued_by: step.actor.name.clone(),
        revoked: None,
    };
    new.id = certificate::insert(step.tx, &new, &serves)?;
    let summary = format!("出具培训证明{}", new.number);
    record(step, "certificate.issue", found, (&new, summary))?;
    Ok(new)
}

/// The paper as the records stand now, and the decisions for whose repair it is material. It has no day of its own
/// and no code.
pub(super) fn composed(
    tx: &Tx<'_>,
    found: &Attendance,
    passing: Option<&Paper>,
) -> Result<(TrainingCertificate, Vec<PenaltyId>), Refusal> {
    let session = session::load(tx, found.session)?;
    let class = campaign::load_item(tx, session.plan_item)?;
    let year = campaign::load(tx, class.campaign)?.year;
    let enterprise = enterprise::load(tx, found.enterprise)?;
    let score = passing.map(Paper::score);
    let pass_mark = passing.and_then(|paper| (paper.pass_mark * 100).checked_div(paper.length));
    let mut public: Vec<Penalty> = penalty::of_enterprise(tx, found.enterprise)?;
    public.retain(|one| one.state == RecordState::Public);
    let serves = public.iter().map(|one| one.id).collect();
    let paper = TrainingCertificate {
        number: format!("TC-{year}-{:05}", found.id.0),
        enterprise: enterprise.name,
        uscc: enterprise.uscc,
        attendee: found.attendee.clone(),
        attendee_role: found.capacity.map_or("", Capacity::label).to_owned(),
        class_name: session.title,
        held_on: session.held_on,
        hours_tenths: u16::try_from(session.class_hours * 10).unwrap_or(u16::MAX),
        exam_score: score.and_then(|score| u16::try_from(score).ok()),
        pass_mark: pass_mark.and_then(|mark| u16::try_from(mark).ok()).unwrap_or(60),
        completed_on: None,
        decision_numbers: public.into_iter().map(|one| one.decision).collect(),
        organiser: class.organiser_name,
        agency: class.agency_name,
        verify_url: None,
        verify_code: None,
        revoked_on: None,
        issued_on: found.held_on,
    };
    Ok((paper, serves))
}

/// The paper that was passed last.
pub(super) fn passing(tx: &Tx<'_>, id: AttendanceId) -> Result<Option<Paper>, StoreError> {
    Ok(exam::of_attendance(tx, id)?.into_iter().rfind(|paper| paper.passed == Some(true)))
}

/// Issues the certificate of an attendance that passed before certificates were kept; one that there is stays.
///
/// # Errors
/// [`Refusal::Missing`] before the exam is passed, or where the certificate was revoked; [`Refusal::Forbidden`].
pub fn ensure(app: &App, actor: &Actor, id: AttendanceId) -> Result<(), Refusal> {
    let has_one = app.view(actor, |view| {
        let found = visible(view, id)?;
        require(gaps(found.state))?;
        Ok(good(view.tx, id)?.is_some())
    })?;
    if has_one {
        return Ok(());
    }
    app.step(actor, |step| issue(step, &attendance::load(step.tx, id)?).map(drop))
}

/// The certificates of an attendance, first to last, for the enterprise and for those who see its session.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn of_attendance(app: &App, actor: &Actor, id: AttendanceId) -> Result<Vec<Certificate>, Refusal> {
    app.view(actor, |view| {
        visible(view, id)?;
        Ok(certificate::of_attendance(view.tx, id)?)
    })
}

/// A good certificate that is material for the repair of a decision (N11).
#[derive(Debug, Clone)]
pub struct Serving {
    /// The certificate.
    pub certificate: Certificate,
    /// Whether the reader sees the session from which it comes.
    pub may_open: bool,
}

/// The good certificates that are material for the repair of a decision, for a caller that has checked the right
/// already.
pub(crate) fn serving(view: &View<'_>, penalty: PenaltyId) -> Result<Vec<Serving>, Refusal> {
    let all = certificate::serving(view.tx, penalty)?.into_iter().map(|certificate| {
        let of = attendance::load(view.tx, certificate.attendance)?;
        let whom = concerns::of_session(view.tx, of.session)?;
        Ok(Serving { may_open: view.actor.may(Action::ViewSession, &whom), certificate })
    });
    all.collect()
}

/// Issues the certificates of those of a session that passed before certificates were kept; how many they are.
///
/// # Errors
/// [`Refusal::Forbidden`] for those who do not run the session.
pub fn issue_missing(app: &App, actor: &Actor, id: SessionId) -> Result<usize, Refusal> {
    app.step(actor, |step| {
        step.must(Action::RunSession, &concerns::of_session(step.tx, id)?)?;
        let missing = certificate::missing_in(step.tx, id)?;
        for one in &missing {
            issue(step, &attendance::load(step.tx, *one)?)?;
        }
        let count = missing.len();
        let summary = format!("补出培训证明{count}份");
        let done = Done {
            action: "certificate.issue_missing",
            subject: ("session", id.0),
            enterprise: None,
            summary,
        };
        step.record(done, serde_json::json!({ "issued": count }))?;
        Ok(count)
    })
}

/// Marks the good certificate of an attendance as no longer good.
///
/// # Errors
/// [`Refusal::Invalid`] without a reason; [`Refusal::Forbidden`] for those who do not run the session;
/// [`Refusal::Missing`] where there is none.
pub fn revoke(app: &App, actor: &Actor, id: AttendanceId, reason: &str) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let found = run_by(step, id)?;
        let last = certificate::of_attendance(step.tx, id)?.pop().filter(|last| last.revoked.is_none());
        let last = last.ok_or_else(|| none("没有有效的培训证明可以作废"))?;
        end(step, &found, &last, reason)
    })
}

/// Issues the certificate anew as the records stand now, and ends the one before.
///
/// # Errors
/// As [`revoke`]; [`Refusal::Missing`] where the exam is not passed.
pub fn reissue(app: &App, actor: &Actor, id: AttendanceId, reason: &str) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let found = run_by(step, id)?;
        require(gaps(found.state))?;
        step.tx.lock(&format!("certificate-{id}"))?;
        let last = certificate::of_attendance(step.tx, id)?.pop();
        let last = last.ok_or_else(|| none("还没有培训证明，请直接打印，打印时出具"))?;
        if last.revoked.is_none() {
            end(step, &found, &last, reason)?;
        }
        put(step, &found, last.serial + 1).map(drop)
    })
}

fn none(message: &str) -> Refusal {
    Refusal::Missing(vec![Missing::new("certificate", message, "N11")])
}

fn run_by(step: &Step<'_>, id: AttendanceId) -> Result<Attendance, Refusal> {
    let found = attendance::load(step.tx, id)?;
    step.must(Action::RunSession, &concerns::of_session(step.tx, found.session)?)?;
    Ok(found)
}

fn end(step: &Step<'_>, found: &Attendance, last: &Certificate, reason: &str) -> Result<(), Refusal> {
    let reason = tidy(reason);
    if reason.is_empty() {
        return Err(Refusal::invalid("certificate_reason", "请写明作废或换发的原因，核验时会显示"));
    }
    let summary = format!("作废培训证明{}：{reason}", last.number);
    let revoked = Revoked { at: step.moment(), by: step.actor.name.clone(), reason };
    certificate::revoke(step.tx, last.id, &revoked)?;
    record(step, "certificate.revoke", found, (last, summary))
}

fn record(
    step: &Step<'_>,
    action: &str,
    found: &Attendance,
    (about, summary): (&Certificate, String),
) -> Result<(), Refusal> {
    let subject = ("attendance", found.id.0);
    let done = Done { action, subject, enterprise: Some(found.enterprise), summary };
    // Never the code: whoever reads the audit does not hold the paper.
    step.record(done, serde_json::json!({ "certificate": about.id, "number": about.number }))
}
