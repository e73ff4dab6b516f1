//! The pages of the deadlines: the city office sets lengths and is told what is wrong beside the field, others read them (N03).

use axum::http::StatusCode;
use xinxiu_domain::actor::Role;
use xinxiu_domain::deadline::Clock;

use crate::support::{Site, login};

fn fields<'a>(csrf: &'a str, names: &'a [String], changed: &[(&str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let value =
        |name: &str| changed.iter().find(|(other, _)| *other == name).map_or("1", |(_, value)| *value);
    let mut all: Vec<_> = names.iter().map(|name| (name.as_str(), value(name))).collect();
    all.push(("csrf", csrf));
    all
}

#[test]
fn lengths_are_set_by_the_city_and_read_by_all() {
    let site = Site::new();
    let id =
        site.app().store.db.read(|tx| tx.number("select min(id) from campaign", &[])).expect("a campaign");
    let (city, window) = (site.sign_in(&login(Role::CityOffice)), site.sign_in(&login(Role::Window)));
    let (path, csrf) = (format!("/campaigns/{id}/clocks"), site.csrf(&city));
    let names: Vec<String> = Clock::ALL
        .iter()
        .flat_map(|clock| {
            ["days", "remind", "escalate", "further"].map(|part| format!("{}_{part}", clock.code()))
        })
        .collect();
    let read = site.get(&path, &window).body;
    assert!(
        read.contains("逾期转市信用中心督办，再转市信用办") && !read.contains("name=\"first_review_days\""),
        "{read}"
    );
    // Every reminder must lie before the last day.
    let wrong = site.post(&path, &city, &fields(&csrf, &names, &[("first_review_days", "400")]));
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.body.contains("id=\"e-first_review_days\"") && wrong.body.contains("value=\"400\""),
        "{}",
        wrong.body
    );
    assert!(wrong.body.contains("提前提醒的天数须少于期限"), "{}", wrong.body);
    let good: Vec<(&str, &str)> =
        names.iter().filter(|name| name.ends_with("_remind")).map(|name| (name.as_str(), "0")).collect();
    let done = site.post(&path, &city, &fields(&csrf, &names, &good));
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert!(site.get(&path, &window).body.contains("设定；默认3个工作日"));
    // The list opens on whatever concerns the one who looks.
    let opened = site.get("/deadlines", &city).body;
    assert!(opened.contains("<option value=\"concern\""), "{opened}");
    let list = site.get("/deadlines?whose=all&format=csv", &city);
    assert!(list.status == StatusCode::OK && list.body.contains("由谁办理"), "{}", list.body);
}
