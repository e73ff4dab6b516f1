//! The exam on a phone through a time without a server: nothing is lost, nothing is double (N11).

use axum::http::StatusCode;
use serde_json::json;
use xinxiu_domain::id::AttendanceId;
use xinxiu_store::{StoreError, exam, exam_answer, params};
use xinxiu_workflow::demo;

use crate::axe;
use crate::browser::{Browser, DESK, PHONE};
use crate::server::Server;
use crate::support::Site;
use crate::training::seat;

/// Someone who has signed in to a session of the demo and sat no exam yet, with the login of the session's agency.
fn present(server: &Server) -> (AttendanceId, String) {
    let found = server.database().write(|tx| {
        let rows = tx.query(
            "select t.id, a.login from attendance t join session s on s.id = t.session_id \
             join plan_item p on p.id = s.plan_item_id join account a on a.org_id = p.agency_id \
             where s.state = 'open' and t.state in ('accepted', 'present') order by t.state desc, t.id, a.login",
            &[],
            |row| Ok((row.get::<AttendanceId>("id")?, row.get::<String>("login")?)),
        )?;
        let (id, agency) = rows.into_iter().next().expect("a session today");
        tx.execute("delete from exam_paper where attendance_id = $1 and submitted_at is null", params![id])?;
        tx.execute("update attendance set state = 'present' where id = $1", params![id])?;
        Ok::<_, StoreError>((id, agency))
    });
    found.expect("the demo's database")
}

/// What the server has of the paper under way: its id and the chosen choices of each question.
fn kept(server: &Server, of: AttendanceId) -> (i64, Vec<Vec<usize>>) {
    let read = server.database().read(|tx| {
        let mut paper = exam::of_attendance(tx, of)?.pop().expect("a paper");
        exam_answer::fill(tx, &mut paper)?;
        Ok::<_, StoreError>((paper.id, paper.answers))
    });
    read.expect("the paper")
}

async fn choose(browser: &Browser, number: usize, choices: &[usize]) {
    let script = "const [name, chosen] = arguments; for (const field of document.getElementsByName(name)) \
                  if (field.checked !== chosen.includes(Number(field.value))) field.click();";
    browser
        .client
        .execute(script, vec![json!(format!("q{number}")), json!(choices)])
        .await
        .expect("a choice");
}

/// The questions that are seen.
async fn seen(browser: &Browser) -> Vec<usize> {
    let script = "return [...document.querySelectorAll('form[data-exam] fieldset')].flatMap((one, index) => \
                  one.checkVisibility() ? [index + 1] : [])";
    serde_json::from_value(browser.client.execute(script, Vec::new()).await.expect("questions"))
        .expect("numbers")
}

/// From question to question by button, by the phone's own way back, and by the list of what is not answered.
async fn one_question_per_screen(browser: &Browser) {
    assert_eq!(seen(browser).await, [1]);
    browser.press("下一题").await;
    browser.press("下一题").await;
    assert_eq!(seen(browser).await, [3]);
    browser.press("上一题").await;
    assert_eq!(seen(browser).await, [2]);
    browser.client.back().await.expect("a way back");
    browser.sees("第3题，共").await;
    browser.client.refresh().await.expect("the page again");
    browser.sees("还剩").await;
    assert_eq!(seen(browser).await, [3], "a reload stays where one was");
    browser.press("检查并交卷").await;
    browser.sees("还有10题没有答").await;
    assert_eq!(seen(browser).await, [0; 0]);
    fits(browser, "unanswered").await;
    browser.follow("1 未答").await;
    browser.sees("第1题，共").await;
}

/// The choices that the page shows as chosen.
async fn shown(browser: &Browser) -> Vec<Vec<usize>> {
    let script = "return [...document.querySelectorAll('form[data-exam] fieldset')].map(one => \
                  [...one.querySelectorAll(':checked')].map(field => Number(field.value)))";
    serde_json::from_value(browser.client.execute(script, Vec::new()).await.expect("choices"))
        .expect("numbers")
}

async fn fits(browser: &Browser, name: &str) {
    for size in [DESK, PHONE] {
        browser.size(size).await;
        assert!(!browser.overflows().await, "{name} {size:?}");
        axe::clean(browser).await;
    }
    browser.picture_whole(&format!("exam-{name}-360")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_outlast_the_network_and_the_phone() {
    let mut server = Server::demo();
    let (id, agency) = present(&server);
    let browser = Browser::open(&server).await;
    browser.sign_in(&agency, demo::PASSWORD).await;
    browser.goto(&format!("/attendances/{id}/letter")).await;
    let script = "return document.querySelector('code[data-copy]').textContent";
    let link = browser.client.execute(script, Vec::new()).await.expect("a link");
    let link = link.as_str().expect("a text").to_owned();
    browser.client.delete_all_cookies().await.ok();
    browser.size(PHONE).await;
    browser.goto(&link).await;
    browser.follow("参加考试").await;
    browser.sees("30分钟").await;
    fits(&browser, "rules").await;
    browser.press("开始考试").await;
    browser.sees("还剩").await;
    one_question_per_screen(&browser).await;
    let (paper, _) = kept(&server, id);
    let questions =
        server.database().read(|tx| exam::of_attendance(tx, id)).expect("papers").pop().expect("one");
    let right: Vec<_> = questions.questions.iter().map(|question| question.answer.clone()).collect();
    for (place, answer) in right.iter().enumerate().take(4) {
        choose(&browser, place + 1, answer).await;
    }
    browser.sees("已保存").await;
    fits(&browser, "begun").await;
    saved(&server, id, &right[..4]).await;

    // The network goes, answers are given and changed, and handing in is wanted; then it comes back.
    server.kill();
    choose(&browser, 1, &[right[0][0], 1 - right[0][0].min(1)]).await;
    for (place, answer) in right.iter().enumerate().take(6) {
        choose(&browser, place + 1, answer).await;
    }
    browser.sees("网络断开，答案已存在手机上").await;
    // The page can be opened again all the same, with what was answered, and one goes on.
    browser.client.refresh().await.expect("the page that was kept");
    browser.sees("已答6题").await;
    assert_eq!(shown(&browser).await[1..6], right[1..6]);
    choose(&browser, 7, &right[6]).await;
    browser.sees("网络断开，答案已存在手机上").await;
    fits(&browser, "offline").await;
    server.serve_on(&demo::FIRST_DAY.to_string());
    browser.sees("已保存").await;
    saved(&server, id, &right[..7]).await;

    // What was not sent before the phone went off is sent when the page is opened anew.
    server.kill();
    choose(&browser, 8, &right[7]).await;
    browser.sees("网络断开，答案已存在手机上").await;
    browser.client.goto("about:blank").await.expect("a blank page");
    server.serve_on(&demo::FIRST_DAY.to_string());
    browser.goto(&format!("{link}/exam")).await;
    browser.sees("已答8题").await;
    saved(&server, id, &right[..8]).await;
    assert_eq!(shown(&browser).await[..8], right[..8]);

    // Another phone goes on where this one was.
    let other = Browser::open(&server).await;
    other.size(PHONE).await;
    other.goto(&link).await;
    other.follow("继续考试").await;
    other.sees("已答8题").await;
    assert_eq!(shown(&other).await[..8], right[..8]);
    for (place, answer) in right.iter().enumerate().skip(8) {
        choose(&other, place + 1, answer).await;
    }
    other.sees("已答10题").await;
    other.press("检查并交卷").await;
    other.sees("每题都答了").await;
    fits(&other, "checked").await;
    other.press("交卷").await;
    other.sees("得100分").await;
    fits(&other, "passed").await;
    let (status, _, bytes) =
        other.download(&format!("{}/certificate.pdf", &link[link.find("/l/").unwrap()..])).await;
    assert!(status == 200 && bytes.starts_with(b"%PDF"));

    // The first phone comes too late, is led to the same result, and forgets what it had noted.
    browser.press("检查并交卷").await;
    browser.press("交卷").await;
    browser.sees("得100分").await;
    let stored = browser.client.execute(
        "return Object.keys(localStorage).filter(key => key.startsWith('exam-')).length",
        Vec::new(),
    );
    assert_eq!(stored.await.expect("a count"), json!(0));
    let papers = server.database().read(|tx| exam::of_attendance(tx, id)).expect("papers");
    assert!(
        papers.iter().filter(|one| one.id == paper).count() == 1
            && papers.last().is_some_and(|one| one.id == paper)
    );
    let entries = "select count(*) from audit_entry where action = 'exam.submit' and subject_id = $1";
    let handed_in = server.database().read(|tx| tx.number(entries, params![id])).expect("a count");
    assert_eq!(handed_in, i64::try_from(papers.len()).expect("few"));
    browser.close().await;
    other.close().await;
}

/// Waits until the server has these answers, and none beyond them.
async fn saved(server: &Server, id: AttendanceId, right: &[Vec<usize>]) {
    let begun = std::time::Instant::now();
    loop {
        let (_, answers) = kept(server, id);
        if answers[..right.len()] == *right {
            assert!(answers[right.len()..].iter().all(Vec::is_empty), "{answers:?}");
            return;
        }
        assert!(begun.elapsed().as_secs() < 60, "{answers:?}");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

#[test]
fn guessing_is_bounded_and_stops_nobody_else() {
    let site = Site::new();
    let (id, token) = seat(&site, "present");
    let at = |step: &str| format!("/l/{token}/{step}");
    site.post(&at("exam/start"), "", &[]);
    let paper = site.app().store.db.read(|tx| exam::of_attendance(tx, id)).unwrap()[0].id.to_string();
    let guess = |number: usize| site.get(&format!("/l/{}-{number:032}", id.0), "").status;
    assert!(
        (0..5_000).any(|number| guess(number) == StatusCode::TOO_MANY_REQUESTS),
        "guessing goes on without end"
    );
    // Who came with a good link before is not stopped by that, though the address is the same.
    let keep = || site.post(&at("exam/answers"), "", &[("paper", &paper)]).status;
    assert_eq!(keep(), StatusCode::OK);
    // A single link has a limit of its own.
    assert!((0..5_000).any(|_| keep() == StatusCode::TOO_MANY_REQUESTS), "one link may send without end");
}
