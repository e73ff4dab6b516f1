//! The pages on which enterprises are called to a session (N08).

use axum::http::StatusCode;
use xinxiu_domain::actor::Role;
use xinxiu_store::enterprise::sealed::CONTACT_PHONE;
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

#[test]
fn messages_are_looked_at_confirmed_queued_and_taken_back() {
    let site = Site::posting();
    let (id, token) = seat(&site, "invited");
    let sealed = site.app().store.vault.seal(CONTACT_PHONE, "10000000001").unwrap();
    let session = site.app().store.db.write(|tx| {
        tx.execute("update session set state = 'published'", params![])?;
        tx.execute("update enterprise set contact_phone_sealed = $1", params![sealed])?;
        tx.number("select session_id from attendance where id = $1", params![id])
    });
    let page = format!("/sessions/{}", session.unwrap());
    let agency = site.sign_in(&login(Role::Agency));
    let csrf = site.csrf(&agency);
    assert!(site.get(&format!("{page}/calling"), &agency).body.contains("提醒还没答复的"));
    let send = format!("{page}/send");
    let choose = site.get(&format!("{send}?about=remind&to=unanswered"), &agency).body;
    assert!(choose.contains("示例企业") && choose.contains("短信") && !choose.contains(&token), "{choose}");
    assert!(site.get(&format!("{page}/messages"), &agency).body.contains("还没有通过平台发送过消息"));
    let whom = id.to_string();
    let check = format!("{send}/check");
    for step in [&check, &send] {
        let nobody = site.post(step, &agency, &[("csrf", &csrf), ("about", "remind")]);
        assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(nobody.body.contains("请先勾选企业"));
    }
    let form = vec![("csrf", csrf.as_str()), ("about", "remind"), ("whom", whom.as_str())];
    let asked = site.post(&check, &agency, &form);
    assert!(asked.status == StatusCode::OK && asked.body.contains("确认发送1条"), "{}", asked.body);
    let done = site.post(&send, &agency, &form);
    assert_eq!(done.location, format!("{page}/messages"), "{}", done.body);
    let progress = site.get(&format!("{page}/messages"), &agency).body;
    assert!(progress.contains("等待发送") && progress.contains("示例企业"), "{progress}");
    let city = site.sign_in(&login(Role::CityOffice));
    let queue = site.get("/messages/queue", &city).body;
    assert!(queue.contains("示例场次") && queue.contains("等待发送"), "{queue}");
    assert_eq!(site.get("/messages/queue", &agency).status, StatusCode::FORBIDDEN);
    let back = [("csrf", csrf.as_str()), ("do", "withdraw"), ("message", "1")];
    assert_eq!(site.post(&format!("{page}/messages"), &agency, &back).status, StatusCode::SEE_OTHER);
    let late = site.post(&format!("{page}/messages"), &agency, &back);
    assert!(late.body.contains("不能撤回"), "{}", late.body);
    let again = site.post(&send, &agency, &form);
    assert_eq!(again.status, StatusCode::SEE_OTHER, "what was taken back can be sent after all");
}
