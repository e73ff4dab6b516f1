//! A hand-in-hand day in two browsers, one for each lane, through a time without a server: numbers, calls and a first review
//! go on, come in once afterwards, and what was done twice apart is shown to a person (N12).

use std::time::{Duration, Instant};

use serde_json::json;
use xinxiu_domain::id::{ApplicationId, ClinicId, EnterpriseId};
use xinxiu_store::{StoreError, Tx, params};
use xinxiu_workflow::demo;

use crate::axe;
use crate::browser::{Browser, DESK, PHONE};
use crate::server::Server;

/// An open day with an enterprise whose application waits for the window, one whose draft lacks nothing, and two whom the
/// agency helps.
struct Scene {
    clinic: ClinicId,
    ready: (EnterpriseId, ApplicationId),
    agency: String,
    submitted: (EnterpriseId, ApplicationId),
    helped: [EnterpriseId; 2],
}

fn scene(server: &Server) -> Scene {
    let found = server.database().write(|tx| {
        let rows = tx.query(
            "select a.id, a.campaign_id, e.id as enterprise_id, e.county_id, e.township, m.plan_item_id, l.login \
             from application a join enterprise e on e.id = a.enterprise_id \
             join member m on m.enterprise_id = e.id and m.campaign_id = a.campaign_id \
             join plan_item p on p.id = m.plan_item_id join account l on l.org_id = p.agency_id \
             where a.state = 'submitted' and p.kind = 'region' and not exists (select 1 from ticket t where t.enterprise_id = e.id) \
             order by a.id",
            &[],
            |row| {
                let of = (row.get::<i64>("county_id")?, row.get::<i64>("plan_item_id")?, row.get::<i64>("campaign_id")?);
                let submitted = (row.get("enterprise_id")?, row.get("id")?);
                Ok((submitted, of, row.get::<String>("township")?, row.get::<String>("login")?))
            },
        )?;
        for (submitted, (county, class, campaign), township, agency) in rows {
            let helped = tx.query(
                "select distinct e.id from enterprise e join member m on m.enterprise_id = e.id join penalty p on p.enterprise_id = e.id \
                 where e.county_id = $1 and m.plan_item_id = $2 and e.township = $3 and e.id <> $4 and m.willingness <> 'unwilling' \
                 and p.state = 'public' and p.verdict = 'repairable_now' \
                 and not exists (select 1 from ticket t where t.enterprise_id = e.id) \
                 and not exists (select 1 from application a where a.enterprise_id = e.id) order by e.id limit 2",
                params![county, class, &township, submitted.0],
                |row| row.get("id"),
            )?;
            let [first, second] = helped[..] else { continue };
            let Some(ready) = ready(tx, (county, class), &township, submitted.1)? else { continue };
            let clinic = tx.insert(
                "insert into clinic (campaign_id, county_id, held_on, place, townships, internet, state) \
                 values ($1, $2, $3, '示例厅', $4, 1, 'open') returning id",
                params![campaign, county, demo::FIRST_DAY, serde_json::to_string(&[township]).unwrap()],
            )?;
            return Ok::<_, StoreError>(Some(Scene { clinic, ready, agency, submitted, helped: [first, second] }));
        }
        Ok(None)
    });
    found
        .expect("the demo's database")
        .expect("a township with an application at the window and two to be helped")
}

/// Another application of the class that lacks nothing, as it was before it was submitted, from the day's township.
fn ready(
    tx: &Tx<'_>,
    (county, class): (i64, i64),
    township: &str,
    other: ApplicationId,
) -> Result<Option<(EnterpriseId, ApplicationId)>, StoreError> {
    let found = tx.query_opt(
        "select a.id, a.enterprise_id from application a join enterprise e on e.id = a.enterprise_id \
         join member m on m.enterprise_id = e.id and m.campaign_id = a.campaign_id \
         where a.state = 'submitted' and a.id <> $1 and e.county_id = $2 and m.plan_item_id = $3 \
         and not exists (select 1 from ticket t where t.enterprise_id = e.id) order by a.id limit 1",
        params![other, county, class],
    )?;
    let Some(row) = found else { return Ok(None) };
    let (id, of) = (row.get("id")?, row.get("enterprise_id")?);
    tx.execute(
        "update application set state = 'draft', submitted_at = null, submitted_on = null where id = $1",
        params![id],
    )?;
    tx.execute("update enterprise set township = $1 where id = $2", params![township, of])?;
    Ok(Some((of, id)))
}

fn count(server: &Server, sql: &str, of: i64) -> i64 {
    server.database().read(|tx| tx.number(sql, params![of])).expect("a count")
}

async fn script(browser: &Browser, code: &str) -> serde_json::Value {
    browser.client.execute(code, Vec::new()).await.expect("a script")
}

/// Presses a button of an enterprise's line, which has to be there to be seen.
async fn press(browser: &Browser, of: EnterpriseId, kind: &str) {
    let find = format!("document.querySelector('li[data-enterprise=\"{of}\"] button[name={kind}]')");
    let begun = Instant::now();
    while script(browser, &format!("const b = {find}; return Boolean(b && !b.hidden)")).await != json!(true) {
        assert!(begun.elapsed() < Duration::from_secs(40), "{kind} {of}\n{}", browser.text().await);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    script(browser, &format!("{find}.click()")).await;
}

async fn desk(browser: &Browser, clinic: ClinicId, login: &str) {
    browser.sign_in(login, demo::PASSWORD).await;
    let path = format!("/clinics/{clinic}/desk");
    browser.goto(&path).await;
    browser.sees("全部记录已上传").await;
    let kept = "const [path, place, done] = arguments; const look = async () => \
                (await (await caches.open('pages')).match(path)) && navigator.serviceWorker.controller \
                && JSON.parse(localStorage.getItem(place) || '{}').letter ? done(true) : setTimeout(look, 100); look();";
    let given = vec![json!(path), json!(format!("desk-{clinic}"))];
    browser.client.execute_async(kept, given).await.expect("the desk is kept");
}

async fn fits(browser: &Browser, name: &str) {
    for size in [DESK, PHONE] {
        browser.size(size).await;
        assert!(!browser.overflows().await, "{name} {size:?}");
        axe::clean(browser).await;
        browser.picture_whole(&format!("desk-{name}-{}", size.0)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_lanes_go_on_without_a_network() {
    let mut server = Server::demo();
    let Scene { clinic, agency, submitted: (ready, application), helped: [first, second], .. } =
        scene(&server);
    let (helper, window) = (Browser::open(&server).await, Browser::open(&server).await);
    desk(&helper, clinic, &agency).await;
    fits(&helper, "agency").await;
    press(&helper, first, "take").await;
    helper.sees("全部记录已上传").await;
    desk(&window, clinic, "window").await;
    window.sees("A001号").await;
    fits(&window, "window").await;

    server.kill();
    press(&helper, second, "take").await;
    helper.sees("A002号").await;
    press(&helper, first, "call").await;
    press(&helper, first, "pass_on").await;
    helper.sees("3条记录保存在本机，等待上传").await;
    // The window gives a number of its own block, calls it and returns the application with a coded reason.
    press(&window, ready, "take").await;
    window.sees("B001号").await;
    press(&window, ready, "call").await;
    press(&window, ready, "review").await;
    fits(&window, "review").await;
    window.press("退回补正").await;
    window.sees("退回须勾选至少一个原因").await;
    script(&window, "document.querySelector('input[name=reasons][value=seal_missing]').click()").await;
    window.press("退回补正").await;
    press(&window, ready, "finish").await;
    // And, as the county's helper would, calls the number that the agency's desk has called meanwhile.
    let lane = "const lane = document.querySelector('select[name=lane]'); lane.value = arguments[0] ?? 'agency'; \
                lane.dispatchEvent(new Event('change', { bubbles: true }));";
    script(&window, lane).await;
    press(&window, first, "call").await;
    window.sees("5条记录保存在本机，等待上传").await;
    for (browser, waits) in [(&helper, 3), (&window, 5)] {
        browser.goto(&format!("/clinics/{clinic}/desk")).await;
        browser.sees(&format!("{waits}条记录保存在本机，等待上传")).await;
    }
    fits(&window, "offline").await;
    assert_eq!(count(&server, "select count(*) from ticket where clinic_id = $1", clinic.0), 1);

    server.serve_on(&demo::FIRST_DAY.to_string());
    let begun = Instant::now();
    let marks = "select count(*) from clinic_mark where clinic_id = $1";
    let waiting = "return Object.keys(localStorage).filter((name) => /^desk-\\d+$/.test(name)) \
                   .map((name) => JSON.parse(localStorage[name])).map((one) => [one.waiting.length, one.conflicts.length])[0]";
    let conflicts = loop {
        let (a, b) = (script(&helper, waiting).await, script(&window, waiting).await);
        if a[0] == json!(0) && b[0] == json!(0) {
            break a[1].as_i64().unwrap_or_default() + b[1].as_i64().unwrap_or_default();
        }
        assert!(begun.elapsed() < Duration::from_mins(1), "{a} {b}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    // Nine marks were made; those of the number called twice apart that could not be taken are shown, and none is lost.
    assert!((1..=2).contains(&conflicts), "{conflicts}");
    assert_eq!(count(&server, marks, clinic.0) + conflicts, 9);
    assert_eq!(count(&server, "select count(*) from ticket where clinic_id = $1", clinic.0), 3);
    let numbers =
        "select count(distinct number) from ticket where clinic_id = $1 and number in (1001, 1002, 2001)";
    assert_eq!(count(&server, numbers, clinic.0), 3);
    let reviews = "select count(*) from first_review where application_id = $1 and accepted = 0 and clinic_id is not null";
    assert_eq!(count(&server, reviews, application.0), 1);
    let returned = "select count(*) from application where id = $1 and state = 'returned'";
    assert_eq!(count(&server, returned, application.0), 1);
    window.sees("1份回执待打印").await;
    let shown = [helper.text().await, window.text().await];
    assert!(shown.iter().any(|text| text.contains("没有登记成功，请核对")), "{shown:?}");
    fits(&window, "synced").await;
    window.goto(&format!("/clinics/{clinic}/screen")).await;
    window.sees("等候：服务窗口初审").await;
    fits(&window, "screen").await;
    helper.close().await;
    window.close().await;
}

/// A paper of the desk: what is read on it once its button was pressed; nothing else of the page would be printed.
async fn paper(browser: &Browser, button: &str) -> String {
    browser.press(button).await;
    script(browser, "window.print = () => { window.printed = true; }").await;
    browser.press("打印").await;
    assert_eq!(script(browser, "return window.printed").await, json!(true));
    let text = script(browser, "return document.querySelector('[data-desk-slip]').innerText").await;
    let text = text.as_str().unwrap_or_default().to_owned();
    browser.press("关闭").await;
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ready_draft_is_submitted_and_reviewed_without_a_network() {
    let mut server = Server::demo();
    let Scene { clinic, agency, ready: (of, application), helped: [lacking, _], .. } = scene(&server);
    let name = server.database().read(|tx| {
        tx.query_one("select name from enterprise where id = $1", params![of])?.get::<String>("name")
    });
    let name = name.unwrap();
    let (helper, window) = (Browser::open(&server).await, Browser::open(&server).await);
    desk(&helper, clinic, &agency).await;
    desk(&window, clinic, "window").await;
    let buttons = |of: EnterpriseId, kind: &str| {
        format!("return document.querySelectorAll('li[data-enterprise=\"{of}\"] button[name={kind}]').length")
    };
    assert_eq!(script(&helper, &buttons(of, "submit")).await, json!(1));
    assert_eq!(script(&helper, &buttons(lacking, "submit")).await, json!(0));
    assert_eq!(script(&window, &buttons(of, "submit")).await, json!(0));

    server.kill();
    for kind in ["take", "call", "submit", "pass_on"] {
        press(&helper, of, kind).await;
    }
    helper.sees("4条记录保存在本机，等待上传").await;
    let text = paper(&helper, &format!("{name}：提交申请，打印临时回执（平台尚未收到）")).await;
    assert!(
        text.contains("平台尚未收到这次办理") && text.contains("A001号") && text.contains(&name),
        "{text}"
    );
    helper.press(&format!("{name}：提交申请，打印临时回执（平台尚未收到）")).await;
    fits(&helper, "slip").await;
    helper.press("关闭").await;
    // The window hears of it from the enterprise, who holds the paper; its device learns of the cut by itself.
    press(&window, of, "receive").await;
    press(&window, of, "review").await;
    window.sees("请确认服务机构已在其设备上提交").await;
    window.press("初审通过").await;
    press(&window, of, "finish").await;
    window.sees("3条记录保存在本机，等待上传").await;

    // The window's device is first to find the network again: its marks wait for the agency's, and nothing is lost.
    let away = "window.fetched = window.fetch; window.fetch = () => Promise.reject(new TypeError('cut'))";
    script(&helper, away).await;
    server.serve_on(&demo::FIRST_DAY.to_string());
    window.sees("等待服务机构的设备上传取号和转队").await;
    let state = "select count(*) from application where id = $1 and state = 'draft'";
    assert_eq!(count(&server, state, application.0), 1);
    script(&helper, "window.fetch = window.fetched").await;
    for browser in [&helper, &window] {
        let begun = Instant::now();
        while !browser.text().await.contains("全部记录已上传") {
            assert!(begun.elapsed() < Duration::from_mins(1), "{}", browser.text().await);
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
    let accepted = "select count(*) from application where id = $1 and state = 'accepted'";
    assert_eq!(count(&server, accepted, application.0), 1);
    let reviews = "select count(*) from first_review where application_id = $1 and accepted = 1 and clinic_id is not null";
    assert_eq!(count(&server, reviews, application.0), 1);
    assert_eq!(count(&server, "select count(*) from clinic_mark where clinic_id = $1", clinic.0), 7);
    let text = paper(&helper, &format!("{name}：提交申请，打印提交回执")).await;
    assert!(text.contains("平台已收到这次办理") && !text.contains("尚未"), "{text}");
    window.sees(&format!("{name}：初审通过，打印回执")).await;
    helper.close().await;
    window.close().await;
}
