//! Before and in the hall: commitments signed, exceptions, roll-call, exams.

use jiff::ToSpan;
use jiff::civil::Time;
use xinxiu_domain::attendance::AttendanceState;
use xinxiu_domain::commitment::CommitmentState;
use xinxiu_domain::exam::Question;
use xinxiu_domain::feedback::Rating;
use xinxiu_domain::free_of_charge::Occasion;
use xinxiu_domain::id::{AttendanceId, SessionId};
use xinxiu_domain::paper_code::PaperKind;
use xinxiu_domain::presence::Mark;
use xinxiu_store::attendance::RosterLine;
use xinxiu_store::feedback::Feedback;
use xinxiu_store::files::Kept;
use xinxiu_store::{commitment, enterprise, session};

use super::course::{Course, Trained};
use super::training::{Gathering, awaited, roll};
use super::{FIRST_DAY, repair, sample};
use crate::refusal::Refusal;
use crate::roll_call::SheetLine;
use crate::{commitments, exam, feedback, free_of_charge, paper_codes, roll_call, sessions};

type Outcome = Result<(), Refusal>;

/// Questions of a paper, and right answers that pass, by the standard blueprint.
const PAPER_LENGTH: usize = 10;
const PASS_MARK: usize = 6;

/// Commitments that an agency prints for each session; most enterprises print theirs themselves.
const PRINTED: usize = 3;
/// Every so many a scan has no code that can be read.
const UNREAD: i64 = 9;

/// The commitments of those who said that they come.
pub fn sign(course: &mut Course<'_>, gathering: &Gathering, id: SessionId) -> Outcome {
    let agency = course.agency(gathering.class)?;
    commitments::prepare_class(course.app, &agency, course.classes[gathering.class].id)?;
    for (index, line) in roll(course, id)?.iter().enumerate() {
        if line.attendance.state != AttendanceState::Accepted && !course.dice.chance(8) {
            continue;
        }
        sign_all(course, gathering, line, index < PRINTED)?;
    }
    Ok(())
}

/// Some sign nothing, some leave one out, most sign every one.
fn sign_all(course: &mut Course<'_>, gathering: &Gathering, line: &RosterLine, print: bool) -> Outcome {
    let of = line.attendance.enterprise;
    let open = course.app.store.db.read(|tx| commitment::of_enterprise(tx, course.campaign, of))?;
    let agency = course.agency(gathering.class)?;
    let thrown = course.dice.below(100);
    let actor = if thrown % 4 == 1 { course.guest(&line.attendance)? } else { agency };
    for (index, one) in open.iter().enumerate() {
        let unsigned = matches!(one.state, CommitmentState::Prepared | CommitmentState::Printed);
        if !unsigned || thrown >= 94 || (thrown >= 91 && index > 0) {
            continue;
        }
        if print && index == 0 {
            commitments::pdf(course.app, &actor, one.id)?;
            // The paper lies with the enterprise.
            if thrown.is_multiple_of(3) {
                continue;
            }
        }
        let scan = paper(course, one)?;
        commitments::sign(course.app, &actor, one.id, &scan, course.today())?;
        course.tally.signed += 1;
    }
    Ok(())
}

/// The signed paper as it comes back: most as a photograph with its code, some as a scan on which none can be read.
fn paper(course: &Course<'_>, one: &commitment::Commitment) -> Result<Kept, Refusal> {
    if one.id.0 % UNREAD == 0 {
        return Ok(course.scan.clone());
    }
    let code = paper_codes::code(&course.app.store.vault, PaperKind::Commitment, one.id.0, &one.edition)?;
    Ok(course.app.store.files.keep(sample::photo(&code.text())?.as_slice())?)
}

/// Roll-call, exam, end. Today's session is still under way.
pub fn hold(course: &mut Course<'_>, gathering: &Gathering, id: SessionId) -> Outcome {
    let agency = course.agency(gathering.class)?;
    sessions::open_doors(course.app, &agency, id)?;
    let under_way = gathering.day == FIRST_DAY;
    for line in roll(course, id)? {
        if !awaited(line.attendance.state) || (under_way && course.dice.chance(35)) {
            continue;
        }
        if seat(course, gathering, &line)? {
            examine(course, gathering, &line, under_way)?;
        }
    }
    if !under_way {
        sessions::close(course.app, &agency, id)?;
    }
    Ok(())
}

/// Signs an enterprise in. Returns whether it came.
fn seat(course: &mut Course<'_>, gathering: &Gathering, line: &RosterLine) -> Result<bool, Refusal> {
    let answered = line.attendance.state == AttendanceState::Accepted;
    let comes = course.dice.chance(if answered { 93 } else { 30 });
    let signed = line.owed.signed >= line.owed.needed;
    let excused = answered && course.dice.chance(40);
    if !comes || !(signed || excused) {
        return Ok(false);
    }
    let id = line.attendance.id;
    if !signed {
        let of = line.attendance.enterprise;
        let county = course.app.store.db.read(|tx| enterprise::load(tx, of))?.county;
        let Some(county) = county else { return Ok(false) };
        let reason = course.dice.pick(&["公章正在补办，三日内补交承诺书", "法定代表人在外地，回来后补签"]);
        roll_call::grant_exception(course.app, &course.cast.of(county)?, id, reason)?;
    }
    sign_in(course, gathering, line)?;
    course.tally.trained += 1;
    Ok(true)
}

/// Onto the roll: today by the screen's code or the clerk, in sessions that are over from the paper sheet, which
/// knows when somebody came and left.
fn sign_in(course: &mut Course<'_>, gathering: &Gathering, line: &RosterLine) -> Outcome {
    let (id, held) = (line.attendance.id, line.attendance.session);
    let agency = course.agency(gathering.class)?;
    let own = course.dice.chance(40);
    if gathering.day == FIRST_DAY {
        if own {
            let guest = course.guest(&line.attendance)?;
            let code = roll_call::code_of(course.app, &agency, held)?;
            roll_call::by_code(course.app, &guest, id, Mark::CheckIn, &code)?;
        } else {
            roll_call::check_in(course.app, &agency, id)?;
        }
        return Ok(());
    }
    let session = course.app.store.db.read(|tx| session::load(tx, held))?;
    let early = i64::try_from(course.dice.below(25)).unwrap_or(0);
    let left_early = if course.dice.chance(6) { 95 } else { 0 };
    let before =
        |time: &str, minutes: i64| Some(time.parse::<Time>().ok()?.saturating_sub(minutes.minutes()));
    let (came, left) = (before(&session.starts_at, early), before(&session.ends_at, left_early));
    let sheet = SheetLine { attendance: id, came, left };
    roll_call::enter_sheet(course.app, &agency, held, &[sheet])?;
    Ok(())
}

/// About half say how it was. Chosen by the id and not by the dice, so that saying it changes nothing else.
fn says(course: &Course<'_>, line: &RosterLine) -> Outcome {
    let number = line.attendance.id.0;
    if number % 2 == 0 {
        return Ok(());
    }
    let (content, remark) = match number % 7 {
        0 => (Rating::Fair, "案例再多一些就更好"),
        1 | 2 => (Rating::Good, ""),
        3 => (Rating::VeryGood, "讲解怎么填申请材料，很有用"),
        _ => (Rating::VeryGood, ""),
    };
    let arrangement = if number % 11 == 0 { Rating::Poor } else { Rating::Good };
    let said = Feedback { content, lecturer: Rating::VeryGood, arrangement, remark: remark.into() };
    feedback::give(course.app, &course.guest(&line.attendance)?, line.attendance.id, &said)
}

/// The exam: most pass at once, some the second time, a few fail or do not sit it.
fn examine(course: &mut Course<'_>, gathering: &Gathering, line: &RosterLine, under_way: bool) -> Outcome {
    let id = line.attendance.id;
    let thrown = course.dice.below(100);
    let sits = if under_way { thrown < 25 } else { thrown < 97 };
    if sits {
        let on_phone = course.dice.chance(25);
        let first = if thrown < 86 { PASS_MARK + course.dice.below(5) } else { 3 + course.dice.below(3) };
        write(course, gathering, line, (first, on_phone))?;
        if (86..93).contains(&thrown) {
            let second = PASS_MARK + course.dice.below(4);
            write(course, gathering, line, (second, on_phone))?;
        }
    }
    if course.dice.chance(60) {
        let guest = course.guest(&line.attendance)?;
        for occasion in [Occasion::Invitation, Occasion::Class] {
            free_of_charge::confirm(course.app, &guest, id, occasion)?;
        }
    }
    if under_way {
        return Ok(());
    }
    says(course, line)?;
    let trained = Trained {
        enterprise: line.attendance.enterprise,
        county: line.county.clone(),
        township: line.township.clone(),
        class: gathering.class,
    };
    course.trained.push(trained.clone());
    repair::enter(course, &trained, thrown < 93);
    Ok(())
}

/// One attempt with so many right answers, on paper or on the phone.
fn write(
    course: &Course<'_>,
    gathering: &Gathering,
    line: &RosterLine,
    (right, on_phone): (usize, bool),
) -> Outcome {
    let id: AttendanceId = line.attendance.id;
    let right = right.min(PAPER_LENGTH);
    if !on_phone {
        let entered = u32::try_from(right).unwrap_or_default();
        return exam::enter(course.app, &course.agency(gathering.class)?, id, entered, None);
    }
    let guest = course.guest(&line.attendance)?;
    let paper = exam::start(course.app, &guest, id)?;
    let answers: Vec<Vec<usize>> =
        paper.questions.iter().enumerate().map(|(place, one)| given(one, place < right)).collect();
    exam::submit(course.app, &guest, id, paper.id, &answers).map(drop)
}

/// The right answer to a question, or a wrong one.
fn given(question: &Question, right: bool) -> Vec<usize> {
    if right {
        return question.answer.clone();
    }
    let wrong = (0..question.choices.len()).find(|choice| !question.answer.contains(choice));
    // Where every choice is right, one alone is wrong.
    vec![wrong.unwrap_or(0)]
}
