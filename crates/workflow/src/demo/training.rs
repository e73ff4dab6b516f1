//! The sessions of the demo: planned, published, invited to, answered, held.

use jiff::ToSpan;
use jiff::civil::{Date, date, time};
use xinxiu_domain::attendance::{AttendanceState, Willingness};
use xinxiu_domain::id::{EnterpriseId, SessionId};
use xinxiu_domain::rectification::{Cause, Conditions, RectificationStatus};
use xinxiu_domain::session::{Capacity, Method, Module, SessionMode};
use xinxiu_store::attendance::{self, RosterLine};
use xinxiu_store::candidate::CandidateFilter;

use super::course::{Course, Task};
use super::{FIRST_DAY, line, seats, teaching, words};
use crate::findings::{self, RecordFinding};
use crate::invitations::{self, Answer};
use crate::refusal::Refusal;
use crate::sessions::{self, MaterialType, NewMaterial, PlanSession, PublishSession, TimeAndPlace};

type Outcome = Result<(), Refusal>;

/// Day of the session ahead that is full.
const FULL: Date = date(2022, 9, 23);

/// What becomes of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It is held, or its day has not come.
    Held,
    /// It is cancelled a few days before.
    Cancelled,
    /// It waits for its organiser.
    Unpublished,
    /// Its agency has not prepared it yet.
    Sketched,
}

/// A session of the calendar.
#[derive(Debug, Clone, Copy)]
pub struct Gathering {
    /// Place of its class in the plan.
    pub class: usize,
    /// Name of the session beside the class.
    pub name: &'static str,
    /// Day.
    pub day: Date,
    /// How many of a hundred members are invited.
    pub share: usize,
    /// What becomes of it.
    pub end: End,
}

const fn held(class: usize, name: &'static str, month: i8, day: i8, share: usize) -> Gathering {
    Gathering { class, name, day: date(2022, month, day), share, end: End::Held }
}

const fn other(
    class: usize,
    name: &'static str,
    (month, day): (i8, i8),
    share: usize,
    end: End,
) -> Gathering {
    Gathering { class, name, day: date(2022, month, day), share, end }
}

/// The sessions of the demo.
pub const CALENDAR: &[Gathering] = &[
    held(0, "第一期", 7, 6, 58),
    held(3, "第一期", 7, 7, 52),
    held(6, "第一期", 7, 8, 45),
    held(1, "第一期", 7, 12, 52),
    held(4, "第一期", 7, 14, 50),
    held(9, "第一期", 7, 15, 60),
    held(2, "第一期", 7, 20, 50),
    held(7, "第一期", 7, 21, 45),
    held(5, "第一期", 7, 26, 50),
    held(8, "第一期", 7, 28, 70),
    held(0, "第二期", 8, 3, 34),
    held(3, "第二期", 8, 4, 34),
    held(6, "第二期", 8, 5, 30),
    held(9, "第二期", 8, 9, 34),
    held(1, "第二期", 8, 10, 34),
    held(4, "第二期", 8, 11, 34),
    held(2, "第二期", 8, 17, 34),
    held(7, "第二期", 8, 18, 34),
    held(5, "第二期", 8, 24, 34),
    held(8, "第二期", 8, 25, 30),
    held(6, "第三期", 9, 7, 20),
    other(4, "第三期", (9, 8), 20, End::Cancelled),
    held(0, "第三期", 9, 15, 22),
    held(3, "第三期", 9, 20, 22),
    held(1, "第三期", 9, 22, 20),
    held(5, "第三期", 9, 21, 20),
    held(7, "第三期", 9, 23, 20),
    other(8, "补训场", (9, 26), 20, End::Unpublished),
    other(4, "第三期（改期）", (9, 27), 20, End::Unpublished),
    other(0, "补训场", (9, 28), 20, End::Unpublished),
    other(3, "补训场", (9, 29), 20, End::Unpublished),
    other(2, "第三期", (9, 30), 20, End::Sketched),
];

/// A step of a session.
#[derive(Debug, Clone, Copy)]
pub enum TrainingStep {
    /// The agency plans it.
    Plan,
    /// The organiser publishes it and the agency invites.
    Publish,
    /// Enterprises answer.
    Answer,
    /// Commitments are signed.
    Sign,
    /// It is held.
    Hold,
    /// It is cancelled.
    Cancel,
}

/// Enters every session.
pub fn enter(course: &mut Course<'_>) {
    for (place, gathering) in CALENDAR.iter().enumerate() {
        let mut on = |days: i64, first: Date, step: TrainingStep| {
            let day = gathering.day.saturating_sub(days.days()).max(first);
            course.on(day, Task::Training(step, place));
        };
        on(20, date(2022, 6, 23), TrainingStep::Plan);
        if matches!(gathering.end, End::Unpublished | End::Sketched) {
            continue;
        }
        on(14, date(2022, 6, 27), TrainingStep::Publish);
        on(9, date(2022, 6, 29), TrainingStep::Answer);
        if gathering.end == End::Cancelled {
            on(3, gathering.day, TrainingStep::Cancel);
            continue;
        }
        on(4, date(2022, 7, 1), TrainingStep::Sign);
        on(0, gathering.day, TrainingStep::Hold);
    }
}

/// Takes a step of a session.
pub fn take(course: &mut Course<'_>, step: TrainingStep, place: usize) -> Outcome {
    let gathering = &CALENDAR[place];
    if let TrainingStep::Plan = step {
        course.sessions[place] = Some(plan(course, gathering)?);
        return Ok(());
    }
    let Some(id) = course.sessions[place] else { return Ok(()) };
    match step {
        TrainingStep::Plan => Ok(()),
        TrainingStep::Publish => publish(course, gathering, id),
        TrainingStep::Answer => {
            answer(course, gathering, id)?;
            if gathering.day == FULL { line::form(course, gathering, id) } else { Ok(()) }
        }
        TrainingStep::Sign => {
            seats::sign(course, gathering, id)?;
            teaching::match_up(course, gathering.class, id)
        }
        TrainingStep::Hold => seats::hold(course, gathering, id),
        TrainingStep::Cancel => {
            let reason = "场地临时被征用，改期至9月27日举行，请以新的通知为准";
            sessions::cancel(course.app, &course.organiser(gathering.class)?, id, reason).map(drop)
        }
    }
}

fn plan(course: &mut Course<'_>, gathering: &Gathering) -> Result<SessionId, Refusal> {
    let agency = course.agency(gathering.class)?;
    let class = &course.classes[gathering.class];
    let sketched = gathering.end == End::Sketched;
    let mode = [SessionMode::OnSite, SessionMode::Both, SessionMode::Online]
        [usize::from(gathering.class % 5 == 4) + usize::from(gathering.day > date(2022, 9, 18))];
    let command = PlanSession {
        title: format!("{}{}", class.name, gathering.name),
        at: TimeAndPlace {
            held_on: gathering.day,
            starts_at: time(9, 0, 0, 0),
            ends_at: time(12, 0, 0, 0),
            mode,
            place: "示例会议中心（虚构）一号厅".into(),
            link: "https://meeting.example/demo".into(),
            capacity: 150,
        },
        class_hours: 3,
        lecturer: words::person(gathering.class).into(),
        modules: Module::ALL.to_vec(),
        methods: vec![
            Method::Lecture,
            Method::Topic,
            Method::Matching,
            Method::Consulting,
            Method::Evaluation,
        ],
        contact_group: if sketched {
            String::new()
        } else {
            "示例信用修复服务群（虚构）".into()
        },
        version: 0,
    };
    let id = sessions::plan(course.app, &agency, class.id, &command)?;
    if !sketched {
        let slides = NewMaterial {
            module: Module::Procedure,
            title: "信用修复流程课件（演示）".into(),
            file: (course.scan.clone(), "信用修复流程课件（演示）.pdf".into()),
            kind: MaterialType::Pdf,
            replaces: None,
        };
        sessions::add_material(course.app, &agency, id, &slides)?;
        sessions::use_outline(course.app, &agency, id)?;
        if gathering.end == End::Unpublished {
            // A word that the content check asks about: its organiser says what is meant.
            let myths = NewMaterial {
                module: Module::Impact,
                title: "花钱就能快速修复？常见误区（演示）".into(),
                file: (course.scan.clone(), "常见误区（演示）.pdf".into()),
                kind: MaterialType::Pdf,
                replaces: None,
            };
            sessions::add_material(course.app, &agency, id, &myths)?;
        }
        teaching::name_lecturers(course, gathering.class, id)?;
    }
    Ok(id)
}

fn publish(course: &mut Course<'_>, gathering: &Gathering, id: SessionId) -> Outcome {
    let organiser = course.organiser(gathering.class)?;
    let by_deputy_head = gathering.class % 3 != 2;
    let command = PublishSession {
        confirmed_by: words::person(gathering.class + 2).into(),
        notice_number: format!("示信办〔2022〕{}号", id.0),
        by_deputy_head,
        lecturer_reason: if by_deputy_head {
            String::new()
        } else {
            "分管负责人当日有会议，由业务科长宣讲".into()
        },
    };
    sessions::publish(course.app, &organiser, id, &command)?;
    invite(course, gathering, id)
}

fn invite(course: &mut Course<'_>, gathering: &Gathering, id: SessionId) -> Outcome {
    let agency = course.agency(gathering.class)?;
    let candidates = invitations::candidates(course.app, &agency, id, &CandidateFilter::default())?;
    let untrained: Vec<EnterpriseId> =
        candidates.iter().filter(|one| !one.trained).map(|one| one.enterprise).collect();
    let members = usize::try_from(course.classes[gathering.class].planned).unwrap_or_default();
    let wanted = members * gathering.share / 100;
    let mut chosen: Vec<EnterpriseId> = untrained.into_iter().take(wanted).collect();
    chosen.sort_unstable();
    if chosen.is_empty() {
        return Ok(());
    }
    let outcome = invitations::invite(course.app, &agency, id, &chosen)?;
    course.tally.invited += outcome.invited.len();
    // A phone number had changed hands: its link is withdrawn; another was lost and is given anew.
    if let [first, second, ..] = outcome.invited.as_slice()
        && gathering.end == End::Cancelled
    {
        invitations::revoke(course.app, &agency, *first)?;
        invitations::reissue(course.app, &agency, *second)?;
    }
    Ok(())
}

/// The roll of a session by enterprise, so that chance falls the same on both engines.
pub fn roll(course: &Course<'_>, id: SessionId) -> Result<Vec<RosterLine>, Refusal> {
    let mut roll = course.app.store.db.read(|tx| attendance::roster(tx, course.campaign, id))?;
    roll.sort_by_key(|line| line.attendance.enterprise);
    Ok(roll)
}

fn answer(course: &mut Course<'_>, gathering: &Gathering, id: SessionId) -> Outcome {
    // Of a session that lies ahead, half have not answered yet.
    let patience = if gathering.day > FIRST_DAY { 50 } else { 100 };
    for line in roll(course, id)? {
        if line.attendance.link_revoked || !course.dice.chance(patience) {
            continue;
        }
        let thrown = course.dice.below(100);
        if thrown >= 78 {
            continue;
        }
        answer_one(course, &line, thrown < 62)?;
    }
    Ok(())
}

fn answer_one(course: &mut Course<'_>, line: &RosterLine, attending: bool) -> Outcome {
    let guest = course.guest(&line.attendance)?;
    let thrown = course.dice.below(100);
    let willingness = match (attending, thrown) {
        (true, 0..85) => Willingness::Willing,
        (false, 0..55) => Willingness::Unwilling,
        _ => Willingness::Undecided,
    };
    let capacity = course.dice.pick(&[
        Capacity::LegalRepresentative,
        Capacity::LegalRepresentative,
        Capacity::Principal,
        Capacity::Deputy,
    ]);
    let attendee = match capacity {
        Capacity::LegalRepresentative => line.legal_representative.clone(),
        _ => words::person(course.dice.below(8)).to_owned(),
    };
    let command =
        Answer { attending, willingness, attendee, capacity: Some(capacity), representative: String::new() };
    invitations::answer(course.app, &guest, line.attendance.id, &command)?;
    if course.dice.chance(30) {
        let said = finding(course, line.attendance.enterprise);
        findings::record(course.app, &guest, &said)?;
    }
    Ok(())
}

/// What somebody says of an enterprise.
pub fn finding(course: &mut Course<'_>, enterprise: EnterpriseId) -> RecordFinding {
    let cause = Cause::ALL[course.dice.below(Cause::ALL.len())];
    let rectification = course.dice.pick(&[
        RectificationStatus::Done,
        RectificationStatus::Done,
        RectificationStatus::UnderWay,
        RectificationStatus::NotStarted,
        RectificationStatus::Unclear,
    ]);
    let conditions = match rectification {
        RectificationStatus::Done => Conditions::Met,
        RectificationStatus::Unclear => Conditions::Unclear,
        _ => Conditions::NotMet,
    };
    let note = if cause == Cause::OtherCause {
        "委托代办机构办理，企业未及时知情".into()
    } else {
        String::new()
    };
    RecordFinding { enterprise, penalty: None, cause, rectification, conditions, note }
}

/// Whether an enterprise still has a seat to take.
pub const fn awaited(state: AttendanceState) -> bool {
    matches!(state, AttendanceState::Invited | AttendanceState::Accepted)
}
