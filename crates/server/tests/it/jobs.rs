//! Work that outlives its page: queued by a button, waited for on a page that refreshes, fetched at its end.

use axum::http::StatusCode;
use xinxiu_domain::actor::Role;
use xinxiu_store::{StoreError, organisation, params};
use xinxiu_workflow::jobs;

use crate::support::{Site, login};

/// A member of the first class, in its county.
fn member(site: &Site) {
    let joined = site.app().store.db.write(|tx| {
        let county = organisation::by_name(tx, "海安市信用办")?.unwrap().id;
        let id: i64 = tx.insert(
            "insert into enterprise (name, name_key, subject_kind, county_id, created_at) \
             values ('示例企业', '示例企业', 'legal_person', $1, '2022-06-01T00:00:00Z') returning id",
            params![county],
        )?;
        tx.execute(
            "insert into member (campaign_id, enterprise_id, plan_item_id, joined_at) \
             select campaign_id, $1, id, '2022-06-01T00:00:00Z' from plan_item where position = 1",
            params![id],
        )?;
        Ok::<_, StoreError>(())
    });
    joined.unwrap();
}

/// Presses a button that queues a job, and sees the page on which it is waited for. Returns its address.
fn queued(site: &Site, cookie: &str, address: &str, form: &[(&str, &str)]) -> String {
    let csrf = site.csrf(cookie);
    let form: Vec<_> = form.iter().copied().chain([("csrf", csrf.as_str())]).collect();
    let answer = site.post(address, cookie, &form);
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let page = site.get(&answer.location, cookie);
    assert!(page.body.contains("http-equiv=\"refresh\"") && page.body.contains("<progress"), "{}", page.body);
    answer.location
}

#[test]
fn a_class_is_packed_behind_its_page() {
    let site = Site::new();
    member(&site);
    let cookie = site.sign_in(&login(Role::Agency));
    let class = site.app().store.db.read(|tx| tx.number("select id from plan_item where position = 1", &[]));
    let class = class.unwrap().to_string();
    let job = queued(&site, &cookie, "/handovers", &[("class", &class), ("kind", "archives")]);
    assert!(site.get("/handovers", &cookie).body.contains("正在打包"));
    let stranger = site.sign_in(&login(Role::CountyOffice));
    assert_eq!(site.get(&job, &stranger).status, StatusCode::FORBIDDEN);
    assert!(jobs::run_next(site.app()).unwrap());
    let done = site.get(&job, &cookie);
    assert_eq!((done.status, done.location.as_str()), (StatusCode::SEE_OTHER, "/handovers"));
    let page = site.get("/handovers", &cookie).body;
    assert!(page.contains("移交档案包") && !page.contains("正在打包"), "{page}");
    let nothing = queued(&site, &cookie, "/handovers", &[("class", &class), ("kind", "papers")]);
    assert!(jobs::run_next(site.app()).unwrap());
    assert!(site.get(&nothing, &cookie).body.contains("还没有可以移交的材料"));
}

#[test]
fn the_reports_of_a_push_are_made_behind_its_page_and_fetched_as_a_stream() {
    let site = Site::new();
    member(&site);
    let cookie = site.sign_in(&login(Role::CreditCenter));
    let csrf = site.csrf(&cookie);
    assert_eq!(site.post("/pushes/all", &cookie, &[("csrf", &csrf)]).status, StatusCode::SEE_OTHER);
    assert_eq!(site.get("/pushes/1/credit-reports.zip", &cookie).status, StatusCode::NOT_FOUND);
    let job = queued(&site, &cookie, "/pushes/1/credit-reports", &[]);
    assert!(site.get("/pushes/1", &cookie).body.contains("正在生成"));
    assert!(jobs::run_next(site.app()).unwrap());
    assert!(site.get(&job, &cookie).body.contains("下载文件"));
    let county = site.sign_in(&login(Role::CountyOffice));
    for (address, cookie) in
        [(format!("{job}/file"), &cookie), ("/pushes/1/credit-reports.zip".into(), &county)]
    {
        let file = site.get(&address, cookie);
        assert_eq!(file.status, StatusCode::OK, "{address}");
        assert!(file.body.starts_with("PK"), "{address}");
    }
    assert_eq!(site.get(&format!("{job}/file"), &county).status, StatusCode::FORBIDDEN);
}
