//! The pages of a session and of a personal link, with a real session behind them.

use axum::http::StatusCode;
use xinxiu_domain::Uscc;
use xinxiu_domain::actor::{Action, Actor, Role};
use xinxiu_domain::archive::SurvivalState;
use xinxiu_domain::id::{EnterpriseId, PlanItemId};
use xinxiu_domain::penalty::SubjectKind;
use xinxiu_domain::session::{Method, Module, SessionMode};
use xinxiu_store::campaign::PlanItem;
use xinxiu_store::enterprise::{self, Enterprise};
use xinxiu_store::{StoreError, account, params};
use xinxiu_workflow::{invitations, sessions};

use crate::support::{Site, login};

fn actor(role: Role, item: &PlanItem) -> Actor {
    let org = if role == Role::Agency { item.agency } else { Some(item.organiser) };
    Actor { account: None, name: "示例".into(), role, org, enterprise: None }
}

fn member(site: &Site, item: &PlanItem) -> EnterpriseId {
    let new = Enterprise {
        id: EnterpriseId(0),
        name: "示例机械（虚构）有限公司".into(),
        uscc: Some(Uscc::from_body("91320600MA9000001").unwrap()),
        registration_number: String::new(),
        subject: SubjectKind::LegalPerson,
        county: item.counties.first().copied(),
        county_name: String::new(),
        township: "示例镇".into(),
        industry: "示例行业".into(),
        address: String::new(),
        survival: SurvivalState::Active,
        legal_representative: "示例乙".into(),
        legal_representative_id_sealed: String::new(),
        department_head: String::new(),
        department_head_id_sealed: String::new(),
        contact_name: String::new(),
        contact_phone_sealed: String::new(),
        contact_email_sealed: String::new(),
        version: 1,
    };
    let joined = site.app().store.db.write(|tx| {
        let id = enterprise::insert(tx, &new, jiff::Timestamp::UNIX_EPOCH)?;
        enterprise::join(tx, item.campaign, id, Some(item.id), jiff::Timestamp::UNIX_EPOCH)?;
        tx.execute(
            "insert into listing (enterprise_id, list_kind, reason, listing_body) values ($1, 'watch', '示例', '示例')",
            params![id],
        )?;
        Ok::<_, StoreError>(id)
    });
    joined.unwrap()
}

fn form<'a>(csrf: &'a str, hours: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("csrf", csrf),
        ("title", "示例第1期"),
        ("held_on", "2022-09-15"),
        ("starts_at", "13:30"),
        ("ends_at", "17:00"),
        ("mode", "on_site"),
        ("place", "示例厅"),
        ("capacity", "10"),
        ("class_hours", hours),
        ("lecturer", "示例丁"),
        ("contact_group", "示例群"),
        ("modules", "regulation"),
        ("modules", "incentives"),
        ("modules", "impact"),
        ("modules", "procedure"),
        ("modules", "commitment"),
        ("modules", "exam"),
        ("methods", "lecture"),
    ]
}

/// The agency's cookie and the token of its forms.
fn signed_in(site: &Site) -> (String, String) {
    let cookie = site.sign_in(&login(Role::Agency));
    let csrf = site.csrf(&cookie);
    (cookie, csrf)
}

/// The agency and the first class that it plans sessions for.
fn agency(site: &Site) -> (Actor, PlanItem) {
    let found = site.app().store.db.read(|tx| account::by_login(tx, &login(Role::Agency)));
    let org = found.unwrap().unwrap().org;
    let own =
        Actor { account: None, name: "示例".into(), role: Role::Agency, org: Some(org), enterprise: None };
    let item = sessions::classes(site.app(), &own, Action::PlanSession).unwrap().remove(0);
    (own, item)
}

#[test]
fn a_session_runs_from_plan_to_answer_on_its_pages() {
    let site = Site::new();
    let (cookie, csrf) = signed_in(&site);
    let (own, item) = agency(&site);
    let ok = |path: &str| {
        let answer = site.get(path, &cookie);
        assert_eq!(answer.status, StatusCode::OK, "{path}\n{}", answer.body);
        answer.body
    };
    let address = format!("/sessions/new?class={}", PlanItemId(item.id.0));
    assert!(ok("/sessions/new").contains(&item.name));
    assert!(ok(&address).contains("保存培训场次"));
    let short = site.post(&address, &cookie, &form(&csrf, "2"));
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(short.body.contains("每场不少于3学时"));
    let many = site.post(&address, &cookie, &form(&csrf, "5"));
    assert!(many.body.contains("最多4学时") && many.body.contains("id=\"e-class_hours\""), "{}", many.body);
    let yesterday: Vec<_> = form(&csrf, "3")
        .into_iter()
        .map(|(name, value)| (name, if name == "held_on" { "2022-09-14" } else { value }))
        .collect();
    let past = site.post(&address, &cookie, &yesterday);
    assert_eq!(past.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(past.body.contains("id=\"e-held_on\"") && past.body.contains("value=\"2022-09-14\""));
    let at = site.post(&address, &cookie, &form(&csrf, "3")).location;
    ok(&format!("{at}/edit"));
    site.post(&format!("{at}/outline"), &cookie, &[("csrf", &csrf)]);
    assert!(ok(&at).contains("内置提纲"));
    let id = at.rsplit('/').next().unwrap().parse().unwrap();
    let statement = sessions::PublishSession {
        confirmed_by: "示例".into(),
        notice_number: String::new(),
        by_deputy_head: true,
        lecturer_reason: String::new(),
    };
    let role = if item.authorities.is_empty() { Role::CountyOffice } else { Role::Authority };
    sessions::publish(site.app(), &actor(role, &item), id, &statement).unwrap();
    let enterprise = member(&site, &item);
    assert!(ok(&format!("{at}/invite")).contains("示例机械"));
    let nobody = site.post(&format!("{at}/invite?township=%E7%A4%BA%E4%BE%8B"), &cookie, &[("csrf", &csrf)]);
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        nobody.body.contains("请勾选要邀请的企业") && nobody.body.contains("value=\"示例\""),
        "{}",
        nobody.body
    );
    assert!(nobody.body.contains("邀请符合条件的全部1家") && nobody.body.contains("invite?township="));
    assert!(!ok(&format!("{at}/invite?willingness=willing")).contains("示例机械"));
    let chosen = enterprise.to_string();
    let invited = site.post(&format!("{at}/invite"), &cookie, &[("csrf", &csrf), ("enterprises", &chosen)]);
    assert_eq!(invited.location, at);
    let page = ok(&at);
    let letter = page.split("/attendances/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(ok(&format!("/attendances/{letter}")).contains("<svg"));
    assert!(ok("/sessions?state=published").contains("示例第1期"));
    for paper in ["notice.pdf", "notice.docx", "sign-in-sheet.pdf"] {
        ok(&format!("{at}/{paper}"));
    }
    let found =
        invitations::letter(site.app(), &own, letter.split('/').next().unwrap().parse().unwrap()).unwrap();
    let link = format!("/l/{}", found.token.unwrap());
    assert!(site.get(&link, "").body.contains("答复邀请"));
    assert_eq!(site.get(&format!("{link}/answer"), "").status, StatusCode::OK);
    let empty = site.post(&format!("{link}/answer"), "", &[]);
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = [
        ("attending", "yes"),
        ("willingness", "willing"),
        ("attendee", "示例乙"),
        ("capacity", "legal_representative"),
    ];
    assert_eq!(site.post(&format!("{link}/answer"), "", &answer).location, link);
    assert!(site.get(&link, "").body.contains("办理承诺书"));
    site.post(&format!("{at}/open"), &cookie, &[("csrf", &csrf)]);
    let early = site.post(&format!("{link}/check-in"), "", &[]);
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(early.body.contains("请改正以下1处") && early.body.contains("办理承诺书"), "{}", early.body);
    a_refused_step_stays_on_its_page(&site, &item, &at, &letter);
}

/// What the organiser typed is still there, and what is wrong stands beside it.
fn a_refused_step_stays_on_its_page(site: &Site, item: &PlanItem, at: &str, letter: &str) {
    let cookie = site.sign_in(&login(Role::CountyOffice));
    let csrf = site.csrf(&cookie);
    let refused = |address: &str, form: &[(&str, &str)]| {
        let form: Vec<_> = form.iter().copied().chain([("csrf", csrf.as_str())]).collect();
        let answer = site.post(address, &cookie, &form);
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{address}\n{}", answer.body);
        assert!(answer.body.contains("参训企业") && answer.body.contains("培训资料"), "{address}");
        answer.body
    };
    let seat = letter.split('/').next().unwrap();
    let page = refused(&format!("/attendances/{seat}/check-in"), &[]);
    assert!(page.contains("承诺书"), "{page}");
    let page = refused(&format!("/attendances/{seat}/exception"), &[("exception", " ")]);
    assert_eq!(page.matches("id=\"e-exception\"").count(), 1, "{page}");
    assert!(page.contains("href=\"#f-exception\"") && page.contains("id=\"f-exception\""), "{page}");
    let id = {
        let agency = actor(Role::Agency, item);
        let command = sessions::PlanSession { contact_group: String::new(), ..plan() };
        sessions::plan(site.app(), &agency, item.id, &command).unwrap()
    };
    let page = refused(&format!("/sessions/{id}/publish"), &[("notice_number", "示信用函〔2022〕3号")]);
    assert!(page.contains("value=\"示信用函〔2022〕3号\""), "{page}");
    assert!(page.contains("id=\"e-confirmed_by\"") && page.contains("id=\"e-lecturer_reason\""), "{page}");
    let page = refused(&format!("/sessions/{id}/cancel"), &[("reason", "")]);
    assert!(page.contains("id=\"e-reason\"") && page.contains("details class=\"confirm\" open"), "{page}");
    assert_eq!(site.get(at, &cookie).status, StatusCode::OK);
}

fn plan() -> sessions::PlanSession {
    sessions::PlanSession {
        title: "示例第2期".into(),
        at: sessions::TimeAndPlace {
            held_on: jiff::civil::date(2022, 9, 20),
            starts_at: jiff::civil::time(13, 30, 0, 0),
            ends_at: jiff::civil::time(17, 0, 0, 0),
            mode: SessionMode::OnSite,
            place: "示例厅".into(),
            link: String::new(),
            capacity: 10,
        },
        class_hours: 3,
        lecturer: "示例丁".into(),
        modules: Module::ALL.to_vec(),
        methods: Method::ALL.to_vec(),
        contact_group: "示例群".into(),
        version: 0,
    }
}

#[test]
fn the_doors_are_offered_on_the_day_and_a_full_session_invites_to_wait() {
    let site = Site::new();
    let (cookie, csrf) = signed_in(&site);
    let (own, item) = agency(&site);
    let command = sessions::PlanSession { at: sessions::TimeAndPlace { capacity: 1, ..plan().at }, ..plan() };
    let id = sessions::plan(site.app(), &own, item.id, &command).unwrap();
    let enterprise = member(&site, &item);
    let to = |state: &str, held_on: &str| {
        let sql = "update session set state = $1, held_on = $2, version = version + 1";
        site.app().store.db.write(|tx| tx.execute(sql, xinxiu_store::params![state, held_on])).unwrap();
        site.get(&format!("/sessions/{id}"), &cookie).body
    };
    let (open, invite) =
        (format!("action=\"/sessions/{id}/open\""), format!("href=\"/sessions/{id}/invite\""));
    let before = to("published", "2022-09-20");
    assert!(!before.contains(&open) && before.contains("培训当天（2022-09-20）才能开始签到"), "{before}");
    assert!(before.contains(&invite) && before.find("场次安排") < before.find("参训企业"), "{before}");
    let chosen = enterprise.to_string();
    let invited =
        site.post(&format!("/sessions/{id}/invite"), &cookie, &[("csrf", &csrf), ("enterprises", &chosen)]);
    assert_eq!(invited.status, StatusCode::SEE_OTHER, "{}", invited.body);
    let on_the_day = to("published", "2022-09-15");
    assert!(on_the_day.contains(&open), "{on_the_day}");
    assert!(on_the_day.contains("邀请候补企业") && on_the_day.contains("名额已满"), "{on_the_day}");
    let page = site.get(&format!("/sessions/{id}/invite"), &cookie).body;
    assert!(page.contains("名额已满") && page.contains("列为候补"), "{page}");
    for state in ["open", "closed"] {
        let page = to(state, "2022-09-15");
        assert!(
            page.find("下一步") < page.find("参训企业") && page.find("参训企业") < page.find("场次安排"),
            "{page}"
        );
    }
}

/// Who waits sees its place in plain words; whoever runs the session sees the line, and takes invitations back.
#[test]
fn the_waiting_list_is_seen_from_both_sides() {
    let site = Site::new();
    let (id, token) = crate::training::seat(&site, "waiting");
    let set = |sql: &str| site.app().store.db.write(|tx| tx.execute(sql, &[])).unwrap();
    set("update session set state = 'published', capacity = 1");
    assert!(site.get(&format!("/l/{token}"), "").body.contains("候补邀请"));
    set("update session set capacity = 0");
    let answer =
        [("attending", "yes"), ("willingness", "willing"), ("attendee", "示例乙"), ("capacity", "principal")];
    assert_eq!(site.post(&format!("/l/{token}/answer"), "", &answer).status, StatusCode::SEE_OTHER);
    let page = site.get(&format!("/l/{token}"), "").body;
    assert!(page.contains("您排在候补第1位"), "{page}");
    let agency = site.sign_in(&login(Role::Agency));
    let csrf = site.csrf(&agency);
    let session = site.app().store.db.read(|tx| tx.number("select id from session", &[])).unwrap();
    let page = site.get(&format!("/sessions/{session}"), &agency).body;
    assert!(page.contains("候补名单") && page.contains("撤回邀请"), "{page}");
    let withdraw = format!("/attendances/{id}/withdraw");
    let silent = site.post(&withdraw, &agency, &[("csrf", &csrf), ("back", "")]);
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(silent.body.contains("请填写撤回邀请的原因"), "{}", silent.body);
    let done = site.post(&withdraw, &agency, &[("csrf", &csrf), ("back", "企业已搬离")]);
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert!(site.get(&format!("/l/{token}"), "").body.contains("邀请已撤回"));
    assert!(!site.get(&format!("/sessions/{session}"), &agency).body.contains("候补名单"));
}

/// The organiser changes a published session on its page; the enterprise sees old and new and says that it knows.
#[test]
fn a_change_is_typed_once_and_read_by_everybody() {
    let site = Site::posting();
    let (_, token) = crate::training::seat(&site, "accepted");
    site.app()
        .store
        .db
        .write(|tx| tx.execute("update session set state = 'published', class_hours = 3", &[]))
        .unwrap();
    let county = site.sign_in(&login(Role::CountyOffice));
    let csrf = site.csrf(&county);
    let session = site.app().store.db.read(|tx| tx.number("select id from session", &[])).unwrap();
    let address = format!("/sessions/{session}/change");
    assert!(site.get(&address, &county).body.contains("示例厅"));
    let mut form = vec![
        ("csrf", csrf.as_str()),
        ("version", "1"),
        ("held_on", "2022-09-27"),
        ("starts_at", "09:00"),
        ("ends_at", "12:00"),
        ("mode", "on_site"),
        ("place", "另一个示例厅"),
        ("capacity", "100"),
    ];
    let silent = site.post(&address, &county, &form);
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        silent.body.contains("请填写变更的原因") && silent.body.contains("另一个示例厅"),
        "{}",
        silent.body
    );
    form.push(("reason", "会场检修"));
    let done = site.post(&address, &county, &form);
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let page = site.get(&format!("/sessions/{session}"), &county).body;
    assert!(page.contains("变更记录") && page.contains("会场检修"), "{page}");
    assert!(site.get("/sessions/changes", &county).body.contains("2022年9月27日"));
    let agency = site.sign_in(&login(Role::Agency));
    assert!(site.get("/sessions/changes", &agency).body.contains("另一个示例厅"));
    let home = site.get(&format!("/l/{token}"), "").body;
    assert!(home.contains("培训的时间或地点有变更") && home.contains("2022年9月15日"), "{home}");
    let calendar = site.get(&format!("/l/{token}/session.ics"), "").body;
    assert!(calendar.contains("SEQUENCE:2") && calendar.contains("DTSTART:20220927T010000Z"), "{calendar}");
    assert_eq!(site.post(&format!("/l/{token}/change-seen"), "", &[]).status, StatusCode::SEE_OTHER);
    assert!(!site.get(&format!("/l/{token}"), "").body.contains("有变更"));
}
