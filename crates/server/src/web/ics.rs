//! Sessions for calendar programs, as iCalendar (RFC 5545).

use icalendar::{Calendar, Component, Event, EventLike, EventStatus};
use jiff::Timestamp;
use xinxiu_domain::session::SessionState;
use xinxiu_store::session::Session;
use xinxiu_workflow::sessions::hours;

/// Media type of a calendar.
pub const MEDIA_TYPE: &str = "text/calendar; charset=utf-8";

/// A session as a calendar shows it.
pub struct Held<'a> {
    /// The session.
    pub session: &'a Session,
    /// What else is said of it.
    pub note: String,
    /// Where more is to be seen.
    pub address: String,
}

/// A calendar of sessions. Cancelled ones are in it as cancelled, so that programs take them off.
pub fn calendar<'a>(name: &str, held: impl Iterator<Item = Held<'a>>, now: Timestamp) -> String {
    let mut calendar = Calendar::new();
    calendar.name(name);
    for one in held {
        if let Some(event) = event(&one, now) {
            calendar.push(event);
        }
    }
    calendar.to_string()
}

fn event(one: &Held<'_>, now: Timestamp) -> Option<Event> {
    let session = one.session;
    let (starts, ends) = hours(session)?;
    let place = if session.place.is_empty() { &session.link } else { &session.place };
    let status = match session.state {
        SessionState::Planned => EventStatus::Tentative,
        SessionState::Cancelled => EventStatus::Cancelled,
        _ => EventStatus::Confirmed,
    };
    let mut event = Event::new();
    event
        .uid(&format!("session-{}@xinxiu", session.id))
        .add_property("DTSTAMP", stamp(now))
        .add_property("DTSTART", stamp(starts))
        .add_property("DTEND", stamp(ends))
        .sequence(u32::try_from(session.version).unwrap_or(u32::MAX))
        .summary(&session.title)
        .description(&one.note)
        .url(&one.address)
        .location(place)
        .status(status);
    Some(event)
}

fn stamp(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}
