//! The rows of a list as received, through their pages.

use axum::http::StatusCode;
use fantoccini::Locator;
use xinxiu_domain::actor::Role;
use xinxiu_workflow::demo;

use crate::browser::{Browser, DESK, PHONE};
use crate::lists::{imported, line};
use crate::server::Server;
use crate::support::{Site, login};

/// A row whose date is missing and that names a phone where nobody looks for one.
const BACK: &str =
    "示例退回（虚构）有限公司,,示环罚字〔2022〕77号,,南通市生态环境局,罚款,当事人电话10000007777,海门区\n";

#[test]
fn a_row_is_reached_from_the_list_the_report_and_the_penalty() {
    let site = Site::new();
    let cookie = site.sign_in(&login(Role::CreditCenter));
    let csrf = site.csrf(&cookie);
    let id = imported(&site, &[line("示例原始（虚构）有限公司", 1, "海门区"), BACK.to_owned()]);
    let list = site.get(&format!("/lists/{id}"), &cookie).body;
    assert!(list.contains(&format!("/lists/{id}/rows\"")), "{list}");
    let report = format!("/lists/{id}/rows/at?sheet=&amp;row=3");
    assert!(list.contains(&report), "{list}");
    let rows = site.get(&format!("/lists/{id}/rows"), &cookie).body;
    assert!(
        rows.contains("共2行") && rows.contains("示例退回") && rows.contains("示环罚字〔2022〕1号"),
        "{rows}"
    );
    let found = site.get(&format!("/lists/{id}/rows?outcome=rejected&q=%E9%80%80%E5%9B%9E"), &cookie).body;
    assert!(found.contains("共1行") && found.contains("/rows/2"), "{found}");
    let moved = site.get(&report.replace("&amp;", "&"), &cookie);
    assert_eq!((moved.status, moved.location.as_str()), (StatusCode::SEE_OTHER, "/rows/2"));
    let back = site.get("/rows/2", &cookie).body;
    for words in
        ["这一行被退回", "请补充后重新导入", "SHA-256", "示环罚字〔2022〕77号", "整行退回", "下载退回的行"]
    {
        assert!(back.contains(words), "{words}：{back}");
    }
    assert!(back.contains("100****7777") && !back.contains("10000007777"), "{back}");
    let penalty = site.get("/penalties/1", &cookie).body;
    assert!(penalty.contains("href=\"/rows/1\""), "{penalty}");
    let row = site.get("/rows/1", &cookie).body;
    assert!(row.contains("处罚决定日期") && row.contains("原样") && row.contains("/penalties/1"), "{row}");

    let silent = site.post("/rows/2/reveal", &cookie, &[("csrf", &csrf), ("purpose", " ")]);
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        silent.body.contains("id=\"e-purpose\"") && !silent.body.contains("10000007777"),
        "{}",
        silent.body
    );
    let open = site.post("/rows/2/reveal", &cookie, &[("csrf", &csrf), ("purpose", "核对退回原因")]);
    assert_eq!(open.status, StatusCode::OK);
    assert!(open.body.contains("10000007777") && open.body.contains("用途已记录"), "{}", open.body);
    let city = site.sign_in(&login(Role::CityOffice));
    assert_eq!(site.get("/rows/2", &city).status, StatusCode::FORBIDDEN);
    let audit = site.get("/audit", &city).body;
    assert!(audit.contains("核对退回原因") && !audit.contains("10000007777"), "{audit}");
    let row = site.get("/rows/1", &city).body;
    assert!(!row.contains("显示完整内容") && row.contains("示例原始"), "{row}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_finds_a_row_and_sees_it_in_full() {
    let server = Server::demo();
    let browser = Browser::open(&server).await;
    browser.sign_in("center", demo::PASSWORD).await;
    browser.goto("/lists/1/rows").await;
    browser.sees("点行号看这一行").await;
    browser.client.find(Locator::Css("main tbody a")).await.unwrap().click().await.unwrap();
    browser.sees("收到的内容和读出的内容").await;
    let row = browser.path().await;
    for path in ["/lists/1/rows", row.as_str()] {
        browser.goto(path).await;
        for size in [PHONE, DESK] {
            browser.size(size).await;
            assert!(!browser.overflows().await, "{path} {size:?}");
            browser.picture_whole(&format!("received{}-{}", path.replace('/', "-"), size.0)).await;
        }
    }
    browser.fill("purpose", "核对退回原因").await;
    browser.press("显示完整内容").await;
    browser.sees("本次查看和用途已记录").await;
    browser.close().await;
}
