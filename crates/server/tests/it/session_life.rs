//! A session's whole life in two browsers, with a gateway for short messages: planned, published, called to, a seat passed on
//! to who waits, another day, slots with the authorities, roll-call, an exam through a time without a server, certificate,
//! feedback (N05–N11 N14 N17 N18).

use std::fs;
use std::time::{Duration, Instant};

use fantoccini::Locator;
use serde_json::json;
use xinxiu_domain::attendance::AttendanceState;
use xinxiu_domain::id::{AttendanceId, EnterpriseId};
use xinxiu_store::enterprise::sealed::CONTACT_PHONE;
use xinxiu_store::{exam, params};
use xinxiu_workflow::demo;

use crate::axe;
use crate::browser::{Browser, DESK, PHONE};
use crate::gateway::phones::Phones;
use crate::server::Server;

const PLANNED: &str = "2022-10-20";
const MOVED: &str = "2022-10-21";
const NUMBERS: [&str; 3] = ["10000000001", "10000000007", "10000000008"];

/// An installation with a gateway, a clerk's desk and a phone.
struct Life {
    server: Server,
    gateway: Phones,
    desk: Browser,
    phone: Browser,
    flags: Vec<String>,
    folder: tempfile::TempDir,
    agency: String,
    /// Whom it is about: one who comes, one who does not after all, one who waits for a seat.
    enterprises: Vec<EnterpriseId>,
    links: Vec<String>,
    session: String,
}

/// The login of the agency that holds the class.
fn agency(server: &Server) -> String {
    let of = "select min(a.login) as login from account a join plan_item p on p.agency_id = a.org_id where p.name = '海安市'";
    server.database().read(|tx| tx.query_one(of, &[])?.get("login")).expect("the demo's database")
}

impl Life {
    async fn begin(mut server: Server, gateway: Phones) -> Self {
        server.kill();
        let agency = agency(&server);
        let folder = tempfile::tempdir().expect("a folder");
        let secret = folder.path().join("secret");
        fs::write(&secret, "example-key").expect("a secret");
        let file = folder.path().join("xinxiu.toml");
        fs::write(&file, gateway.configuration(&secret)).expect("a configuration");
        let flags = vec!["--config".to_owned(), file.display().to_string()];
        let desk = Browser::open(&server).await;
        let phone = Browser::open(&server).await;
        phone.size(PHONE).await;
        let (links, session, enterprises) = (Vec::new(), String::new(), Vec::new());
        let mut life =
            Self { server, gateway, desk, phone, flags, folder, agency, enterprises, links, session };
        life.day(&demo::FIRST_DAY.to_string());
        life
    }

    /// The server is started anew, on this business day.
    fn day(&mut self, day: &str) {
        let mut flags = vec!["--today", day];
        flags.extend(self.flags.iter().map(String::as_str));
        self.server.serve_with(&flags);
    }

    async fn desk_of(&self, login: &str, path: &str) {
        self.desk.sign_in(login, demo::PASSWORD).await;
        self.desk.goto(path).await;
    }

    /// Opens the personal link of one of the three.
    async fn open(&self, whose: usize, below: &str) {
        self.phone.goto(&format!("{}{below}", self.links[whose])).await;
    }

    async fn looks_well(&self, name: &str) {
        assert!(!self.phone.overflows().await, "{name}");
        axe::clean(&self.phone).await;
        self.phone.picture_whole(&format!("life-{name}-360")).await;
    }

    /// Waits for a message to a number that says this, and gives its text.
    async fn told(&self, number: &str, text: &str) -> String {
        let begun = Instant::now();
        loop {
            let asked = self.gateway.asked();
            let to = asked.iter().filter(|one| one["mobile"] == number);
            if let Some(found) = to.filter_map(|one| one["text"].as_str()).find(|said| said.contains(text)) {
                return found.to_owned();
            }
            assert!(begun.elapsed() < Duration::from_mins(1), "没有给{number}发送「{text}」：{asked:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    fn attendance(&self, whose: usize) -> (AttendanceId, AttendanceState) {
        let of = "select t.id, t.state from attendance t where t.enterprise_id = $1 and t.session_id = $2";
        let session: i64 = self.session.rsplit('/').next().and_then(|id| id.parse().ok()).expect("a session");
        let read = self.server.database().read(|tx| {
            tx.query_one(of, params![self.enterprises[whose], session])
                .and_then(|row| Ok((row.get("id")?, row.get::<String>("state")?)))
        });
        let (id, state) = read.expect("a seat");
        (id, AttendanceState::from_code(&state).expect("a state"))
    }
}

async fn planned(life: &mut Life) {
    life.desk_of(&life.agency.clone(), "/sessions/new").await;
    life.desk.follow("海安市").await;
    let form = life.desk.form("/sessions/new");
    form.fill("title", "海安市手拉手一期").await.fill("held_on", PLANNED).await;
    form.fill("place", "海安市示例会场（虚构）").await.fill("capacity", "2").await;
    form.fill("lecturer", "示例丙").await.fill("contact_group", "海安信用修复群").await.send().await;
    life.desk.sees("发布前还差").await;
    life.session = life.desk.path().await;
    life.desk.form("/outline").send().await;
    life.desk.sees("内置提纲").await;
    life.desk_of("haian", &life.session).await;
    let form = life.desk.form("/publish");
    form.fill("notice_number", "示信用函〔2022〕9号").await;
    form.tick("由属地信用办分管负责人宣讲").await.fill("confirmed_by", "示例丁").await.send().await;
    life.desk.sees("已发布场次").await;
}

/// The first three that the page offers, each with a phone.
async fn chosen(life: &mut Life) {
    let script = "return [...document.querySelectorAll('input[name=enterprises]')].slice(0, 3).map(box => Number(box.value))";
    let found = life.desk.client.execute(script, Vec::new()).await.expect("enterprises");
    let found: Vec<i64> = serde_json::from_value(found).expect("three ids");
    life.enterprises = found.into_iter().map(EnterpriseId).collect();
    let app = life.server.app();
    for (id, number) in life.enterprises.iter().zip(NUMBERS) {
        let sealed = app.store.vault.seal(CONTACT_PHONE, number).expect("a sealed number");
        let change = "update enterprise set contact_phone_sealed = $1 where id = $2";
        app.store.db.write(|tx| tx.execute(change, params![sealed, *id])).expect("a phone");
    }
}

/// Two seats, three invitations: the third waits. All are told by the gateway, and each answers from its phone.
async fn called(life: &mut Life) {
    life.desk_of(&life.agency.clone(), &format!("{}/invite", life.session)).await;
    chosen(life).await;
    let form = life.desk.form("/invite");
    for enterprise in &life.enterprises {
        form.tick_value("enterprises", &enterprise.to_string()).await;
    }
    life.desk.press("邀请勾选的企业，超出名额的候补").await;
    life.desk.sees("已邀请3家").await;
    life.desk.goto(&format!("{}/send?about=invite&to=unreached", life.session)).await;
    life.desk.press("下一步：核对并发送").await;
    life.desk.press("确认发送3条").await;
    life.desk.sees("发送进度").await;
    for number in NUMBERS {
        let text = life.told(number, "/l/").await;
        let link: String = text[text.find("/l/").expect("a link")..]
            .chars()
            .take_while(|one| one.is_ascii_alphanumeric() || "/-_".contains(*one))
            .collect();
        life.links.push(link);
    }
    for whose in 0..3 {
        life.open(whose, "/answer").await;
        let form = life.phone.form("/answer");
        form.choose("attending", "yes").await.choose("willingness", "willing").await;
        form.fill("attendee", "示例甲").await.choose("capacity", "legal_representative").await.send().await;
        life.phone.sees("已收到您的答复").await;
    }
    life.phone.sees("您排在候补第1位").await;
    life.looks_well("waiting").await;
    assert_eq!(life.attendance(2).1, AttendanceState::Waiting);
}

/// One of the two gives its seat up; who waited has it, and is told without anybody doing anything.
async fn passed_on(life: &Life) {
    life.open(1, "/answer").await;
    life.phone.form("/answer").choose("attending", "no").await.send().await;
    life.phone.sees("您已答复不参加").await;
    life.told(NUMBERS[2], "名额").await;
    life.open(2, "").await;
    life.phone.sees("候补成功，您有名额了").await;
    life.looks_well("seat").await;
    life.phone.press("知道了，一定参加").await;
    life.phone.sees("已确认，谢谢").await;
    assert_eq!(life.attendance(2).1, AttendanceState::Accepted);
}

/// Another day: told to those who come, and to them alone.
async fn moved(life: &Life) {
    life.desk_of("haian", &format!("{}/change", life.session)).await;
    let form = life.desk.form("/change");
    form.fill("held_on", MOVED).await.fill("reason", "场地停电").await.send().await;
    life.desk.sees("已给2家企业排队发送通知").await;
    for whose in [0, 2] {
        life.told(NUMBERS[whose], "10月21日").await;
        life.open(whose, "").await;
        life.phone.sees("培训的时间或地点有变更").await;
        life.phone.press("知道了，仍然参加").await;
        life.phone.sees("已确认，谢谢").await;
    }
    let after = life.gateway.asked();
    assert!(
        !after
            .iter()
            .any(|one| one["mobile"] == NUMBERS[1] && one["text"].as_str().unwrap().contains("停电"))
    );
}

async fn matched(life: &Life) {
    life.desk_of("haian", &format!("{}/matching", life.session)).await;
    life.desk.form("/matching").send().await;
    life.desk.sees("已编排").await;
    life.open(0, "").await;
    assert!(!life.phone.text().await.contains("下载对接通知单"), "nothing is shown before it is accepted");
    life.desk.press("确认对接安排").await;
    life.desk.sees("已确认").await;
    life.open(0, "").await;
    life.phone.sees("下载对接通知单").await;
    life.looks_well("matched").await;
}

/// Without the commitments on paper; that they are asked for is the chain's matter.
fn excused(life: &Life) {
    let excuse =
        "update attendance set exception_reason = '示例', exception_by = '示例' where enterprise_id = $1";
    for enterprise in &life.enterprises {
        life.server.database().write(|tx| tx.execute(excuse, params![*enterprise])).expect("an exception");
    }
}

async fn signed_in(life: &Life) {
    life.desk_of(&life.agency, &life.session).await;
    life.desk.form(&format!("{}/open", life.session)).send().await;
    life.desk.sees("正在签到").await;
    for whose in [0, 2] {
        life.desk.goto(&format!("{}/hall", life.session)).await;
        let code = life.desk.hall_code().await;
        life.open(whose, "").await;
        life.phone.fill("code", &code).await;
        life.phone.press("签到").await;
        life.phone.sees("签到成功").await;
    }
}

/// The paper is answered screen by screen; the server is gone from the third question to the seventh.
async fn examined(life: &mut Life) {
    let (id, _) = life.attendance(0);
    life.open(0, "/exam").await;
    life.phone.press("开始考试").await;
    life.phone.sees("还剩").await;
    let papers = life.server.database().read(|tx| exam::of_attendance(tx, id)).expect("papers");
    let questions = &papers.last().expect("a paper").questions;
    for (place, question) in questions.iter().enumerate() {
        if place == 2 {
            life.server.kill();
        }
        if place == 7 {
            life.day(MOVED);
        }
        for choice in &question.answer {
            let field = format!("input[name='q{}'][value='{choice}']", place + 1);
            let found = life.phone.client.find(Locator::Css(&field)).await.expect("a choice");
            found.click().await.expect("a choice that is seen");
        }
        life.phone.press("下一题").await;
    }
    life.phone.sees("每题都答了").await;
    life.looks_well("exam-checked").await;
    life.phone.press("交卷").await;
    life.phone.sees("得100分").await;
    assert_eq!(life.attendance(0).1, AttendanceState::Passed);
}

async fn closed(life: &Life) {
    life.desk_of(&life.agency, &life.session).await;
    life.desk.form(&format!("{}/close", life.session)).send().await;
    life.desk.sees("培训已结束").await;
    life.open(0, "").await;
    life.phone.sees("您已考试合格").await;
    let (status, _, certificate) = life.phone.download(&format!("{}/certificate.pdf", life.links[0])).await;
    assert!(status == 200 && certificate.starts_with(b"%PDF"));
    life.phone.follow("评价这场培训").await;
    let form = life.phone.form("/feedback");
    for question in ["content", "lecturer", "arrangement"] {
        let first = "//select[@name='".to_owned() + question + "']/option[@value!=''][1]";
        life.phone
            .client
            .find(Locator::XPath(&first))
            .await
            .expect("a rating")
            .click()
            .await
            .expect("a rating");
    }
    form.send().await;
    life.phone.sees("已收到您的评价").await;
}

/// Nobody was told a thing twice, and the states are those of the three stories.
fn nothing_double(life: &Life) {
    let counted = "select count(*) from (select attendance_id, purpose from message \
                   group by attendance_id, purpose having count(*) > 1) twice";
    assert_eq!(life.server.database().read(|tx| tx.number(counted, &[])).expect("a count"), 0);
    let mut ids: Vec<_> = life.gateway.asked().iter().map(|one| one["id"].clone()).collect();
    let all = ids.len();
    ids.sort_by_key(ToString::to_string);
    ids.dedup();
    assert!(all == ids.len() && !ids.contains(&json!(null)), "a message went out twice");
    let states = [0, 1, 2].map(|whose| life.attendance(whose).1);
    assert_eq!(states, [AttendanceState::Passed, AttendanceState::Absent, AttendanceState::Present]);
    assert!(life.folder.path().exists());
}

#[test]
fn a_session_lives_from_its_plan_to_its_certificates() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (server, gateway) = (Server::demo(), Phones::open());
    let life = runtime.block_on(async {
        let mut life = Life::begin(server, gateway).await;
        life.desk.size(DESK).await;
        planned(&mut life).await;
        called(&mut life).await;
        passed_on(&life).await;
        moved(&life).await;
        matched(&life).await;
        excused(&life);
        life.server.kill();
        life.day(MOVED);
        signed_in(&life).await;
        examined(&mut life).await;
        closed(&life).await;
        nothing_double(&life);
        life
    });
    let Life { server, gateway, desk, phone, .. } = life;
    runtime.block_on(async {
        desk.close().await;
        phone.close().await;
    });
    drop((server, gateway));
}
