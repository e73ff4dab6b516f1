//! One session ahead is full: an invitation is called back, and others wait for a seat.

use jiff::civil::Time;
use xinxiu_domain::attendance::{AttendanceState, Willingness};
use xinxiu_domain::id::{EnterpriseId, SessionId};
use xinxiu_domain::session::Capacity;
use xinxiu_store::candidate::CandidateFilter;
use xinxiu_store::{attendance, session};

use super::course::Course;
use super::training::{Gathering, roll};
use super::words;
use crate::invitations::{self, Answer};
use crate::refusal::Refusal;
use crate::sessions::{self, ChangeSession, TimeAndPlace};

/// So many are invited to wait; all but the last say that they come.
const WAITING: usize = 3;

/// Lets the hall be as large as the seats that are taken, and invites more to wait.
pub fn form(course: &mut Course<'_>, gathering: &Gathering, id: SessionId) -> Result<(), Refusal> {
    let agency = course.agency(gathering.class)?;
    let declined =
        roll(course, id)?.into_iter().find(|one| one.attendance.state == AttendanceState::Declined);
    if let Some(one) = declined {
        invitations::withdraw(course.app, &agency, one.attendance.id, "企业已改报其他场次")?;
    }
    let read = |tx: &xinxiu_store::Tx<'_>| {
        Ok::<_, Refusal>((session::load(tx, id)?, attendance::taken_seats(tx, id)?))
    };
    let (held, taken) = course.app.store.db.read(read)?;
    let hour = |text: &str| text.parse().unwrap_or(Time::midnight());
    let command = ChangeSession {
        at: TimeAndPlace {
            held_on: held.held_on,
            starts_at: hour(&held.starts_at),
            ends_at: hour(&held.ends_at),
            mode: held.mode,
            place: held.place.clone(),
            link: held.link.clone(),
            capacity: u32::try_from(taken).unwrap_or(held.capacity),
        },
        reason: "会场座位有限".into(),
        version: held.version,
    };
    sessions::change(course.app, &course.organiser(gathering.class)?, id, &command)?;
    let free = invitations::candidates(course.app, &agency, id, &CandidateFilter::default())?;
    let chosen: Vec<EnterpriseId> =
        free.iter().filter(|one| !one.trained).map(|one| one.enterprise).take(WAITING).collect();
    if chosen.is_empty() {
        return Ok(());
    }
    let waiting = invitations::invite_to_wait(course.app, &agency, id, &chosen)?.invited;
    for one in waiting.iter().take(WAITING - 1) {
        let found = course.app.store.db.read(|tx| attendance::load(tx, *one))?;
        let command = Answer {
            attending: true,
            willingness: Willingness::Willing,
            attendee: words::person(gathering.class).into(),
            capacity: Some(Capacity::Principal),
            representative: String::new(),
        };
        invitations::answer(course.app, &course.guest(&found)?, *one, &command)?;
    }
    Ok(())
}
