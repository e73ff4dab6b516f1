//! The bank on its pages and on the command line (N09 N11).

use axum::http::StatusCode;
use xinxiu_domain::actor::Role;

use crate::support::{Site, login};

fn form<'a>(csrf: &'a str, id: &'a str, answer: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("csrf", csrf),
        ("id", id),
        ("module", "exam"),
        ("kind", "single"),
        ("text", "会场里能不能摆放商业广告展架？"),
        ("choices", "能\n不能\n交费就能"),
        ("answer", answer),
        ("explanation", "会场不得出现任何商业宣传内容。"),
        ("basis", "N20"),
        ("version", "0"),
    ]
}

#[test]
fn the_city_adds_a_question_and_finds_it() {
    let site = Site::new();
    let cookie = site.sign_in(&login(Role::CityOffice));
    let csrf = site.csrf(&cookie);
    let wrong = site.post("/questions/new", &cookie, &form(&csrf, "exam-90", "D"));
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("答案不在选项里") && wrong.body.contains("商业广告展架"));
    let saved = site.post("/questions/new", &cookie, &form(&csrf, "exam-90", "b"));
    assert_eq!((saved.status, saved.location.as_str()), (StatusCode::SEE_OTHER, "/questions/exam-90"));
    let list = site.get("/questions?q=广告展架&module=exam", &cookie).body;
    assert!(list.contains("exam-90") && list.contains("符合条件的1题"));
    let gift = site.get("/questions?q=广告展架&format=gift", &cookie).body;
    assert!(gift.contains("::exam-90::") && gift.contains("=不能"));
    let retired = site.post("/questions/exam-90/use", &cookie, &[("csrf", &csrf), ("version", "1")]);
    assert_eq!(retired.status, StatusCode::SEE_OTHER);
    assert!(site.get("/questions?state=retired", &cookie).body.contains("exam-90"));
}

#[test]
fn a_file_comes_in_and_the_bad_rows_come_back() {
    let site = Site::new();
    let cookie = site.sign_in(&login(Role::CityOffice));
    let csrf = site.csrf(&cookie);
    let csv = "编号,模块,题型,题目,选项A,选项B,选项C,答案,解析,依据\n\
        exam-91,exam,单选,会场里能不能摆放商业广告展架？,能,不能,交费就能,B,会场不得出现任何商业宣传内容。,N20\n\
        exam-92,exam,单选,另一道题目写错了答案怎么办？,一,二,三,E,会场不得出现任何商业宣传内容。,N20\n";
    let answer = site.post_file("/questions/import", &cookie, &csrf, ("file", "题库.csv", csv));
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert!(answer.body.contains("答案不在选项里"));
    assert_eq!(site.get("/questions/exam-91", &cookie).status, StatusCode::OK);
    assert_eq!(site.get("/questions/exam-92", &cookie).status, StatusCode::NOT_FOUND);
    let agency = site.sign_in(&login(Role::Agency));
    assert_eq!(site.get("/questions/exam-91", &agency).status, StatusCode::OK);
    assert!(!site.get("/questions/exam-91", &agency).body.contains("停用这道题"));
}

#[test]
fn the_city_office_says_how_the_exam_is_put_together() {
    let site = Site::new();
    let cookie = site.sign_in(&login(Role::CityOffice));
    let csrf = site.csrf(&cookie);
    let campaign = site.app().store.db.read(|tx| tx.number("select id from campaign", &[])).unwrap();
    let address = format!("/campaigns/{campaign}/exam");
    assert!(
        site.get(&format!("/campaigns/{campaign}"), &cookie).body.contains(&format!("href=\"{address}\""))
    );
    let page = site.get(&address, &cookie).body;
    assert!(
        page.contains("name=\"n-exam-any\" value=\"1\"") && page.contains("name=\"n-any-any\" value=\"4\""),
        "{page}"
    );
    let send = |count: &str, version: &str| {
        let form = [
            ("csrf", csrf.as_str()),
            ("version", version),
            ("n-procedure-single", count),
            ("pass_mark", "2"),
            ("minutes", "20"),
            ("grace_seconds", "60"),
            ("attempts", "3"),
            ("wait_minutes", "10"),
        ];
        site.post(&address, &cookie, &form)
    };
    let greedy = send("50", "0");
    assert_eq!(greedy.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        greedy.body.contains("请减少题数或补充试题") && greedy.body.contains("value=\"50\""),
        "{}",
        greedy.body
    );
    let saved = send("3", "0");
    assert_eq!(
        (saved.status, saved.location.as_str()),
        (StatusCode::SEE_OTHER, address.as_str()),
        "{}",
        saved.body
    );
    assert!(site.get(&address, &cookie).body.contains("name=\"n-procedure-single\" value=\"3\""));
    let agency = site.sign_in(&login(Role::Agency));
    let read = site.get(&address, &agency).body;
    assert!(read.contains("答对2题") && !read.contains("保存组卷方案"), "{read}");
}
