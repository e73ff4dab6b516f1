//! Two people act on one case at once: the first is heard, the second reads a clear message with what was typed, and nothing is
//! written over (N12 N27).

use axum::http::StatusCode;
use xinxiu_domain::actor::Role;
use xinxiu_store::params;

use crate::houses::{House, PLANS};
use crate::support::{Answer, Site, login};

struct Scene {
    site: Site,
    house: House,
}

impl Scene {
    /// The first house with its application and item in the given states.
    fn open(application: &str, item: &str) -> Self {
        let site = Site::new();
        let house = House::open(&site, 1, PLANS[0]);
        let scene = Self { site, house };
        scene.sql("update application set state = $1", application);
        scene.sql("update application_item set state = $1, decided_on = '2022-09-14'", item);
        scene
    }

    fn sql(&self, sql: &str, value: &str) {
        self.site.app().store.db.write(|tx| tx.execute(sql, params![value])).unwrap();
    }

    fn number(&self, sql: &str) -> i64 {
        self.site.app().store.db.read(|tx| tx.number(sql, &[])).unwrap()
    }

    fn send(&self, address: &str, cookie: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.site.csrf(cookie);
        let mut form = vec![("csrf", csrf.as_str()), ("version", "1")];
        form.extend(fields);
        self.site.post_files(address, cookie, &form, &[])
    }

    fn staff(&self, role: Role) -> String {
        self.site.sign_in(&login(role))
    }

    fn authority(&self) -> String {
        self.house.people.iter().find(|person| person.role == Role::Authority).unwrap().cookie.clone()
    }

    fn address(&self, kind: &str, step: &str) -> String {
        format!("/{kind}/{}/{step}", self.house.objects[kind])
    }
}

fn told(late: &Answer, typed: &str) {
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.body);
    assert!(late.body.contains("打开最新的页面") && late.body.contains(typed), "{}", late.body);
}

#[test]
fn two_reviewers() {
    let scene = Scene::open("submitted", "pending");
    let (cookie, address) = (scene.staff(Role::Window), scene.address("applications", "review"));
    let before = scene.number("select count(*) from first_review");
    let say = |note: &'static str| [("verdict", "return"), ("reasons", "seal_missing"), ("note", note)];
    let first = scene.send(&address, &cookie, &say("缺公章"));
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.body);
    told(&scene.send(&address, &cookie, &say("照片看不清")), "照片看不清");
    assert_eq!(scene.number("select count(*) from first_review"), before + 1);
}

#[test]
fn two_people_of_one_authority() {
    let scene = Scene::open("accepted", "pending");
    scene.sql("update application_item set decided_on = null where state = $1", "pending");
    let (cookie, address) = (scene.authority(), scene.address("items", "decide"));
    let say = |agree: &'static str, opinion: &'static str| {
        [
            ("severity", "general"),
            ("conduct", "general"),
            ("duty", "yes"),
            ("agree", agree),
            ("opinion", opinion),
            ("decided_on", "2022-09-15"),
            ("confirmed", "yes"),
        ]
    };
    let first = scene.send(&address, &cookie, &say("yes", "同意"));
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.body);
    told(&scene.send(&address, &cookie, &say("no", "还没有整改到位")), "还没有整改到位");
    assert_eq!(
        scene.number("select count(*) from application_item where state = 'agreed' and opinion = '同意'"),
        1
    );
    // The window that looks at an older page cannot take its review back behind the authority's back.
    let late = scene.send(
        &scene.address("applications", "recall"),
        &scene.staff(Role::Window),
        &[("reason", "看错了")],
    );
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", late.body);
    assert!(late.body.contains("处罚机关已经作出修复决定") && late.body.contains("看错了"), "{}", late.body);
}

#[test]
fn two_people_of_the_center() {
    let scene = Scene::open("accepted", "agreed");
    let (cookie, address) = (scene.staff(Role::CreditCenter), scene.address("items", "removal"));
    let before = scene.number("select count(*) from repair_fact");
    let say = |opinion: &'static str| [("removed_on", "2022-09-15"), ("opinion", opinion)];
    let first = scene.send(&address, &cookie, &say("已查询确认"));
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.body);
    told(&scene.send(&address, &cookie, &say("我也查询了")), "我也查询了");
    assert_eq!(scene.number("select count(*) from repair_fact"), before + 1);
    assert_eq!(scene.number("select count(*) from penalty where state = 'taken_down'"), 1);
}
