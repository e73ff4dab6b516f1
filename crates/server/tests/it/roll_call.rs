//! The roll-call in a browser: phones with the screen's code and its picture, and the clerk's list through a time
//! without a server (N11).

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use serde_json::json;
use xinxiu_domain::id::{AttendanceId, SessionId};
use xinxiu_store::{StoreError, params};
use xinxiu_workflow::demo;

use crate::axe;
use crate::browser::{Browser, DESK, PHONE};
use crate::server::Server;
use crate::support::Site;

/// Today's session of the demo, the sign-in of its agency, and three enterprises that may sit and have not come.
struct Today {
    session: SessionId,
    agency: String,
    waiting: Vec<AttendanceId>,
}

fn today(server: &Server) -> Today {
    let found = server.database().write(|tx| {
        let rows = tx.query(
            "select s.id, a.login from session s join plan_item p on p.id = s.plan_item_id \
             join account a on a.org_id = p.agency_id where s.state = 'open' order by s.id, a.login",
            &[],
            |row| Ok((row.get::<SessionId>("id")?, row.get::<String>("login")?)),
        )?;
        let (session, agency) = rows.into_iter().next().expect("a session today");
        tx.execute("update session set mode = 'on_site' where id = $1", params![session])?;
        tx.execute(
            "update attendance set exception_reason = '示例', exception_by = '示例' where session_id = $1 \
             and state in ('invited', 'accepted')",
            params![session],
        )?;
        let waiting = tx.query(
            "select id from attendance where session_id = $1 and state = 'accepted' order by id",
            params![session],
            |row| row.get("id"),
        )?;
        Ok::<_, StoreError>(Today { session, agency, waiting })
    });
    found.expect("the demo's database")
}

fn marks(server: &Server, of: AttendanceId) -> i64 {
    let count = "select count(*) from roll_event where attendance_id = $1";
    server.database().read(|tx| tx.number(count, params![of])).expect("a count")
}

async fn link(browser: &Browser, of: AttendanceId) -> String {
    browser.goto(&format!("/attendances/{of}/letter")).await;
    let script = "return document.querySelector('code[data-copy]').textContent";
    let link = browser.client.execute(script, Vec::new()).await.expect("a link");
    link.as_str().expect("a text").to_owned()
}

async fn fits(browser: &Browser, name: &str) {
    for size in [DESK, PHONE] {
        browser.size(size).await;
        assert!(!browser.overflows().await, "{name} {size:?}");
        axe::clean(browser).await;
        browser.picture_whole(&format!("roll-{name}-{}", size.0)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn phones_sign_in_and_the_clerk_goes_on_without_a_network() {
    let mut server = Server::demo();
    let Today { session, agency, waiting } = today(&server);
    let browser = Browser::open(&server).await;
    browser.sign_in(&agency, demo::PASSWORD).await;
    let (first, second) = (link(&browser, waiting[0]).await, link(&browser, waiting[1]).await);
    for (name, path) in [("hall", "hall"), ("list", "roll"), ("sheet", "sheet")] {
        browser.goto(&format!("/sessions/{session}/{path}")).await;
        fits(&browser, name).await;
    }

    // By the digits: a phone with nothing but its link.
    browser.goto(&format!("/sessions/{session}/hall")).await;
    let code = browser.hall_code().await;
    browser.goto(&first).await;
    browser.fill("code", "12345").await;
    browser.press("签到").await;
    browser.sees("签到码不对或已经换了").await;
    fits(&browser, "phone-wrong").await;
    browser.fill("code", &code).await;
    browser.press("签到").await;
    browser.sees("签到成功").await;
    fits(&browser, "phone-in").await;
    assert_eq!(marks(&server, waiting[0]), 1);

    // By the picture: the phone that opened its link before is known, and only as itself.
    browser.goto(&second).await;
    browser.goto(&format!("/sessions/{session}/hall")).await;
    let code = browser.hall_code().await;
    browser.goto(&format!("/l/hall/{session}/{code}")).await;
    fits(&browser, "phone-scanned").await;
    browser.press("签到").await;
    browser.sees("签到成功").await;
    assert_eq!(marks(&server, waiting[1]), 1);

    without_a_network(&mut server, &browser, session, waiting[2]).await;
    browser.close().await;
}

/// The clerk taps while nobody answers, loads the page again, and nothing is lost or double afterwards.
async fn without_a_network(server: &mut Server, browser: &Browser, session: SessionId, of: AttendanceId) {
    let list = format!("/sessions/{session}/roll");
    browser.size(PHONE).await;
    browser.goto(&list).await;
    let kept = "const [path, done] = arguments; const look = async () => \
                (await (await caches.open('pages')).match(path)) && navigator.serviceWorker.controller \
                ? done(true) : setTimeout(look, 100); look();";
    browser.client.execute_async(kept, vec![json!(list)]).await.expect("the list is kept");
    server.kill();
    browser.goto(&list).await;
    let tap = format!("document.querySelector('li[data-attendance=\"{of}\"] button[name=check_in]').click()");
    browser.client.execute(&tap, Vec::new()).await.expect("a tap");
    browser.sees("1条记录保存在本机，等待上传").await;
    browser.goto(&list).await;
    browser.sees("1条记录保存在本机，等待上传").await;
    fits(browser, "offline").await;
    server.serve_on(&demo::FIRST_DAY.to_string());
    browser.sees("全部记录已上传").await;
    assert_eq!(marks(server, of), 1);
    let begun = Instant::now();
    browser.goto(&list).await;
    while !browser.text().await.contains("在场") {
        assert!(begun.elapsed() < Duration::from_secs(30));
    }
    // The answer got lost: the device sends the same again.
    let again = "const [session, of, done] = arguments; const form = document.querySelector('[data-roll] form'); \
                 const send = () => fetch(`/sessions/${session}/roll/sync`, { method: 'POST', body: new URLSearchParams({ \
                 csrf: form.elements.csrf.value, device: 'x', marks: JSON.stringify([{ key: 'lost-answer', attendance: of, \
                 mark: 'check_out', seconds_ago: 1 }]) }) }).then(answer => answer.json()); \
                 send().then(send).then(answers => done(answers[0].verdict));";
    let given = vec![json!(session.0), json!(of.0)];
    let verdict = browser.client.execute_async(again, given).await.expect("an answer");
    assert_eq!((verdict, marks(server, of)), (json!("double"), 2));
}

#[test]
fn the_worker_comes_from_the_top_and_a_scanned_picture_names_nobody() {
    let site = Site::new();
    let worker = site.get("/page-worker.js", "");
    assert_eq!(worker.status, StatusCode::OK);
    assert!(worker.body.contains("addEventListener(\"fetch\""));
    assert_eq!(site.get("/l/hall/999/123456", "").status, StatusCode::NOT_FOUND);
}
