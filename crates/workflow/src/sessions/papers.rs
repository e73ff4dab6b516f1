//! The notice that calls enterprises to a session, and its sign-in sheet (N05–N09, N14).

use jiff::civil::{Date, Weekday};
use xinxiu_documents::{CourseModule, SignInRow, SignInSheet, TrainingNotice};
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::agenda::{AgendaItem, clock, minutes_of_day, times};
use xinxiu_domain::attendance::AttendanceState;
use xinxiu_domain::id::SessionId;
use xinxiu_domain::person::mask_phone;
use xinxiu_domain::session::{Method, Module, SessionState};
use xinxiu_store::attendance::RosterLine;
use xinxiu_store::campaign::PlanItem;
use xinxiu_store::enterprise::sealed::CONTACT_PHONE;
use xinxiu_store::session::Session;
use xinxiu_store::{attendance, campaign, concerns, session};

use super::{agenda_store, not_now};
use crate::app::{App, View};
use crate::refusal::Refusal;

/// Lines left open on the sheet for those who come unannounced.
const OPEN_LINES: u8 = 6;

/// The training notice of a published session.
///
/// # Errors
/// [`Refusal::Illegal`] before it is published.
pub fn notice(app: &App, actor: &Actor, id: SessionId) -> Result<TrainingNotice, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ViewSession, &concerns::of_session(view.tx, id)?)?;
        let found = session::load(view.tx, id)?;
        if matches!(found.state, SessionState::Planned | SessionState::Cancelled) {
            return Err(not_now(found.state, "出具培训通知"));
        }
        let class = campaign::load_item(view.tx, found.plan_item)?;
        let agenda = agenda_store::of_session(view.tx, id)?;
        Ok(notice_of(view, &found, class, &agenda))
    })
}

/// The notice's content, for a caller that has checked the right already.
pub(crate) fn notice_of(
    view: &View<'_>,
    found: &Session,
    class: PlanItem,
    agenda: &[agenda_store::Line],
) -> TrainingNotice {
    TrainingNotice {
        number: format!("TN-{}-{:04}", found.held_on.year(), found.id.0),
        header: class.organiser_name.clone(),
        reference: found.notice_number.clone(),
        title: format!("关于举办{}的通知", found.title),
        addressees: "各有关单位、有关企业".into(),
        class_name: class.name.clone(),
        audience:
            "信用领域突出问题专项治理名单内、存在行政处罚的企业、重点关注名单企业的法定代表人或主要负责人"
                .into(),
        time: spoken_time(found),
        hours: format!("{}学时", found.class_hours),
        place: found.place.clone(),
        link: found.link.clone(),
        modules: course(found, agenda),
        agenda: programme(found, agenda),
        methods: found.methods.iter().copied().map(Method::label).map(str::to_owned).collect(),
        agency: class.agency_name.clone(),
        contact: class.agency_name,
        // No phone is on record with a session: whoever asks finds the agency in its contact group.
        phone: String::new(),
        contact_group: found.contact_group.clone(),
        issuer: class.organiser_name,
        copies_to: String::new(),
        issued_on: found.published_on.unwrap_or(view.today),
    }
}

/// The six modules as taught, each with its lecturer as far as one is known.
fn course(found: &Session, agenda: &[agenda_store::Line]) -> Vec<CourseModule> {
    let taught = Module::ALL.iter().zip(CourseModule::six());
    let lecturer = |module: Module| {
        let taught_by =
            agenda.iter().filter(|line| line.item.module == Some(module) && !line.item.lecturer.is_empty());
        let mut names: Vec<&str> = taught_by.map(|line| line.item.lecturer.as_str()).collect();
        names.dedup();
        names.join("、")
    };
    let mut course: Vec<CourseModule> = taught
        .filter(|(module, _)| found.modules.contains(module))
        .map(|(module, text)| CourseModule { lecturer: lecturer(*module), ..text })
        .collect();
    if let Some(first) = course.first_mut().filter(|first| first.lecturer.is_empty()) {
        first.lecturer.clone_from(&found.lecturer);
    }
    course
}

/// The agenda as it is printed: 13:30—14:15　what（how, lecturer, where）.
fn programme(found: &Session, agenda: &[agenda_store::Line]) -> Vec<String> {
    let items: Vec<AgendaItem> = agenda.iter().map(|line| line.item.clone()).collect();
    let times = times(minutes_of_day(&found.starts_at).unwrap_or(0), &items);
    let line = |(item, (from, to)): (&AgendaItem, (u32, u32))| {
        let method = item.method.map(Method::label).filter(|label| *label != item.name());
        let lecturer = (!item.lecturer.is_empty()).then(|| format!("讲师：{}", item.lecturer));
        let room = (!item.room.is_empty()).then(|| item.room.clone());
        let notes: Vec<String> = [method.map(str::to_owned), lecturer, room].into_iter().flatten().collect();
        let notes = if notes.is_empty() { String::new() } else { format!("（{}）", notes.join("，")) };
        format!("{}—{}\u{3000}{}{notes}", clock(from), clock(to), item.name())
    };
    items.iter().zip(times).map(line).collect()
}

/// Day and hours as they are read out: 2022年6月28日（星期二）13:30—17:00.
pub(crate) fn spoken_time(found: &Session) -> String {
    format!("{}{}—{}", spoken_day(found.held_on), found.starts_at, found.ends_at)
}

pub(super) fn spoken_day(day: Date) -> String {
    let weekday = match day.weekday() {
        Weekday::Monday => "一",
        Weekday::Tuesday => "二",
        Weekday::Wednesday => "三",
        Weekday::Thursday => "四",
        Weekday::Friday => "五",
        Weekday::Saturday => "六",
        Weekday::Sunday => "日",
    };
    format!("{}年{}月{}日（星期{weekday}）", day.year(), day.month(), day.day())
}

/// The sign-in sheet of a session; who signed in by phone is already on it.
///
/// # Errors
/// [`Refusal::Forbidden`] for those who do not run the session.
pub fn sign_in_sheet(app: &App, actor: &Actor, id: SessionId) -> Result<SignInSheet, Refusal> {
    app.view(actor, |view| {
        view.must(Action::RunSession, &concerns::of_session(view.tx, id)?)?;
        let found = session::load(view.tx, id)?;
        let class = campaign::load_item(view.tx, found.plan_item)?;
        let roster = attendance::roster(view.tx, class.campaign, id)?;
        sheet_of(view, &found, class, &roster)
    })
}

/// The sheet's content, for a caller that has checked the right already.
///
/// # Errors
/// What the vault says.
pub(crate) fn sheet_of(
    view: &View<'_>,
    found: &Session,
    class: PlanItem,
    roster: &[RosterLine],
) -> Result<SignInSheet, Refusal> {
    let coming = roster.iter().filter(|line| {
        !matches!(
            line.attendance.state,
            AttendanceState::Declined | AttendanceState::Waiting | AttendanceState::Withdrawn
        )
    });
    Ok(SignInSheet {
        number: format!("SI-{}-{:04}", found.held_on.year(), found.id.0),
        class_name: class.name.clone(),
        time: spoken_time(found),
        place: if found.place.is_empty() { "线上".into() } else { found.place.clone() },
        organiser: class.organiser_name,
        rows: coming.map(|line| row(view.app, line)).collect::<Result<_, _>>()?,
        open_lines: OPEN_LINES,
        issued_on: view.today,
    })
}

fn row(app: &App, line: &RosterLine) -> Result<SignInRow, Refusal> {
    let phone = app.store.vault.open_text(CONTACT_PHONE, &line.contact_phone_sealed)?;
    Ok(SignInRow {
        enterprise: line.name.clone(),
        attendee: line.attendance.attendee.clone(),
        role: line.attendance.capacity.map_or_else(String::new, |capacity| capacity.label().to_owned()),
        phone: mask_phone(&phone),
        signed: line.attendance.checked_in_at.map_or_else(String::new, xinxiu_store::Moment::hour),
    })
}
