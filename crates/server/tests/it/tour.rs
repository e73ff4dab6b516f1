//! A tour through the demo in a real browser: each role signs in and opens every entry of its menu, at a
//! desk and on a small phone; no page errs, none is wider than the phone.

use fantoccini::Locator;
use xinxiu_workflow::demo;

use crate::browser::{Browser, DESK, PHONE};
use crate::server::Server;

#[tokio::test(flavor = "multi_thread")]
async fn every_role_finds_its_pages() {
    let server = Server::demo();
    let browser = Browser::open(&server).await;
    browser.goto("/sign-in").await;
    browser.picture("sign-in").await;
    for (login, _, role) in demo::ACCOUNTS {
        browser.sign_in(login, demo::PASSWORD).await;
        browser.picture(&format!("{login}-home")).await;
        for address in menu(&browser).await {
            browser.goto(&address).await;
            let text = browser.text().await;
            let place = format!("{role} {address}");
            assert!(!text.contains("系统出错") && !text.contains("没有权限"), "{place}\n{text}");
            let name = format!("{login}{}", address.replace('/', "-"));
            browser.picture(&name).await;
            browser.size(PHONE).await;
            assert!(!browser.overflows().await, "{place} 在360像素宽时超出屏幕");
            browser.picture(&format!("{name}-phone")).await;
            browser.size(DESK).await;
        }
    }
    browser.close().await;
}

async fn menu(browser: &Browser) -> Vec<String> {
    let links = browser.client.find_all(Locator::Css("nav.side a")).await.unwrap();
    let mut addresses = Vec::new();
    for link in links {
        let address = link.attr("href").await.unwrap().unwrap();
        if !addresses.contains(&address) && address != "/" {
            addresses.push(address);
        }
    }
    addresses
}
