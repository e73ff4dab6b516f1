//! The clerk's device after a time without a network: what it noted is checked now, one mark at a time, and
//! what cannot be taken is said instead of lost.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::{AttendanceId, SessionId};
use xinxiu_domain::presence::{Mark, Way};
use xinxiu_store::{Moment, attendance, concerns, enterprise, roll};

use super::mark::{NewMark, take};
use crate::app::App;
use crate::invitations;
use crate::refusal::Refusal;

/// Marks taken in one go; a device has no more in its queue than a hall has seats, twice.
const AT_MOST: usize = 2000;

/// A mark that a device noted.
#[derive(Debug, Clone, Deserialize)]
pub struct DeskMark {
    /// Made by the device; sent again it is taken once.
    pub key: String,
    /// Whose, where the clerk found it in the list.
    #[serde(default)]
    pub attendance: Option<i64>,
    /// The personal link, where the clerk scanned it.
    #[serde(default)]
    pub link: String,
    /// `check_in` or `check_out`.
    pub mark: String,
    /// Seconds since it was noted, by the device's own clock: that clock may be wrong, but it runs.
    pub seconds_ago: i64,
}

/// What became of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// On the roll.
    Taken,
    /// On the roll already; nothing is double.
    Double,
    /// Not taken: the clerk has to look.
    Conflict,
}

/// The answer for one mark.
#[derive(Debug, Clone, Serialize)]
pub struct Synced {
    /// The device's key.
    pub key: String,
    /// What became of it.
    pub verdict: Verdict,
    /// Name of the enterprise; empty where it is not known.
    pub name: String,
    /// Why, for the clerk.
    pub message: String,
}

/// Takes what a device noted, in the order in which it happened.
///
/// # Errors
/// [`Refusal::Forbidden`]; everything else is answered mark by mark.
pub fn sync(
    app: &App,
    actor: &Actor,
    session: SessionId,
    device: &str,
    mut marks: Vec<DeskMark>,
) -> Result<Vec<Synced>, Refusal> {
    app.view(actor, |view| view.must(Action::RunSession, &concerns::of_session(view.tx, session)?))?;
    marks.truncate(AT_MOST);
    marks.sort_by_key(|mark| std::cmp::Reverse(mark.seconds_ago));
    Ok(marks.iter().map(|mark| one(app, actor, session, device, mark)).collect())
}

fn one(app: &App, actor: &Actor, session: SessionId, device: &str, noted: &DeskMark) -> Synced {
    let answer =
        |verdict, name: String, message: String| Synced { key: noted.key.clone(), verdict, name, message };
    let conflict = |name: String, why: &str| answer(Verdict::Conflict, name, why.to_owned());
    let Some(mark) = Mark::from_code(&noted.mark) else {
        return conflict(String::new(), "不是签到也不是签退");
    };
    if noted.key.is_empty() || noted.key.len() > 64 {
        return conflict(String::new(), "没有编号，无法防止重复");
    }
    let Some(id) = whose(app, noted) else {
        return conflict(String::new(), "个人链接无效、已作废或已过期，请在名单里找到企业登记");
    };
    let name = app.store.db.read(|tx| {
        let found = attendance::find(tx, id)?.filter(|found| found.session == session);
        found.map(|found| Ok(enterprise::load(tx, found.enterprise)?.name)).transpose()
    });
    let name: Result<Option<String>, xinxiu_store::StoreError> = name;
    let Ok(Some(name)) = name else {
        return conflict(String::new(), "不是本场次邀请的企业");
    };
    match put(app, actor, id, (mark, device), noted) {
        Ok(true) => answer(Verdict::Taken, name, format!("已{mark}")),
        Ok(false) => answer(Verdict::Double, name, format!("先前已{mark}，没有重复登记")),
        Err(refusal) => conflict(name, &refusal.to_string()),
    }
}

/// Whose mark it is. A scanned link is verified here: offline the device could not.
fn whose(app: &App, noted: &DeskMark) -> Option<AttendanceId> {
    if noted.link.is_empty() {
        return noted.attendance.map(AttendanceId);
    }
    let token = noted.link.trim().rsplit('/').find(|part| !part.is_empty())?;
    invitations::of_link(app, token).ok().map(|(_, found)| found.id)
}

/// Puts a mark on the roll. Returns whether it was new.
fn put(
    app: &App,
    actor: &Actor,
    id: AttendanceId,
    (mark, device): (Mark, &str),
    noted: &DeskMark,
) -> Result<bool, Refusal> {
    let now = app.clock.now();
    let at =
        Timestamp::from_second(now.as_second() - noted.seconds_ago.clamp(0, 7 * 24 * 3600)).unwrap_or(now);
    let known = app.store.db.read(|tx| {
        if roll::is_known(tx, &noted.key)? {
            return Ok(true);
        }
        let events = roll::of_attendance(tx, id)?;
        let inside = roll::presence(&events, 0, Some(at)).inside;
        // Someone else was faster: in is in, and out is out.
        Ok::<_, xinxiu_store::StoreError>(match mark {
            Mark::CheckIn => inside,
            Mark::CheckOut => !inside && !events.is_empty(),
        })
    })?;
    if known {
        return Ok(false);
    }
    let device: String = device.chars().take(40).collect();
    app.step(actor, |step| {
        let session = attendance::load(step.tx, id)?.session;
        step.must(Action::RunSession, &concerns::of_session(step.tx, session)?)?;
        let happened = Moment { on: app.clock.day_of(at), at };
        let new = NewMark { mark, way: Way::Device, device: &device, key: &noted.key, happened };
        take(step, id, &new)
    })?;
    Ok(true)
}
