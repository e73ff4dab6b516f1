//! The code on the hall's screen (大屏签到码): six digits that change, made of the installation's key, the session
//! and the time. Who types it has seen the screen within the last minute.

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::{AttendanceId, SessionId};
use xinxiu_domain::presence::{Mark, Way};
use xinxiu_domain::session::{SessionMode, SessionState, mark_gaps};
use xinxiu_domain::text::squeeze;
use xinxiu_store::session::Session;
use xinxiu_store::{attendance, concerns, roll, session};

use super::mark::{NewMark, take};
use crate::app::App;
use crate::invitations;
use crate::refusal::{Refusal, require};
use crate::sessions::not_now;
use crate::token::is_same;

/// How long a code stands on the screen. It is taken for as long again, for slow thumbs and bad reception.
pub const CODE_SECONDS: i64 = 30;
/// Six digits.
const CODES: u64 = 1_000_000;
/// Hex digits of the signature that the code is made of; so many more than six that no code is likelier.
const SIGNATURE_DIGITS: usize = 13;

/// What the screen in the hall shows.
#[derive(Debug, Clone)]
pub struct Hall {
    /// The session.
    pub session: Session,
    /// The code now.
    pub code: String,
    /// Seconds until the next one.
    pub seconds_left: i64,
    /// Who is inside, the last to come first.
    pub inside: Vec<String>,
    /// How many are invited and have not declined.
    pub awaited: i64,
}

/// The screen of a session, for those who run it.
///
/// # Errors
/// [`Refusal::Illegal`] before the doors are open and after.
pub fn hall(app: &App, actor: &Actor, id: SessionId) -> Result<Hall, Refusal> {
    app.view(actor, |view| {
        view.must(Action::RunSession, &concerns::of_session(view.tx, id)?)?;
        let found = session::load(view.tx, id)?;
        if found.state != SessionState::Open {
            return Err(not_now(found.state, "显示签到码"));
        }
        require(mark_gaps(found.held_on, view.today))?;
        let now = app.clock.now();
        let presences = roll::presences(view.tx, id, Some(now))?;
        let mut inside = roll::arrivals(view.tx, id)?;
        inside.retain(|(one, _)| presences.get(one).is_some_and(|presence| presence.inside));
        Ok(Hall {
            code: code_at(app, id, step_of(now.as_second()))?,
            seconds_left: CODE_SECONDS - now.as_second().rem_euclid(CODE_SECONDS),
            inside: inside.into_iter().map(|(_, name)| name).collect(),
            awaited: attendance::taken_seats(view.tx, id)?,
            session: found,
        })
    })
}

/// Title of a session whose screen somebody has scanned; the notice of training makes it public.
///
/// # Errors
/// [`StoreError::NotFound`](xinxiu_store::StoreError::NotFound).
pub fn title(app: &App, id: SessionId) -> Result<String, Refusal> {
    Ok(app.store.db.read(|tx| session::load(tx, id))?.title)
}

/// The code of a session now, for whoever may show it.
///
/// # Errors
/// As [`hall`].
pub fn code_of(app: &App, actor: &Actor, id: SessionId) -> Result<String, Refusal> {
    Ok(hall(app, actor, id)?.code)
}

fn step_of(second: i64) -> i64 {
    second.div_euclid(CODE_SECONDS)
}

fn code_at(app: &App, session: SessionId, step: i64) -> Result<String, Refusal> {
    let signature = app.store.vault.sign("roll-call", &format!("{session}:{step}"))?;
    let short = signature.get(..SIGNATURE_DIGITS).unwrap_or_default();
    let number = u64::from_str_radix(short, 16).unwrap_or_default();
    Ok(format!("{:06}", number % CODES))
}

/// Whether a code is the one of now or the one before.
fn is_good(app: &App, session: SessionId, given: &str) -> Result<bool, Refusal> {
    let now = step_of(app.clock.now().as_second());
    for step in [now, now - 1] {
        if is_same(&code_at(app, session, step)?, given) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// An enterprise marks itself in or out: with the screen's code in the hall, without one where the session is
/// also held online.
///
/// # Errors
/// [`Refusal::Invalid`] with a code that is not the screen's; otherwise as the clerk's mark.
pub fn by_code(
    app: &App,
    actor: &Actor,
    id: AttendanceId,
    mark: Mark,
    typed: &str,
) -> Result<SessionId, Refusal> {
    let given = squeeze(typed);
    app.step(actor, |step| {
        let found = invitations::own(step.tx, actor, id)?;
        let held = session::load(step.tx, found.session)?;
        if held.state != SessionState::Open {
            return Err(not_now(held.state, mark.label()));
        }
        require(mark_gaps(held.held_on, step.today))?;
        let way = match (given.is_empty(), held.mode) {
            (true, SessionMode::Online | SessionMode::Both) => Way::Online,
            (true, SessionMode::OnSite) => {
                return Err(Refusal::invalid("code", "请输入会场大屏上的6位数字"));
            }
            (false, _) if is_good(step.app, held.id, &given)? => Way::Screen,
            (false, _) => {
                return Err(Refusal::invalid(
                    "code",
                    "签到码不对或已经换了，请看大屏上现在的6位数字，再输一次",
                ));
            }
        };
        take(step, id, &NewMark { mark, way, device: "", key: "", happened: step.moment() })?;
        Ok(held.id)
    })
}
