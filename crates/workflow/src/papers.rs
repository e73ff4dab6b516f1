//! Papers that the platform makes from what is on record, as data; printing them is `documents`' part.

use xinxiu_documents::{
    CourseModule, Document, SignInRow, SignInSheet, TrainingCertificate, TrainingNotice, render_pdf,
};
use xinxiu_domain::attendance::AttendanceState;
use xinxiu_domain::batch::RecordState;
use xinxiu_domain::exam::{PAPER_LENGTH, PASS_MARK};
use xinxiu_domain::person::mask_phone;
use xinxiu_domain::session::Capacity;
use xinxiu_store::attendance::{Attendance, RosterLine};
use xinxiu_store::enterprise::sealed;
use xinxiu_store::session::Session;
use xinxiu_store::{campaign, enterprise, exam, penalty, session};

use crate::app::View;
use crate::clock::shanghai_minute;
use crate::refusal::Refusal;

/// Media type of a printed paper.
pub const PDF: &str = "application/pdf";

/// Prints a paper.
///
/// # Errors
/// [`Refusal::Document`].
pub fn pdf<D: Document>(document: &D) -> Result<Vec<u8>, Refusal> {
    render_pdf(document).map_err(|error| Refusal::Document(error.to_string()))
}

/// The training certificate of a passed exam (N11).
///
/// # Errors
/// What the database says.
pub fn training_certificate(view: &View<'_>, passed: &Attendance) -> Result<TrainingCertificate, Refusal> {
    let held = session::load(view.tx, passed.session)?;
    let class = campaign::load_item(view.tx, held.plan_item)?;
    let found = enterprise::load(view.tx, passed.enterprise)?;
    let best = exam::of_attendance(view.tx, passed.id)?.iter().filter_map(|paper| paper.right_answers).max();
    let records = penalty::of_enterprise(view.tx, passed.enterprise)?;
    let decisions = records.into_iter().filter(|record| record.state == RecordState::Public);
    // Marks are told out of a hundred, as everybody reads them.
    let hundredth = 100 / u16::try_from(PAPER_LENGTH).unwrap_or(10);
    Ok(TrainingCertificate {
        number: format!("PX{}-{:06}", held.held_on.year(), passed.id.0),
        enterprise: found.name,
        uscc: found.uscc,
        attendee: passed.attendee.clone(),
        attendee_role: passed.capacity.map_or_else(String::new, |capacity| capacity.to_string()),
        class_name: held.title,
        held_on: held.held_on,
        hours_tenths: u16::try_from(held.class_hours * 10).unwrap_or(u16::MAX),
        exam_score: best.map(|right| u16::try_from(right).unwrap_or(0) * hundredth),
        pass_mark: u16::try_from(PASS_MARK).unwrap_or(6) * hundredth,
        decision_numbers: decisions.map(|record| record.decision).collect(),
        organiser: class.organiser_name,
        agency: class.agency_name,
        verify_url: None,
        issued_on: view.today,
    })
}

/// The sign-in sheet of a session, filled from the electronic sign-in; phones are masked.
///
/// # Errors
/// What the vault says.
pub fn sign_in_sheet(
    view: &View<'_>,
    held: &Session,
    organiser: &str,
    roster: &[RosterLine],
) -> Result<SignInSheet, Refusal> {
    let vault = &view.app.store.vault;
    let mut rows = Vec::with_capacity(roster.len());
    for line in roster.iter().filter(|line| line.attendance.state != AttendanceState::Declined) {
        let phone = vault.open_text(sealed::CONTACT_PHONE, &line.contact_phone_sealed)?;
        rows.push(SignInRow {
            enterprise: line.name.clone(),
            attendee: line.attendance.attendee.clone(),
            role: line.attendance.capacity.map_or("", Capacity::label).to_owned(),
            phone: mask_phone(&phone),
            signed: line.attendance.checked_in_at.map_or_else(String::new, shanghai_minute),
        });
    }
    Ok(SignInSheet {
        number: format!("QD{}-{:06}", held.held_on.year(), held.id.0),
        class_name: held.title.clone(),
        time: time_of(held),
        place: held.place.clone(),
        organiser: organiser.to_owned(),
        rows,
        open_lines: 0,
        issued_on: held.held_on,
    })
}

/// The notice by which the organiser called the enterprises to a session (N14).
pub fn training_notice(held: &Session, organiser: &str, agency: &str) -> TrainingNotice {
    let mut modules = CourseModule::six();
    if let Some(first) = modules.first_mut() {
        first.lecturer.clone_from(&held.lecturer);
    }
    TrainingNotice {
        number: format!("TZ{}-{:06}", held.held_on.year(), held.id.0),
        header: organiser.to_owned(),
        reference: held.notice_number.clone(),
        title: format!("关于举办{}的通知", held.title),
        addressees: "有关企业".into(),
        class_name: held.title.clone(),
        audience: "信用领域突出问题专项治理名单、重点关注名单企业和存在行政处罚的企业法定代表人或主要负责人"
            .into(),
        time: time_of(held),
        hours: format!("{}学时", held.class_hours),
        place: held.place.clone(),
        link: held.link.clone(),
        modules,
        methods: held.methods.iter().map(ToString::to_string).collect(),
        agency: agency.to_owned(),
        contact: held.contact_group.clone(),
        phone: String::new(),
        issuer: organiser.to_owned(),
        copies_to: String::new(),
        issued_on: held.published_on.unwrap_or(held.held_on),
    }
}

fn time_of(held: &Session) -> String {
    let day = held.held_on;
    format!("{}年{}月{}日 {}—{}", day.year(), day.month(), day.day(), held.starts_at, held.ends_at)
}
