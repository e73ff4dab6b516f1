//! The month on a page, and its sessions in a calendar program (N05).

use axum::http::{StatusCode, header};
use icalendar::{Calendar, CalendarComponent, Component};
use xinxiu_domain::actor::Role;
use xinxiu_store::params;

use crate::support::{Site, login};
use crate::training::seat;

#[test]
fn a_session_stands_in_the_month_and_in_the_feed() {
    let site = Site::new();
    let (id, token) = seat(&site, "accepted");
    let title = "春季班；海安，第1场";
    let session = site.app().store.db.write(|tx| {
        tx.execute("update session set title = $1, state = 'published'", params![title])?;
        tx.number("select session_id from attendance where id = $1", params![id])
    });
    let agency = site.sign_in(&login(Role::Agency));
    let page = site.get("/sessions/calendar?month=2022-09", &agency);
    assert!(page.body.contains(title) && page.body.contains("2022年9月"), "{}", page.body);
    let next = site.get("/sessions/calendar?month=2022-10", &agency);
    assert!(!next.body.contains(title) && next.body.contains("本月没有培训场次"));
    assert_eq!(site.get("/sessions/calendar?month=x", &agency).status, StatusCode::OK);

    let csrf = site.csrf(&agency);
    site.post("/sessions/calendar/feed", &agency, &[("csrf", &csrf)]);
    let page = site.get("/sessions/calendar", &agency).body;
    let address =
        page.split("/calendar/").filter_map(|rest| rest.split('<').next()).find(|rest| rest.contains('-'));
    let address = format!("/calendar/{}", address.unwrap());
    assert!(site.header(&address, "", header::CONTENT_TYPE).starts_with("text/calendar"));
    let feed: Calendar = site.get(&address, "").body.parse().unwrap();
    let [CalendarComponent::Event(event)] = &feed.components[..] else { panic!("{feed:?}") };
    assert_eq!(event.get_summary(), Some(title));
    // 09:00 in Shanghai.
    assert_eq!(event.property_value("DTSTART"), Some("20220915T010000Z"));
    assert_eq!(event.property_value("DTEND"), Some("20220915T040000Z"));
    assert_eq!(event.property_value("LOCATION"), Some("示例厅"));
    let uid = format!("session-{}@xinxiu", session.unwrap());
    assert_eq!(event.get_uid(), Some(uid.as_str()));
    let own = site.get(&format!("/l/{token}/session.ics"), "");
    assert!(
        own.body.starts_with("BEGIN:VCALENDAR") && own.body.lines().all(|line| line.len() <= 75),
        "{}",
        own.body
    );
    site.post("/sessions/calendar/feed/close", &agency, &[("csrf", &csrf)]);
    assert_eq!(site.get(&address, "").status, StatusCode::GONE);
}
