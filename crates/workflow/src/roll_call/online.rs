//! The heartbeat of a page that is open while a session runs online (线上听课时长, N05).

use xinxiu_domain::actor::Actor;
use xinxiu_domain::id::AttendanceId;
use xinxiu_domain::session::{SessionMode, SessionState, mark_gaps};
use xinxiu_store::{roll, session};

use crate::app::App;
use crate::invitations;
use crate::refusal::{Refusal, require};
use crate::sessions::not_now;

/// Notes that the page of an enterprise is open in this minute, and returns how many minutes it was. The sign-in
/// before it has its audit entry; the minutes are a measurement, and an entry for each would bury the chain.
///
/// # Errors
/// [`Refusal::Illegal`] where the session is not running, or the enterprise has not signed in.
pub fn beat(app: &App, actor: &Actor, id: AttendanceId) -> Result<i64, Refusal> {
    let now = app.clock.now();
    app.store.db.write(|tx| {
        let found = invitations::own(tx, actor, id)?;
        let held = session::load(tx, found.session)?;
        if held.state != SessionState::Open || held.mode == SessionMode::OnSite {
            return Err(not_now(held.state, "记录线上听课"));
        }
        require(mark_gaps(held.held_on, app.clock.day_of(now)))?;
        let presence = roll::presence(&roll::of_attendance(tx, id)?, 0, Some(now));
        if presence.online {
            roll::note_minute(tx, id, now)?;
        }
        Ok(roll::online_minutes(tx, id)?)
    })
}
