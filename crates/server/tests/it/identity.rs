//! The queue of likely pairs and two enterprises side by side, through their pages and by the keyboard.

use axum::http::StatusCode;
use fantoccini::Locator;
use fantoccini::key::Key;
use xinxiu_domain::actor::Role;
use xinxiu_store::params;
use xinxiu_workflow::demo;

use crate::browser::{Browser, DESK, PHONE};
use crate::lists::{imported, line};
use crate::server::Server;
use crate::support::{Answer, Site, login, staff_roles};

const NAME: &str = "示例同名（虚构）有限公司";

/// One enterprise with its code and once more without: the first pair on record.
fn pair(site: &Site) -> String {
    let coded = line(NAME, 1, "海门区");
    let uncoded =
        format!("{NAME},,示环罚字〔2022〕100号,2022-01-05,南通市生态环境局,罚款,罚款1000元,海门区\n");
    imported(site, &[coded, uncoded]);
    "/identity/1".to_owned()
}

/// A clerk of the center at the pages of a pair.
struct Desk<'a> {
    site: &'a Site,
    cookie: String,
    csrf: String,
    pair: String,
}

impl<'a> Desk<'a> {
    fn of(site: &'a Site) -> Self {
        let pair = pair(site);
        let cookie = site.sign_in(&login(Role::CreditCenter));
        let csrf = site.csrf(&cookie);
        Self { site, cookie, csrf, pair }
    }

    fn page(&self, path: &str) -> String {
        let answer = self.site.get(path, &self.cookie);
        assert_eq!(answer.status, StatusCode::OK, "{path}：{}", answer.body);
        answer.body
    }

    fn send(&self, step: &str, form: &[(&str, &str)]) -> Answer {
        let form: Vec<_> = form.iter().copied().chain([("csrf", self.csrf.as_str())]).collect();
        self.site.post(&format!("{}/{step}", self.pair), &self.cookie, &form)
    }

    fn decides(&self, verdict: &str, reason: &str) {
        let done = self.send("decide", &[("verdict", verdict), ("reason", reason)]);
        assert_eq!((done.status, &done.location), (StatusCode::SEE_OTHER, &self.pair), "{}", done.body);
    }

    fn undoes(&self, reason: &str) {
        let done = self.send("undo", &[("reason", reason)]);
        assert_eq!((done.status, &done.location), (StatusCode::SEE_OTHER, &self.pair), "{}", done.body);
    }
}

#[test]
fn each_of_the_four_buttons_does_what_it_says() {
    let site = Site::new();
    let desk = Desk::of(&site);
    let queue = desk.page("/identity");
    assert!(queue.contains("共1对") && queue.contains(NAME) && queue.contains("无代码"), "{queue}");
    let page = desk.page(&desk.pair);
    for words in ["认定相同", "认定不同", "认定存疑", "相同时保留", "只有一方有", "名称相同", "一家有"]
    {
        assert!(page.contains(words), "{words}：{page}");
    }
    assert!(!page.contains("撤销认定"), "{page}");
    let silent = desk.send("decide", &[("verdict", "different"), ("reason", " ")]);
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(silent.body.contains("id=\"e-reason\""), "{}", silent.body);

    desk.decides("unsure", "等待企业提供营业执照");
    let page = desk.page(&desk.pair);
    assert!(page.contains("等待企业提供营业执照") && !page.contains("认定存疑"), "{page}");
    assert!(page.contains("认定相同") && page.contains("撤销认定"), "{page}");
    desk.undoes("重新核对");
    assert!(desk.page(&desk.pair).contains("认定存疑"));

    desk.decides("different", "电话核实是两家");
    let page = desk.page(&desk.pair);
    assert!(page.contains("电话核实是两家") && !page.contains("认定相同"), "{page}");
    assert!(!desk.page("/identity?state=open").contains(&desk.pair));
    assert!(desk.page("/identity?state=different").contains(&desk.pair));
    assert_eq!(desk.send("undo", &[("reason", "")]).status, StatusCode::UNPROCESSABLE_ENTITY);
    desk.undoes("企业来函说明是一家");
    desk.decides("same", "营业执照一致");
    assert!(desk.page(&desk.pair).contains("的记录已并入"));
    let again = desk.send("decide", &[("verdict", "same"), ("reason", "营业执照一致")]);
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.body);
}

#[test]
fn the_enterprise_pages_say_what_was_joined_and_where_it_went() {
    let site = Site::new();
    let desk = Desk::of(&site);
    desk.decides("same", "营业执照一致");
    let kept = desk.page("/enterprises/1");
    assert!(kept.contains("合并登记") && kept.contains("并入本企业：<a href=\"/enterprises/2\""), "{kept}");
    assert!(kept.contains("示环罚字〔2022〕100号") && !kept.contains("本企业已认定与"), "{kept}");
    let joined = desk.page("/enterprises/2");
    assert!(
        joined.contains("本企业已认定与「<a href=\"/enterprises/1\"") && joined.contains("营业执照一致"),
        "{joined}"
    );
    assert!(joined.contains("不再列处罚记录") && !joined.contains("更正企业信息"), "{joined}");
    desk.undoes("核实为两家");
    let parted = desk.page("/enterprises/2");
    assert!(parted.contains("已撤销") && parted.contains("核实为两家"), "{parted}");
    assert!(parted.contains("示环罚字〔2022〕100号") && !parted.contains("本企业已认定与"), "{parted}");
}

/// Both were in one class: the page says so before somebody tries, and the answer says it again.
#[test]
fn what_is_in_the_way_is_named_and_nothing_is_joined() {
    let site = Site::new();
    let desk = Desk::of(&site);
    let put = site.app().store.db.write(|tx| {
        let session: i64 = tx.insert(
            "insert into session (plan_item_id, title, held_on, starts_at, ends_at, mode, place, link, capacity, \
             class_hours, lecturer, modules, methods, state) select min(plan_item_id), '示例同场', '2022-07-01', '09:00', \
             '12:00', 'on_site', '示例厅', '', 10, 3, '示例', '', '', 'closed' from member returning id",
            &[],
        )?;
        tx.execute(
            "insert into attendance (session_id, enterprise_id, state, link_hash, link_expires_at, invited_at) \
             select $1, id, 'present', 'hash-' || cast(id as text), '2022-12-31T00:00:00Z', '2022-06-01T00:00:00Z' \
             from enterprise",
            params![session],
        )
    });
    put.unwrap();
    let page = desk.page(&desk.pair);
    assert!(page.contains("还不能合并") && page.contains("示例同场"), "{page}");
    let refused = desk.send("decide", &[("verdict", "same"), ("reason", "营业执照一致")]);
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("示例同场"), "{}", refused.body);
    assert!(!desk.page("/enterprises/2").contains("本企业已认定与"));
    desk.decides("different", "同一场次两家都到场");
}

/// Without a script: looked for, chosen by a link, put forward with a reason, found in the queue.
#[test]
fn a_person_puts_two_forward_from_the_page_of_one() {
    let site = Site::new();
    let desk = Desk::of(&site);
    desk.decides("different", "电话核实是两家");
    imported(&site, &[line("示例甲乙（虚构）有限公司", 7, "海门区")]);
    assert!(desk.page("/enterprises/1").contains("href=\"/enterprises/1/same\""));
    let found = desk.page("/enterprises/1/same?q=%E7%94%B2%E4%B9%99");
    assert!(found.contains("href=\"/enterprises/1/same?other=3\""), "{found}");
    let offered = desk.page("/enterprises/1/same/options?q=%E7%A4%BA%E4%BE%8B");
    assert!(
        offered.contains("data-href=\"/enterprises/1/same?other=3\"") && !offered.contains("other=1\""),
        "{offered}"
    );
    let chosen = desk.page("/enterprises/1/same?other=3");
    assert!(
        chosen.contains("示例甲乙") && chosen.contains("不能合并") && chosen.contains("提出核对"),
        "{chosen}"
    );
    let decided = desk.page("/enterprises/1/same?other=2");
    assert!(decided.contains("电话核实是两家") && !decided.contains("提出核对"), "{decided}");
    let post = |form: &[(&str, &str)]| {
        let form: Vec<_> = form.iter().copied().chain([("csrf", desk.csrf.as_str())]).collect();
        site.post("/enterprises/1/same", &desk.cookie, &form)
    };
    let silent = post(&[("other", "3"), ("reason", "")]);
    assert!(
        silent.status == StatusCode::UNPROCESSABLE_ENTITY && silent.body.contains("id=\"e-reason\""),
        "{}",
        silent.body
    );
    assert_eq!(post(&[("reason", "同一地址")]).status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = post(&[("other", "3"), ("reason", "同一地址同一电话")]);
    assert_eq!(
        (done.status, done.location.as_str()),
        (StatusCode::SEE_OTHER, "/identity/2"),
        "{}",
        done.body
    );
    for path in ["/identity?state=open", "/identity/2"] {
        assert!(desk.page(path).contains("提出：同一地址同一电话"), "{path}");
    }
}

#[test]
fn only_city_and_center_find_who_is_one() {
    let site = Site::new();
    let desk = Desk::of(&site);
    for role in staff_roles().filter(|role| !matches!(role, Role::CityOffice | Role::CreditCenter)) {
        let cookie = site.sign_in(&login(role));
        let csrf = site.csrf(&cookie);
        assert!(!site.get("/", &cookie).body.contains("href=\"/identity"), "{role}");
        for path in ["/identity", desk.pair.as_str(), "/enterprises/1/same", "/enterprises/1/same/options"] {
            assert_eq!(site.get(path, &cookie).status, StatusCode::FORBIDDEN, "{role} {path}");
        }
        let form = [("csrf", csrf.as_str()), ("verdict", "same"), ("reason", "营业执照一致")];
        for step in ["decide", "undo"] {
            let refused = site.post(&format!("{}/{step}", desk.pair), &cookie, &form);
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{role} {step}");
        }
    }
    let city = site.sign_in(&login(Role::CityOffice));
    assert_eq!(site.get(&desk.pair, &city).status, StatusCode::OK);
}

async fn key(browser: &Browser, keys: &str) {
    let element = browser.client.active_element().await.unwrap();
    element.send_keys(keys).await.unwrap();
}

/// Types a reason where the first press of the key has put the cursor, and presses it again with Alt.
async fn by_key(browser: &Browser, letter: char, reason: &str) {
    key(browser, &letter.to_string()).await;
    browser.client.wait().for_element(Locator::Css("[name=reason]:focus")).await.unwrap();
    key(browser, reason).await;
    key(browser, &format!("{}{letter}", char::from(Key::Alt))).await;
}

async fn is_no_wider_than_the_screen(browser: &Browser, path: &str) {
    browser.goto(path).await;
    for size in [PHONE, DESK] {
        browser.size(size).await;
        assert!(!browser.overflows().await, "{path} {size:?}");
        browser.picture_whole(&format!("identity{}-{}", path.replace(['/', '?', '='], "-"), size.0)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_alone_works_the_queue() {
    let server = Server::demo();
    let browser = Browser::open(&server).await;
    browser.sign_in("center", demo::PASSWORD).await;
    browser.goto("/identity?state=same").await;
    browser.client.find(Locator::Css("main tbody a")).await.unwrap().click().await.unwrap();
    browser.sees("的记录已并入").await;
    let decided = browser.path().await;
    let ends = "return [...document.querySelectorAll('main a[href^=\"/enterprises/\"]')].map((a) => a.getAttribute('href'))";
    let ends = browser.client.execute(ends, vec![]).await.unwrap();
    let sides: Vec<String> =
        ends.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect();
    for path in ["/identity", &decided, &sides[0], &sides[1], &format!("{}/change", sides[0])] {
        is_no_wider_than_the_screen(&browser, path).await;
    }
    browser.goto("/identity?state=open").await;
    browser.sees("共2对").await;
    browser.client.find(Locator::Css("main tbody a")).await.unwrap().click().await.unwrap();
    browser.sees("认定相同").await;
    let path = browser.path().await;
    is_no_wider_than_the_screen(&browser, &path).await;
    by_key(&browser, '3', "等待企业提供营业执照").await;
    browser.sees("已认定为存疑").await;
    key(&browser, "u").await;
    browser.sees("已撤销").await;
    by_key(&browser, '2', "电话核实是两家").await;
    browser.sees("已认定为不同").await;
    by_key(&browser, 'u', "企业来函说明是一家").await;
    browser.sees("已撤销").await;
    by_key(&browser, '1', "营业执照一致").await;
    browser.sees("的记录已并入").await;
    key(&browser, "n").await;
    browser.sees("认定相同").await;
    assert_ne!(browser.path().await, path);
    browser.close().await;
}
