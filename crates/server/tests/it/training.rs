//! An enterprise with nothing but its personal link: commitment, exam, certificate (N10 N11 N18).

use axum::http::StatusCode;
use jiff::Timestamp;
use xinxiu_domain::actor::{Actor, Role};
use xinxiu_domain::id::{AttendanceId, CampaignId};
use xinxiu_store::{StoreError, attendance, exam, params};
use xinxiu_workflow::{exam_blueprint, invitations};

use crate::support::{Site, login, operator};

/// A member of the first class in an open session of it, in the given state; its token.
pub fn seat(site: &Site, state: &str) -> (AttendanceId, String) {
    let app = site.app();
    let expires = Timestamp::now() + jiff::SignedDuration::from_hours(24);
    let id = app
        .store
        .db
        .write(|tx| {
            let county = tx.number("select id from organisation where name = '海安市信用办'", params![])?;
            let enterprise: i64 = tx.insert(
                "insert into enterprise (name, name_key, subject_kind, county_id, created_at) \
                 values ('示例企业', '示例企业', 'legal_person', $1, '2022-06-01T00:00:00Z') returning id",
                params![county],
            )?;
            tx.execute(
                "insert into listing (enterprise_id, list_kind, reason, listing_body) values ($1, 'watch', '示例', '示例')",
                params![enterprise],
            )?;
            let class = tx.number("select id from plan_item where position = 1", params![])?;
            tx.execute(
                "insert into member (campaign_id, enterprise_id, plan_item_id, joined_at) \
                 select campaign_id, $1, id, '2022-06-01T00:00:00Z' from plan_item where id = $2",
                params![enterprise, class],
            )?;
            let session: i64 = tx.insert(
                "insert into session (plan_item_id, title, held_on, starts_at, ends_at, mode, place, link, \
                 capacity, class_hours, lecturer, modules, methods, state) values ($1, '示例场次', \
                 '2022-09-15', '09:00', '12:00', 'on_site', '示例厅', '', 100, 3, '示例', '', '', 'open') \
                 returning id",
                params![class],
            )?;
            let id: AttendanceId = tx.insert(
                "insert into attendance (session_id, enterprise_id, state, link_hash, link_expires_at, invited_at) \
                 values ($1, $2, $3, 'nonce', $4, '2022-06-01T00:00:00Z') returning id",
                params![session, enterprise, state, expires],
            )?;
            Ok::<_, StoreError>(id)
        })
        .unwrap();
    let found = app.store.db.read(|tx| attendance::load(tx, id)).unwrap();
    (id, invitations::token(app, &found).unwrap())
}

#[test]
fn the_commitment_is_prepared_and_its_upload_is_checked() {
    let site = Site::new();
    let (_, token) = seat(&site, "invited");
    let page = site.get(&format!("/l/{token}/commitment"), "");
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let id = page.body.split("/commitment/").nth(1).and_then(|rest| rest.split('/').next()).unwrap();
    let sign = format!("/l/{token}/commitment/{id}/sign");
    assert!(site.get(&sign, "").body.contains("multipart/form-data"));
    let other = site.post(&sign.replace("/sign", "/replace"), "", &[("signed_on", "2022-09-14")]);
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(other.body.contains("请填写更换原因") && other.body.contains("value=\"2022-09-14\""));
    let refused = site.post(&sign, "", &[("signed_on", "2022-09-14")]);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("请选择盖章后的照片或扫描件"));
    // The paper of annex 2 has a place for the seal and for the day, and none for a signature.
    assert!(page.body.contains("加盖公章，写上日期") && !page.body.contains("签字"));
    let scan = sign.replace("/sign", "/scan");
    assert_eq!(site.get(&scan, "").status, StatusCode::NOT_FOUND);
    let signed = site.post_files(&sign, "", &[("signed_on", "2022-09-14")], &["scan"]);
    assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.body);
    let folder = site.get(&format!("/l/{token}/commitment"), "").body;
    assert!(folder.contains(&format!("href=\"{scan}\"")) && folder.contains("未能识别二维码，须人工核对"));
    assert_eq!(site.get(&scan, "").status, StatusCode::OK);
    // The paper was of two pages: both take the place of the one.
    let typed = [("signed_on", "2022-09-14"), ("reason", "少拍了一页")];
    let replaced = site.post_files(&sign.replace("/sign", "/replace"), "", &typed, &["scan", "scan"]);
    assert_eq!(replaced.status, StatusCode::SEE_OTHER, "{}", replaced.body);
    assert_eq!(site.get(&format!("{scan}?page=2"), "").status, StatusCode::OK);
    assert_eq!(site.get(&format!("{scan}?page=3"), "").status, StatusCode::NOT_FOUND);
    assert!(site.get(&sign, "").body.contains(&format!("{scan}?page=2")));
}

#[test]
fn the_exam_is_sat_and_the_certificate_taken_along() {
    let site = Site::new();
    let (id, token) = seat(&site, "present");
    let address = |step: &str| format!("/l/{token}/{step}");
    assert!(site.get(&format!("/l/{token}"), "").body.contains("结业考试，共10题"));
    let rules = site.get(&address("exam"), "").body;
    assert!(["10题", "答对6题", "30分钟", "不限次数"].iter().all(|fact| rules.contains(fact)), "{rules}");
    assert_eq!(site.app().store.db.read(|tx| exam::of_attendance(tx, id)).unwrap().len(), 0);
    for _ in 0..2 {
        assert_eq!(site.post(&address("exam/start"), "", &[]).location, address("exam"));
    }
    assert!(site.get(&format!("/l/{token}"), "").body.contains("继续考试"));
    let page = site.get(&address("exam"), "");
    assert_eq!(page.body.matches("<fieldset").count(), 10, "{}", page.body);
    assert!(
        page.body.contains("已答<strong data-answered>0</strong>题，共10题")
            && page.body.contains("打开本页时还剩")
    );
    let papers = site.app().store.db.read(|tx| exam::of_attendance(tx, id)).unwrap();
    let paper = papers[0].id.to_string();
    let empty = site.post(&address("exam"), "", &[("paper", &paper), ("q1", "0")]);
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.body.contains("第2题还没有作答") && !empty.body.contains("第1题还没有作答"));
    assert_eq!(site.get(&address("certificate.pdf"), "").status, StatusCode::CONFLICT);
    // One answer arrives by itself, twice, and is there when the page is opened anew.
    let chosen = papers[0].questions[2].choices.len() - 1;
    for _ in 0..2 {
        let answer = format!("3:99:{chosen}");
        let kept = site.post(&address("exam/answers"), "", &[("paper", &paper), ("answer", &answer)]);
        assert_eq!(kept.status, StatusCode::OK);
        assert!(kept.body.contains("\"seq\":99") && kept.body.contains("\"left\":"), "{}", kept.body);
    }
    let reopened = site.get(&address("exam"), "").body;
    assert!(reopened.contains("已答<strong data-answered>2</strong>题"));
    assert!(reopened.contains(&format!("name=\"q3\" value=\"{chosen}\" checked")), "{reopened}");
    let mut form = vec![("paper".to_owned(), paper)];
    for (index, question) in papers[0].questions.iter().enumerate() {
        form.extend(question.answer.iter().map(|choice| (format!("q{}", index + 1), choice.to_string())));
    }
    let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(site.post(&address("exam"), "", &form).status, StatusCode::SEE_OTHER);
    assert!(site.get(&address("exam/result"), "").body.contains("100"));
    assert_eq!(site.get(&address("certificate.pdf"), "").status, StatusCode::OK);
    assert_eq!(site.get(&address("exam"), "").status, StatusCode::SEE_OTHER);
}

#[test]
fn a_fee_that_was_charged_is_reported_beside_the_confirmation() {
    let site = Site::new();
    let (_, token) = seat(&site, "passed");
    let address = |step: &str| format!("/l/{token}{step}");
    let page = site.get(&address(""), "").body;
    assert!(page.contains("确认没有收费") && page.contains(&address("/report")), "{page}");
    let blank = site.post(&address("/report"), "", &[("kind", "charging"), ("text", "")]);
    assert_eq!(blank.status, StatusCode::UNPROCESSABLE_ENTITY);
    let told = [("kind", "charging"), ("text", "收了资料费500元")];
    assert_eq!(site.post(&address("/report"), "", &told).status, StatusCode::SEE_OTHER);
    // Whoever reported a fee is not asked to confirm that there was none.
    let page = site.get(&address(""), "").body;
    assert!(!page.contains("确认没有收费") && page.contains("已经转给属地信用办和市信用办核实"), "{page}");
    let (city, agency) = (site.sign_in(&login(Role::CityOffice)), site.sign_in(&login(Role::Agency)));
    assert!(site.get("/evaluations", &city).body.contains("收了资料费500元"));
    let seen = site.get("/evaluations", &agency).body;
    assert!(!seen.contains("收了资料费") && !seen.contains("企业反映"), "{seen}");
}

#[test]
fn the_next_try_waits_as_the_rules_say() {
    let site = Site::new();
    let (id, token) = seat(&site, "failed");
    let of = "select p.campaign_id from plan_item p join session s on s.plan_item_id = p.id \
              join attendance a on a.session_id = s.id where a.id = $1";
    let campaign = site.app().store.db.read(|tx| tx.number(of, params![id])).unwrap();
    let mut blueprint = exam_blueprint::standard().unwrap().clone();
    (blueprint.attempts, blueprint.wait_minutes) = (3, 60);
    let city = Actor { role: Role::CityOffice, ..operator() };
    exam_blueprint::save(site.app(), &city, CampaignId(campaign), &blueprint, 0).unwrap();
    let handed_in = "insert into exam_paper (attendance_id, attempt, questions, answers, right_answers, passed, \
                     started_at, pass_mark, length, grace_seconds, submitted_at, submitted_on) \
                     values ($1, 1, '[]', '[]', 2, $2, $3, 6, 10, 0, $3, '2022-09-15')";
    site.app().store.db.write(|tx| tx.execute(handed_in, params![id, false, Timestamp::now()])).unwrap();
    let rules = site.get(&format!("/l/{token}/exam"), "").body;
    let told = ["请60分钟后再考", "已考1次，还可以考2次，两次之间隔60分钟", "下次考试"];
    assert!(told.iter().all(|fact| rules.contains(fact)) && !rules.contains("开始考试</button>"), "{rules}");
    assert_eq!(site.post(&format!("/l/{token}/exam/start"), "", &[]).location, format!("/l/{token}/exam"));
    assert_eq!(site.app().store.db.read(|tx| exam::of_attendance(tx, id)).unwrap().len(), 1);
}

#[test]
fn who_has_not_signed_in_is_told_so() {
    let site = Site::new();
    let (_, token) = seat(&site, "accepted");
    let page = site.get(&format!("/l/{token}/exam"), "");
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.body.contains("签到后才能参加结业考试"));
    assert_eq!(site.post(&format!("/l/{token}/exam/start"), "", &[]).status, StatusCode::CONFLICT);
}

#[test]
fn the_enterprise_explains_itself_and_corrects_how_it_is_reached() {
    let site = Site::new();
    let (_, token) = seat(&site, "invited");
    let address = |step: &str| format!("/l/{token}/{step}");
    assert!(site.get(&format!("/l/{token}"), "").body.contains("更正联系人"));
    let blank = site.post(&address("situation"), "", &[("note", "")]);
    assert_eq!(blank.status, StatusCode::UNPROCESSABLE_ENTITY);
    let said = [("cause", "weak_management"), ("rectification", "done"), ("conditions", "met"), ("note", "")];
    assert_eq!(site.post(&address("situation"), "", &said).status, StatusCode::SEE_OTHER);
    assert!(site.get(&address("situation"), "").body.contains("value=\"weak_management\" selected"));
    let form =
        |phone| [("version", "1"), ("contact_name", "示例乙"), ("contact_phone", phone), ("address", "")];
    assert_eq!(site.post(&address("particulars"), "", &form("12")).status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(site.post(&address("particulars"), "", &form("0513-00001234")).status, StatusCode::SEE_OTHER);
    let page = site.get(&address("particulars"), "").body;
    assert!(page.contains("示例乙") && page.contains("****1234") && !page.contains("00001234"));
}

#[test]
fn an_enterprise_says_how_it_was_and_reports_without_its_name() {
    let site = Site::new();
    let (id, token) = seat(&site, "present");
    let at = |step: &str| format!("/l/{token}/{step}");
    assert!(site.get(&at("feedback"), "").body.contains("签到参加培训后30天内可以评价"));
    let came = "update attendance set checked_in_at = '2022-09-15T01:00:00Z' where id = $1";
    site.app().store.db.write(|tx| tx.execute(came, params![id])).unwrap();
    let half = site.post(&at("feedback"), "", &[("content", "good"), ("remark", "有用")]);
    assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(half.body.contains("id=\"e-lecturer\"") && half.body.contains("有用"), "{}", half.body);
    let whole = [("content", "good"), ("lecturer", "poor"), ("arrangement", "fair"), ("remark", "有用")];
    assert_eq!(site.post(&at("feedback"), "", &whole).location, format!("/l/{token}"));
    assert!(site.get(&at("feedback"), "").body.contains("value=\"poor\" selected"));
    let session = site.app().store.db.read(|tx| attendance::load(tx, id)).unwrap().session;
    let city = site.sign_in(&login(Role::CityOffice));
    let seen = site.get(&format!("/sessions/{session}/feedback"), &city);
    assert!(seen.status == StatusCode::OK && seen.body.contains("有用"), "{}", seen.body);
    let report = [("kind", "charging"), ("text", "收了资料费"), ("anonymous", "1")];
    assert_eq!(site.post(&at("report"), "", &report).status, StatusCode::SEE_OTHER);
    let board = site.get("/evaluations", &city).body;
    assert!(board.contains("未留名称") && !board.contains("示例企业"), "{board}");
}

#[test]
fn the_questions_are_judged_by_their_answers() {
    let site = Site::new();
    let (id, _) = seat(&site, "present");
    let city = site.sign_in(&login(Role::CityOffice));
    assert!(site.get("/questions/statistics", &city).body.contains("还没有企业交卷"));
    let found = site.app().store.db.read(|tx| attendance::load(tx, id)).unwrap();
    let own = xinxiu_domain::actor::Actor {
        account: None,
        name: "示例企业".into(),
        role: Role::Enterprise,
        org: None,
        enterprise: Some(found.enterprise),
    };
    let paper = xinxiu_workflow::exam::start(site.app(), &own, id).unwrap();
    let answers: Vec<_> = paper.questions.iter().map(|question| question.answer.clone()).collect();
    xinxiu_workflow::exam::submit(site.app(), &own, id, paper.id, &answers).unwrap();
    let page = site.get("/questions/statistics?sort=-asked", &city);
    assert!(page.body.contains(&paper.questions[0].text) && page.body.contains("100%"), "{}", page.body);
    let table = site.get("/questions/statistics?format=csv", &city);
    assert!(table.body.contains("答对率") && table.body.lines().count() == paper.questions.len() + 1);
}

#[test]
fn results_on_paper_are_filled_in_from_a_file_and_entered_at_once() {
    let site = Site::new();
    let (id, _) = seat(&site, "present");
    let cookie = site.sign_in(&login(Role::Agency));
    let csrf = site.csrf(&cookie);
    let session = site.app().store.db.read(|tx| attendance::load(tx, id)).unwrap().session;
    let at = format!("/sessions/{session}/scores");
    let page = site.get(&at, &cookie);
    assert!(
        page.body.contains("每张试卷10题，答对6题合格") && page.body.contains("示例企业"),
        "{}",
        page.body
    );
    assert_eq!(site.get(&format!("{at}/export"), &cookie).status, StatusCode::OK);
    let none = site.post_file(&format!("{at}/file"), &cookie, &csrf, ("file", "成绩.csv", ""));
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let file = ("file", "成绩.csv", "企业名称,答对题数\n示例企业,7\n别的企业,3\n");
    let filled = site.post_file(&format!("{at}/file"), &cookie, &csrf, file);
    assert_eq!(filled.status, StatusCode::OK, "{}", filled.body);
    let field = format!("name=\"right-{id}\" value=\"7\"");
    assert!(filled.body.contains(&field) && filled.body.contains("不是本场次邀请的企业"), "{}", filled.body);
    assert!(site.app().store.db.read(|tx| exam::of_attendance(tx, id)).unwrap().is_empty());
    let (right, known) = (format!("right-{id}"), format!("known-{id}"));
    let wrong = site.post(&at, &cookie, &[("csrf", &csrf), (&right, "十"), (&known, "0")]);
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.body.contains("value=\"十\"") && wrong.body.contains("aria-invalid=\"true\""),
        "{}",
        wrong.body
    );
    let done = site.post(&at, &cookie, &[("csrf", &csrf), (&right, "7"), (&known, "0")]);
    assert_eq!((done.status, done.location.as_str()), (StatusCode::SEE_OTHER, at.as_str()), "{}", done.body);
    let again = site.post(&at, &cookie, &[("csrf", &csrf), (&right, "7"), (&known, "0")]);
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", again.body);
}

#[test]
fn a_deputy_comes_with_an_authorisation_and_a_new_representative_is_said() {
    let site = Site::new();
    let (id, token) = seat(&site, "invited");
    let address = |step: &str| format!("/l/{token}{step}");
    let answer = |capacity: &str, attendee: &str, representative: &str| {
        let form = [
            ("attending", "yes"),
            ("willingness", "willing"),
            ("attendee", attendee),
            ("capacity", capacity),
            ("representative", representative),
        ];
        let answered = site.post(&address("/answer"), "", &form);
        assert_eq!(answered.status, StatusCode::SEE_OTHER, "{}", answered.body);
    };
    answer("legal_representative", "示例丁", "示例丁");
    assert!(!site.get(&address(""), "").body.contains("上传授权委托书"));
    let early = site.post_files(&address("/authorisation"), "", &[], &["scan"]);
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(early.body.contains("请先修改答复"), "{}", early.body);
    answer("deputy", "示例戊", "示例丁");
    assert!(site.get(&address(""), "").body.contains("还没有上传授权委托书"));
    let page = site.get(&address("/authorisation"), "").body;
    assert!(page.contains("示例戊") && page.contains("multipart/form-data"), "{page}");
    let none = site.post_files(&address("/authorisation"), "", &[], &[]);
    assert!(none.body.contains("请选择委托书的照片或扫描件"), "{}", none.body);
    let cookie = site.sign_in(&login(Role::Agency));
    let session = site.app().store.db.read(|tx| attendance::load(tx, id)).unwrap().session;
    let roster = || site.get(&format!("/sessions/{session}"), &cookie).body;
    assert!(
        roster().contains("没有授权委托书") && roster().contains("法定代表人已变更为示例丁"),
        "{}",
        roster()
    );
    let file = format!("/attendances/{id}/authorisation");
    assert_eq!(site.get(&file, &cookie).status, StatusCode::NOT_FOUND);
    let sent = site.post_files(&address("/authorisation"), "", &[], &["scan"]);
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    assert!(!site.get(&address(""), "").body.contains("还没有上传授权委托书"));
    assert!(site.get(&file, &cookie).body.starts_with("%PDF"));
    assert!(roster().contains(&file) && !roster().contains("没有授权委托书"));
    // Somebody else comes after all: the paper that was sent names another one.
    answer("deputy", "示例己", "");
    assert!(
        roster().contains("委托的是示例戊")
            && site.get(&address(""), "").body.contains("还没有上传授权委托书")
    );
    assert!(!roster().contains("法定代表人已变更"), "{}", roster());
}
