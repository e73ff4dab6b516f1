//! Putting right what a list says of a penalty, through the pages.

use axum::http::StatusCode;
use xinxiu_domain::actor::Role;
use xinxiu_workflow::demo;

use crate::browser::{Browser, DESK, PHONE};
use crate::lists::{imported, line};
use crate::server::Server;
use crate::support::{Site, login};

const NAME: &str = "示例更正（虚构）有限公司";

#[test]
fn a_clerk_puts_right_weighs_and_takes_back() {
    let site = Site::new();
    let cookie = site.sign_in(&login(Role::CreditCenter));
    let csrf = site.csrf(&cookie);
    let send = |step: &str, form: &[(&str, &str)]| {
        let form: Vec<_> = form.iter().copied().chain([("csrf", csrf.as_str())]).collect();
        site.post(&format!("/penalties/1/{step}"), &cookie, &form)
    };
    let page = || site.get("/penalties/1", &cookie).body;
    let list = line(NAME, 1, "海门区");
    imported(&site, std::slice::from_ref(&list));
    assert!(page().contains("没有更正过") && page().contains("只有最初导入的一版"));
    let form = site.get("/penalties/1/correct", &cookie).body;
    for words in
        ["value=\"2022-01-05\"", "罚款1000元</textarea>", "依据的文书或通知", "name=\"version\" value=\"1\""]
    {
        assert!(form.contains(words), "{words}：{form}");
    }
    let bad = send(
        "correct",
        &[("version", "1"), ("fine", "多"), ("source", "决定书原件"), ("reason", "名单写错")],
    );
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bad.body.contains("id=\"e-fine\"") && bad.body.contains("value=\"多\""), "{}", bad.body);
    let right =
        [("version", "1"), ("content", "罚款2000元"), ("source", "决定书原件"), ("reason", "名单写错")];
    let done = send("correct", &right);
    assert_eq!(
        (done.status, done.location.as_str()),
        (StatusCode::SEE_OTHER, "/penalties/1"),
        "{}",
        done.body
    );
    let seen = page();
    for words in ["已更正", "「罚款1000元」→「罚款2000元」", "决定书原件", "名单写错", "撤回更正"]
    {
        assert!(seen.contains(words), "{words}：{seen}");
    }
    let late = send(
        "correct",
        &[("version", "1"), ("content", "罚款9000元"), ("source", "决定书"), ("reason", "另一处错误")],
    );
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(
        late.body.contains("没有保存：记录已有改动") && late.body.contains("罚款9000元"),
        "{}",
        late.body
    );

    imported(&site, &[list.replace("罚款1000元", "罚款5000元")]);
    let seen = page();
    assert!(
        seen.contains("名单与更正不一致") && seen.contains("罚款5000元") && seen.contains("保留更正"),
        "{seen}"
    );
    assert!(site.get("/", &cookie).body.contains("更正后待核对的处罚记录"));
    assert!(site.get("/corrections", &cookie).body.contains("名单与更正不一致：处罚内容"));
    let version = "2";
    let silent =
        send("settle", &[("version", version), ("field", "content"), ("how", "keep"), ("settle_reason", "")]);
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        silent.body.contains("id=\"f-settle_reason\"") && silent.body.contains("id=\"e-settle_reason\""),
        "{}",
        silent.body
    );
    let kept = send(
        "settle",
        &[("version", version), ("field", "content"), ("how", "keep"), ("settle_reason", "已核对")],
    );
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
    assert!(
        !page().contains("名单与更正不一致")
            && site.get("/corrections", &cookie).body.contains("没有待核对的记录")
    );
    let back = send("correct-back", &[("version", "3"), ("back", "content"), ("back_reason", "机关来函")]);
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.body);
    let seen = page();
    assert!(
        seen.contains("没有更正过")
            && seen.contains("机关来函")
            && seen.contains("「罚款2000元」→「罚款5000元」"),
        "{seen}"
    );
}

#[test]
fn only_those_who_may_are_offered_the_form() {
    let site = Site::new();
    imported(&site, &[line(NAME, 1, "海门区")]);
    let city = site.sign_in(&login(Role::CityOffice));
    let page = site.get("/penalties/1", &city).body;
    assert!(page.contains("没有更正过") && !page.contains("/penalties/1/correct"), "{page}");
    assert_eq!(site.get("/penalties/1/correct", &city).status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_penalty_is_put_right_in_the_browser() {
    let server = Server::demo();
    let browser = Browser::open(&server).await;
    browser.sign_in("center", demo::PASSWORD).await;
    browser.goto("/penalties/1/correct").await;
    browser.sees("依据的文书或通知").await;
    browser.fill("content", "罚款20000元").await;
    browser.fill("source", "决定书原件").await;
    browser.fill("reason", "名单把金额写错").await;
    browser.press("保存更正").await;
    browser.sees("已更正，原来的内容保留在版本里").await;
    browser.sees("名单把金额写错").await;
    for path in ["/penalties/1", "/penalties/1/correct", "/corrections"] {
        browser.goto(path).await;
        for size in [PHONE, DESK] {
            browser.size(size).await;
            assert!(!browser.overflows().await, "{path} {size:?}");
            browser.picture_whole(&format!("corrections{}-{}", path.replace('/', "-"), size.0)).await;
        }
    }
    browser.close().await;
}
