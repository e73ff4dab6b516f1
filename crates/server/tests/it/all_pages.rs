//! A tour through the demo in a real browser: each role signs in, opens every entry of its menu, the first
//! record of every list, and what stands below that record; at a desk and on a small phone. No page errs, none
//! is wider than its window, each can be used with a screen reader, and axe finds nothing against WCAG 2.2 AA.

use std::collections::{HashSet, VecDeque};

use fantoccini::Locator;
use xinxiu_workflow::demo;

use crate::axe;
use crate::browser::{Browser, DESK, PHONE};
use crate::server::Server;

/// So many pages are opened for one role at most.
const PAGES: usize = 100;

/// What is wrong with the page in the window, one line each.
const CHECK: &str = r"
    const faults = [], all = (query) => [...document.querySelectorAll(query)];
    if (document.documentElement.scrollWidth > window.innerWidth + 1) faults.push('超出屏幕');
    if (all('h1').length !== 1) faults.push(`有${all('h1').length}个 h1`);
    const named = (field) => field.labels?.length || field.getAttribute('aria-label');
    for (const field of all('input:not([type=hidden]), select, textarea'))
        if (!named(field)) faults.push(`没有标签：${field.name}`);
    for (const image of all('img:not([alt])')) faults.push(`图片没有说明：${image.src}`);
    const seen = new Set();
    for (const { id } of all('[id]')) seen.has(id) ? faults.push(`重复的 id：${id}`) : seen.add(id);
    for (const link of all('.errors a, a.skip'))
        if (!document.getElementById(link.getAttribute('href').slice(1))) faults.push(`没有去处：${link.textContent}`);
    for (const head of all('th:not([scope])')) faults.push(`表头没有 scope：${head.textContent}`);
    for (const one of all('a, button')) if (!one.textContent.trim()) faults.push(`没有字：${one.outerHTML}`);
    if (document.documentElement.lang !== 'zh-CN') faults.push('没有语言');
    return faults;
";

/// Addresses inside the page, in its order: the menu's, and those of the page itself.
const LINKS: &str =
    "return [...document.querySelectorAll('nav.side a, main a')].map((a) => a.getAttribute('href'))";

#[tokio::test(flavor = "multi_thread")]
async fn every_role_finds_its_pages() {
    let server = Server::demo();
    let browser = Browser::open(&server).await;
    let mut eyes = Eyes { browser: &browser, examined: HashSet::new(), faults: Vec::new() };
    browser.goto("/sign-in").await;
    browser.picture("sign-in").await;
    eyes.look("谁都可以", "/sign-in", "sign-in").await;
    eyes.look("谁都可以", "/style", "style").await;
    eyes.look("谁都可以", "/v", "certificate-check").await;
    for (login, _, role) in demo::ACCOUNTS {
        browser.sign_in(login, demo::PASSWORD).await;
        let opened = eyes.walk(login, role.label()).await;
        assert!(opened > 2, "{role} 只有{opened}个页面");
    }
    eyes.phone_pages().await;
    typed_text_comes_back(&browser).await;
    let Eyes { examined, faults, .. } = eyes;
    assert!(examined.len() > 100, "axe 只看了{}个页面", examined.len());
    assert!(faults.is_empty(), "违反 WCAG 2.2 AA {} 处：\n{}", faults.len(), faults.join("\n"));
    browser.close().await;
}

/// Who walks: what has been seen by axe, and what it found. Its faults are gathered, for one cause stands on many
/// pages.
struct Eyes<'a> {
    browser: &'a Browser,
    examined: HashSet<(String, u32)>,
    faults: Vec<String>,
}

impl Eyes<'_> {
    /// Opens the role's pages, each kind of address once.
    async fn walk(&mut self, login: &str, role: &str) -> usize {
        let (mut next, mut seen) = (VecDeque::from(["/".to_owned()]), HashSet::from([kind("/")]));
        let mut opened = 0;
        while let Some(address) = next.pop_front() {
            opened += 1;
            assert!(opened <= PAGES, "{role} 的页面没有尽头");
            let name = format!("{login}{}", kind(&address).replace(['/', '?'], "-"));
            self.look(role, &address, &name).await;
            for link in strings(self.browser, LINKS).await {
                if is_page(&link) && seen.insert(kind(&link)) {
                    next.push_back(link);
                }
            }
        }
        opened
    }

    /// Looks at a page on the desk and on a phone; with axe once for its kind, for every role is given the same frame.
    async fn look(&mut self, role: &str, address: &str, name: &str) {
        let browser = self.browser;
        browser.goto(address).await;
        for (size, suffix) in [(DESK, ""), (PHONE, "-phone")] {
            browser.size(size).await;
            let faults = strings(browser, CHECK).await;
            assert!(faults.is_empty(), "{role} {address} 宽{}：{}", size.0, faults.join("；"));
            if self.examined.insert((kind(address), size.0)) {
                let found = axe::violations(browser).await.into_iter();
                self.faults.extend(found.map(|fault| format!("{role} {address} 宽{}：{fault}", size.0)));
            }
            browser.picture(&format!("{name}{suffix}")).await;
        }
        let text = browser.text().await;
        assert!(!text.contains("系统出错") && !text.contains("没有权限"), "{role} {address}\n{text}");
        browser.size(DESK).await;
    }

    /// What the enterprises of one session see: from an agency's letter to the pages behind its link.
    async fn phone_pages(&mut self) {
        let browser = self.browser;
        browser.sign_in("agency-a", demo::PASSWORD).await;
        browser.goto("/sessions?state=published").await;
        let session =
            strings(browser, LINKS).await.into_iter().find(|link| kind(link) == "/sessions/n").unwrap();
        browser.goto(&session).await;
        let letter =
            strings(browser, LINKS).await.into_iter().find(|link| link.ends_with("/letter")).unwrap();
        browser.goto(&letter).await;
        let link = browser.client.find(Locator::Css("code[data-copy]")).await.unwrap().text().await.unwrap();
        let home = &link[link.find("/l/").unwrap()..];
        for (step, name) in [
            ("", "home"),
            ("/answer", "answer"),
            ("/commitment", "commitment"),
            ("/authorisation", "authorisation"),
            ("/situation", "situation"),
            ("/particulars", "particulars"),
            ("/exam", "exam"),
            ("/exam/result", "result"),
            ("/class", "class"),
            ("/feedback", "feedback"),
            ("/group", "group"),
            ("/report", "report"),
        ] {
            self.look("企业", &format!("{home}{step}"), &format!("enterprise-{name}")).await;
        }
    }
}

/// The kind of an address: every record's page is of one kind, and so is every filter of a list.
fn kind(address: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let parts =
        path.split('/').map(|part| if part.bytes().any(|byte| byte.is_ascii_digit()) { "n" } else { part });
    let path = parts.collect::<Vec<_>>().join("/");
    if query.is_empty() { path } else { format!("{path}?") }
}

/// Files are not pages; what stands behind a personal link is looked at apart.
fn is_page(link: &str) -> bool {
    let file = [
        ".pdf",
        ".docx",
        ".xlsx",
        ".zip",
        "/pdf",
        "/export",
        "/file",
        "/papers/",
        "-materials/",
        "/scan",
        "/rejected",
        "/receipt",
        "/decision",
    ];
    let files = ["/materials/", "/files/"];
    link.starts_with('/')
        && !link.starts_with("/l/")
        && !file.iter().chain(&files).any(|part| link.split('?').next().unwrap_or_default().contains(part))
}

async fn strings(browser: &Browser, script: &str) -> Vec<String> {
    let answer = browser.client.execute(script, vec![]).await.unwrap();
    let all = answer.as_array().unwrap().iter();
    all.filter_map(|one| one.as_str().map(str::to_owned)).collect()
}

/// A name of a sign-in that failed does not come back once the page is opened afresh.
async fn nothing_typed_at_the_door_stays(browser: &Browser) {
    browser.goto("/sign-in").await;
    browser.fill("login", "somebody").await;
    browser.fill("password", "wrong").await;
    browser.press("登录").await;
    browser.sees("登录名或密码不对").await;
    browser.client.delete_all_cookies().await.unwrap();
    browser.goto("/sign-in").await;
    let login =
        "return [document.querySelector('[name=login]').value, sessionStorage.getItem('draft') || '']";
    assert_eq!(strings(browser, login).await, ["", ""]);
}

/// What was typed into a form that did not get through stands there again, until somebody signs out; and the
/// slash key goes to the search field.
async fn typed_text_comes_back(browser: &Browser) {
    browser.sign_in("haian", demo::PASSWORD).await;
    browser.goto("/enterprises").await;
    let page = browser.client.find(Locator::Css("body")).await.unwrap();
    page.send_keys("/").await.unwrap();
    assert_eq!(strings(browser, "return [document.activeElement.name]").await, ["q"]);
    browser.goto("/clinics/new").await;
    browser.fill("place", "示例会场").await;
    browser.press("安排服务日").await;
    browser.sees("请改正").await;
    assert!(strings(browser, CHECK).await.is_empty());
    browser.goto("/clinics/new").await;
    browser.sees("已恢复您刚才填写").await;
    let place = "return [document.querySelector('[name=place]').value]";
    assert_eq!(strings(browser, place).await, ["示例会场"]);
    // What was typed and never sent outlasts a reload, too.
    browser.fill("place", "还没有提交的会场").await;
    browser.kept("还没有提交的会场").await;
    browser.client.refresh().await.unwrap();
    browser.sees("已恢复您刚才填写").await;
    assert_eq!(strings(browser, place).await, ["还没有提交的会场"]);
    browser.press("退出登录").await;
    browser.arrives_at("/sign-in").await;
    // The way back leads to nothing that was seen before.
    browser.client.back().await.unwrap();
    browser.sees("登录名").await;
    nothing_typed_at_the_door_stays(browser).await;
    browser.sign_in("haian", demo::PASSWORD).await;
    browser.goto("/clinics/new").await;
    assert_eq!(strings(browser, place).await, [""]);
}
