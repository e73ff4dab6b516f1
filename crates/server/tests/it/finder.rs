//! The search box in the head of each page: offers while somebody types, used by the keyboard alone.

use axum::http::StatusCode;
use fantoccini::Locator;
use fantoccini::key::Key;
use xinxiu_domain::actor::Role;
use xinxiu_domain::id::OrgId;
use xinxiu_store::{enterprise, testing};
use xinxiu_workflow::demo;

use crate::browser::Browser;
use crate::server::Server;
use crate::support::{Site, login};

#[test]
fn the_box_stands_where_enterprises_may_be_seen_and_offers_only_those() {
    let site = Site::new();
    let put = site.app().store.db.write(|tx| {
        let county = tx.number("select min(id) from organisation where kind = 'county_office'", &[])?;
        let new = testing::enterprise(1, "示例检索有限公司", OrgId(county));
        enterprise::insert(tx, &new, jiff::Timestamp::UNIX_EPOCH)
    });
    put.expect("an enterprise");
    let center = site.sign_in(&login(Role::CreditCenter));
    assert!(site.get("/", &center).body.contains("data-suggest=\"/enterprises/suggest\""));
    let offered = site.get("/enterprises/suggest?q=%E7%A4%BA%E4%BE%8B", &center);
    assert_eq!(offered.status, StatusCode::OK);
    assert!(offered.body.starts_with("<li role=\"option\""), "{}", offered.body);
    assert_eq!(site.get("/enterprises/suggest?q=", &center).body, "");
    let administrator = site.sign_in(&login(Role::Administrator));
    assert!(!site.get("/", &administrator).body.contains("data-suggest"));
    let refused = site.get("/enterprises/suggest?q=%E7%A4%BA%E4%BE%8B", &administrator);
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_alone_finds_and_opens_an_enterprise() {
    let server = Server::demo();
    let browser = Browser::open(&server).await;
    browser.sign_in(demo::ACCOUNTS[1].0, demo::PASSWORD).await;
    let state = "const box = document.getElementById('find'), list = document.getElementById('find-options'); \
                 return [box.getAttribute('role'), box.getAttribute('aria-expanded'), String(list.hidden), \
                 document.getElementById(box.getAttribute('aria-activedescendant'))?.dataset.href ?? ''];";
    let body = browser.client.find(Locator::Css("body")).await.expect("a page");
    body.send_keys("/").await.expect("types");
    let find = browser.client.find(Locator::Css("#find:focus")).await.expect("the slash goes to the box");
    find.send_keys("示例").await.expect("types");
    browser.client.wait().for_element(Locator::Css("#find-options [role=option]")).await.expect("offers");
    assert_eq!(strings(&browser, state).await, ["combobox", "true", "false", ""]);
    find.send_keys(&char::from(Key::Down).to_string()).await.expect("types");
    let first = strings(&browser, state).await[3].clone();
    assert!(first.starts_with("/enterprises/"), "{first}");
    find.send_keys(&char::from(Key::Down).to_string()).await.expect("types");
    assert_ne!(strings(&browser, state).await[3], first);
    find.send_keys(&char::from(Key::Up).to_string()).await.expect("types");
    assert_eq!(strings(&browser, state).await[3], first);
    find.send_keys(&char::from(Key::Escape).to_string()).await.expect("types");
    assert_eq!(strings(&browser, state).await[1..3], ["false", "true"]);
    find.send_keys("企").await.expect("types");
    browser.client.wait().for_element(Locator::Css("#find[aria-expanded=true]")).await.ok();
    find.send_keys(&char::from(Key::Enter).to_string()).await.expect("types");
    // Nothing was chosen, so the form opens the list.
    browser.arrives_at("/enterprises").await;
    browser.close().await;
}

async fn strings(browser: &Browser, script: &str) -> Vec<String> {
    let answer = browser.client.execute(script, Vec::new()).await.expect("runs");
    let list = answer.as_array().cloned().unwrap_or_default();
    list.iter().map(|one| one.as_str().unwrap_or_default().to_owned()).collect()
}
