//! The pages on which enterprises are called to a session (N08).

use axum::http::StatusCode;
use xinxiu_domain::actor::Role;
use xinxiu_store::params;

use crate::support::{Site, login};
use crate::training::seat;

#[test]
fn an_enterprise_is_told_and_the_messages_are_taken_along() {
    let site = Site::new();
    let (id, token) = seat(&site, "invited");
    let session = site.app().store.db.write(|tx| {
        tx.execute("update session set state = 'published'", params![])?;
        tx.number("select session_id from attendance where id = $1", params![id])
    });
    let agency = site.sign_in(&login(Role::Agency));
    let csrf = site.csrf(&agency);
    let page = format!("/sessions/{}/calling", session.unwrap());
    assert!(site.get(&page, &agency).body.contains("电话联系不上"), "it has no phone");
    let nobody = site.post(&page, &agency, &[("csrf", &csrf), ("way", "phone"), ("note", "门卫说搬走了")]);
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nobody.body.contains("门卫说搬走了"), "what was typed stands again");
    let whom = id.to_string();
    let told = [
        ("csrf", csrf.as_str()),
        ("whom", &whom),
        ("way", "visit"),
        ("matter", "invite"),
        ("outcome", "delivered"),
        ("note", ""),
    ];
    assert_eq!(site.post(&page, &agency, &told).status, StatusCode::SEE_OTHER);
    assert!(site.get(&format!("{page}?reach=told"), &agency).body.contains("示例企业"));
    assert!(!site.get(&format!("{page}?reach=untried"), &agency).body.contains("示例企业"));
    assert!(site.get(&format!("/attendances/{id}/contacts"), &agency).body.contains("上门"));
    let messages = format!("{page}/messages");
    let why = [("csrf", csrf.as_str()), ("about", "invite"), ("why", "")];
    assert!(site.post(&messages, &agency, &why).body.contains("请写明用途"));
    let why = [("csrf", csrf.as_str()), ("about", "invite"), ("why", "群发培训通知")];
    let book = site.post(&messages, &agency, &why);
    assert!(book.status == StatusCode::OK && book.body.starts_with("PK"), "{}", book.status);
    assert!(!site.get(&page, &agency).body.contains(&token), "the list shows no personal link");
}

#[test]
fn the_city_office_changes_the_words_and_others_read_them() {
    let site = Site::new();
    let city = site.sign_in(&login(Role::CityOffice));
    let csrf = site.csrf(&city);
    let text =
        |text| [("csrf", csrf.as_str()), ("matter", "invite"), ("version", "0"), ("text-invite", text)];
    let refused = site.post("/messages", &city, &text("{企业名}请来：{链接}"));
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("「{企业名}」不是可用的占位词"), "{}", refused.body);
    assert_eq!(site.post("/messages", &city, &text("{企业}请来：{链接}")).status, StatusCode::SEE_OTHER);
    let agency = site.sign_in(&login(Role::Agency));
    assert!(site.get("/messages", &agency).body.contains("{企业}请来：{链接}"));
}
