//! A paper sign-in sheet entered in bulk (纸质签到表补录, N11): everything in one step, or nothing and what is wrong.

use jiff::civil::Time;
use jiff::{Span, Timestamp};
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::{AttendanceId, SessionId};
use xinxiu_domain::presence::{Mark, Way};
use xinxiu_store::moment::{from_shanghai, shanghai};
use xinxiu_store::session::Session;
use xinxiu_store::{Moment, attendance, concerns, enterprise, session};

use super::mark::{NewMark, take};
use crate::app::{App, Step};
use crate::refusal::{FieldError, Refusal};

/// A line of the sheet.
#[derive(Debug, Clone, Copy)]
pub struct SheetLine {
    /// Whose.
    pub attendance: AttendanceId,
    /// When it came; `None` where it is on the roll already.
    pub came: Option<Time>,
    /// When it left; `None` where the sheet does not say.
    pub left: Option<Time>,
}

/// Enters the lines of a sheet. Returns how many marks were made.
///
/// # Errors
/// [`Refusal::Invalid`] with every line that cannot be taken.
pub fn enter_sheet(app: &App, actor: &Actor, id: SessionId, lines: &[SheetLine]) -> Result<usize, Refusal> {
    if lines.is_empty() {
        return Err(Refusal::invalid("sheet", "请勾选签到表上签了名的企业"));
    }
    app.step(actor, |step| {
        step.must(Action::RunSession, &concerns::of_session(step.tx, id)?)?;
        let held = session::load(step.tx, id)?;
        let (mut errors, mut marks) = (Vec::new(), 0);
        for line in lines {
            match enter(step, &held, line) {
                Ok(made) => marks += made,
                Err(fault @ (Refusal::Store(_) | Refusal::Forbidden(_))) => return Err(fault),
                Err(refusal) => {
                    let found = attendance::load(step.tx, line.attendance)?;
                    let name = enterprise::load(step.tx, found.enterprise)?.name;
                    let field = format!("line-{}", line.attendance);
                    errors.push(FieldError { field, message: format!("{name}：{refusal}") });
                }
            }
        }
        if errors.is_empty() { Ok(marks) } else { Err(Refusal::Invalid(errors)) }
    })
}

fn enter(step: &Step<'_>, held: &Session, line: &SheetLine) -> Result<usize, Refusal> {
    let found = attendance::load(step.tx, line.attendance)?;
    if found.session != held.id {
        return Err(Refusal::invalid("sheet", "不是本场次邀请的企业"));
    }
    if let (Some(came), Some(left)) = (line.came, line.left)
        && left <= came
    {
        return Err(Refusal::invalid("sheet", format!("签退时间{left}不晚于签到时间{came}，请核对")));
    }
    let marks = [(Mark::CheckIn, line.came), (Mark::CheckOut, line.left)];
    let mut made = 0;
    for (mark, time) in marks {
        let Some(time) = time else { continue };
        let happened = on_the_day(step, held, time)?;
        take(step, line.attendance, &NewMark { mark, way: Way::Sheet, device: "", key: "", happened })?;
        made += 1;
    }
    Ok(made)
}

/// The moment of a time on the session's day. Where the business day is set apart from the real one, the real
/// time is as far back as the session's day is from today, so that all marks of a session stand on one line.
fn on_the_day(step: &Step<'_>, held: &Session, time: Time) -> Result<Moment, Refusal> {
    let wrong = |_| Refusal::invalid("sheet", "时间不对");
    let back = held.held_on.until(step.today).map_err(wrong)?;
    let day = shanghai(step.now).date().checked_sub(Span::new().days(back.get_days())).map_err(wrong)?;
    let at: Timestamp =
        from_shanghai(day.to_datetime(time)).ok_or_else(|| Refusal::invalid("sheet", "时间不对"))?;
    Ok(Moment { on: held.held_on, at })
}
